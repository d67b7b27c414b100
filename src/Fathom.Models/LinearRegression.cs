using Fathom.Autograd;
using Fathom.Nn;
using Fathom.Optim;
using Fathom.Training;

namespace Fathom.Models;

/// <summary>Linear regression with a layer, a loss and an optimiser from the library (Dive into Deep Learning, 3.5).</summary>
public sealed class LinearRegression : TrainableModule
{
    readonly double learningRate;

    /// <summary>A model of one output; the number of inputs comes from the first batch.</summary>
    public LinearRegression(double learningRate = 0.03)
    {
        this.learningRate = learningRate;
        HyperParameters.Keep(learningRate);
        Net = new Linear(1, init: Init.Normal(0, 0.01));
    }

    /// <summary>The weight, (1, inputs).</summary>
    public Parameter Weight => ((Linear)Net!).Weight;

    /// <summary>The bias, (1).</summary>
    public Parameter Bias => ((Linear)Net!).Bias!;

    /// <summary>Mean squared error.</summary>
    public override Tensor Loss(Tensor prediction, Tensor target) => Functional.MeanSquaredError(prediction, target);

    /// <inheritdoc/>
    public override IOptimizer ConfigureOptimizers() => new Sgd(Parameters, learningRate);
}

/// <summary>Linear regression with everything written out (Dive into Deep Learning, 3.4).</summary>
public sealed class LinearRegressionScratch : TrainableModule
{
    readonly double learningRate;

    /// <summary>Weights from a normal distribution, bias 0.</summary>
    /// <param name="inputs">The number of features.</param>
    /// <param name="learningRate">The step size of gradient descent.</param>
    /// <param name="sigma">The weights' standard deviation at the start.</param>
    public LinearRegressionScratch(int inputs, double learningRate = 0.03, double sigma = 0.01)
    {
        this.learningRate = learningRate;
        HyperParameters.Keep(inputs).Keep(learningRate).Keep(sigma);
        Weight = new Parameter(Tensor.Normal(0, sigma, (inputs, 1)));
        Bias = new Parameter(Tensor.Zeros(1));
    }

    /// <summary>The weight, (inputs, 1).</summary>
    public Parameter Weight { get; set => field = Register(value); }

    /// <summary>The bias, (1).</summary>
    public Parameter Bias { get; set => field = Register(value); }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.MatMul(Weight) + Bias;

    /// <summary>Half the mean squared error, so that its derivative has no factor.</summary>
    public override Tensor Loss(Tensor prediction, Tensor target) => ((prediction - target).Square() / 2).Mean();

    /// <inheritdoc/>
    public override IOptimizer ConfigureOptimizers() => new SgdScratch([Weight, Bias], learningRate);
}

/// <summary>Minibatch stochastic gradient descent, written out (Dive into Deep Learning, 3.4.3).</summary>
public sealed class SgdScratch(IReadOnlyList<Tensor> parameters, double learningRate) : IOptimizer
{
    /// <inheritdoc/>
    public void Step()
    {
        using (GradMode.NoGrad())
        {
            foreach (Tensor p in parameters) p.SubInPlace(learningRate * p.Grad!);
        }
    }

    /// <inheritdoc/>
    public void ZeroGrad()
    {
        foreach (Tensor p in parameters) p.ZeroGrad();
    }
}
