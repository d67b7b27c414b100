using System.Diagnostics;

namespace Fathom.Training;

/// <summary>
/// Saves checkpoints while a <see cref="Trainer"/> trains: <c>last.safetensors</c> with its state now and then and at the end, and <c>best.safetensors</c>, the weights of
/// the epoch that did best in validation. See <see cref="Checkpoint"/> for the files.
/// </summary>
/// <example><code>
/// new Trainer { Checkpoints = new("runs/mine") }.Fit(model, data);
/// new Trainer { Checkpoints = new("runs/mine"), ResumeFrom = Checkpoint.Read("runs/mine") }.Fit(model, data);     // after a break
/// </code></example>
public sealed class CheckpointSaver
{
    /// <summary>Saving takes at most this share of the time, whatever the interval asked for.</summary>
    const double MostTime = 0.02;

    readonly string folder, monitor;
    readonly bool higherIsBetter;
    readonly Stopwatch since = new();
    TimeSpan lastCost;

    /// <summary>Saves into a folder, which is made if need be.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="monitor">The metric that tells which epoch is best.</param>
    /// <param name="higherIsBetter">Whether larger values are better; null decides by the name: losses fall, everything else rises.</param>
    public CheckpointSaver(string folder, string monitor = "val_loss", bool? higherIsBetter = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentException.ThrowIfNullOrEmpty(monitor);
        (this.folder, this.monitor) = (Path.GetFullPath(folder), monitor);
        this.higherIsBetter = higherIsBetter ?? EarlyStopping.RisesByName(monitor);
        Directory.CreateDirectory(folder);
    }

    /// <summary>Time between two checkpoints at the least; zero saves after every step, and <see cref="TimeSpan.MaxValue"/> only at the end. Default: 10 seconds.</summary>
    public TimeSpan MinInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether checkpoints are taken within epochs too, and not only at their ends.</summary>
    public bool WithinEpochs { get; init; } = true;

    /// <summary>Called after each checkpoint was saved.</summary>
    public Action<Trainer>? Saved { get; init; }

    /// <summary>The best value of the metric so far; NaN before the first.</summary>
    public double Best { get; private set; } = double.NaN;

    /// <summary>The epoch of the best value, from 1; 0 before the first.</summary>
    public int BestEpoch { get; private set; }

    internal void OnStepEnd(Trainer trainer)
    {
        if (WithinEpochs && IsDue) Save(trainer);
    }

    internal void OnEpochEnd(Trainer trainer, EpochSummary summary)
    {
        if (summary.Metrics.TryGetValue(monitor, out double value) && (double.IsNaN(Best) || (higherIsBetter ? value > Best : value < Best)))
        {
            (Best, BestEpoch) = (value, summary.Epoch);
            Checkpoint.SaveTensors(Path.Combine(folder, Checkpoint.BestName), trainer.WeightsToKeep, trainer.TrainBatchIndex, trainer.Model.HyperParameters);
        }
        if (IsDue) Save(trainer);
    }

    internal void OnFitDone(Trainer trainer)
    {
        if (!Save(trainer)) throw new TrainingDivergedException("The last update left weights that are not finite: training diverged. The checkpoint before it was kept. Try a smaller learning rate or gradient clipping.");
    }

    /// <summary>Saves a checkpoint now, unless weights are no longer finite: the last good one is worth more.</summary>
    /// <returns>Whether it was saved.</returns>
    /// <exception cref="IOException">A file cannot be written; the checkpoint before it is untouched.</exception>
    public bool Save(Trainer trainer)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        long begin = Stopwatch.GetTimestamp();
        Checkpoint checkpoint = trainer.Capture();
        if (!checkpoint.Weights.Values.All(DivergenceOrigin.IsFinite)) return false;
        checkpoint.Save(folder);
        Saved?.Invoke(trainer);
        lastCost = Stopwatch.GetElapsedTime(begin);
        since.Restart();
        return true;
    }

    internal void SaveState(TrainingState state)
    {
        state.Put("best", Best);
        state.Put("best_epoch", BestEpoch);
    }

    internal void LoadState(TrainingState state)
    {
        if (state.Has("best")) (Best, BestEpoch) = (state.Numbers("best")[0], (int)state.Integers("best_epoch")[0]);
    }

    bool IsDue
    {
        get
        {
            if (!since.IsRunning) since.Start();
            return MinInterval == TimeSpan.Zero || (MinInterval != TimeSpan.MaxValue && since.Elapsed >= MinInterval && since.Elapsed.TotalSeconds >= lastCost.TotalSeconds / MostTime);
        }
    }
}
