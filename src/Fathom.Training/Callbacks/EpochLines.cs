using Fathom.Training.Plotting;

namespace Fathom.Training;

/// <summary>Writes a line an epoch: <c>epoch 1/5  loss 0.261  accuracy 0.925  val_loss 0.141  0:03</c>.</summary>
/// <param name="output">Where to; null for the console.</param>
public sealed class EpochLines(TextWriter? output = null) : TrainerCallback
{
    /// <inheritdoc/>
    public override void OnEpochEnd(Trainer trainer, EpochSummary summary)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(summary);
        (output ?? Console.Out).WriteLine($"epoch {summary.Epoch}/{trainer.MaxEpochs}  {History.Line(summary)}  {Figures.Clock(summary.Time)}");
    }
}
