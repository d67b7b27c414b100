using Fathom.Devices.Cpu;

namespace Fathom.Data;

/// <summary>
/// Images of one size with a label each. They are kept as bytes, a quarter of the memory, and come out in batches as Float32 images of shape (N, C, H, W) in
/// [0, 1] and Int64 labels of shape (N,).
/// </summary>
public sealed class LabeledImages : IDataset
{
    readonly int _imageBytes;
    readonly byte[] _pixels;
    readonly ImageSource? _source;          // makes the pixels; null where they are all there

    /// <summary>Wraps pixels and labels.</summary>
    /// <param name="channels">1 for grey, 3 for colour.</param>
    /// <param name="height">Rows of an image.</param>
    /// <param name="width">Columns of an image.</param>
    /// <param name="pixels">Count x channels x height x width samples, 0 to 255; not copied.</param>
    /// <param name="labels">The class of each image; not copied.</param>
    /// <exception cref="ArgumentException">The pixels are not as many as the labels need.</exception>
    public LabeledImages(int channels, int height, int width, byte[] pixels, byte[] labels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentNullException.ThrowIfNull(labels);
        Int128 wanted = (Int128)channels * height * width * labels.Length;
        if (wanted != pixels.Length)
            throw new ArgumentException($"{labels.Length} images of {channels} x {height} x {width} are {wanted} pixels, but {pixels.Length} were given.", nameof(pixels));
        (Channels, Height, Width, _pixels, Labels, _imageBytes) = (channels, height, width, pixels, labels, labels.Length == 0 ? 0 : channels * height * width);
    }

    /// <summary>Images that a source makes when they are asked for.</summary>
    internal LabeledImages(int channels, int height, int width, ImageSource source, byte[] labels) : this(channels, height, width, source.Pixels, labels) => _source = source;

    /// <summary>What the pixels follow from, where they are made when they are asked for; else null.</summary>
    internal string? Recipe => _source?.Recipe;

    /// <summary>Samples a pixel: 1 for grey, 3 for colour.</summary>
    public int Channels { get; }

    /// <summary>Rows of an image.</summary>
    public int Height { get; }

    /// <summary>Columns of an image.</summary>
    public int Width { get; }

    /// <summary>All pixels: image after image, channel after channel, row by row.</summary>
    public byte[] Pixels
    {
        get
        {
            _source?.FillAll();
            return _pixels;
        }
    }

    /// <summary>The class of each image.</summary>
    public byte[] Labels { get; }

    /// <inheritdoc/>
    public int Count => Labels.Length;

    /// <summary>One image, Float32 of shape (C, H, W), and its label.</summary>
    public (Tensor Image, int Label) this[int index] => (Gather([index]).Input.Reshape(new Shape(Channels, Height, Width)), Labels[index]);

    /// <summary>The pixels of one image.</summary>
    public ReadOnlySpan<byte> Image(int index)
    {
        _source?.Fill([index]);
        return _pixels.AsSpan(index * _imageBytes, _imageBytes);
    }

    /// <summary>The first images; all, if there are no more than <paramref name="count"/>.</summary>
    public LabeledImages Take(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return count >= Count ? this : new LabeledImages(Channels, Height, Width, Pixels[..(count * _imageBytes)], Labels[..count]);
    }

    /// <inheritdoc/>
    public unsafe Batch Gather(ReadOnlySpan<int> rows)
    {
        Rows.Check(rows, Count);
        _source?.Fill(rows);
        Tensor images = Tensor.Empty(new Shape(rows.Length, Channels, Height, Width)), labels = Tensor.Empty(new Shape([rows.Length]), DType.Int64);
        long* label = labels.Ptr<long>();
        for (int i = 0; i < rows.Length; i++) label[i] = Labels[rows[i]];
        fixed (byte* pixels = _pixels)
        fixed (int* numbers = rows)
        {
            var convert = new ConvertImages(pixels, numbers, images.Ptr<float>(), rows.Length, _imageBytes);
            Threads.For((rows.Length + ConvertImages.PerJob - 1) / ConvertImages.PerJob, ref convert);
        }
        GC.KeepAlive(images);
        GC.KeepAlive(labels);
        return new Batch(images, labels);
    }

    readonly unsafe struct ConvertImages(byte* pixels, int* rows, float* result, int count, long size) : IJob
    {
        public const int PerJob = 32;

        public void Run(int index)
        {
            for (int i = index * PerJob; i < Math.Min(count, (index + 1) * PerJob); i++) ToFloat.Bytes(pixels + rows[i] * size, result + i * size, size);
        }
    }
}
