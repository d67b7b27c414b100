using System.Diagnostics;
using Fathom.Autograd;
using Fathom.Data;
using Fathom.Devices;
using Fathom.Nn;
using Fathom.Optim;

namespace Fathom.Training;

/// <summary>
/// Fits a model to data: epochs of training batches, each followed by validation. Every part of the loop can be overridden, as the course does
/// (Dive into Deep Learning, 3.2.4 and 3.4.4).
/// </summary>
/// <example><code>new Trainer { MaxEpochs = 3 }.Fit(new LinearRegression(learningRate: 0.03), data);</code></example>
public partial class Trainer
{
    readonly Averages trainAverages = new(), valAverages = new();
    readonly List<EpochSummary> history = [];
    bool stopRequested, validating;
    int batchSize;

    /// <summary>The model being fitted.</summary>
    public TrainableModule Model => model ?? throw NotFitting();
    TrainableModule? model;

    /// <summary>The optimiser that the model configured.</summary>
    public IOptimizer Optimizer => optimizer ?? throw NotFitting();
    IOptimizer? optimizer;

    /// <summary>What sets the learning rate; null where it is constant.</summary>
    public Scheduler? Scheduler { get; private set; }

    /// <summary>The loader of the training batches.</summary>
    public IDataLoader TrainLoader => trainLoader ?? throw NotFitting();
    IDataLoader? trainLoader;

    /// <summary>The loader of the validation batches; null if there is none.</summary>
    public IDataLoader? ValLoader { get; private set; }

    /// <summary>The epoch at hand, from 0.</summary>
    public int Epoch { get; private set; }

    /// <summary>Training batches done, over all epochs.</summary>
    public int TrainBatchIndex { get; private set; }

    /// <summary>Validation batches done, over all epochs.</summary>
    public int ValBatchIndex { get; private set; }

    /// <summary>Training batches in an epoch.</summary>
    public int TrainBatchCount => TrainLoader.BatchCount;

    /// <summary>Validation batches in an epoch.</summary>
    public int ValBatchCount => ValLoader?.BatchCount ?? 0;

    /// <summary>Training samples seen, over all epochs.</summary>
    public long SamplesSeen { get; private set; }

    /// <summary>What each finished epoch came to.</summary>
    public IReadOnlyList<EpochSummary> History => history;

    /// <summary>Whether training ended because <see cref="Cancellation"/> asked for it.</summary>
    public bool WasCancelled { get; private set; }

    /// <summary>Ends training after the batch at hand.</summary>
    public void Stop() => stopRequested = true;

    /// <summary>Whether training is to end.</summary>
    public bool IsStopping => stopRequested || Cancellation.IsCancellationRequested;

    /// <summary>Trains the model.</summary>
    /// <exception cref="TrainingDivergedException">The loss became NaN or infinite.</exception>
    /// <exception cref="ArgumentException">The data has no training batches, or <see cref="ResumeFrom"/> is a checkpoint of another model or with other parts.</exception>
    public virtual void Fit(TrainableModule model, DataModule data)
    {
        PrepareData(data);
        PrepareModel(model);
        if (ResumeFrom is { } start) Model.LoadStateDict(start.Weights);
        optimizer = OptimizerFactory is { } make ? make(Model) : Model.ConfigureOptimizers();
        Scheduler = SchedulerFactory?.Invoke(optimizer as Optimizer ?? throw new InvalidOperationException($"A schedule sets the learning rate of an Optimizer, which {optimizer.GetType().Name} is not: derive from Optimizer, or leave SchedulerFactory out."));
        Reset();
        Tell(c => c.OnFitStart(this));
        if (ResumeFrom is { } checkpoint) Restore(checkpoint.State);
        try
        {
            for (; Epoch < MaxEpochs && !IsStopping; Epoch++) RunEpoch();
            Checkpoints?.OnFitDone(this);
        }
        finally
        {
            WasCancelled = Cancellation.IsCancellationRequested;
            Model.Board.Flush();
            Tell(c => c.OnFitEnd(this));
        }
    }

    void RunEpoch()
    {
        Model.ResetMetrics();
        Tell(c => c.OnEpochStart(this));
        long begin = Stopwatch.GetTimestamp(), samples = SamplesSeen;
        FitEpoch();
        bool complete = BatchesDoneIn(Epoch) == TrainBatchCount && !Cancellation.IsCancellationRequested;
        EpochSummary summary = new(Epoch + 1, Averages.Union(trainAverages, valAverages), timeBefore + Stopwatch.GetElapsedTime(begin), samplesBefore + SamplesSeen - samples, complete);
        history.Add(summary);
        if (complete && ScheduleUnit == ScheduleUnit.Epoch) Scheduler?.Step();
        Tell(c => c.OnEpochEnd(this, summary));
        if (!complete) return;
        Checkpoints?.OnEpochEnd(this, summary);
        BeginEpoch();
    }

    /// <summary>Nothing has been measured of the epoch to come.</summary>
    void BeginEpoch()
    {
        trainAverages.Clear();
        valAverages.Clear();
        (timeBefore, samplesBefore) = (TimeSpan.Zero, 0);
    }

    int BatchesDoneIn(int epoch) => TrainBatchIndex - epoch * TrainBatchCount;

    /// <summary>Takes the loaders from the data.</summary>
    protected virtual void PrepareData(DataModule data)
    {
        ArgumentNullException.ThrowIfNull(data);
        trainLoader = data.TrainDataLoader();
        ValLoader = data.ValDataLoader();
        if (trainLoader.BatchCount == 0) throw new ArgumentException("There are no training batches: the data set is empty, or smaller than a batch while incomplete batches are dropped.", nameof(data));
    }

    /// <summary>Moves the model to the device and makes it this trainer's.</summary>
    protected virtual void PrepareModel(TrainableModule model)
    {
        ArgumentNullException.ThrowIfNull(model);
        this.model = model;
        model.Trainer = this;
        model.To(Device);
    }

    /// <summary>A batch as the model takes it: on the device.</summary>
    protected virtual Batch PrepareBatch(Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return batch.Tensors.All(t => t.Device == Device) ? batch : new(batch.Tensors.Select(t => t.To(Device)).ToArray());
    }

    /// <summary>One pass over the training batches, then one over the validation batches.</summary>
    protected virtual void FitEpoch()
    {
        Model.Train();
        if (BatchesDoneIn(Epoch) < TrainBatchCount)
            foreach (Batch batch in TrainLoader)
            {
                TrainStep(PrepareBatch(batch));
                if (IsStopping && BatchesDoneIn(Epoch) < TrainBatchCount) return;
            }
        if (!Cancellation.IsCancellationRequested) Validate();
    }

    /// <summary>One pass over the validation batches, without gradients and in evaluation mode.</summary>
    protected virtual void Validate()
    {
        if (ValLoader is null) return;
        valAverages.Clear();
        validating = true;
        Model.Eval();
        Model.ResetMetrics();
        Tell(c => c.OnValidationStart(this));
        try
        {
            using var _ = GradMode.NoGrad();
            foreach (Batch batch in ValLoader)
            {
                batchSize = batch.Count;
                Model.ValidationStep(PrepareBatch(batch));
                ValBatchIndex++;
                if (Cancellation.IsCancellationRequested) break;
            }
        }
        finally
        {
            validating = false;
            Tell(c => c.OnValidationEnd(this));
            Model.Train();
        }
    }

    /// <summary>The averages of a data set that is not trained on, such as val_loss and val_accuracy.</summary>
    public IReadOnlyDictionary<string, double> Evaluate(TrainableModule model, DataModule data)
    {
        PrepareData(data);
        PrepareModel(model);
        Reset();
        Validate();
        return valAverages.Means;
    }

    internal void Record(string label, double value) => (validating ? valAverages : trainAverages).Add(label, value, Math.Max(batchSize, 1));

    internal void RecordFigure(string label, double value) => (validating ? valAverages : trainAverages).Set(label, value);

    void Reset()
    {
        (Epoch, TrainBatchIndex, ValBatchIndex, SamplesSeen, stopRequested, WasCancelled) = (0, 0, 0, 0, false, false);
        history.Clear();
        BeginEpoch();
    }

    void Tell(Action<TrainerCallback> what)
    {
        foreach (TrainerCallback c in Callbacks) what(c);
    }

    static InvalidOperationException NotFitting() => new("The trainer has no model yet: call Fit(model, data).");
}
