using Fathom.Nn;
using Fathom.Optim;
using Fathom.Training;

namespace Fathom.Models;

/// <summary>
/// LeNet-5 (LeCun et al. 1998, "Gradient-based learning applied to document recognition") as the course has it (Dive into Deep Learning, 7.6): two
/// convolutions with pooling, then three dense layers. 61,706 parameters for 28 x 28 grey images and 10 classes.
/// </summary>
public sealed class LeNet : Classifier
{
    readonly LeNetActivation activation;
    readonly double learningRate;

    /// <summary>A model for the given number of classes; image size and channels come from the first batch. Weights start by Xavier's rule.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="activation">Sigmoids with average pooling as in 1998, or rectifiers with maximum pooling.</param>
    /// <param name="learningRate">The step size; null takes 0.005 for sigmoids (with Adam), 0.1 for rectifiers (with plain gradient descent).</param>
    public LeNet(int classes = 10, LeNetActivation activation = LeNetActivation.Sigmoid, double? learningRate = null)
    {
        this.activation = activation;
        this.learningRate = learningRate ?? (activation == LeNetActivation.Sigmoid ? 5e-3 : 0.1);
        HyperParameters.Keep(classes).Keep(activation).Keep(this.learningRate);
        Init xavier = Init.XavierUniform();
        Net = new Sequential(
            new Conv2d(6, kernel: 5, padding: 2, init: xavier), Activate(), Pool(),
            new Conv2d(16, kernel: 5, init: xavier), Activate(), Pool(),
            new Flatten(),
            new Linear(120, init: xavier), Activate(),
            new Linear(84, init: xavier), Activate(),
            new Linear(classes, init: xavier));
    }

    Module Activate() => activation == LeNetActivation.Sigmoid ? new Sigmoid() : new ReLU();

    Module Pool() => activation == LeNetActivation.Sigmoid ? new AvgPool2d(2) : new MaxPool2d(2);

    /// <inheritdoc/>
    public override IOptimizer ConfigureOptimizers() =>
        activation == LeNetActivation.Sigmoid ? new Adam(Parameters, learningRate) : new Sgd(Parameters, learningRate);
}

/// <summary>
/// LeNet with batch normalisation after every layer but the last (Ioffe and Szegedy 2015; Dive into Deep Learning, 8.5), without padding, as in the course.
/// 44,878 parameters for 28 x 28 grey images and 10 classes.
/// </summary>
public sealed class LeNetBatchNorm : Classifier
{
    readonly double learningRate;

    /// <summary>A model for the given number of classes; image size and channels come from the first batch. Weights start by Xavier's rule.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="learningRate">The step size of gradient descent.</param>
    public LeNetBatchNorm(int classes = 10, double learningRate = 0.1)
    {
        this.learningRate = learningRate;
        Init xavier = Init.XavierUniform();
        Net = new Sequential(
            new Conv2d(6, kernel: 5, init: xavier), new BatchNorm2d(), new Sigmoid(), new AvgPool2d(2),
            new Conv2d(16, kernel: 5, init: xavier), new BatchNorm2d(), new Sigmoid(), new AvgPool2d(2),
            new Flatten(),
            new Linear(120, init: xavier), new BatchNorm1d(), new Sigmoid(),
            new Linear(84, init: xavier), new BatchNorm1d(), new Sigmoid(),
            new Linear(classes, init: xavier));
    }

    /// <inheritdoc/>
    public override IOptimizer ConfigureOptimizers() => new Sgd(Parameters, learningRate);
}

/// <summary>The non-linearity of a LeNet, and the pooling that goes with it.</summary>
public enum LeNetActivation
{
    /// <summary>Sigmoids and average pooling, as in 1998.</summary>
    Sigmoid,
    /// <summary>Rectifiers and maximum pooling.</summary>
    Relu,
}
