using Fathom.Nn;

namespace Fathom.Models;

/// <summary>
/// A network of blocks of 3x3 convolutions (Simonyan and Zisserman 2015, "Very deep convolutional networks for large-scale image recognition"; Dive into
/// Deep Learning, 8.2). Each block halves height and width, so images need 2 to the number of blocks pixels a side, 32 for five blocks.
/// </summary>
public class Vgg : ConvNet
{
    /// <summary>A network of blocks; image size and channels come from the first batch. Convolutions start by He's rule: by Xavier's, the signal would fade by half with every two layers of ReLU.</summary>
    /// <param name="blocks">Convolutions and output channels of each block.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="learningRate">The step size of gradient descent.</param>
    /// <param name="batchNorm">Whether batch normalisation follows every convolution.</param>
    /// <param name="style">In torchvision's version the last block's output is averaged to 7 x 7 first; the course's takes it as it is.</param>
    /// <param name="width">A factor of all channels, and of the 4,096 units of the dense layers.</param>
    public Vgg(IReadOnlyList<(int Convolutions, int Channels)> blocks, int classes = 10, double learningRate = 0.01, bool batchNorm = false,
        ModelStyle style = ModelStyle.Torchvision, double width = 1) : base(learningRate)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        IReadOnlyList<Module>[] body = [.. blocks.Select(b => Layers(b.Convolutions, b.Channels.Scaled(width), batchNorm))];
        Module[] head = Head(4096.Scaled(width), classes);
        if (style.IsCourse)
        {
            Net = new Sequential([.. body.Select(b => new Sequential([.. b])), new Flatten(), .. head]);
            return;
        }
        Add("features", new Sequential([.. body.SelectMany(b => b)]));
        Add("avgpool", new AdaptiveAvgPool2d(7));
        Add("flatten", new Flatten());
        Add("classifier", new Sequential(head));
    }

    /// <summary>A block: 3x3 convolutions that keep the size, each with ReLU, then maximum pooling that halves it.</summary>
    public static Sequential Block(int convolutions, int channels) => new([.. Layers(convolutions, channels, batchNorm: false)]);

    static List<Module> Layers(int convolutions, int channels, bool batchNorm)
    {
        List<Module> block = [];
        for (int i = 0; i < convolutions; i++)
        {
            block.Add(new Conv2d(channels, kernel: 3, padding: 1, init: Init.KaimingNormal()));
            if (batchNorm) block.Add(new BatchNorm2d());
            block.Add(new ReLU());
        }
        block.Add(new MaxPool2d(2));
        return block;
    }

    static Module[] Head(int hidden, int classes) =>
    [
        new Linear(hidden, init: Init.XavierUniform()), new ReLU(), new Dropout(0.5),
        new Linear(hidden, init: Init.XavierUniform()), new ReLU(), new Dropout(0.5),
        new Linear(classes, init: Init.XavierUniform()),
    ];
}

/// <summary>VGG with 11 weighted layers (Simonyan and Zisserman 2015, table 1, column A). 132,863,336 parameters for colour images and 1,000 classes.</summary>
/// <inheritdoc cref="Vgg19"/>
public sealed class Vgg11(int classes = 10, double learningRate = 0.01, bool batchNorm = false, ModelStyle style = ModelStyle.Torchvision, double width = 1)
    : Vgg([(1, 64), (1, 128), (2, 256), (2, 512), (2, 512)], classes, learningRate, batchNorm, style, width);

/// <summary>VGG with 13 weighted layers (Simonyan and Zisserman 2015, table 1, column B). 133,047,848 parameters for colour images and 1,000 classes.</summary>
/// <inheritdoc cref="Vgg19"/>
public sealed class Vgg13(int classes = 10, double learningRate = 0.01, bool batchNorm = false, ModelStyle style = ModelStyle.Torchvision, double width = 1)
    : Vgg([(2, 64), (2, 128), (2, 256), (2, 512), (2, 512)], classes, learningRate, batchNorm, style, width);

/// <summary>VGG with 16 weighted layers (Simonyan and Zisserman 2015, table 1, column D). 138,357,544 parameters for colour images and 1,000 classes.</summary>
/// <inheritdoc cref="Vgg19"/>
public sealed class Vgg16(int classes = 10, double learningRate = 0.01, bool batchNorm = false, ModelStyle style = ModelStyle.Torchvision, double width = 1)
    : Vgg([(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)], classes, learningRate, batchNorm, style, width);

/// <summary>VGG with 19 weighted layers (Simonyan and Zisserman 2015, table 1, column E). 143,667,240 parameters for colour images and 1,000 classes.</summary>
/// <param name="classes">The number of classes.</param>
/// <param name="learningRate">The step size of gradient descent.</param>
/// <param name="batchNorm">Whether batch normalisation follows every convolution.</param>
/// <param name="style">Torchvision's version, or the course's.</param>
/// <param name="width">A factor of all channels and hidden units.</param>
public sealed class Vgg19(int classes = 10, double learningRate = 0.01, bool batchNorm = false, ModelStyle style = ModelStyle.Torchvision, double width = 1)
    : Vgg([(2, 64), (2, 128), (4, 256), (4, 512), (4, 512)], classes, learningRate, batchNorm, style, width);

/// <summary>
/// VGG-11 with a quarter of the channels, which the course trains, in the course's style. 43,093,322 parameters for grey images of 224 x 224 and 10 classes.
/// </summary>
/// <param name="classes">The number of classes.</param>
/// <param name="learningRate">The step size of gradient descent.</param>
/// <param name="width">A factor of all channels and hidden units.</param>
public sealed class VggSlim(int classes = 10, double learningRate = 0.01, double width = 1)
    : Vgg([(1, 16), (1, 32), (2, 64), (2, 128), (2, 128)], classes, learningRate, batchNorm: false, ModelStyle.Course, width);
