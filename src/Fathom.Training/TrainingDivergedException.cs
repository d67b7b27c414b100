namespace Fathom.Training;

/// <summary>The loss became NaN or infinite; the message says when, in which layer and op it began, and what to try.</summary>
public sealed class TrainingDivergedException : ArithmeticException
{
    /// <summary>An error about a loss at an epoch and a batch, both from 1.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="epoch">The epoch, from 1.</param>
    /// <param name="batch">The batch in the epoch, from 1.</param>
    /// <param name="origin">Where the first number that is not finite came from, if it was found.</param>
    public TrainingDivergedException(double loss, int epoch, int batch, DivergenceOrigin? origin = null)
        : base($"The loss became {loss} in epoch {epoch}, batch {batch}: training diverged. {(origin is null ? "" : origin.Describe() + " ")}Try a smaller learning rate or gradient clipping.") =>
        (Loss, Epoch, Batch, Origin) = (loss, epoch, batch, origin);
    /// <summary>An error with the given message.</summary>
    public TrainingDivergedException(string message) : base(message) { }
    /// <summary>An error with the given message and cause.</summary>
    public TrainingDivergedException(string message, Exception inner) : base(message, inner) { }
    /// <summary>An error without a message.</summary>
    public TrainingDivergedException() { }

    /// <summary>The loss: NaN or infinite.</summary>
    public double Loss { get; } = double.NaN;
    /// <summary>The epoch, from 1.</summary>
    public int Epoch { get; }
    /// <summary>The batch in the epoch, from 1.</summary>
    public int Batch { get; }
    /// <summary>Where the first number that is not finite came from; null where it could not be found.</summary>
    public DivergenceOrigin? Origin { get; }
}
