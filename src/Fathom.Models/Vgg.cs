using Fathom.Nn;
using Fathom.Optim;
using Fathom.Training;

namespace Fathom.Models;

/// <summary>
/// A network of blocks of 3x3 convolutions (Simonyan and Zisserman 2015, "Very deep convolutional networks for large-scale image recognition"; Dive into
/// Deep Learning, 8.2). Each block halves height and width, so images need 2 to the number of blocks pixels a side, 32 for five blocks.
/// </summary>
public class Vgg : Classifier
{
    readonly double learningRate;

    /// <summary>A network of blocks; image size and channels come from the first batch. Weights start by Xavier's rule.</summary>
    /// <param name="blocks">Convolutions and output channels of each block.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="learningRate">The step size of gradient descent.</param>
    public Vgg(IReadOnlyList<(int Convolutions, int Channels)> blocks, int classes = 10, double learningRate = 0.01)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        this.learningRate = learningRate;
        Init xavier = Init.XavierUniform();
        Sequential net = new();
        foreach ((int convolutions, int channels) in blocks) net.Add(Block(convolutions, channels));
        net.Add(new Flatten());
        foreach (Module m in (ReadOnlySpan<Module>)
            [new Linear(4096, init: xavier), new ReLU(), new Dropout(0.5), new Linear(4096, init: xavier), new ReLU(), new Dropout(0.5), new Linear(classes, init: xavier)])
            net.Add(m);
        Net = net;
    }

    /// <summary>A block: 3x3 convolutions that keep the size, each with ReLU, then maximum pooling that halves it.</summary>
    public static Sequential Block(int convolutions, int channels)
    {
        Sequential block = new();
        for (int i = 0; i < convolutions; i++)
        {
            block.Add(new Conv2d(channels, kernel: 3, padding: 1, init: Init.XavierUniform()));
            block.Add(new ReLU());
        }
        block.Add(new MaxPool2d(2));
        return block;
    }

    /// <inheritdoc/>
    public override IOptimizer ConfigureOptimizers() => new Sgd(Parameters, learningRate);
}

/// <summary>VGG with 11 weighted layers (Simonyan and Zisserman 2015, table 1, column A). 128,806,154 parameters for grey images of 224 x 224 and 10 classes.</summary>
/// <param name="classes">The number of classes.</param>
/// <param name="learningRate">The step size of gradient descent.</param>
public sealed class Vgg11(int classes = 10, double learningRate = 0.01)
    : Vgg([(1, 64), (1, 128), (2, 256), (2, 512), (2, 512)], classes, learningRate);

/// <summary>VGG-11 with a quarter of the channels, which the course trains. 43,093,322 parameters for grey images of 224 x 224 and 10 classes.</summary>
/// <param name="classes">The number of classes.</param>
/// <param name="learningRate">The step size of gradient descent.</param>
public sealed class VggSlim(int classes = 10, double learningRate = 0.01)
    : Vgg([(1, 16), (1, 32), (2, 64), (2, 128), (2, 128)], classes, learningRate);
