using Fathom.Nn;

namespace Fathom.Models;

/// <summary>
/// Moves each channel of images (N, C, H, W) by a pixel or not at all, zeros coming in: a way for 1x1 convolutions to see neighbours that costs no
/// multiplication and has no parameters (Wu et al. 2018, "Shift: A zero FLOP, zero parameter alternative to spatial convolutions"). The channels are cut
/// into as many groups as the window has places, one for each direction; channels that are left over stay where they are.
/// </summary>
/// <param name="window">The side of the window that directions come from: 3 moves by at most 1. Odd.</param>
public sealed class Shift(int window = 3) : Module
{
    readonly int reach = window % 2 == 1 && window > 0 ? window / 2 : throw new ArgumentOutOfRangeException(nameof(window), window, "The window of a shift has a middle: its side is odd, such as 3.");

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank != 4) throw ShapeException.For("shift", $"needs an input of shape (N, C, H, W); this one has shape {x.Shape}");
        int group = x.Shape[1] / (window * window), done = 0, height = x.Shape[2], width = x.Shape[3];
        if (group == 0) return x;
        Tensor padded = x.Pad([reach, reach, reach, reach]);
        List<Tensor> parts = [];
        for (int dy = -reach; dy <= reach; dy++)
            for (int dx = -reach; dx <= reach; dx++, done += group)
                if (dy != 0 || dx != 0) parts.Add(padded.Slice(1, done, done + group).Slice(2, reach + dy, reach + dy + height).Slice(3, reach + dx, reach + dx + width));
                else parts.Add(x.Slice(1, done, done + group));
        if (done < x.Shape[1]) parts.Add(x.Slice(1, done));
        return Tensor.Cat(parts, axis: 1);
    }

    /// <inheritdoc/>
    protected override string Details => $"{window}";
}

/// <summary>
/// The block of a shift network (Wu et al. 2018, figure 3): a 1x1 convolution into more channels, a <see cref="Shift"/>, and a 1x1 convolution back, each
/// convolution after batch normalisation and ReLU, added to the input.
/// </summary>
public sealed class ShiftBlock : Module
{
    /// <summary>A block.</summary>
    /// <param name="channels">Output channels.</param>
    /// <param name="expansion">Channels that are shifted, as a multiple of <paramref name="channels"/>.</param>
    /// <param name="project">Whether a 1x1 convolution brings the input to the shape of the output; needed where channels or size change.</param>
    /// <param name="stride">The stride of the convolution after the shift; 2 halves height and width.</param>
    public ShiftBlock(int channels, int expansion = 6, bool project = false, int stride = 1)
    {
        const ModelStyle style = ModelStyle.Torchvision;
        ArgumentOutOfRangeException.ThrowIfLessThan(expansion, 1);
        (Bn1, Conv1) = (new(), style.NormalizedConv(channels * expansion, kernel: 1));
        Shift = new();
        (Bn2, Conv2) = (new(), style.NormalizedConv(channels, kernel: 1, stride: stride));
        Downsample = project ? style.NormalizedConv(channels, kernel: 1, stride: stride) : null;
    }

    /// <summary>Normalises the input.</summary>
    public BatchNorm2d Bn1 { get; set => field = Register(value); }

    /// <summary>The convolution into more channels.</summary>
    public Conv2d Conv1 { get; set => field = Register(value); }

    /// <summary>Moves the channels.</summary>
    public Shift Shift { get; set => field = Register(value); }

    /// <summary>Normalises what is to be shifted.</summary>
    public BatchNorm2d Bn2 { get; set => field = Register(value); }

    /// <summary>The convolution back.</summary>
    public Conv2d Conv2 { get; set => field = Register(value); }

    /// <summary>The projection of the input; null where it is added as it is.</summary>
    public Conv2d? Downsample { get; set => field = Register(value); }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        Tensor y = Conv1.Call(Bn1.CallRelu(x));
        y = Conv2.Call(Shift.Call(Bn2.CallRelu(y)));
        return (Downsample?.Call(x) ?? x) + y;
    }
}

/// <summary>
/// A residual network of twenty layers for small images, with shifts in place of 3x3 convolutions (Wu et al. 2018, table 3: 0.03, 0.10, 0.19 and 0.28
/// million parameters with expansions 1, 3, 6 and 9, for colour images and 10 classes).
/// </summary>
public sealed class ShiftResNet20 : ConvNet
{
    /// <summary>A network; image size and channels come from the first batch.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="expansion">Channels that are shifted, as a multiple of a block's output channels.</param>
    /// <param name="learningRate">The step size of gradient descent.</param>
    /// <param name="width">A factor of all channels.</param>
    public ShiftResNet20(int classes = 10, int expansion = 6, double learningRate = 0.05, double width = 1) : base(learningRate)
    {
        Sequential net = new(ModelStyle.Torchvision.NormalizedConv(16.Scaled(width), kernel: 3, padding: 1));
        foreach (int channels in (ReadOnlySpan<int>)[16, 32, 64])
            for (int i = 0; i < 3; i++)
            {
                bool shrinks = channels > 16 && i == 0;
                net.Add(new ShiftBlock(channels.Scaled(width), expansion, project: shrinks, stride: shrinks ? 2 : 1));
            }
        foreach (Module m in (ReadOnlySpan<Module>)[new BatchNorm2d(), new ReLU(), new AdaptiveAvgPool2d(1), new Flatten(), new Linear(classes)]) net.Add(m);
        Net = net;
    }
}
