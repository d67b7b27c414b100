using Fathom.Nn;

namespace Fathom.Models;

/// <summary>
/// A densely connected network (Huang et al. 2017, "Densely connected convolutional networks", table 1; Dive into Deep Learning, 8.7): every layer of a
/// block sees the outputs of all layers before it; between blocks a transition halves channels and size.
/// </summary>
public class DenseNet : ConvNet
{
    /// <summary>A network; image size and channels come from the first batch.</summary>
    /// <param name="blocks">The number of layers in each block.</param>
    /// <param name="growth">The channels that each layer adds.</param>
    /// <param name="stemChannels">Channels of the first convolution.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="learningRate">The step size of gradient descent.</param>
    /// <param name="style">Torchvision's version, whose layers narrow to four times the growth first, or the course's plain 3x3 convolutions with biases.</param>
    /// <param name="width">A factor of all channels.</param>
    public DenseNet(IReadOnlyList<int> blocks, int growth = 32, int stemChannels = 64, int classes = 10, double learningRate = 0.01,
        ModelStyle style = ModelStyle.Torchvision, double width = 1) : base(learningRate)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        if (blocks.Count == 0) throw new ArgumentException("A DenseNet has at least one block of layers, such as 6.", nameof(blocks));
        (growth, int channels) = (growth.Scaled(width), stemChannels.Scaled(width));
        Conv2d first = style.NormalizedConv(channels, kernel: 7, stride: 2, padding: 3);
        List<Module> body = [];                         // block, transition, block, transition, ..., block
        foreach (int layers in blocks)
        {
            if (body.Count > 0) body.Add(Transition(channels = Math.Max(1, channels / 2), style));
            body.Add(new DenseBlock(layers, growth, style));
            channels += layers * growth;
        }
        if (style.IsCourse) Net = CourseChain(first, body, classes);
        else AddChain(first, body, classes);
    }

    void AddChain(Conv2d first, List<Module> body, int classes)
    {
        Sequential features = new();
        features.Add("conv0", first);
        features.Add("norm0", new BatchNorm2d());
        features.Add("relu0", new ReLU());
        features.Add("pool0", new MaxPool2d(3, stride: 2, padding: 1));
        for (int i = 0; i < body.Count; i++) features.Add(i % 2 == 0 ? $"denseblock{i / 2 + 1}" : $"transition{i / 2 + 1}", body[i]);
        features.Add($"norm{(body.Count + 1) / 2 + 1}", new BatchNorm2d());
        Add("features", features);
        Add("relu", new ReLU());
        Add("avgpool", new AdaptiveAvgPool2d(1));
        Add("flatten", new Flatten());
        Add("classifier", new Linear(classes));
    }

    static Sequential CourseChain(Conv2d first, List<Module> body, int classes)
    {
        Sequential net = new(new Sequential(first, new BatchNorm2d(), new ReLU(), new MaxPool2d(3, stride: 2, padding: 1)));
        for (int i = 0; i < body.Count; i++) net.Add(i % 2 == 0 ? $"dense_blk{i / 2 + 1}" : $"tran_blk{i / 2 + 1}", body[i]);
        net.Add("last", new Sequential(new BatchNorm2d(), new ReLU(), new AdaptiveAvgPool2d(1), new Flatten(), new Linear(classes, init: Init.XavierUniform())));
        return net;
    }

    /// <summary>A 1x1 convolution into fewer channels and averaging that halves height and width.</summary>
    static Sequential Transition(int channels, ModelStyle style)
    {
        Sequential transition = new();
        Module[] layers = [new BatchNorm2d(), new ReLU(), style.NormalizedConv(channels, kernel: 1), new AvgPool2d(2)];
        string[] names = style.IsCourse ? ["0", "1", "2", "3"] : ["norm", "relu", "conv", "pool"];
        for (int i = 0; i < layers.Length; i++) transition.Add(names[i], layers[i]);
        return transition;
    }
}

/// <summary>
/// Layers that each add channels to their input: x becomes x and f(x), put together (Huang et al. 2017, equation 2). A layer f is normalisation, ReLU and
/// convolution, in that order.
/// </summary>
public sealed class DenseBlock : Module
{
    readonly Module[] layers;

    /// <summary>A block.</summary>
    /// <param name="layers">The number of layers.</param>
    /// <param name="growth">The channels that each adds.</param>
    /// <param name="style">Torchvision's layers, 1x1 into four times the growth and then 3x3, called denselayer1, ..., or the course's, one 3x3 convolution.</param>
    public DenseBlock(int layers, int growth, ModelStyle style = ModelStyle.Torchvision)
    {
        this.layers = [.. Enumerable.Range(0, layers).Select(_ => style.IsCourse ? Plain(growth) : Narrowing(growth))];
        if (style.IsCourse) Net = new(this.layers);
        else for (int i = 0; i < layers; i++) Register(this.layers[i], $"denselayer{i + 1}");
    }

    /// <summary>The layers in the course's version; null in torchvision's.</summary>
    public ModuleList? Net { get; set => field = Register(value); }

    static Sequential Plain(int growth) => new(new BatchNorm2d(), new ReLU(), ModelStyle.Course.NormalizedConv(growth, kernel: 3, padding: 1));

    static Sequential Narrowing(int growth)
    {
        Sequential layer = new();
        layer.Add("norm1", new BatchNorm2d());
        layer.Add("relu1", new ReLU());
        layer.Add("conv1", ModelStyle.Torchvision.NormalizedConv(4 * growth, kernel: 1));
        layer.Add("norm2", new BatchNorm2d());
        layer.Add("relu2", new ReLU());
        layer.Add("conv2", ModelStyle.Torchvision.NormalizedConv(growth, kernel: 3, padding: 1));
        return layer;
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        foreach (Module layer in layers) x = Tensor.Cat([x, layer.Call(x)], axis: 1);
        return x;
    }
}

/// <summary>DenseNet-121 (Huang et al. 2017, table 1). 7,978,856 parameters for colour images and 1,000 classes.</summary>
/// <inheritdoc cref="DenseNet201"/>
public sealed class DenseNet121(int classes = 10, double learningRate = 0.01, double width = 1)
    : DenseNet([6, 12, 24, 16], 32, 64, classes, learningRate, ModelStyle.Torchvision, width);

/// <summary>DenseNet-169 (Huang et al. 2017, table 1). 14,149,480 parameters for colour images and 1,000 classes.</summary>
/// <inheritdoc cref="DenseNet201"/>
public sealed class DenseNet169(int classes = 10, double learningRate = 0.01, double width = 1)
    : DenseNet([6, 12, 32, 32], 32, 64, classes, learningRate, ModelStyle.Torchvision, width);

/// <summary>DenseNet-201 (Huang et al. 2017, table 1). 20,013,928 parameters for colour images and 1,000 classes.</summary>
/// <param name="classes">The number of classes.</param>
/// <param name="learningRate">The step size of gradient descent.</param>
/// <param name="width">A factor of all channels.</param>
public sealed class DenseNet201(int classes = 10, double learningRate = 0.01, double width = 1)
    : DenseNet([6, 12, 48, 32], 32, 64, classes, learningRate, ModelStyle.Torchvision, width);

/// <summary>The course's DenseNet: four blocks of four layers with growth 32. 758,226 parameters for grey images and 10 classes.</summary>
/// <param name="classes">The number of classes.</param>
/// <param name="learningRate">The step size of gradient descent.</param>
/// <param name="width">A factor of all channels.</param>
public sealed class DenseNetSmall(int classes = 10, double learningRate = 0.01, double width = 1)
    : DenseNet([4, 4, 4, 4], 32, 64, classes, learningRate, ModelStyle.Course, width);
