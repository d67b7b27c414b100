using Fathom.Data;
using Fathom.Nn;
using Fathom.Optim;

namespace Fathom.Training;

/// <summary>A network with the optimiser, loss and metrics it was compiled with: a model like any other to the trainer.</summary>
internal sealed class CompiledModule : TrainableModule
{
    readonly OptimizerChoice optimizer;
    readonly LossChoice loss;
    IOptimizer? made;

    public CompiledModule(Module net, OptimizerChoice optimizer, LossChoice loss, IReadOnlyList<Metric> metrics)
    {
        (Net, this.optimizer, this.loss, Metrics) = (net, optimizer, loss, [.. metrics]);
        Board.YLabel = "loss, metrics";
    }

    /// <summary>Epochs done so far, over all fits: each has an order of its own.</summary>
    public int EpochsDone { get; set; }

    /// <summary>The network up to a closing layer that is part of the loss.</summary>
    public override Tensor Forward(Tensor x)
    {
        if (Net is not Sequential { Count: > 0 } chain || !loss.Absorbs(chain[^1])) return Net!.Call(x);
        for (int i = 0; i < chain.Count - 1; i++) x = chain[i].Call(x);
        return x;
    }

    public override Tensor Loss(Tensor prediction, Tensor target) => loss.Function(prediction, target);

    /// <summary>The same optimiser in every fit, so that a second one goes on where the first ended.</summary>
    public override IOptimizer ConfigureOptimizers() => made ??= optimizer.Make(Net!);

    public override Tensor TrainingStep(Batch batch) => Step(batch, train: true);

    public override void ValidationStep(Batch batch) => Step(batch, train: false);

    Tensor Step(Batch batch, bool train)
    {
        Tensor scores = Call(batch.Input), value = Loss(scores, batch.Target);
        Plot("loss", value, train);
        using var mode = Autograd.GradMode.NoGrad();
        Measure(loss.Activate(scores.Detach()), batch.Target, train);
        return value;
    }
}
