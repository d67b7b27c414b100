using Fathom.Nn;

namespace Fathom.Models;

/// <summary>
/// A residual network of <see cref="ResNeXtBlock"/>s (Xie et al. 2017, "Aggregated residual transformations for deep neural networks"; Dive into Deep
/// Learning, 8.6.5).
/// </summary>
/// <param name="stages">Blocks and output channels of each stage. All stages but the first begin with stride 2 and a projection.</param>
/// <param name="groupWidth">Channels in a group of the 3x3 convolutions; must divide the bottleneck's channels.</param>
/// <param name="bottleneck">Channels of the 3x3 convolutions as a multiple of the block's output channels.</param>
/// <param name="classes">The number of classes.</param>
/// <param name="learningRate">The step size of gradient descent.</param>
public class ResNeXt(IReadOnlyList<(int Blocks, int Channels)> stages, int groupWidth = 16, double bottleneck = 1, int classes = 10, double learningRate = 0.01)
    : ResNet(stages, classes, learningRate, (channels, project, stride) => new ResNeXtBlock(channels, groupWidth, bottleneck, project, stride));

/// <summary>ResNeXt in the stages of ResNet-18, with groups of 16 channels. 1,697,546 parameters for grey images and 10 classes.</summary>
/// <param name="classes">The number of classes.</param>
/// <param name="learningRate">The step size of gradient descent.</param>
public sealed class ResNeXt18(int classes = 10, double learningRate = 0.01)
    : ResNeXt([(2, 64), (2, 128), (2, 256), (2, 512)], classes: classes, learningRate: learningRate);

/// <summary>
/// The ResNeXt block: a grouped 3x3 convolution between two 1x1 ones, which let the groups exchange what they found (Xie et al. 2017, figure 3c), each with
/// batch normalisation; the sum with the input goes through the last ReLU.
/// </summary>
public sealed class ResNeXtBlock : Module
{
    /// <summary>A block.</summary>
    /// <param name="channels">Output channels.</param>
    /// <param name="groupWidth">Channels in a group of the 3x3 convolution. (The course calls this number groups; it divides the channels by it.)</param>
    /// <param name="bottleneck">Channels of the 3x3 convolution as a multiple of <paramref name="channels"/>.</param>
    /// <param name="project">Whether a 1x1 convolution with batch normalisation brings the input to the shape of the output.</param>
    /// <param name="stride">The stride of the 3x3 convolution and of the projection; 2 halves height and width.</param>
    /// <exception cref="ArgumentException">The channels of the 3x3 convolution are no multiple of the group width.</exception>
    public ResNeXtBlock(int channels, int groupWidth = 16, double bottleneck = 1, bool project = false, int stride = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groupWidth, 1);
        int inner = (int)Math.Round(channels * bottleneck);
        if (inner < 1 || inner % groupWidth != 0)
            throw new ArgumentException($"A bottleneck of {inner} channels ({channels} x {bottleneck}) cannot be cut into groups of {groupWidth}; choose a group width that divides it.", nameof(groupWidth));
        Init xavier = Init.XavierUniform();
        Conv1 = new(inner, kernel: 1, init: xavier);
        Conv2 = new(inner, kernel: 3, stride: stride, padding: 1, groups: inner / groupWidth, init: xavier);
        Conv3 = new(channels, kernel: 1, init: xavier);
        (Bn1, Bn2, Bn3) = (new(), new(), new());
        (Conv4, Bn4) = project ? (new Conv2d(channels, kernel: 1, stride: stride, init: xavier), new BatchNorm2d()) : (null, null);
    }

    /// <summary>The 1x1 convolution into the bottleneck.</summary>
    public Conv2d Conv1 { get; set => field = Register(value); }

    /// <summary>The grouped 3x3 convolution.</summary>
    public Conv2d Conv2 { get; set => field = Register(value); }

    /// <summary>The 1x1 convolution out of the bottleneck.</summary>
    public Conv2d Conv3 { get; set => field = Register(value); }

    /// <summary>Normalises the first convolution.</summary>
    public BatchNorm2d Bn1 { get; set => field = Register(value); }

    /// <summary>Normalises the grouped convolution.</summary>
    public BatchNorm2d Bn2 { get; set => field = Register(value); }

    /// <summary>Normalises the third convolution.</summary>
    public BatchNorm2d Bn3 { get; set => field = Register(value); }

    /// <summary>The projection of the input; null where it is added as it is.</summary>
    public Conv2d? Conv4 { get; set => field = Register(value); }

    /// <summary>Normalises the projection.</summary>
    public BatchNorm2d? Bn4 { get; set => field = Register(value); }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        Tensor y = Bn1.CallRelu(Conv1.Call(x));
        y = Bn2.CallRelu(Conv2.Call(y));
        return Bn3.CallRelu(Conv3.Call(y), residual: Conv4 is null ? x : Bn4!.Call(Conv4.Call(x)));
    }
}
