using System.Buffers;
using Fathom.Devices.Cpu;

namespace Fathom.Data;

/// <summary>
/// Bilinear resizing, pixel centres at half-integers (align_corners = false in PyTorch). Without antialiasing each output pixel is mixed from the four nearest;
/// with it, shrinking averages over as many as it merges. Enlarging is the same either way. Bytes are rounded to the nearest, ties to even.
/// </summary>
public sealed class Resize : Transform
{
    readonly bool _antialias;

    /// <summary>Resizes to a height and a width.</summary>
    /// <param name="height">Rows, 1 or more.</param>
    /// <param name="width">Columns, 1 or more.</param>
    /// <param name="antialias">Whether shrinking averages over all pixels that it merges.</param>
    public Resize(int height, int width, bool antialias = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        (Height, Width, _antialias) = (height, width, antialias);
    }

    /// <summary>Resizes to squares.</summary>
    public Resize(int side) : this(side, side) { }

    /// <summary>Rows that come out.</summary>
    public int Height { get; }

    /// <summary>Columns that come out.</summary>
    public int Width { get; }

    /// <inheritdoc/>
    public override unsafe Tensor Apply(Tensor images, SampleStreams streams)
    {
        Require(images, DType.Float32, DType.UInt8);
        (int height, int width) = (images.Shape[2], images.Shape[3]);
        if ((height, width) == (Height, Width)) return images;
        if (height == 0 || width == 0) throw ShapeException.For(nameof(Resize), $"images of shape {images.Shape} have no pixels");
        if (images.DType == DType.UInt8) return Apply(images.To(DType.Float32), streams).Round().To(DType.UInt8);

        images = images.Contiguous();
        Tensor result = Tensor.Empty(new Shape(images.Shape[0], images.Shape[1], Height, Width));
        var job = new ResizePlanes(images.Ptr<float>(), result.Ptr<float>(), new Taps(height, Height, _antialias), new Taps(width, Width, _antialias));
        Threads.For(images.Shape[0] * images.Shape[1], ref job);
        GC.KeepAlive(images);
        GC.KeepAlive(result);
        return result;
    }

    /// <summary>For each place along an axis of the result, the places of the source that it is mixed from and their weights, which sum to 1.</summary>
    sealed class Taps
    {
        public readonly int From, To;
        public readonly (int Start, float[] Weights)[] Places;

        public Taps(int from, int to, bool antialias)
        {
            (From, To) = (from, to);
            double scale = (double)from / to, reach = antialias ? Math.Max(scale, 1) : 1;
            Places = new (int, float[])[to];
            for (int i = 0; i < to; i++)
            {
                double centre = (i + 0.5) * scale;
                int start = Math.Max((int)(centre - reach + 0.5), 0), end = Math.Min((int)(centre + reach + 0.5), from);
                double[] weights = [.. Enumerable.Range(start, end - start).Select(j => Math.Max(0, 1 - Math.Abs(j + 0.5 - centre) / reach))];
                double sum = weights.Sum();
                Places[i] = (start, Array.ConvertAll(weights, w => (float)(w / sum)));
            }
        }
    }

    readonly unsafe struct ResizePlanes(float* images, float* results, Taps rows, Taps columns) : IJob
    {
        /// <summary>Resizes one channel of one image: along the rows, then down the columns.</summary>
        public void Run(int index)
        {
            float* source = images + (long)index * rows.From * columns.From, result = results + (long)index * rows.To * columns.To;
            float[] narrowed = ArrayPool<float>.Shared.Rent(rows.From * columns.To);
            for (int y = 0, at = 0; y < rows.From; y++, source += columns.From)
                foreach ((int start, float[] weights) in columns.Places)
                {
                    float sum = 0;
                    for (int j = 0; j < weights.Length; j++) sum += weights[j] * source[start + j];
                    narrowed[at++] = sum;
                }
            foreach ((int start, float[] weights) in rows.Places)
            {
                var row = new Span<float>(result, columns.To);
                row.Clear();
                for (int j = 0; j < weights.Length; j++)
                {
                    ReadOnlySpan<float> line = narrowed.AsSpan((start + j) * columns.To, columns.To);
                    for (int x = 0; x < row.Length; x++) row[x] += weights[j] * line[x];
                }
                result += columns.To;
            }
            ArrayPool<float>.Shared.Return(narrowed);
        }
    }
}
