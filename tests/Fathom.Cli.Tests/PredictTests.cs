using System.Text.Json;
using Fathom.Formats;
using Fathom.Tests;

namespace Fathom.Cli.Tests;

public sealed class PredictTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    string Trained(params string[] more)
    {
        Assert.Equal(0, Shell.Train("softmax", _folder["run"], more).Code);
        return _folder["run"];
    }

    string Digit(string name, int sample = 0)
    {
        Directory.CreateDirectory(_folder["pictures"]);
        string path = Path.Combine(_folder["pictures"], name);
        Png.Write(path, new Image(28, 28, 1, Data.ImageData.Glyphs(sample + 1, 0).Train.Image(sample).ToArray()));
        return path;
    }

    [Fact]
    public void A_folder_is_all_its_pictures_and_json_says_all_there_is_to_say()
    {
        string run = Trained();
        Digit("b.png");
        Digit("a.PNG", 1);
        File.WriteAllText(Path.Combine(_folder["pictures"], "notes.txt"), "");
        (int code, string output, string error) = Shell.Run("predict", run, _folder["pictures"], "--json", "-", "--top", "2");
        Assert.Equal((0, ""), (code, error));
        JsonElement[] lines = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Shell.Json)];
        Assert.Equal(["a.PNG", "b.png"], lines.Select(l => Path.GetFileName(l.GetProperty("image").GetString())));
        JsonElement[] top = [.. lines[0].GetProperty("top").EnumerateArray()];
        Assert.Equal(2, top.Length);
        Assert.True(top[0].GetProperty("probability").GetDouble() >= top[1].GetProperty("probability").GetDouble());
        Assert.Equal(top[0].GetProperty("index").GetInt32().ToString(), top[0].GetProperty("class").GetString());
    }

    [Fact]
    public void A_bad_picture_among_others_is_told_of_and_the_exit_code_says_so()
    {
        string run = Trained();
        Digit("a.png");
        File.WriteAllText(Path.Combine(_folder["pictures"], "b.png"), "no picture");
        (int code, string output, string error) = Shell.Run("predict", run, _folder["pictures"]);
        Assert.Equal(1, code);
        Assert.Contains("a.png", output);
        Assert.Contains("b.png", error);
        Assert.Contains("has no PNG files", Shell.Run("predict", run, run).Error);
        Assert.Contains("There is no file", Shell.Run("predict", run, _folder["absent"]).Error);
    }

    /// <summary>A run that resizes sees a picture first at the size of its data, then resized as its training images were: a picture of that size twice over gives what the image itself gives.</summary>
    [Fact]
    public void Pictures_go_the_way_of_the_training_images()
    {
        string run = Trained("--resize", "14");
        RunConfig config = RunConfig.Read(run).Config;
        Assert.Equal([1, 28, 28], config.Image);
        Assert.Equal([1, 14, 14], config.Input);
        var loader = new PictureLoader(config, invert: false, new Terminal(TextWriter.Null, TextWriter.Null));
        string path = Digit("a.png");
        Tensor seen = loader.Load(path, TestContext.Current.CancellationToken);
        Tensor image = Data.ImageData.Glyphs(1, 0).Train.Gather([0]).Input;
        Assert.Equal(new Data.Resize(14).Apply(image).ToArray<float>(), seen.ToArray<float>());
    }

    [Fact]
    public async Task A_picture_comes_from_standard_input()
    {
        string run = Trained(), picture = Digit("a.png");
        string program = Path.Combine(AppContext.BaseDirectory, "Fathom.Cli.dll");
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("dotnet", [program, "predict", run, "-", "--json", "-", "--top", "1"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await process.StandardInput.BaseStream.WriteAsync(File.ReadAllBytes(picture));
        process.StandardInput.Close();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        string fromFile = Shell.Run("predict", run, picture, "--json", "-", "--top", "1").Out;
        Assert.Equal(Shell.Json(fromFile).GetProperty("top").ToString(), Shell.Json(output).GetProperty("top").ToString());
    }
}
