using Fathom.Nn;

namespace Fathom.Models;

/// <summary>One stage of an <see cref="AnyNet"/>.</summary>
/// <param name="Depth">Blocks; the first has stride 2.</param>
/// <param name="Channels">Output channels.</param>
/// <param name="GroupWidth">Channels in a group of the blocks' 3x3 convolutions.</param>
/// <param name="BottleneckMultiplier">Channels of the 3x3 convolutions as a multiple of <paramref name="Channels"/>.</param>
public readonly record struct AnyNetStage(int Depth, int Channels, int GroupWidth, double BottleneckMultiplier = 1);

/// <summary>
/// The design space of stem, stages of <see cref="ResNeXtBlock"/>s and head (Radosavovic et al. 2020, "Designing network design spaces"; Dive into Deep
/// Learning, 8.8), in the course's style.
/// </summary>
public class AnyNet : ConvNet
{
    /// <summary>A network; image size and channels come from the first batch.</summary>
    /// <param name="stages">The stages, each of which halves height and width.</param>
    /// <param name="stemChannels">Channels of the stem, a 3x3 convolution with stride 2.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="learningRate">The step size of gradient descent.</param>
    /// <exception cref="ArgumentException">A group width does not divide the bottleneck of its stage.</exception>
    public AnyNet(IReadOnlyList<AnyNetStage> stages, int stemChannels, int classes = 10, double learningRate = 0.05) : base(learningRate)
    {
        ArgumentNullException.ThrowIfNull(stages);
        const ModelStyle style = ModelStyle.Course;
        Sequential net = new(new Sequential(style.NormalizedConv(stemChannels, kernel: 3, stride: 2, padding: 1), new BatchNorm2d(), new ReLU()));
        for (int i = 0; i < stages.Count; i++) net.Add($"stage{i + 1}", Stage(stages[i], style));
        net.Add("head", new Sequential(new AdaptiveAvgPool2d(1), new Flatten(), new Linear(classes, init: Init.XavierUniform())));
        Net = net;
    }

    static Sequential Stage(AnyNetStage s, ModelStyle style)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(s.GroupWidth, 1);
        int inner = (int)Math.Round(s.Channels * s.BottleneckMultiplier);
        if (inner % s.GroupWidth != 0) throw new ArgumentException($"A stage with a bottleneck of {inner} channels cannot be cut into groups of {s.GroupWidth}; choose a group width that divides it.", nameof(s));
        Sequential stage = new();
        for (int i = 0; i < s.Depth; i++)
            stage.Add(new ResNeXtBlock(s.Channels, inner / s.GroupWidth, s.BottleneckMultiplier, project: i == 0, stride: i == 0 ? 2 : 1, style));
        return stage;
    }

    /// <summary>A factor applied to a stage's channels and groups alike, which keeps the number of groups.</summary>
    private protected static AnyNetStage Scaled(AnyNetStage s, double width)
    {
        int group = s.GroupWidth.Scaled(width), groups = s.Channels / s.GroupWidth;
        return s with { Channels = group * groups, GroupWidth = group };
    }
}

/// <summary>RegNetX with 32 layers as the course has it: two stages, of 4 and 6 blocks. 179,290 parameters for grey images and 10 classes.</summary>
/// <param name="classes">The number of classes.</param>
/// <param name="learningRate">The step size of gradient descent.</param>
/// <param name="width">A factor of all channels.</param>
public sealed class RegNetX32(int classes = 10, double learningRate = 0.05, double width = 1)
    : AnyNet([Scaled(new(4, 32, 16), width), Scaled(new(6, 80, 16), width)], 32.Scaled(width), classes, learningRate);
