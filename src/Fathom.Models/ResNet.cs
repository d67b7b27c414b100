using Fathom.Nn;
using Fathom.Optim;
using Fathom.Training;

namespace Fathom.Models;

/// <summary>
/// A residual network (He et al. 2016, "Deep residual learning for image recognition") as the course has it (Dive into Deep Learning, 8.6): a stem that
/// shrinks images fourfold, stages of residual blocks that each double the channels and halve the size, global average pooling, one dense layer.
/// </summary>
/// <remarks>Two places differ from the paper, as in the course: convolutions have biases, and projections have no batch normalisation of their own.</remarks>
public class ResNet : Classifier
{
    const int StemChannels = 64;
    readonly double learningRate;

    /// <summary>A network of residual blocks; image size and channels come from the first batch. Weights start by Xavier's rule.</summary>
    /// <param name="stages">Residual blocks and output channels of each stage. All stages but the first begin with stride 2 and a projection.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="learningRate">The step size of gradient descent.</param>
    /// <param name="block">Makes a block from output channels, whether the shortcut is projected, and stride; null makes a <see cref="Residual"/>.</param>
    public ResNet(IReadOnlyList<(int Blocks, int Channels)> stages, int classes = 10, double learningRate = 0.01, Func<int, bool, int, Module>? block = null)
    {
        ArgumentNullException.ThrowIfNull(stages);
        if (stages.Count == 0) throw new ArgumentException("A residual network has at least one stage of blocks, such as (2, 64).", nameof(stages));
        this.learningRate = learningRate;
        block ??= (channels, project, stride) => new Residual(channels, project, stride);
        Sequential net = new(Stem());
        for (int i = 0; i < stages.Count; i++) net.Add($"b{i + 2}", Stage(stages[i].Blocks, stages[i].Channels, isFirst: i == 0, block));
        net.Add("last", new Sequential(new AdaptiveAvgPool2d(1), new Flatten(), new Linear(classes, init: Init.XavierUniform())));
        Net = net;
    }

    static Sequential Stem() => new(
        new Conv2d(StemChannels, kernel: 7, stride: 2, padding: 3, init: Init.XavierUniform()), new BatchNorm2d(), new ReLU(),
        new MaxPool2d(3, stride: 2, padding: 1));

    /// <summary>The stem's pooling has shrunk the images already, so the first stage keeps their size, and needs no projection for the stem's channels.</summary>
    static Sequential Stage(int blocks, int channels, bool isFirst, Func<int, bool, int, Module> block)
    {
        Sequential stage = new();
        for (int i = 0; i < blocks; i++)
        {
            bool shrinks = i == 0 && !isFirst, projects = shrinks || (i == 0 && channels != StemChannels);
            stage.Add(block(channels, projects, shrinks ? 2 : 1));
        }
        return stage;
    }

    /// <inheritdoc/>
    public override IOptimizer ConfigureOptimizers() => new Sgd(Parameters, learningRate);
}

/// <summary>ResNet with 18 weighted layers (He et al. 2016, table 1). 11,178,378 parameters for grey images and 10 classes.</summary>
/// <param name="classes">The number of classes.</param>
/// <param name="learningRate">The step size of gradient descent.</param>
public sealed class ResNet18(int classes = 10, double learningRate = 0.01)
    : ResNet([(2, 64), (2, 128), (2, 256), (2, 512)], classes, learningRate);

/// <summary>
/// The residual block: two 3x3 convolutions with batch normalisation, whose result is added to the input before the last ReLU
/// (He et al. 2016, figure 2): relu(x + f(x)). So f = 0 is the identity, the easiest thing to learn.
/// </summary>
public sealed class Residual : Module
{
    /// <summary>A block.</summary>
    /// <param name="channels">Output channels.</param>
    /// <param name="project">Whether a 1x1 convolution brings the input to the shape of the output; needed where channels or size change.</param>
    /// <param name="stride">The stride of the first convolution and of the projection; 2 halves height and width.</param>
    public Residual(int channels, bool project = false, int stride = 1)
    {
        Init xavier = Init.XavierUniform();
        Conv1 = new(channels, kernel: 3, stride: stride, padding: 1, init: xavier);
        Conv2 = new(channels, kernel: 3, padding: 1, init: xavier);
        Conv3 = project ? new(channels, kernel: 1, stride: stride, init: xavier) : null;
        Bn1 = new();
        Bn2 = new();
    }

    /// <summary>The first 3x3 convolution.</summary>
    public Conv2d Conv1 { get; set => field = Register(value); }

    /// <summary>The second 3x3 convolution.</summary>
    public Conv2d Conv2 { get; set => field = Register(value); }

    /// <summary>The projection of the input; null where it is added as it is.</summary>
    public Conv2d? Conv3 { get; set => field = Register(value); }

    /// <summary>Normalises the first convolution.</summary>
    public BatchNorm2d Bn1 { get; set => field = Register(value); }

    /// <summary>Normalises the second convolution.</summary>
    public BatchNorm2d Bn2 { get; set => field = Register(value); }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        Tensor y = Bn1.CallRelu(Conv1.Call(x));
        return Bn2.CallRelu(Conv2.Call(y), residual: Conv3?.Call(x) ?? x);
    }
}
