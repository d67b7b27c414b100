namespace Fathom.Data;

/// <summary>(x - mean) / deviation, with a mean and a deviation for each channel.</summary>
public sealed class Normalize : Transform
{
    readonly Tensor _mean, _deviation;

    /// <summary>Normalises by given figures.</summary>
    /// <param name="mean">The mean of each channel.</param>
    /// <param name="deviation">The standard deviation of each channel, above 0.</param>
    /// <exception cref="ArgumentException">They are not equally many, or a deviation is not above 0.</exception>
    public Normalize(float[] mean, float[] deviation)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(deviation);
        if (mean.Length == 0 || mean.Length != deviation.Length) throw new ArgumentException($"[Normalize] {mean.Length} means and {deviation.Length} deviations were given; each channel needs one of both.");
        if (Array.Exists(deviation, d => !(d > 0))) throw new ArgumentException($"[Normalize] deviations must be above 0, not ({string.Join(", ", deviation)}).", nameof(deviation));
        var channels = new Shape(mean.Length, 1, 1);
        (_mean, _deviation) = (Tensor.From(mean, channels), Tensor.From(deviation, channels));
    }

    /// <inheritdoc/>
    public override Tensor Apply(Tensor images, SampleStreams streams)
    {
        Require(images, DType.Float32);
        if (images.Shape[1] != _mean.Shape[0]) throw ShapeException.For(nameof(Normalize), $"images of shape {images.Shape} have {images.Shape[1]} channels, but {_mean.Shape[0]} means were given");
        return (images - _mean) / _deviation;
    }
}
