using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Fathom.Training;

/// <summary>How far training has come.</summary>
/// <param name="Epoch">The epoch at hand, from 1.</param>
/// <param name="Epochs">Epochs that were asked for.</param>
/// <param name="Batch">Batches done in the epoch.</param>
/// <param name="Batches">Batches in an epoch.</param>
/// <param name="Loss">The loss of the last batch.</param>
/// <param name="LastEpoch">What the last complete epoch came to; null before the first.</param>
public readonly record struct TrainingReport(int Epoch, int Epochs, int Batch, int Batches, double Loss, EpochSummary? LastEpoch)
{
    /// <summary>The share of all batches that is done, from 0 to 1.</summary>
    public double Done => Epochs == 0 ? 1 : ((Epoch - 1.0) * Batches + Batch) / ((double)Epochs * Batches);
}

/// <summary>Tells an <see cref="IProgress{T}"/> of every batch, as user interfaces want it.</summary>
/// <param name="progress">Who is told.</param>
public sealed class ProgressReporter(IProgress<TrainingReport> progress) : TrainerCallback
{
    double last;

    /// <inheritdoc/>
    public override void OnStepEnd(Trainer trainer, double loss)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        progress.Report(Report(trainer, last = loss, trainer.Epoch + 1));
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(Trainer trainer, EpochSummary summary)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(summary);
        progress.Report(Report(trainer, last, summary.Epoch));
    }

    static TrainingReport Report(Trainer trainer, double loss, int epoch) =>
        new(epoch, trainer.MaxEpochs, trainer.TrainBatchIndex - (epoch - 1) * trainer.TrainBatchCount, trainer.TrainBatchCount, loss, trainer.History.LastOrDefault(e => e.IsComplete));
}

/// <summary>Writes training to a logger: when it begins and ends, and what each epoch came to, each metric a structured value.</summary>
/// <param name="logger">Where to.</param>
public sealed partial class LogReporter(ILogger logger) : TrainerCallback
{
    /// <inheritdoc/>
    public override void OnFitStart(Trainer trainer)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        if (!logger.IsEnabled(LogLevel.Information)) return;
        long parameters = trainer.Model.Parameters.Sum(p => p.Count);
        string model = trainer.Model.GetType().Name;
        Begins(logger, model, parameters, trainer.MaxEpochs, trainer.TrainBatchCount);
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(Trainer trainer, EpochSummary summary)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(summary);
        if (!logger.IsEnabled(LogLevel.Information)) return;
        using IDisposable? scope = logger.BeginScope(summary.Metrics);
        string metrics = string.Join(", ", summary.Metrics.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Key} {m.Value:g5}")));
        double seconds = summary.Time.TotalSeconds;
        Epoch(logger, summary.Epoch, trainer.MaxEpochs, metrics, seconds);
    }

    /// <inheritdoc/>
    public override void OnFitEnd(Trainer trainer)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        if (!logger.IsEnabled(LogLevel.Information)) return;
        Ends(logger, trainer.WasCancelled ? "was cancelled" : "ended", trainer.TrainBatchIndex);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Training {Model} ({Parameters} parameters) for {Epochs} epochs of {Batches} batches")]
    static partial void Begins(ILogger logger, string model, long parameters, int epochs, int batches);

    [LoggerMessage(Level = LogLevel.Information, Message = "Epoch {Epoch}/{Epochs}: {Metrics}; {Seconds:f1} s")]
    static partial void Epoch(ILogger logger, int epoch, int epochs, string metrics, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Training {How} after {Steps} steps")]
    static partial void Ends(ILogger logger, string how, int steps);
}
