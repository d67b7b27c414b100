namespace Fathom.Data;

/// <summary>Cuts a window out of each image at a random place, after a margin of zeros is put around it. With a margin of 4, the usual shift for small images.</summary>
public sealed class RandomCrop : Transform
{
    readonly int _height, _width, _padding;

    /// <summary>Cuts windows.</summary>
    /// <param name="height">Rows of the window.</param>
    /// <param name="width">Columns of the window.</param>
    /// <param name="padding">The margin on each side.</param>
    public RandomCrop(int height, int width, int padding = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(padding);
        (_height, _width, _padding) = (height, width, padding);
    }

    /// <inheritdoc/>
    public override unsafe Tensor Apply(Tensor images, SampleStreams streams)
    {
        Require(images);
        (int channels, int height, int width, int size) = (images.Shape[1], images.Shape[2], images.Shape[3], images.DType.Size());
        (int spareRows, int spareColumns) = (height + 2 * _padding - _height, width + 2 * _padding - _width);
        if (spareRows < 0 || spareColumns < 0)
            throw ShapeException.For(nameof(RandomCrop), $"a window of {_height} x {_width} does not fit images of {height} x {width} with a margin of {_padding}");
        images = images.Contiguous();
        Tensor result = Tensor.Zeros(new Shape(images.Shape[0], channels, _height, _width), images.DType);
        byte* from = images.Bytes(), to = result.Bytes();
        for (int n = 0; n < images.Shape[0]; n++)
        {
            PhiloxDraws draws = streams.Draws(n);
            int top = draws.Index(spareRows + 1) - _padding, left = draws.Index(spareColumns + 1) - _padding;
            int firstColumn = Math.Max(left, 0), columns = Math.Min(left + _width, width) - firstColumn;
            if (columns <= 0) continue;
            for (int c = 0; c < channels; c++)
                for (int y = Math.Max(top, 0); y < Math.Min(top + _height, height); y++)
                {
                    long source = ((long)(n * channels + c) * height + y) * width + firstColumn;
                    long target = ((long)(n * channels + c) * _height + y - top) * _width + firstColumn - left;
                    Buffer.MemoryCopy(from + source * size, to + target * size, (long)columns * size, (long)columns * size);
                }
        }
        GC.KeepAlive(images);
        GC.KeepAlive(result);
        return result;
    }
}
