using Fathom.Devices;
using Fathom.Optim;

namespace Fathom.Training;

public partial class Trainer
{
    /// <summary>The number of passes over the training data; 0 only prepares.</summary>
    public int MaxEpochs
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(MaxEpochs), $"MaxEpochs must be 0 or more, not {value}.");
    } = 10;

    /// <summary>Gradients whose norm, over all parameters together, exceeds this are scaled down to it; 0 switches clipping off.</summary>
    public double GradientClipValue
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(GradientClipValue), $"GradientClipValue must be 0 (off) or more, not {value}.");
    }

    /// <summary>
    /// Batches whose gradients are added up before the optimiser takes a step, each counting by its share of them: as if the batches were one. The last
    /// step of an epoch may have fewer.
    /// </summary>
    public int AccumulateBatches
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(AccumulateBatches), $"AccumulateBatches must be 1 or more, not {value}.");
    } = 1;

    /// <summary>Makes what changes the learning rate while training goes on, such as <c>o => new Scheduler(o, Schedule.WarmUp(100).Then(100, Schedule.Cosine(1000)))</c>; null for a constant rate.</summary>
    public Func<Optimizer, Scheduler>? SchedulerFactory { get; init; }

    /// <summary>What a step of the schedule is.</summary>
    public ScheduleUnit ScheduleUnit { get; init; }

    /// <summary>Saves checkpoints while training goes on; null for none.</summary>
    public CheckpointSaver? Checkpoints { get; init; }

    /// <summary>Where an earlier run stopped, to go on from there bit for bit; null to begin at the beginning. Everything else must be set as it was in that run.</summary>
    public Checkpoint? ResumeFrom { get; init; }

    /// <summary>Makes the optimiser in place of the model's own <see cref="TrainableModule.ConfigureOptimizers"/>; null leaves the choice to the model.</summary>
    public Func<TrainableModule, IOptimizer>? OptimizerFactory { get; init; }

    /// <summary>Where the model and the batches go.</summary>
    public Device Device { get; init; } = Device.Cpu;

    /// <summary>Told how training goes, and able to stop it.</summary>
    public IList<TrainerCallback> Callbacks { get; init; } = [];

    /// <summary>Asks training to end after the batch at hand; <see cref="WasCancelled"/> tells afterwards.</summary>
    public CancellationToken Cancellation { get; init; }
}
