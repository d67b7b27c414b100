using Fathom.Nn;
using Fathom.Optim;
using Fathom.Training;

namespace Fathom.Models;

/// <summary>
/// A highway block (Srivastava et al. 2015, "Highway networks"): y = H(x) T(x) + x (1 - T(x)), where the gate T, a sigmoid, decides how much is transformed
/// and how much is passed on. H is a dense layer with ReLU; input and output have the same size.
/// </summary>
public sealed class HighwayBlock : Module
{
    /// <summary>A block for inputs whose last axis has this size.</summary>
    /// <param name="size">The number of units.</param>
    /// <param name="gateBias">The gate's bias at the start; below 0, so that a deep network passes its input on at first (section 2.2 of the paper).</param>
    public HighwayBlock(int size, double gateBias = -1)
    {
        Transform = new(size, init: Init.KaimingUniform());
        Gate = new(size);
        Gate.Bias!.Initialize(Init.Constant(gateBias));
    }

    /// <summary>The transformation.</summary>
    public Linear Transform { get; set => field = Register(value); }

    /// <summary>The gate.</summary>
    public Linear Gate { get; set => field = Register(value); }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        Tensor t = Gate.Call(x).Sigmoid();
        return Transform.Call(x).Relu() * t + x * (1 - t);
    }
}

/// <summary>
/// A highway network as in the experiments of Srivastava et al. 2015, section 3: a dense layer of 50 units, nine highway blocks of as many, and a dense
/// layer of scores. 85,660 parameters for images of 28 x 28 and 10 classes.
/// </summary>
public sealed class Highway : Classifier
{
    readonly double learningRate;

    /// <summary>A network; the number of inputs comes from the first batch.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="units">Units of each layer.</param>
    /// <param name="blocks">Highway blocks.</param>
    /// <param name="learningRate">The step size of gradient descent with momentum 0.9.</param>
    public Highway(int classes = 10, int units = 50, int blocks = 9, double learningRate = 0.03)
    {
        this.learningRate = learningRate;
        Net = new Sequential([new Flatten(), new Linear(units), new ReLU(), .. Enumerable.Range(0, blocks).Select(_ => new HighwayBlock(units)), new Linear(classes)]);
    }

    /// <inheritdoc/>
    public override IOptimizer ConfigureOptimizers() => new Sgd(Parameters, learningRate, momentum: 0.9);
}
