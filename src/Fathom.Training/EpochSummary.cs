namespace Fathom.Training;

/// <summary>What an epoch came to.</summary>
/// <param name="Epoch">Its number, from 1.</param>
/// <param name="Metrics">Means over the epoch, such as train_loss, val_loss, val_accuracy.</param>
/// <param name="Time">How long it took, validation included.</param>
/// <param name="Samples">Training samples seen in it.</param>
/// <param name="IsComplete">Whether it saw all training batches.</param>
public sealed record EpochSummary(int Epoch, IReadOnlyDictionary<string, double> Metrics, TimeSpan Time, long Samples, bool IsComplete)
{
    /// <summary>A metric, NaN if it was not measured.</summary>
    public double this[string name] => Metrics.TryGetValue(name, out double value) ? value : double.NaN;
}

/// <summary>What a step of a learning rate schedule is.</summary>
public enum ScheduleUnit
{
    /// <summary>A step of the optimiser.</summary>
    Step,
    /// <summary>An epoch.</summary>
    Epoch,
}
