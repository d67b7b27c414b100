using System.Diagnostics;
using System.Text.Json;
using Fathom.Tests;
using Fathom.Training;

namespace Fathom.Cli.Tests;

/// <summary>Runs that are killed, interrupted, started twice, or gone on with where they must not be.</summary>
public sealed class ResumeTests : IDisposable
{
    const int Kills = 50;

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static string[] Training(string run) =>
    [
        "train", "mlp", "--data", "glyphs", "--limit", "160", "--batch-size", "32", "--epochs", "4", "--optimizer", "adam", "--schedule", "cosine", "--average", "0.9", "--clip", "1",
        "--seed", "5", "--save-every", "0", "--out", run,
    ];

    static byte[] Weights(string run) => File.ReadAllBytes(Path.Combine(run, Checkpoint.LastName));

    /// <summary>Every step is saved, so most of the time goes into writing files, and most kills come in the middle of that.</summary>
    [Fact]
    public async Task A_run_that_is_killed_at_any_moment_ends_with_the_weights_of_one_that_never_was()
    {
        string whole = _folder["whole"];
        var clock = Stopwatch.StartNew();
        Assert.Equal(0, await Finish(Start(Training(whole))));
        TimeSpan once = clock.Elapsed;
        var random = new Random(1);
        int killed = 0, resumed = 0, runs = 0;
        string? run = null;
        while (killed < Kills || run is not null)
        {
            bool begun = run is not null && File.Exists(Path.Combine(run, RunFolder.ConfigName));
            run ??= _folder[$"run{runs++}"];
            if (begun && Checkpoint.Exists(run)) resumed++;
            using Process process = Start(begun ? ["train", "--resume", run, "--save-every", "0"] : Training(run));
            Task<int> end = Finish(process);
            if (killed < Kills && await Task.WhenAny(end, Task.Delay(once * random.NextDouble())) != end && !process.HasExited)
            {
                process.Kill();
                await process.WaitForExitAsync();
                killed++;
                continue;
            }
            Assert.Equal(0, await end);
            Assert.Equal(Weights(whole), Weights(run));
            Assert.Equal(File.ReadAllBytes(Path.Combine(whole, Checkpoint.BestName)), File.ReadAllBytes(Path.Combine(run, Checkpoint.BestName)));
            Assert.Equal(Metrics(whole), Metrics(run));
            Assert.Empty(Directory.GetFiles(run, ".*"));
            Assert.Equal("complete", Shell.Json(File.ReadAllText(Path.Combine(run, RunFolder.SummaryName))).GetProperty("status").GetString());
            run = null;
        }
        Assert.True(resumed > Kills / 5, $"of {killed} kills only {resumed} came after a checkpoint");
    }

    /// <summary>Epoch, loss and accuracy of each line: all but the times.</summary>
    static string[] Metrics(string run) =>
        [.. File.ReadLines(Path.Combine(run, RunFolder.MetricsName)).Select(l => string.Join(' ', Shell.Json(l).EnumerateObject().Where(p => p.Name != "seconds").Select(p => p.ToString())))];

    static Process Start(string[] args)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Fathom.Cli.dll");
        string dotnet = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        return Process.Start(new ProcessStartInfo(dotnet, [program, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
    }

    static async Task<int> Finish(Process process)
    {
        Task<string> errors = process.StandardError.ReadToEndAsync(), output = process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        await output;
        if (process.ExitCode is not (0 or 137)) Assert.Equal("", await errors);
        return process.ExitCode;
    }

    [Fact]
    public void A_complete_run_has_nothing_left_but_can_train_on()
    {
        string run = _folder["run"];
        Assert.Equal(0, Shell.Train("softmax", run).Code);
        Assert.Contains("is complete", Shell.Run("train", "--resume", run).Out);
        Assert.Equal("complete", Shell.Json(Shell.Run("train", "--resume", run, "--json", "-").Out).GetProperty("status").GetString());
        Assert.Equal(0, Shell.Run("train", "--resume", run, "--epochs", "3").Code);
        Assert.Equal(0, Shell.Train("softmax", _folder["three"], "--seed", "0").Code);
        Assert.Equal(3, File.ReadAllLines(Path.Combine(run, RunFolder.MetricsName)).Length);
    }

    [Fact]
    public void A_run_that_ended_between_its_last_checkpoint_and_its_summary_gets_the_summary()
    {
        string run = _folder["run"], summary = Path.Combine(run, RunFolder.SummaryName), metrics = Path.Combine(run, RunFolder.MetricsName);
        Assert.Equal(0, Shell.Train("softmax", run).Code);
        byte[] weights = Weights(run);
        JsonElement whole = Shell.Json(File.ReadAllText(summary));
        string epochs = File.ReadAllText(metrics);
        File.Delete(summary);
        Assert.Equal(0, Shell.Run("train", "--resume", run).Code);
        JsonElement again = Shell.Json(File.ReadAllText(summary));
        foreach (string name in (string[])["status", "epochs", "steps", "train_loss", "val_loss", "val_accuracy", "best_epoch"]) Assert.Equal(whole.GetProperty(name).ToString(), again.GetProperty(name).ToString());
        Assert.Equal(weights, Weights(run));
        Assert.Equal(epochs, File.ReadAllText(metrics));
    }

    [Fact]
    public void A_run_of_a_version_that_knew_no_width_is_read()
    {
        string run = _folder["run"], config = Path.Combine(run, RunFolder.ConfigName);
        Assert.Equal(0, Shell.Train("softmax", run).Code);
        string now = File.ReadAllText(config), then = now.Replace("  \"width\": 1,\n", "", StringComparison.Ordinal);
        Assert.NotEqual(now, then);
        File.WriteAllText(config, then);
        Assert.Equal(0, Shell.Run("evaluate", run).Code);
        Assert.Equal(0, Shell.Run("train", "--resume", run, "--epochs", "2").Code);
    }

    [Fact]
    public void Settings_beside_a_run_to_go_on_with_are_refused()
    {
        string run = _folder["run"];
        Assert.Equal(0, Shell.Train("softmax", run).Code);
        foreach ((string[] more, string named) in ((string[], string)[])[(["lenet"], "the model"), (["--lr", "0.3"], "--lr"), (["--batch-size", "3"], "--batch-size")])
        {
            (int code, _, string error) = Shell.Run(["train", .. more, "--resume", run]);
            Assert.Equal(2, code);
            Assert.Contains($"leave out {named}", error);
        }
        Assert.Contains("is not a run", Shell.Run("train", "--resume", _folder["none"]).Error);
    }

    [Fact]
    public void Other_data_than_the_run_began_with_is_refused()
    {
        string run = _folder["run"], config = Path.Combine(run, RunFolder.ConfigName);
        Assert.Equal(0, Shell.Train("softmax", run).Code);
        string digest = Shell.Json(File.ReadAllText(config)).GetProperty("data_sha256").GetString()!;
        File.WriteAllText(config, File.ReadAllText(config).Replace(digest, new string('0', 64)));
        (int code, _, string error) = Shell.Run("train", "--resume", run, "--epochs", "2");
        Assert.Equal(1, code);
        Assert.Contains("The data is not what the run began with", error);
    }

    [Fact]
    public void Two_processes_cannot_train_in_one_folder()
    {
        string run = _folder["run"];
        using RunFolder other = RunFolder.Create(run);
        (int code, _, string error) = Shell.Train("softmax", run);
        Assert.Equal(1, code);
        Assert.Contains("another process is training in it", error);
    }

    [Fact]
    public void A_damaged_checkpoint_is_refused()
    {
        string run = _folder["run"];
        Assert.Equal(0, Shell.Train("softmax", run).Code);
        byte[] weights = Weights(run);
        weights[^1] ^= 4;
        File.WriteAllBytes(Path.Combine(run, Checkpoint.LastName), weights);
        (int code, _, string error) = Shell.Run("train", "--resume", run, "--epochs", "2");
        Assert.Equal(1, code);
        Assert.Contains("SHA-256", error);
    }

    [Fact]
    public void The_configuration_says_what_it_takes_to_repeat_the_run()
    {
        string run = _folder["run"];
        Assert.Equal(0, Shell.Train("mlp", run, "--optimizer", "momentum", "--schedule", "one-cycle", "--patience", "2", "--accumulate", "2").Code);
        JsonElement config = Shell.Json(File.ReadAllText(Path.Combine(run, RunFolder.ConfigName)));
        Assert.Equal(("momentum", "one-cycle", 2, 2), (config.GetProperty("optimizer").GetString(), config.GetProperty("schedule").GetString(), config.GetProperty("patience").GetInt32(), config.GetProperty("accumulate").GetInt32()));
        Assert.StartsWith("fathom train mlp --data glyphs", config.GetProperty("command").GetString(), StringComparison.Ordinal);
        Assert.Equal(64, config.GetProperty("data_sha256").GetString()!.Length);
    }
}
