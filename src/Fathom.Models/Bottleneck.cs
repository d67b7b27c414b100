using Fathom.Nn;

namespace Fathom.Models;

/// <summary>
/// The residual block of deep networks: a 1x1 convolution into fewer channels, a 3x3 convolution there, and a 1x1 convolution back, each with batch
/// normalisation; the sum with the input goes through the last ReLU (He et al. 2016, figure 5).
/// </summary>
public class Bottleneck : Module
{
    /// <summary>A block.</summary>
    /// <param name="channels">Output channels.</param>
    /// <param name="groups">Groups of the 3x3 convolution; 1 lets every channel see all.</param>
    /// <param name="bottleneckMultiplier">Channels of the 3x3 convolution as a multiple of <paramref name="channels"/>.</param>
    /// <param name="project">Whether a 1x1 convolution with batch normalisation brings the input to the shape of the output; needed where channels or size change.</param>
    /// <param name="stride">The stride of the 3x3 convolution and of the projection; 2 halves height and width.</param>
    /// <param name="style">In the course's version convolutions have biases, and the projection is called conv4 and bn4.</param>
    /// <exception cref="ArgumentException">The channels of the 3x3 convolution cannot be cut into so many groups.</exception>
    public Bottleneck(int channels, int groups = 1, double bottleneckMultiplier = 0.25, bool project = false, int stride = 1, ModelStyle style = ModelStyle.Torchvision)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        int inner = (int)Math.Round(channels * bottleneckMultiplier);
        if (inner < 1 || inner % groups != 0)
            throw new ArgumentException($"A bottleneck of {inner} channels ({channels} x {bottleneckMultiplier}) cannot be cut into {groups} groups; choose groups that divide it.", nameof(groups));
        (Conv1, Bn1) = (style.NormalizedConv(inner, kernel: 1), new());
        (Conv2, Bn2) = (style.NormalizedConv(inner, kernel: 3, stride: stride, padding: 1, groups: groups), new());
        (Conv3, Bn3) = (style.NormalizedConv(channels, kernel: 1), new());
        if (!project) return;
        Conv2d projection = style.NormalizedConv(channels, kernel: 1, stride: stride);
        if (style.IsCourse) (Conv4, Bn4) = (projection, new());
        else Downsample = new(projection, new BatchNorm2d());
    }

    /// <summary>The 1x1 convolution into the bottleneck.</summary>
    public Conv2d Conv1 { get; set => field = Register(value); }

    /// <summary>Normalises the first convolution.</summary>
    public BatchNorm2d Bn1 { get; set => field = Register(value); }

    /// <summary>The 3x3 convolution.</summary>
    public Conv2d Conv2 { get; set => field = Register(value); }

    /// <summary>Normalises the 3x3 convolution.</summary>
    public BatchNorm2d Bn2 { get; set => field = Register(value); }

    /// <summary>The 1x1 convolution out of the bottleneck.</summary>
    public Conv2d Conv3 { get; set => field = Register(value); }

    /// <summary>Normalises the third convolution.</summary>
    public BatchNorm2d Bn3 { get; set => field = Register(value); }

    /// <summary>The projection of the input in the course's version; null where it is added as it is.</summary>
    public Conv2d? Conv4 { get; set => field = Register(value); }

    /// <summary>Normalises <see cref="Conv4"/>.</summary>
    public BatchNorm2d? Bn4 { get; set => field = Register(value); }

    /// <summary>The projection of the input, a convolution with batch normalisation; null where it is added as it is, and in the course's version.</summary>
    public Sequential? Downsample { get; set => field = Register(value); }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        Tensor y = Bn1.CallRelu(Conv1.Call(x));
        y = Bn2.CallRelu(Conv2.Call(y));
        return Bn3.CallRelu(Conv3.Call(y), residual: Shortcut(x));
    }

    Tensor Shortcut(Tensor x) => Conv4 is null ? Downsample?.Call(x) ?? x : Bn4!.Call(Conv4.Call(x));
}
