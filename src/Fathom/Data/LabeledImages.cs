namespace Fathom.Data;

/// <summary>Grey images of one size with a label each, as bytes: what IDX folders hold and generators make.</summary>
public sealed class LabeledImages
{
    /// <summary>Wraps pixels and labels.</summary>
    /// <param name="height">Rows of an image.</param>
    /// <param name="width">Columns of an image.</param>
    /// <param name="pixels">Count x height x width samples, 0 black (or empty) to 255; not copied.</param>
    /// <param name="labels">The class of each image; not copied.</param>
    /// <exception cref="ArgumentException">The pixels are not as many as the labels need.</exception>
    public LabeledImages(int height, int width, byte[] pixels, byte[] labels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentNullException.ThrowIfNull(labels);
        if ((Int128)height * width * labels.Length != pixels.Length)
            throw new ArgumentException($"{labels.Length} images of {height} x {width} are {(Int128)height * width * labels.Length} pixels, but {pixels.Length} were given.", nameof(pixels));
        (Height, Width, Pixels, Labels) = (height, width, pixels, labels);
    }

    /// <summary>Rows of an image.</summary>
    public int Height { get; }

    /// <summary>Columns of an image.</summary>
    public int Width { get; }

    /// <summary>All pixels, image after image, row by row.</summary>
    public byte[] Pixels { get; }

    /// <summary>The class of each image.</summary>
    public byte[] Labels { get; }

    /// <summary>How many images there are.</summary>
    public int Count => Labels.Length;

    /// <summary>The pixels of one image.</summary>
    public ReadOnlySpan<byte> Image(int index) => Pixels.AsSpan(index * Height * Width, Height * Width);

    /// <summary>The first images; all, if there are no more than <paramref name="count"/>.</summary>
    public LabeledImages Take(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return count >= Count ? this : new LabeledImages(Height, Width, Pixels[..(count * Height * Width)], Labels[..count]);
    }
}
