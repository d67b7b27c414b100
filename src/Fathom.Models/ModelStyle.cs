using Fathom.Nn;

namespace Fathom.Models;

/// <summary>Whose version of a network is built, where the course and the published weights differ.</summary>
public enum ModelStyle
{
    /// <summary>
    /// As torchvision has it: state-dictionary keys and shapes are those of its published weights, and convolutions before batch normalisation have no
    /// bias, which the normalisation would take away again.
    /// </summary>
    Torchvision,

    /// <summary>As Dive into Deep Learning has it: all convolutions have biases, and keys are those of its nested sequences.</summary>
    Course,
}

/// <summary>The layers of the two styles.</summary>
internal static class ModelStyles
{
    extension(ModelStyle style)
    {
        /// <summary>Whether this is the course's version.</summary>
        public bool IsCourse => style == ModelStyle.Course;

        /// <summary>A convolution that batch normalisation follows.</summary>
        public Conv2d NormalizedConv(int channels, Hw kernel, Hw? stride = null, Padding padding = default, int groups = 1) =>
            new(channels, kernel, stride, padding, groups: groups, bias: style.IsCourse, init: style.ConvInit);

        /// <summary>How convolutions begin: by Xavier's rule in the course, by He's elsewhere (He et al. 2015, keeping the variance of gradients).</summary>
        public Init ConvInit => style.IsCourse ? Init.XavierUniform() : Init.KaimingNormal(fanOut: true);
    }

    /// <summary>A number of channels, made smaller or larger by a factor; at least 1.</summary>
    public static int Scaled(this int channels, double width)
    {
        if (!(width > 0)) throw new ArgumentOutOfRangeException(nameof(width), width, "The width is a factor above 0, such as 0.25 for a quarter of the channels.");
        return Math.Max(1, (int)Math.Round(channels * width));
    }
}
