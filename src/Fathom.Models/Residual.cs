using Fathom.Nn;

namespace Fathom.Models;

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
    /// <param name="style">In the course's version convolutions have biases, and the projection has no batch normalisation.</param>
    public Residual(int channels, bool project = false, int stride = 1, ModelStyle style = ModelStyle.Torchvision)
    {
        Conv1 = style.NormalizedConv(channels, kernel: 3, stride: stride, padding: 1);
        Bn1 = new();
        Conv2 = style.NormalizedConv(channels, kernel: 3, padding: 1);
        Bn2 = new();
        if (!project) return;
        Conv2d projection = style.NormalizedConv(channels, kernel: 1, stride: stride);
        if (style.IsCourse) Conv3 = projection;
        else Downsample = new(projection, new BatchNorm2d());
    }

    /// <summary>The first 3x3 convolution.</summary>
    public Conv2d Conv1 { get; set => field = Register(value); }

    /// <summary>Normalises the first convolution.</summary>
    public BatchNorm2d Bn1 { get; set => field = Register(value); }

    /// <summary>The second 3x3 convolution.</summary>
    public Conv2d Conv2 { get; set => field = Register(value); }

    /// <summary>Normalises the second convolution.</summary>
    public BatchNorm2d Bn2 { get; set => field = Register(value); }

    /// <summary>The projection of the input in the course's version; null where it is added as it is.</summary>
    public Conv2d? Conv3 { get; set => field = Register(value); }

    /// <summary>The projection of the input, a convolution with batch normalisation; null where it is added as it is, and in the course's version.</summary>
    public Sequential? Downsample { get; set => field = Register(value); }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        Tensor y = Bn1.CallRelu(Conv1.Call(x));
        return Bn2.CallRelu(Conv2.Call(y), residual: Downsample?.Call(x) ?? Conv3?.Call(x) ?? x);
    }
}
