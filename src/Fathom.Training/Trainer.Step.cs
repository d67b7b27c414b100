using Fathom.Autograd;
using Fathom.Data;
using Fathom.Nn;
using Fathom.Optim;

namespace Fathom.Training;

public partial class Trainer
{
    /// <summary>Forward, backward and, when enough gradients have been added up, clip and update.</summary>
    protected virtual void TrainStep(Batch batch)
    {
        batchSize = batch.Count;
        RandomState random = RandomStream.Default.State;
        Tensor loss = Model.TrainingStep(batch);
        double value = loss.Item();
        if (!double.IsFinite(value)) throw Diverged(value, batch, random);
        int place = BatchesDoneIn(Epoch) % AccumulateBatches;
        if (place == 0) Optimizer.ZeroGrad();
        (AccumulateBatches > 1 ? loss * ShareOf(batch, place) : loss).Backward();
        TrainBatchIndex++;
        SamplesSeen += batch.Count;
        if (place == AccumulateBatches - 1 || BatchesDoneIn(Epoch) == TrainBatchCount) Update();
        Tell(c => c.OnStepEnd(this, value));
        if (IsAtUpdate) Checkpoints?.OnStepEnd(this);
    }

    void Update()
    {
        if (GradientClipValue > 0) ClipGradients(GradientClipValue, Model);
        Optimizer.Step();
        if (ScheduleUnit == ScheduleUnit.Step) Scheduler?.Step();
    }

    TrainingDivergedException Diverged(double loss, Batch batch, RandomState random)
    {
        DivergenceOrigin? origin = null;
        try { origin = DivergenceOrigin.Find(Model, batch, random); }
        catch (Exception e) when (e is ShapeException or InvalidOperationException or ArgumentException) { }     // a training step that is not Loss(Call(input), target)
        return new(loss, Epoch + 1, BatchesDoneIn(Epoch) + 1, origin);
    }

    /// <summary>The weights that validation judged: those of a callback such as a running average, or the model's own.</summary>
    internal IReadOnlyDictionary<string, Tensor> WeightsToKeep => Callbacks.Select(c => c.WeightsToKeep).FirstOrDefault(w => w is not null) ?? Model.StateDict();

    /// <summary>Whether no gradients wait to be added to, so that weights and optimiser say all.</summary>
    bool IsAtUpdate => BatchesDoneIn(Epoch) is var done && (done % AccumulateBatches == 0 || done == TrainBatchCount);

    /// <summary>What a batch counts in a step of several: all alike but a smaller last one, which can only be last of all.</summary>
    double ShareOf(Batch batch, int place)
    {
        int first = BatchesDoneIn(Epoch) - place, batches = Math.Min(AccumulateBatches, TrainBatchCount - first);
        if (first + batches < TrainBatchCount) return 1.0 / batches;
        int full = (TrainLoader.SampleCount + TrainBatchCount - 1) / TrainBatchCount;                // a loader that does not say its batch size
        if (TrainLoader is DataLoader loader) full = loader.BatchSize;
        return (double)batch.Count / (TrainLoader.SampleCount - (long)first * full);
    }

    /// <summary>Scales all gradients so that their norm is at most <paramref name="limit"/>.</summary>
    protected virtual void ClipGradients(double limit, Module model)
    {
        ArgumentNullException.ThrowIfNull(model);
        GradientClip.ByNorm(model.Parameters, limit);
    }
}
