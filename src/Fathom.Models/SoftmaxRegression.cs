using Fathom.Nn;
using Fathom.Optim;
using Fathom.Training;

namespace Fathom.Models;

/// <summary>Softmax regression: one linear layer from pixels to class scores (Dive into Deep Learning, 4.5).</summary>
public sealed class SoftmaxRegression : Classifier
{
    readonly double learningRate;

    /// <summary>A model for the given number of classes; the number of inputs comes from the first batch.</summary>
    public SoftmaxRegression(int classes = 10, double learningRate = 0.1)
    {
        this.learningRate = learningRate;
        HyperParameters.Keep(classes).Keep(learningRate);
        Net = new Sequential(new Flatten(), new Linear(classes));
    }

    /// <inheritdoc/>
    public override IOptimizer ConfigureOptimizers() => new Sgd(Parameters, learningRate);
}

/// <summary>Softmax regression with everything written out (Dive into Deep Learning, 4.4).</summary>
public sealed class SoftmaxRegressionScratch : Classifier
{
    readonly double learningRate;

    /// <summary>Weights from a normal distribution, biases 0.</summary>
    /// <param name="inputs">The number of pixels.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="learningRate">The step size of gradient descent.</param>
    /// <param name="sigma">The weights' standard deviation at the start.</param>
    public SoftmaxRegressionScratch(int inputs = 784, int classes = 10, double learningRate = 0.1, double sigma = 0.01)
    {
        this.learningRate = learningRate;
        HyperParameters.Keep(inputs).Keep(classes).Keep(learningRate).Keep(sigma);
        Weight = new Parameter(Tensor.Normal(0, sigma, (inputs, classes)));
        Bias = new Parameter(Tensor.Zeros(classes));
    }

    /// <summary>The weight, (inputs, classes).</summary>
    public Parameter Weight { get; set => field = Register(value); }

    /// <summary>The bias, (classes).</summary>
    public Parameter Bias { get; set => field = Register(value); }

    /// <summary>Probabilities: e^x of the scores, divided by their sum.</summary>
    public override Tensor Forward(Tensor x) => Softmax(x.Reshape(-1, Weight.Shape[0]).MatMul(Weight) + Bias);

    /// <summary>Mean negative logarithm of the probability of the right class.</summary>
    public override Tensor Loss(Tensor prediction, Tensor target) => CrossEntropy(prediction, target);

    /// <inheritdoc/>
    public override Tensor Probabilities(Tensor prediction) => prediction;

    /// <summary>The softmax as the formula stands; overflows for large scores, as the lesson shows.</summary>
    public static Tensor Softmax(Tensor x)
    {
        Tensor e = x.Exp();
        return e / e.Sum(1, keepDim: true);
    }

    /// <summary>Cross-entropy of probabilities (N, classes) against class indices (N).</summary>
    public static Tensor CrossEntropy(Tensor probabilities, Tensor target) => -probabilities.Gather(1, target.Unsqueeze(1)).Log().Mean();

    /// <inheritdoc/>
    public override IOptimizer ConfigureOptimizers() => new SgdScratch([Weight, Bias], learningRate);
}
