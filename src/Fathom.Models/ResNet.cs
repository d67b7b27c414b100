using Fathom.Nn;

namespace Fathom.Models;

/// <summary>
/// A residual network (He et al. 2016, "Deep residual learning for image recognition"; Dive into Deep Learning, 8.6): a stem that shrinks images
/// fourfold, stages of residual blocks that each double the channels and halve the size, global average pooling, one dense layer.
/// </summary>
public class ResNet : ConvNet
{
    /// <summary>A network of residual blocks; image size and channels come from the first batch.</summary>
    /// <param name="stages">Residual blocks and output channels of each stage. All stages but the first begin with stride 2 and a projection.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="learningRate">The step size of gradient descent.</param>
    /// <param name="block">Makes a block from output channels, whether the shortcut is projected, and stride; null makes a <see cref="Residual"/>.</param>
    /// <param name="style">Torchvision's version, or the course's: convolutions with biases, started by Xavier's rule.</param>
    /// <param name="width">A factor of all channels.</param>
    /// <param name="stemChannels">Output channels of the stem, before <paramref name="width"/>.</param>
    public ResNet(IReadOnlyList<(int Blocks, int Channels)> stages, int classes = 10, double learningRate = 0.01, Func<int, bool, int, Module>? block = null,
        ModelStyle style = ModelStyle.Torchvision, double width = 1, int stemChannels = 64) : base(learningRate)
    {
        ArgumentNullException.ThrowIfNull(stages);
        if (stages.Count == 0) throw new ArgumentException("A residual network has at least one stage of blocks, such as (2, 64).", nameof(stages));
        block ??= (channels, project, stride) => new Residual(channels, project, stride, style);
        int stem = stemChannels.Scaled(width);
        Module[] body = [.. stages.Select((s, i) => Stage(s.Blocks, s.Channels.Scaled(width), stem, isFirst: i == 0, block))];
        if (style.IsCourse) Net = CourseChain(stem, body, classes);
        else AddChain(stem, body, classes);
    }

    /// <summary>torchvision's names: conv1, bn1, layer1, layer2, ..., fc.</summary>
    void AddChain(int stem, Module[] stages, int classes)
    {
        Add("conv1", ModelStyle.Torchvision.NormalizedConv(stem, kernel: 7, stride: 2, padding: 3));
        Add("bn1", new BatchNorm2d());
        Add("relu", new ReLU());
        Add("maxpool", new MaxPool2d(3, stride: 2, padding: 1));
        for (int i = 0; i < stages.Length; i++) Add($"layer{i + 1}", stages[i]);
        Add("avgpool", new AdaptiveAvgPool2d(1));
        Add("flatten", new Flatten());
        Add("fc", new Linear(classes));
    }

    /// <summary>The course's names: 0, b2, b3, ..., last, each a sequence.</summary>
    static Sequential CourseChain(int stem, Module[] stages, int classes)
    {
        Sequential net = new(new Sequential(
            ModelStyle.Course.NormalizedConv(stem, kernel: 7, stride: 2, padding: 3), new BatchNorm2d(), new ReLU(), new MaxPool2d(3, stride: 2, padding: 1)));
        for (int i = 0; i < stages.Length; i++) net.Add($"b{i + 2}", stages[i]);
        net.Add("last", new Sequential(new AdaptiveAvgPool2d(1), new Flatten(), new Linear(classes, init: Init.XavierUniform())));
        return net;
    }

    /// <summary>The stem's pooling has shrunk the images already, so the first stage keeps their size, and needs no projection for the stem's channels.</summary>
    static Sequential Stage(int blocks, int channels, int stemChannels, bool isFirst, Func<int, bool, int, Module> block)
    {
        Sequential stage = new();
        for (int i = 0; i < blocks; i++)
        {
            bool shrinks = i == 0 && !isFirst, projects = shrinks || (i == 0 && channels != stemChannels);
            stage.Add(block(channels, projects, shrinks ? 2 : 1));
        }
        return stage;
    }

    /// <summary>Blocks with a bottleneck of a quarter of the channels.</summary>
    private protected static Func<int, bool, int, Module> Bottlenecks(ModelStyle style) =>
        (channels, project, stride) => new Bottleneck(channels, groups: 1, bottleneckMultiplier: 0.25, project, stride, style);
}

/// <summary>ResNet with 18 weighted layers (He et al. 2016, table 1). 11,689,512 parameters for colour images and 1,000 classes.</summary>
/// <inheritdoc cref="ResNet152"/>
public sealed class ResNet18(int classes = 10, double learningRate = 0.01, ModelStyle style = ModelStyle.Torchvision, double width = 1)
    : ResNet([(2, 64), (2, 128), (2, 256), (2, 512)], classes, learningRate, null, style, width);

/// <summary>ResNet with 34 weighted layers (He et al. 2016, table 1). 21,797,672 parameters for colour images and 1,000 classes.</summary>
/// <inheritdoc cref="ResNet152"/>
public sealed class ResNet34(int classes = 10, double learningRate = 0.01, ModelStyle style = ModelStyle.Torchvision, double width = 1)
    : ResNet([(3, 64), (4, 128), (6, 256), (3, 512)], classes, learningRate, null, style, width);

/// <summary>ResNet with 50 weighted layers (He et al. 2016, table 1). 25,557,032 parameters for colour images and 1,000 classes.</summary>
/// <inheritdoc cref="ResNet152"/>
public sealed class ResNet50(int classes = 10, double learningRate = 0.01, ModelStyle style = ModelStyle.Torchvision, double width = 1)
    : ResNet([(3, 256), (4, 512), (6, 1024), (3, 2048)], classes, learningRate, Bottlenecks(style), style, width);

/// <summary>ResNet with 101 weighted layers (He et al. 2016, table 1). 44,549,160 parameters for colour images and 1,000 classes.</summary>
/// <inheritdoc cref="ResNet152"/>
public sealed class ResNet101(int classes = 10, double learningRate = 0.01, ModelStyle style = ModelStyle.Torchvision, double width = 1)
    : ResNet([(3, 256), (4, 512), (23, 1024), (3, 2048)], classes, learningRate, Bottlenecks(style), style, width);

/// <summary>ResNet with 152 weighted layers (He et al. 2016, table 1). 60,192,808 parameters for colour images and 1,000 classes.</summary>
/// <param name="classes">The number of classes.</param>
/// <param name="learningRate">The step size of gradient descent.</param>
/// <param name="style">Torchvision's version, or the course's: convolutions with biases.</param>
/// <param name="width">A factor of all channels.</param>
public sealed class ResNet152(int classes = 10, double learningRate = 0.01, ModelStyle style = ModelStyle.Torchvision, double width = 1)
    : ResNet([(3, 256), (8, 512), (36, 1024), (3, 2048)], classes, learningRate, Bottlenecks(style), style, width);
