using System.Text.Json;
using Fathom.Formats;
using Fathom.Tests;
using Fathom.Training;

namespace Fathom.Cli.Tests;

public class TrainTests
{
    static readonly string[] ResultKeys = ["model", "data", "epochs", "seed", "steps", "train_loss", "val_loss", "val_accuracy", "seconds", "samples_per_second", "first_step_seconds", "peak_rss_mb", "run_dir", "status", "best_epoch"];

    [Fact]
    public void Trains_evaluates_and_predicts()
    {
        using var folder = new TempFolder();
        string run = folder["run"], json = folder["result.json"];
        (int code, string output, string error) = Shell.Run("train", "mlp", "--data", "glyphs", "--limit", "4000", "--batch-size", "32", "--epochs", "2", "--seed", "7", "--optimizer", "adam", "--out", run, "--json", json);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("epoch 2/2", output);
        Assert.Contains($"Next: fathom evaluate", output);

        JsonElement result = Shell.Json(File.ReadAllText(json));
        Assert.Equal(ResultKeys, Shell.Keys(result));
        Assert.Equal(("mlp", "glyphs", 2, 7, 250, run), (Text("model"), Text("data"), Number("epochs"), Number("seed"), Number("steps"), Text("run_dir")));
        Assert.InRange(Number("val_accuracy"), 0.5, 1);
        Assert.InRange(Number("peak_rss_mb"), 20, 4000);

        (code, output, error) = Shell.Run("evaluate", run);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains($"accuracy  {Training.Plotting.Figures.Percent(Number("val_accuracy"))}", output);
        Assert.Contains("true \\ taken for", output);

        string picture = DigitPicture(folder);
        (code, output, error) = Shell.Run("predict", run, picture, "--top", "2");
        Assert.Equal((0, ""), (code, error));
        Assert.Matches(@"\d \d+\.\d%\s+\d \d+\.\d%", output);

        string Text(string key) => result.GetProperty(key).GetString()!;
        double Number(string key) => result.GetProperty(key).GetDouble();
    }

    static string DigitPicture(TempFolder folder)
    {
        string path = folder["digit.png"];
        Png.Write(path, new Image(28, 28, 1, Data.ImageData.Glyphs(1, 0).Train.Image(0).ToArray()));
        return path;
    }

    [Fact]
    public void A_run_folder_holds_all_that_is_needed_to_go_on()
    {
        using var folder = new TempFolder();
        string run = folder["run"];
        Assert.Equal(0, Shell.Train("softmax", run).Code);
        string[] files =
        [
            Checkpoint.BestName, RunFolder.ConfigName, RunFolder.CurvesName, RunFolder.InsightName, "last-00000002.state.safetensors", Checkpoint.LastName, RunFolder.LayersName,
            RunFolder.MetricsName, RunFolder.StepsName, RunFolder.SummaryName,
        ];
        Assert.Equal(files, Directory.GetFiles(run).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));
        JsonElement config = Shell.Json(File.ReadAllText(Path.Combine(run, RunFolder.ConfigName)));
        Assert.Equal(("softmax", "glyphs", 64), (config.GetProperty("model").GetString(), config.GetProperty("data").GetString(), config.GetProperty("batch_size").GetInt32()));
        JsonElement metrics = Shell.Json(Assert.Single(File.ReadAllLines(Path.Combine(run, RunFolder.MetricsName))));
        Assert.Equal(["epoch", "step", "train_loss", "val_loss", "val_accuracy", "seconds", "complete"], Shell.Keys(metrics));
        Assert.Equal(["net.1.weight", "net.1.bias"], Safetensors.Read(Path.Combine(run, Checkpoint.LastName)).Keys);
        Assert.Contains("validation", File.ReadAllText(Path.Combine(run, RunFolder.CurvesName)));
    }

    [Fact]
    public void The_same_seed_gives_the_same_weights_for_any_number_of_threads()
    {
        using var folder = new TempFolder();
        byte[] Weights(string name, params string[] more)
        {
            string run = folder[name];
            Assert.Equal(0, Shell.Train("lenet", run, ["--activation", "relu", .. more]).Code);
            return File.ReadAllBytes(Path.Combine(run, Checkpoint.LastName));
        }
        byte[] one = Weights("a", "--threads", "1", "--seed", "3");
        Assert.Equal(one, Weights("b", "--threads", "2", "--seed", "3"));
        Assert.NotEqual(one, Weights("c", "--seed", "4"));
    }

    [Fact]
    public void Json_on_standard_output_is_all_there_is_on_it()
    {
        using var folder = new TempFolder();
        (int code, string output, string error) = Shell.Train("softmax", folder["run"], "--json", "-");
        Assert.Equal(0, code);
        Assert.Equal(ResultKeys, Shell.Keys(Shell.Json(output)));
        Assert.Contains("epoch 1/1", error);
    }

    [Fact]
    public void Quiet_says_nothing()
    {
        using var folder = new TempFolder();
        Assert.Equal((0, "", ""), Shell.Train("softmax", folder["run"], "--quiet"));
    }

    [Fact]
    public void A_regression_has_no_accuracy()
    {
        using var folder = new TempFolder();
        (int code, string output, _) = Shell.Run("train", "linear", "--out", folder["run"], "--json", "-");
        Assert.Equal((0, JsonValueKind.Null), (code, Shell.Json(output).GetProperty("val_accuracy").ValueKind));
        (code, output, _) = Shell.Run("evaluate", folder["run"]);
        Assert.Equal(0, code);
        Assert.Contains("loss", output);
        Assert.Contains("sees no pictures", Shell.Run("predict", folder["run"], "x.png").Error);
    }

    [Fact]
    public void Resized_images_stay_resized_in_evaluation_and_prediction()
    {
        using var folder = new TempFolder();
        string run = folder["run"];
        Assert.Equal(0, Shell.Train("softmax", run, "--resize", "14").Code);
        Assert.Equal([10, 196], Safetensors.Read(Path.Combine(run, Checkpoint.LastName))["net.1.weight"].Shape);
        Assert.Equal(0, Shell.Run("evaluate", run).Code);
        Assert.Equal(0, Shell.Run("predict", run, DigitPicture(folder)).Code);
    }

    [Fact]
    public void A_loss_that_is_not_a_number_ends_training_with_advice()
    {
        using var folder = new TempFolder();
        (int code, _, string error) = Shell.Run("train", "mlp", "--data", "glyphs", "--limit", "512", "--batch-size", "16", "--epochs", "3", "--lr", "1e9", "--out", folder["run"]);
        Assert.Equal(1, code);
        Assert.Contains("The loss became not a number in epoch 1", error);
        Assert.Contains("Try a smaller learning rate", error);
        Assert.False(File.Exists(Path.Combine(folder["run"], Checkpoint.LastName)));
    }

    [Fact]
    public void An_earlier_run_in_the_folder_is_replaced_as_a_whole_and_other_files_stay()
    {
        using var folder = new TempFolder();
        string run = folder["run"], other = Path.Combine(run, "notes.txt");
        Assert.Equal(0, Shell.Train("softmax", run).Code);
        File.WriteAllText(other, "mine");
        (int code, string output, _) = Shell.Train("softmax", run);
        Assert.Equal(0, code);
        Assert.Contains("earlier run", output);
        Assert.Single(File.ReadAllLines(Path.Combine(run, RunFolder.MetricsName)));
        Assert.Equal("mine", File.ReadAllText(other));
    }
}
