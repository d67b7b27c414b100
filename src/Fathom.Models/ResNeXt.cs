namespace Fathom.Models;

/// <summary>
/// A residual network of <see cref="ResNeXtBlock"/>s (Xie et al. 2017, "Aggregated residual transformations for deep neural networks"; Dive into Deep
/// Learning, 8.6.5).
/// </summary>
/// <param name="stages">Blocks and output channels of each stage. All stages but the first begin with stride 2 and a projection.</param>
/// <param name="groups">The number of groups of a block's 3x3 convolution, given the block's output channels.</param>
/// <param name="bottleneckMultiplier">Channels of the 3x3 convolutions as a multiple of the block's output channels.</param>
/// <param name="classes">The number of classes.</param>
/// <param name="learningRate">The step size of gradient descent.</param>
/// <param name="style">Torchvision's version, or the course's: convolutions with biases.</param>
/// <param name="width">A factor of all channels.</param>
public class ResNeXt(IReadOnlyList<(int Blocks, int Channels)> stages, Func<int, int> groups, double bottleneckMultiplier = 1, int classes = 10, double learningRate = 0.01,
    ModelStyle style = ModelStyle.Torchvision, double width = 1)
    : ResNet(stages, classes, learningRate, (channels, project, stride) => new ResNeXtBlock(channels, groups(channels), bottleneckMultiplier, project, stride, style), style, width);

/// <summary>ResNeXt in the stages of ResNet-18, with groups of 16 channels, in the course's style. 1,697,546 parameters for grey images and 10 classes.</summary>
/// <param name="classes">The number of classes.</param>
/// <param name="learningRate">The step size of gradient descent.</param>
/// <param name="width">A factor of all channels.</param>
public sealed class ResNeXt18(int classes = 10, double learningRate = 0.01, double width = 1)
    : ResNeXt([(2, 64), (2, 128), (2, 256), (2, 512)], channels => Math.Max(1, channels / 16), 1, classes, learningRate, ModelStyle.Course, width);

/// <summary>ResNeXt-50 with 32 groups of 4 channels (Xie et al. 2017, table 1). 25,028,904 parameters for colour images and 1,000 classes.</summary>
/// <inheritdoc cref="ResNeXt101"/>
public sealed class ResNeXt50(int classes = 10, double learningRate = 0.01, ModelStyle style = ModelStyle.Torchvision, double width = 1)
    : ResNeXt([(3, 256), (4, 512), (6, 1024), (3, 2048)], _ => 32.Scaled(width), 0.5, classes, learningRate, style, width);

/// <summary>ResNeXt-101 with 32 groups of 8 channels (Xie et al. 2017). 88,791,336 parameters for colour images and 1,000 classes.</summary>
/// <param name="classes">The number of classes.</param>
/// <param name="learningRate">The step size of gradient descent.</param>
/// <param name="style">Torchvision's version, or the course's: convolutions with biases.</param>
/// <param name="width">A factor of all channels, and of the number of groups.</param>
public sealed class ResNeXt101(int classes = 10, double learningRate = 0.01, ModelStyle style = ModelStyle.Torchvision, double width = 1)
    : ResNeXt([(3, 256), (4, 512), (23, 1024), (3, 2048)], _ => 32.Scaled(width), 1, classes, learningRate, style, width);

/// <summary>
/// The ResNeXt block: a grouped 3x3 convolution between two 1x1 ones, which let the groups exchange what they found (Xie et al. 2017, figure 3c).
/// </summary>
/// <param name="channels">Output channels.</param>
/// <param name="groups">The number of groups of the 3x3 convolution. (The course's code passes the channels in a group under this name.)</param>
/// <param name="bottleneckMultiplier">Channels of the 3x3 convolution as a multiple of <paramref name="channels"/>.</param>
/// <param name="project">Whether a 1x1 convolution with batch normalisation brings the input to the shape of the output.</param>
/// <param name="stride">The stride of the 3x3 convolution and of the projection; 2 halves height and width.</param>
/// <param name="style">In the course's version convolutions have biases, and the projection is called conv4 and bn4.</param>
/// <exception cref="ArgumentException">The channels of the 3x3 convolution cannot be cut into so many groups.</exception>
public sealed class ResNeXtBlock(int channels, int groups, double bottleneckMultiplier = 1, bool project = false, int stride = 1, ModelStyle style = ModelStyle.Torchvision)
    : Bottleneck(channels, groups, bottleneckMultiplier, project, stride, style);
