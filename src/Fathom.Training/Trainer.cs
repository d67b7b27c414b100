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
public class Trainer
{
    readonly Averages averages = new();
    readonly List<EpochSummary> history = [];
    bool stopRequested;
    int batchSize;

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

    /// <summary>Makes the optimiser in place of the model's own <see cref="TrainableModule.ConfigureOptimizers"/>; null leaves the choice to the model.</summary>
    public Func<TrainableModule, IOptimizer>? OptimizerFactory { get; init; }

    /// <summary>Where the model and the batches go.</summary>
    public Device Device { get; init; } = Device.Cpu;

    /// <summary>Told how training goes, and able to stop it.</summary>
    public IList<TrainerCallback> Callbacks { get; init; } = [];

    /// <summary>Asks training to end after the batch at hand; <see cref="WasCancelled"/> tells afterwards.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>The model being fitted.</summary>
    public TrainableModule Model => model ?? throw NotFitting();
    TrainableModule? model;

    /// <summary>The optimiser that the model configured.</summary>
    public IOptimizer Optimizer => optimizer ?? throw NotFitting();
    IOptimizer? optimizer;

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
    public virtual void Fit(TrainableModule model, DataModule data)
    {
        PrepareData(data);
        PrepareModel(model);
        optimizer = OptimizerFactory is { } make ? make(Model) : Model.ConfigureOptimizers();
        Reset();
        Tell(c => c.OnFitStart(this));
        try
        {
            for (Epoch = 0; Epoch < MaxEpochs && !IsStopping; Epoch++)
            {
                Tell(c => c.OnEpochStart(this));
                averages.Clear();
                long begin = Stopwatch.GetTimestamp(), samples = SamplesSeen;
                FitEpoch();
                bool complete = TrainBatchIndex == (Epoch + 1) * TrainBatchCount;
                EpochSummary summary = new(Epoch + 1, averages.Means, Stopwatch.GetElapsedTime(begin), SamplesSeen - samples, complete);
                history.Add(summary);
                Tell(c => c.OnEpochEnd(this, summary));
            }
        }
        finally
        {
            WasCancelled = Cancellation.IsCancellationRequested;
            Model.Board.Flush();
            Tell(c => c.OnFitEnd(this));
        }
    }

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
        foreach (Batch batch in TrainLoader)
        {
            TrainStep(PrepareBatch(batch));
            if (IsStopping) return;
        }
        Validate();
    }

    /// <summary>Forward, backward, clip, update.</summary>
    protected virtual void TrainStep(Batch batch)
    {
        batchSize = batch.Count;
        Tensor loss = Model.TrainingStep(batch);
        double value = loss.Item();
        if (!double.IsFinite(value)) throw new TrainingDivergedException(value, Epoch + 1, TrainBatchIndex - Epoch * TrainBatchCount + 1);
        Optimizer.ZeroGrad();
        loss.Backward();
        if (GradientClipValue > 0) ClipGradients(GradientClipValue, Model);
        Optimizer.Step();
        TrainBatchIndex++;
        SamplesSeen += batch.Count;
        Tell(c => c.OnStepEnd(this, value));
    }

    /// <summary>One pass over the validation batches, without gradients and in evaluation mode.</summary>
    protected virtual void Validate()
    {
        if (ValLoader is null) return;
        Model.Eval();
        using (GradMode.NoGrad())
        {
            foreach (Batch batch in ValLoader)
            {
                batchSize = batch.Count;
                Model.ValidationStep(PrepareBatch(batch));
                ValBatchIndex++;
                if (Cancellation.IsCancellationRequested) break;
            }
        }
        Model.Train();
    }

    /// <summary>The averages of a data set that is not trained on, such as val_loss and val_accuracy.</summary>
    public IReadOnlyDictionary<string, double> Evaluate(TrainableModule model, DataModule data)
    {
        PrepareData(data);
        PrepareModel(model);
        Reset();
        Validate();
        return averages.Means;
    }

    /// <summary>Scales all gradients so that their norm is at most <paramref name="limit"/>.</summary>
    protected virtual void ClipGradients(double limit, Module model)
    {
        ArgumentNullException.ThrowIfNull(model);
        GradientClip.ByNorm(model.Parameters, limit);
    }

    internal void Record(string label, double value) => averages.Add(label, value, Math.Max(batchSize, 1));

    void Reset()
    {
        (Epoch, TrainBatchIndex, ValBatchIndex, SamplesSeen, stopRequested, WasCancelled) = (0, 0, 0, 0, false, false);
        history.Clear();
        averages.Clear();
    }

    void Tell(Action<TrainerCallback> what)
    {
        foreach (TrainerCallback c in Callbacks) what(c);
    }

    static InvalidOperationException NotFitting() => new("The trainer has no model yet: call Fit(model, data).");
}

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

/// <summary>The loss became NaN or infinite; the message says when and what to try.</summary>
public sealed class TrainingDivergedException : ArithmeticException
{
    /// <summary>An error about a loss at an epoch and a batch, both from 1.</summary>
    public TrainingDivergedException(double loss, int epoch, int batch)
        : base($"The loss became {loss} in epoch {epoch}, batch {batch}: training diverged. Try a smaller learning rate or gradient clipping; Anomaly.Detect() names the op that first made a NaN.") =>
        (Epoch, Batch) = (epoch, batch);
    /// <summary>An error with the given message.</summary>
    public TrainingDivergedException(string message) : base(message) { }
    /// <summary>An error with the given message and cause.</summary>
    public TrainingDivergedException(string message, Exception inner) : base(message, inner) { }
    /// <summary>An error without a message.</summary>
    public TrainingDivergedException() { }

    /// <summary>The epoch, from 1.</summary>
    public int Epoch { get; }
    /// <summary>The batch in the epoch, from 1.</summary>
    public int Batch { get; }
}
