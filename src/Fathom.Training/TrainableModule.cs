using Fathom.Data;
using Fathom.Nn;
using Fathom.Optim;

namespace Fathom.Training;

/// <summary>
/// A model that knows its loss, its optimiser and what to do with a batch: the base class of all models that a <see cref="Training.Trainer"/> fits.
/// </summary>
/// <remarks>After the course's Module (Dive into Deep Learning, 3.2.2).</remarks>
public abstract class TrainableModule : Module
{
    /// <summary>What the model was made with: its constructor keeps its arguments here, by <c>HyperParameters.Keep(hidden)</c>. Checkpoints take them along.</summary>
    public HyperParameters HyperParameters { get; } = new();

    /// <inheritdoc/>
    protected override string Details => HyperParameters.ToString();

    /// <summary>Where curves are drawn.</summary>
    public ProgressBoard Board { get; } = new() { XLabel = "epoch" };

    /// <summary>Points a training curve gets in an epoch.</summary>
    public int PlotTrainPerEpoch { get; init; } = 2;

    /// <summary>Points a validation curve gets in an epoch.</summary>
    public int PlotValPerEpoch { get; init; } = 1;

    /// <summary>What is measured on the validation samples of each epoch besides what the model itself plots, and reported as val_NAME.</summary>
    public IList<Metric> Metrics { get; init; } = [];

    /// <summary>The trainer that fits this model; null before <see cref="Training.Trainer.Fit"/>.</summary>
    public Trainer? Trainer { get; internal set; }

    /// <summary>The part from input to output, used by the default <see cref="Forward"/>.</summary>
    public Module? Net { get; set => field = Register(value); }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) =>
        (Net ?? throw new InvalidOperationException($"{GetType().Name} has no network: assign Net in the constructor, or override Forward.")).Call(x);

    /// <summary>The loss of predictions against targets, a scalar.</summary>
    public abstract Tensor Loss(Tensor prediction, Tensor target);

    /// <summary>The optimiser of the parameters. Lazy parameters need no shape yet.</summary>
    public abstract IOptimizer ConfigureOptimizers();

    /// <summary>The loss of one training batch, with gradients recorded; plots it.</summary>
    public virtual Tensor TrainingStep(Batch batch)
    {
        Tensor loss = Loss(Call(batch.Input), batch.Target);
        Plot("loss", loss, train: true);
        return loss;
    }

    /// <summary>Plots what there is to say about one validation batch; called without gradients.</summary>
    public virtual void ValidationStep(Batch batch)
    {
        Tensor prediction = Call(batch.Input);
        Plot("loss", Loss(prediction, batch.Target), train: false);
        Measure(prediction, batch.Target, train: false);
    }

    /// <summary>Updates <see cref="Metrics"/> by a batch and reports them for the epoch as <c>train_name</c> or <c>val_name</c>.</summary>
    /// <exception cref="InvalidOperationException">The model is not in a trainer.</exception>
    protected void Measure(Tensor prediction, Tensor target, bool train)
    {
        if (Metrics.Count == 0) return;
        Trainer trainer = Trainer ?? throw new InvalidOperationException("A model measures while a trainer fits it: call new Trainer(...).Fit(model, data).");
        using var mode = Autograd.GradMode.NoGrad();
        foreach (Metric metric in Metrics)
        {
            metric.Update(prediction, target);
            trainer.RecordFigure((train ? "train_" : "val_") + metric.Name, metric.Value);
        }
    }

    internal void ResetMetrics()
    {
        foreach (Metric metric in Metrics) metric.Reset();
    }

    /// <summary>Draws a measurement as <c>train_key</c> or <c>val_key</c> and adds it to the epoch's averages.</summary>
    /// <exception cref="InvalidOperationException">The model is not in a trainer.</exception>
    protected void Plot(string key, Tensor value, bool train)
    {
        Trainer trainer = Trainer ?? throw new InvalidOperationException("A model plots while a trainer fits it: call new Trainer(...).Fit(model, data).");
        double y = value.Item();
        string label = (train ? "train_" : "val_") + key;
        trainer.Record(label, y);
        int batches = train ? trainer.TrainBatchCount : trainer.ValBatchCount, points = train ? PlotTrainPerEpoch : PlotValPerEpoch;
        double x = train ? (double)trainer.TrainBatchIndex / batches : trainer.Epoch + 1;
        if (points > 0) Board.Draw(x, y, label, Math.Max(1, batches / points));
    }
}
