using Fathom.Tests;

namespace Fathom.Training.Tests;

public sealed class RunFolderTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Names_tell_time_and_model_apart()
    {
        string path = RunFolder.NewPath("runs", "lenet");
        Assert.Matches(@"^runs[\\/]\d{8}-\d{6}-lenet-[0-9a-f]{4}$", path);
    }

    [Fact]
    public void A_folder_belongs_to_one_at_a_time()
    {
        Assert.False(RunFolder.IsInUse(_folder["run"]));
        using (RunFolder run = RunFolder.Create(_folder["run"]))
        {
            Assert.True(RunFolder.IsInUse(_folder["run"]));
            Assert.Contains("another process is training in it", Assert.Throws<IOException>(() => RunFolder.Create(_folder["run"])).Message);
            run.WriteText(RunFolder.ConfigName, "{}");
        }
        Assert.False(RunFolder.IsInUse(_folder["run"]));
        RunFolder.Create(_folder["run"]).Dispose();
    }

    [Fact]
    public void Metrics_can_be_read_while_the_run_goes_on()
    {
        using RunFolder run = RunFolder.Create(_folder["run"]);
        run.Append(RunFolder.MetricsName, "{\"epoch\":1}");
        run.Append(RunFolder.MetricsName, "{\"epoch\":2}");
        using var reader = new StreamReader(new FileStream(run.File(RunFolder.MetricsName), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        Assert.Equal("{\"epoch\":1}\n{\"epoch\":2}\n", reader.ReadToEnd());
    }

    [Fact]
    public void A_folder_made_for_nothing_goes_and_one_with_files_stays()
    {
        RunFolder.Create(_folder["empty"]).Dispose();
        Assert.False(Directory.Exists(_folder["empty"]));
        using (RunFolder run = RunFolder.Create(_folder["run"])) run.WriteText(RunFolder.ConfigName, "{}");
        Assert.True(Directory.Exists(_folder["run"]));
        RunFolder.Create(_folder.Root).Dispose();
        Assert.True(Directory.Exists(_folder.Root));
    }

    [Fact]
    public void Only_the_files_of_an_earlier_run_are_cleared_away()
    {
        using RunFolder run = RunFolder.Create(_folder.Root);
        Assert.False(run.ClearEarlierRun());
        run.WriteText(RunFolder.ConfigName, "{}");
        run.WriteText("notes.txt", "mine");
        Assert.True(run.ClearEarlierRun());
        run.Dispose();
        Assert.Equal(["notes.txt"], _folder.Files);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_refused_at_once()
    {
        string file = _folder.Write("file", []);
        Assert.Contains($"{file} is a file", Assert.Throws<IOException>(() => RunFolder.Create(Path.Combine(file, "run"))).Message);
        Assert.Contains("It is a folder", Assert.Throws<IOException>(() => RunFolder.RequireWritable(_folder.Root)).Message);
        Assert.Throws<IOException>(() => RunFolder.RequireWritable(_folder["absent/file"]));
        RunFolder.RequireWritable(_folder["fine"]);
        Assert.Equal(["file"], _folder.Files);
    }

    [Fact]
    public void A_disk_with_too_little_room_is_refused_beforehand()
    {
        using RunFolder run = RunFolder.Create(_folder["run"]);
        run.RequireRoom(1000);
        Assert.Contains("KiB free", Assert.Throws<IOException>(() => run.RequireRoom(long.MaxValue / 4)).Message);
    }

    [Fact]
    public void A_full_disk_is_an_error_that_names_the_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /dev/full");
        using RunFolder run = RunFolder.Create(_folder["run"]);
        foreach ((string name, Action write) in ((string, Action)[])[(Checkpoint.BestName, () => Checkpoint.SaveTensors(run.File(Checkpoint.BestName), [KeyValuePair.Create("w", Tensor.Ones(3))], 1)), (RunFolder.CurvesName, () => run.WriteText(RunFolder.CurvesName, "<svg/>"))])
        {
            File.CreateSymbolicLink(run.File(name), "/dev/full");
            string message = Assert.Throws<IOException>(write).Message;
            Assert.Contains($"{run.File(name)} could not be written", message);
            Assert.Contains("No space left", message);
        }
    }

    [Fact]
    public void A_file_that_is_replaced_is_appended_to_from_there_on()
    {
        using RunFolder run = RunFolder.Create(_folder["run"]);
        run.Append("lines", "one");
        run.WriteText("lines", "zero\n");
        run.Append("lines", "two");
        Assert.Equal(["zero", "two"], File.ReadAllLines(run.File("lines")));
    }
}
