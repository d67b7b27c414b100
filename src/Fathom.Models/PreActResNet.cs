using Fathom.Nn;

namespace Fathom.Models;

/// <summary>
/// A residual network whose blocks normalise before they convolve (He et al. 2016, "Identity mappings in deep residual networks"): nothing stands between
/// the sum of one block and the next, so signals and gradients pass unchanged. Stem and stages are those of <see cref="ResNet"/>.
/// </summary>
public class PreActResNet : ConvNet
{
    /// <summary>A network; image size and channels come from the first batch.</summary>
    /// <param name="stages">Residual blocks and output channels of each stage. All stages but the first begin with stride 2 and a projection.</param>
    /// <param name="bottleneck">Whether blocks are 1x1, 3x3, 1x1 convolutions with a quarter of the channels inside; else two 3x3 ones.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="learningRate">The step size of gradient descent.</param>
    /// <param name="width">A factor of all channels.</param>
    public PreActResNet(IReadOnlyList<(int Blocks, int Channels)> stages, bool bottleneck = false, int classes = 10, double learningRate = 0.01, double width = 1) : base(learningRate)
    {
        ArgumentNullException.ThrowIfNull(stages);
        Add("conv1", ModelStyle.Torchvision.NormalizedConv(64.Scaled(width), kernel: 7, stride: 2, padding: 3));
        Add("maxpool", new MaxPool2d(3, stride: 2, padding: 1));
        for (int i = 0; i < stages.Count; i++) Add($"layer{i + 1}", Stage(stages[i].Blocks, stages[i].Channels.Scaled(width), bottleneck, isFirst: i == 0));
        Add("bn", new BatchNorm2d());                  // the last sum has no block after it that would normalise it
        Add("relu", new ReLU());
        Add("avgpool", new AdaptiveAvgPool2d(1));
        Add("flatten", new Flatten());
        Add("fc", new Linear(classes));
    }

    static Sequential Stage(int blocks, int channels, bool bottleneck, bool isFirst)
    {
        Sequential stage = new();
        for (int i = 0; i < blocks; i++)
        {
            bool begins = i == 0;
            stage.Add(new PreActResidual(channels, bottleneck, project: begins && (bottleneck || !isFirst), stride: begins && !isFirst ? 2 : 1, activateShortcut: begins));
        }
        return stage;
    }
}

/// <summary>A pre-activation ResNet with 18 weighted layers. 11,173,578 parameters for grey images and 10 classes.</summary>
/// <inheritdoc cref="PreActResNet50"/>
public sealed class PreActResNet18(int classes = 10, double learningRate = 0.01, double width = 1)
    : PreActResNet([(2, 64), (2, 128), (2, 256), (2, 512)], bottleneck: false, classes, learningRate, width);

/// <summary>A pre-activation ResNet with 50 weighted layers.</summary>
/// <param name="classes">The number of classes.</param>
/// <param name="learningRate">The step size of gradient descent.</param>
/// <param name="width">A factor of all channels.</param>
public sealed class PreActResNet50(int classes = 10, double learningRate = 0.01, double width = 1)
    : PreActResNet([(3, 256), (4, 512), (6, 1024), (3, 2048)], bottleneck: true, classes, learningRate, width);

/// <summary>
/// The pre-activation block: batch normalisation and ReLU before each convolution, and x + f(x) as it is (He et al. 2016, "Identity mappings", figure 1b).
/// </summary>
public sealed class PreActResidual : Module
{
    readonly bool activateShortcut;

    /// <summary>A block.</summary>
    /// <param name="channels">Output channels.</param>
    /// <param name="bottleneck">Whether to convolve 1x1, 3x3, 1x1 with a quarter of the channels inside; else 3x3 twice.</param>
    /// <param name="project">Whether a 1x1 convolution brings the input to the shape of the output; needed where channels or size change.</param>
    /// <param name="stride">The stride of the first 3x3 convolution and of the projection.</param>
    /// <param name="activateShortcut">Whether the shortcut starts after the first activation, as where a stage begins (the paper's appendix); a projection always does.</param>
    public PreActResidual(int channels, bool bottleneck = false, bool project = false, int stride = 1, bool activateShortcut = false)
    {
        const ModelStyle style = ModelStyle.Torchvision;
        this.activateShortcut = activateShortcut || project;
        int inner = Math.Max(1, channels / 4);
        (Bn1, Bn2, Bn3) = (new(), new(), bottleneck ? new() : null);
        Conv1 = bottleneck ? style.NormalizedConv(inner, kernel: 1) : style.NormalizedConv(channels, kernel: 3, stride: stride, padding: 1);
        Conv2 = bottleneck ? style.NormalizedConv(inner, kernel: 3, stride: stride, padding: 1) : style.NormalizedConv(channels, kernel: 3, padding: 1);
        Conv3 = bottleneck ? style.NormalizedConv(channels, kernel: 1) : null;
        Downsample = project ? style.NormalizedConv(channels, kernel: 1, stride: stride) : null;
    }

    /// <summary>Normalises the input.</summary>
    public BatchNorm2d Bn1 { get; set => field = Register(value); }

    /// <summary>The first convolution.</summary>
    public Conv2d Conv1 { get; set => field = Register(value); }

    /// <summary>Normalises the first convolution.</summary>
    public BatchNorm2d Bn2 { get; set => field = Register(value); }

    /// <summary>The second convolution.</summary>
    public Conv2d Conv2 { get; set => field = Register(value); }

    /// <summary>Normalises the second convolution of a bottleneck; else null.</summary>
    public BatchNorm2d? Bn3 { get; set => field = Register(value); }

    /// <summary>The last convolution of a bottleneck; else null.</summary>
    public Conv2d? Conv3 { get; set => field = Register(value); }

    /// <summary>The projection of the input; null where it is added as it is.</summary>
    public Conv2d? Downsample { get; set => field = Register(value); }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        Tensor a = Bn1.CallRelu(x);
        Tensor y = Conv2.Call(Bn2.CallRelu(Conv1.Call(a)));
        if (Conv3 is not null) y = Conv3.Call(Bn3!.CallRelu(y));
        Tensor shortcut = activateShortcut ? a : x;
        return (Downsample?.Call(shortcut) ?? shortcut) + y;
    }
}
