using Fathom.Nn;

namespace Fathom.Models;

/// <summary>
/// Network in network (Lin et al. 2014; Dive into Deep Learning, 8.3): a convolution followed by two 1x1 convolutions, a small dense network at every
/// pixel, and no dense layer at the end: the last block has a channel for each class, which is averaged over the image. 1,992,166 parameters for grey
/// images and 10 classes. Images need 95 pixels a side.
/// </summary>
public sealed class NiN : ConvNet
{
    /// <summary>A network; image size and channels come from the first batch. Weights start by He's rule, as ReLU follows every convolution.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="learningRate">The step size of gradient descent.</param>
    /// <param name="width">A factor of all channels but the last block's.</param>
    public NiN(int classes = 10, double learningRate = 0.05, double width = 1) : base(learningRate) =>
        Net = new Sequential(
            Block(96.Scaled(width), kernel: 11, stride: 4, padding: 0), new MaxPool2d(3, stride: 2),
            Block(256.Scaled(width), kernel: 5, stride: 1, padding: 2), new MaxPool2d(3, stride: 2),
            Block(384.Scaled(width), kernel: 3, stride: 1, padding: 1), new MaxPool2d(3, stride: 2),
            new Dropout(0.5),
            Block(classes, kernel: 3, stride: 1, padding: 1),
            new AdaptiveAvgPool2d(1), new Flatten());

    /// <summary>A block: a convolution and two 1x1 convolutions, each with ReLU.</summary>
    public static Sequential Block(int channels, int kernel, int stride, int padding)
    {
        Init he = Init.KaimingNormal();
        return new(
            new Conv2d(channels, kernel, stride, padding, init: he), new ReLU(),
            new Conv2d(channels, kernel: 1, init: he), new ReLU(),
            new Conv2d(channels, kernel: 1, init: he), new ReLU());
    }
}
