using System.IO.Compression;
using Fathom.Data;
using Fathom.Formats;
using Fathom.Tests;
using Fathom.Training;

namespace Fathom.Cli.Tests;

/// <summary>Bad input ends with code 1, a message that names it, and nothing left behind.</summary>
public sealed class FailureTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static byte[] Idx(byte kind, int[] shape, byte[] data)
    {
        var bytes = new List<byte> { 0, 0, kind, (byte)shape.Length };
        foreach (int n in shape) bytes.AddRange([(byte)(n >> 24), (byte)(n >> 16), (byte)(n >> 8), (byte)n]);
        return [.. bytes, .. data];
    }

    /// <summary>A sound folder of four images of 2 x 2 in each part, one of its files replaced.</summary>
    string DataFolder(string? file = null, byte[]? content = null)
    {
        string folder = Directory.CreateDirectory(_folder[Path.GetRandomFileName()]).FullName;
        foreach (string name in IdxDataSet.FileNames)
            File.WriteAllBytes(Path.Combine(folder, name), name.Contains("images") ? Idx(8, [4, 2, 2], new byte[16]) : Idx(8, [4], [0, 1, 2, 3]));
        if (file is null) return folder;
        File.Delete(Path.Combine(folder, file.Replace(".gz", "")));
        File.WriteAllBytes(Path.Combine(folder, file), content!);
        return folder;
    }

    void Refused(string folder, params string[] messages)
    {
        string run = _folder["run"];
        (int code, _, string error) = Shell.Run("train", "softmax", "--data-dir", folder, "--epochs", "1", "--out", run);
        Assert.Equal(1, code);
        Assert.All(messages, m => Assert.Contains(m, error));
        Assert.DoesNotContain("   at ", error);
        Assert.False(Directory.Exists(run), "a run folder was left behind");
    }

    [Fact]
    public void A_sound_folder_is_read() => Assert.Equal(0, Shell.Run("train", "softmax", "--data-dir", DataFolder(), "--epochs", "1", "--out", _folder["run"]).Code);

    [Fact]
    public void Truncated_gzip()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(Idx(8, [4, 2, 2], [.. Enumerable.Range(0, 16).Select(i => (byte)(i * 37))]));
        Refused(DataFolder("train-images-idx3-ubyte.gz", packed.ToArray()[..^6]), "train-images-idx3-ubyte.gz");
    }

    [Fact]
    public void Wrong_magic_number() => Refused(DataFolder("train-images-idx3-ubyte", [0xCA, 0xFE, 0xBA, 0xBE, 0, 0, 0, 4]), "train-images-idx3-ubyte", "expected");

    [Fact]
    public void Labels_and_images_that_are_not_as_many() => Refused(DataFolder("train-labels-idx1-ubyte", Idx(8, [3], [0, 1, 2])), "it has 3 labels", "4 images");

    [Fact]
    public void A_label_out_of_range() => Refused(DataFolder("train-labels-idx1-ubyte", Idx(8, [4], [0, 1, 10, 3])), "label 2 is 10", "0 to 9");

    [Fact]
    public void A_missing_file_and_a_missing_folder()
    {
        string folder = DataFolder();
        File.Delete(Path.Combine(folder, "t10k-labels-idx1-ubyte"));
        Refused(folder, "t10k-labels-idx1-ubyte");
        Refused(_folder["nowhere"], "There is no folder", "nowhere");
    }

    [Fact]
    public void Images_too_small_for_the_model()
    {
        (int code, _, string error) = Shell.Run("train", "lenet", "--data-dir", DataFolder(), "--out", _folder["run"]);
        Assert.Equal(1, code);
        Assert.Contains("lenet does not take inputs of shape (1, 2, 2)", error);
    }

    [Fact]
    public void A_run_folder_below_a_file()
    {
        string file = _folder["file"];
        File.WriteAllText(file, "");
        (int code, string output, string error) = Shell.Train("softmax", Path.Combine(file, "run"));
        Assert.Equal(1, code);
        Assert.Contains($"{file} is a file, not a folder.", error);
        Assert.DoesNotContain("epoch", output);
    }

    [Fact]
    public void A_result_file_that_cannot_be_written_is_found_out_before_training()
    {
        (int code, string output, string error) = Shell.Train("softmax", _folder["run"], "--json", _folder["no such folder/result.json"]);
        Assert.Equal(1, code);
        Assert.Contains("result.json cannot be written", error);
        Assert.DoesNotContain("epoch", output);
        Assert.False(Directory.Exists(_folder["run"]));
    }

    [Fact]
    public void A_device_that_is_full()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /dev/full");
        (int code, _, string error) = Shell.Train("softmax", _folder["run"], "--json", "/dev/full");
        Assert.Equal(1, code);
        Assert.Contains("No space left on device", error);
    }

    [Fact]
    public void No_run()
    {
        (int code, _, string error) = Shell.Run("evaluate", _folder["nothing"]);
        Assert.Equal(1, code);
        Assert.Contains("is not a run", error);
    }

    [Fact]
    public void A_run_that_is_damaged()
    {
        string run = _folder["run"], config = Path.Combine(run, RunFolder.ConfigName), weights = Path.Combine(run, Checkpoint.LastName);
        Assert.Equal(0, Shell.Train("softmax", run).Code);
        byte[] sound = File.ReadAllBytes(weights);
        Fails(() => File.WriteAllBytes(weights, sound[..^10]), Checkpoint.LastName);
        Fails(() => Safetensors.Write(weights, [KeyValuePair.Create("net.1.weight", RawArray.From([1f], 1))]), "does not fit the model");
        Fails(() => File.WriteAllText(config, File.ReadAllText(config).Replace("\"softmax\"", "\"unheard-of\"")), "unheard-of");
        Fails(() => File.WriteAllText(config, "{\"model\": \"softmax\"}"), "is damaged");
        Fails(() => File.WriteAllText(config, "not json"), "is damaged");
        File.Delete(config);

        void Fails(Action damage, string message)
        {
            damage();
            (int code, _, string error) = Shell.Run("evaluate", run);
            Assert.Equal(1, code);
            Assert.Contains(message, error);
        }
    }

    [Fact]
    public void A_picture_that_is_not_one()
    {
        string run = _folder["run"], picture = _folder["picture.png"];
        Assert.Equal(0, Shell.Train("softmax", run).Code);
        File.WriteAllText(picture, "GIF89a, or whatever");
        (int code, string output, string error) = Shell.Run("predict", run, picture);
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("picture.png", error);
        Assert.Contains("PNG", error);
        Assert.Contains("There is no file", Shell.Run("predict", run, _folder["absent.png"]).Error);
    }
}
