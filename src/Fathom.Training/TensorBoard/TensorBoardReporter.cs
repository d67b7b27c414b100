using Fathom.Data;
using Fathom.Formats;

namespace Fathom.Training;

/// <summary>
/// Writes training for TensorBoard (<c>tensorboard --logdir FOLDER</c>): the loss now and then within epochs, all metrics and the learning rate at their ends, histograms of weights and
/// of their latest gradients, and some training images at the start.
/// </summary>
/// <param name="folder">Where the event file goes; made if need be.</param>
/// <param name="everySteps">Batches between two points of the training loss.</param>
public sealed class TensorBoardReporter(string folder, int everySteps = 10) : TrainerCallback, IDisposable
{
    const int Samples = 8;

    EventFile? events;

    /// <inheritdoc/>
    public override void OnFitStart(Trainer trainer)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        Dispose();
        events = new(folder);
        if (trainer.ValLoader?.FirstOrDefault()?.Input is { Rank: 4 } images) WriteSamples(images);
    }

    void WriteSamples(Tensor images)
    {
        for (int i = 0; i < Math.Min(Samples, images.Shape[0]); i++)
        {
            (int channels, int height, int width) = (images.Shape[1], images.Shape[2], images.Shape[3]);
            if (channels is not (1 or 3)) return;
            float[] pixels = images.Slice(0, i, i + 1).Permute(0, 2, 3, 1).Contiguous().To(DType.Float32).ToArray<float>();
            events!.Image($"validation/{i}", new(width, height, channels, [.. pixels.Select(p => (byte)Math.Clamp(Math.Round(p * 255), 0, 255))]), 0);
        }
    }

    /// <inheritdoc/>
    public override void OnStepEnd(Trainer trainer, double loss)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        if (trainer.TrainBatchIndex % everySteps == 0) events?.Scalar("batch/loss", loss, trainer.TrainBatchIndex);
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(Trainer trainer, EpochSummary summary)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(summary);
        if (events is null) return;
        foreach ((string name, double value) in summary.Metrics) events.Scalar($"epoch/{name}", value, summary.Epoch);
        if (trainer.Optimizer is Optim.Optimizer optimizer) events.Scalar("epoch/learning_rate", optimizer.LearningRate, summary.Epoch);
        foreach ((string name, Nn.Parameter parameter) in trainer.Model.NamedParameters())
        {
            events.Histogram($"weights/{name}", parameter, summary.Epoch);
            if (parameter.Grad is { } gradient) events.Histogram($"gradients/{name}", gradient, summary.Epoch);
        }
    }

    /// <inheritdoc/>
    public override void OnFitEnd(Trainer trainer) => Dispose();

    /// <summary>Closes the event file; the next training begins another.</summary>
    public void Dispose()
    {
        events?.Dispose();
        events = null;
    }
}
