using Fathom.Nn;
using Fathom.Optim;
using Fathom.Training;

namespace Fathom.Models;

/// <summary>A multilayer perceptron: one hidden layer with ReLU (Dive into Deep Learning, 5.2.2).</summary>
public sealed class Mlp : Classifier
{
    readonly double learningRate;

    /// <summary>A model for the given number of classes; the number of inputs comes from the first batch.</summary>
    public Mlp(int classes = 10, int hidden = 256, double learningRate = 0.1)
    {
        this.learningRate = learningRate;
        HyperParameters.Keep(classes).Keep(hidden).Keep(learningRate);
        Net = new Sequential(new Flatten(), new Linear(hidden), new ReLU(), new Linear(classes));
    }

    /// <inheritdoc/>
    public override IOptimizer ConfigureOptimizers() => new Sgd(Parameters, learningRate);
}

/// <summary>A multilayer perceptron with everything written out (Dive into Deep Learning, 5.2.1).</summary>
public sealed class MlpScratch : Classifier
{
    readonly double learningRate;

    /// <summary>Weights from a normal distribution, biases 0.</summary>
    /// <param name="inputs">The number of pixels.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="hidden">The number of hidden units.</param>
    /// <param name="learningRate">The step size of gradient descent.</param>
    /// <param name="sigma">The weights' standard deviation at the start.</param>
    public MlpScratch(int inputs = 784, int classes = 10, int hidden = 256, double learningRate = 0.1, double sigma = 0.01)
    {
        this.learningRate = learningRate;
        HyperParameters.Keep(inputs).Keep(classes).Keep(hidden).Keep(learningRate).Keep(sigma);
        Weight1 = new Parameter(Tensor.Normal(0, sigma, (inputs, hidden)));
        Bias1 = new Parameter(Tensor.Zeros(hidden));
        Weight2 = new Parameter(Tensor.Normal(0, sigma, (hidden, classes)));
        Bias2 = new Parameter(Tensor.Zeros(classes));
    }

    /// <summary>The hidden layer's weight, (inputs, hidden).</summary>
    public Parameter Weight1 { get; set => field = Register(value); }

    /// <summary>The hidden layer's bias, (hidden).</summary>
    public Parameter Bias1 { get; set => field = Register(value); }

    /// <summary>The output layer's weight, (hidden, classes).</summary>
    public Parameter Weight2 { get; set => field = Register(value); }

    /// <summary>The output layer's bias, (classes).</summary>
    public Parameter Bias2 { get; set => field = Register(value); }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        Tensor h = Relu(x.Reshape(-1, Weight1.Shape[0]).MatMul(Weight1) + Bias1);
        return h.MatMul(Weight2) + Bias2;
    }

    /// <summary>max(x, 0).</summary>
    public static Tensor Relu(Tensor x) => x.Maximum(0);

    /// <inheritdoc/>
    public override IOptimizer ConfigureOptimizers() => new SgdScratch([Weight1, Bias1, Weight2, Bias2], learningRate);
}

/// <summary>The two dense layers, 512 wide, with which Chollet's Deep Learning with Python opens (2.1).</summary>
public sealed class Dense512 : Classifier
{
    readonly double learningRate;

    /// <summary>A model for the given number of classes.</summary>
    public Dense512(int classes = 10, double learningRate = 1e-3)
    {
        this.learningRate = learningRate;
        HyperParameters.Keep(classes).Keep(learningRate);
        Net = new Sequential(new Flatten(), new Linear(512, init: Init.XavierUniform()), new ReLU(), new Linear(classes, init: Init.XavierUniform()));
    }

    /// <inheritdoc/>
    public override IOptimizer ConfigureOptimizers() => new RmsProp(Parameters, learningRate);
}
