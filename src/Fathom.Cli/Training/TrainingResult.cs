using System.Diagnostics;
using Fathom.Training;
using Fathom.Training.Plotting;

namespace Fathom.Cli;

/// <summary>What a run came to.</summary>
internal sealed record TrainingResult
{
    public required string Model { get; init; }
    public required string Data { get; init; }

    /// <summary>Epochs that were completed.</summary>
    public required int Epochs { get; init; }

    public required long Seed { get; init; }
    public required int Steps { get; init; }
    public required double TrainLoss { get; init; }
    public required double ValLoss { get; init; }
    public required double ValAccuracy { get; init; }
    public required double Seconds { get; init; }
    public required double SamplesPerSecond { get; init; }

    /// <summary>From the start of the process to the end of the first step.</summary>
    public required double FirstStepSeconds { get; init; }

    public required double PeakRssMb { get; init; }
    public required string RunDir { get; init; }

    /// <summary>"complete", "stopped early" or "interrupted".</summary>
    public required string Status { get; init; }

    /// <summary>The epoch whose weights are in best.safetensors; 0 where nothing was validated.</summary>
    public required int BestEpoch { get; init; }

    public static TrainingResult Of(RunConfig config, Trainer trainer, TrainingProgress progress, string runDir) => new()
    {
        Model = config.Settings.Model, Data = config.Data, Seed = config.Settings.Seed, RunDir = runDir,
        Status = trainer.WasCancelled ? "interrupted" : trainer.History.Count(e => e.IsComplete) < trainer.MaxEpochs ? "stopped early" : "complete", BestEpoch = trainer.Checkpoints?.BestEpoch ?? 0,
        Epochs = trainer.History.Count(e => e.IsComplete), Steps = trainer.TrainBatchIndex,
        TrainLoss = Last(trainer, "train_loss"), ValLoss = Last(trainer, "val_loss"), ValAccuracy = Last(trainer, "val_accuracy"),
        Seconds = progress.Elapsed.TotalSeconds, SamplesPerSecond = progress.MeanRate, FirstStepSeconds = progress.FirstStep.TotalSeconds, PeakRssMb = PeakMemory(),
    };

    static double Last(Trainer trainer, string metric) => trainer.History.LastOrDefault(e => e.Metrics.ContainsKey(metric))?[metric] ?? double.NaN;

    static double PeakMemory()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / 1048576.0;
    }

    public string ToJson() => Json.Object(w =>
    {
        w.WriteString("model", Model);
        w.WriteString("data", Data);
        w.WriteNumber("epochs", Epochs);
        w.WriteNumber("seed", Seed);
        w.WriteNumber("steps", Steps);
        Json.WriteMeasure(w, "train_loss", TrainLoss);
        Json.WriteMeasure(w, "val_loss", ValLoss);
        Json.WriteMeasure(w, "val_accuracy", ValAccuracy);
        Json.WriteMeasure(w, "seconds", Seconds, 3);
        Json.WriteMeasure(w, "samples_per_second", SamplesPerSecond, 1);
        Json.WriteMeasure(w, "first_step_seconds", FirstStepSeconds, 3);
        Json.WriteMeasure(w, "peak_rss_mb", PeakRssMb, 1);
        w.WriteString("run_dir", RunDir);
        w.WriteString("status", Status);
        w.WriteNumber("best_epoch", BestEpoch);
    });

    /// <summary>Says how it ended and where everything is.</summary>
    public void Print(Terminal terminal)
    {
        string folder = Path.GetRelativePath(Environment.CurrentDirectory, RunDir);
        if (folder.StartsWith("..", StringComparison.Ordinal)) folder = RunDir;
        string how = Status switch { "interrupted" => "Interrupted, and saved", "stopped early" => "Stopped early", _ => "Done" };
        string rate = SamplesPerSecond > 0 ? $" ({Figures.Count(SamplesPerSecond)} samples/s)" : "";
        string accuracy = double.IsNaN(ValAccuracy) ? double.IsNaN(ValLoss) ? "" : $": validation loss {Figures.Short(ValLoss)}" : $": validation accuracy {Figures.Percent(ValAccuracy)}, loss {Figures.Short(ValLoss)}";
        terminal.Out.WriteLine($"{how} after {Epochs} {(Epochs == 1 ? "epoch" : "epochs")} in {Figures.Clock(TimeSpan.FromSeconds(Seconds))}{rate}{accuracy}.");
        terminal.Out.WriteLine($"Weights, metrics and curves are in {folder}");
        if (BestEpoch > 0 && BestEpoch < Epochs) terminal.Out.WriteLine($"The best epoch was {BestEpoch}: fathom evaluate {folder} --best");
        if (Status == "interrupted") terminal.Out.WriteLine($"Go on with: fathom train --resume {folder}");
        else if (!double.IsNaN(ValAccuracy)) terminal.Out.WriteLine($"Next: fathom evaluate {folder}");
    }
}
