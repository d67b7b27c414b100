using Fathom.Data;
using Fathom.Formats;
using Fathom.Models;
using Fathom.Tests;
using Fathom.Training;
using Fathom.Training.Plotting;

namespace Fathom.Cli.Tests;

/// <summary>The run folder of every model in the registry, in a small size, holds all that it takes to evaluate, predict and go on.</summary>
public sealed class RegistryTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Names => [.. ModelRegistry.All.Select(m => m.Name)];

    /// <summary>The smallest image on which every layer still has something to do.</summary>
    static int Side(string name) => name switch { "nin" => 96, "alexnet" => 64, _ when name.StartsWith("vgg", StringComparison.Ordinal) => 64, "shiftresnet20" or "regnetx32" => 16, _ => 32 };

    static string[] Training(ModelEntry model, string data) =>
    [
        "train", model.Name, "--epochs", "2", "--seed", "5",
        .. model.IsClassifier ? (string[])["--data-dir", data, "--batch-size", "8"] : ["--limit", "64"],
        .. model.HasWidth ? (string[])["--width", "0.0625", "--resize", $"{Side(model.Name)}"] : [],
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_run_can_be_evaluated_asked_and_gone_on_with(string name)
    {
        ModelEntry model = ModelRegistry.Find(name)!;
        string whole = _folder["whole"], broken = _folder["broken"], data = model.IsClassifier ? Digits() : "";
        Assert.Equal((0, "", ""), Shell.Run([.. Training(model, data), "--out", whole, "--quiet"]));

        (int code, string output, string error) = Shell.Run("evaluate", whole);
        Assert.Equal((0, ""), (code, error));
        double loss = Shell.Json(File.ReadAllText(Path.Combine(whole, RunFolder.SummaryName))).GetProperty("val_loss").GetDouble();
        Assert.Contains($"loss      {Figures.Short(loss)}", output);
        if (model.IsClassifier) Assert.Equal(0, Shell.Run("predict", whole, _folder["digit.png"]).Code);

        using (var stop = new CancellationTokenSource())
            Assert.Equal(130, await CommandLine.RunAsync([.. Training(model, data), "--save-every", "0", "--out", broken, "--tensorboard"], new Terminal(new StopAt("epoch 1/2", stop), TextWriter.Null), stop.Token));
        Assert.Equal((0, "", ""), Shell.Run("train", "--resume", broken, "--quiet"));
        Assert.Equal(File.ReadAllBytes(Path.Combine(whole, Checkpoint.LastName)), File.ReadAllBytes(Path.Combine(broken, Checkpoint.LastName)));

        TrainableModule again = ModelRegistry.Rebuild(name, Checkpoint.ReadHyperParameters(Path.Combine(whole, Checkpoint.LastName)));
        again.BuildFor(new Shape([1, .. RunConfig.Read(whole).Config.Input]));
        again.LoadStateDict(Safetensors.Load(Path.Combine(whole, Checkpoint.LastName)));
    }

    /// <summary>Presses Ctrl-C when a line begins in a certain way.</summary>
    sealed class StopAt(string begin, CancellationTokenSource stop) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            if (value?.StartsWith(begin, StringComparison.Ordinal) == true) stop.Cancel();
        }
    }

    /// <summary>A folder of sixteen digits to train on and eight to test on, and one as a picture.</summary>
    string Digits()
    {
        string folder = Directory.CreateDirectory(_folder["digits"]).FullName;
        ImageData digits = ImageData.Glyphs(16, 8);
        foreach ((string part, LabeledImages images) in ((string, LabeledImages)[])[("train", digits.Train), ("t10k", digits.Test)])
        {
            byte[] pixels = [.. Enumerable.Range(0, images.Count).SelectMany(i => images.Image(i).ToArray())];
            File.WriteAllBytes(Path.Combine(folder, $"{part}-images-idx3-ubyte"), [0, 0, 8, 3, 0, 0, 0, (byte)images.Count, 0, 0, 0, 28, 0, 0, 0, 28, .. pixels]);
            File.WriteAllBytes(Path.Combine(folder, $"{part}-labels-idx1-ubyte"), [0, 0, 8, 1, 0, 0, 0, (byte)images.Count, .. images.Labels]);
        }
        Png.Write(_folder["digit.png"], new Image(28, 28, 1, digits.Test.Image(0).ToArray()));
        return folder;
    }
}
