using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>The windows of one axis of a pooling: regular ones, or the bins of adaptive pooling.</summary>
internal readonly struct PoolAxis
{
    private readonly int _size, _window, _stride, _pad;
    private readonly bool _adaptive;

    private PoolAxis(int size, int count, int window, int stride, int pad, bool adaptive) =>
        (_size, Count, _window, _stride, _pad, _adaptive) = (size, count, window, stride, pad, adaptive);

    /// <summary>Windows.</summary>
    public int Count { get; }

    /// <summary>Whether no coordinate is in two windows.</summary>
    public bool IsDisjoint => _adaptive ? _size % Count == 0 : _stride >= _window;

    /// <summary>Whether every coordinate is in a window.</summary>
    public bool Covers => _adaptive || (_stride <= _window && (long)(Count - 1) * _stride - _pad + _window >= _size);

    /// <summary>Windows of a fixed size at a fixed distance.</summary>
    public static PoolAxis Regular(int size, int count, int window, int stride, int pad) => new(size, count, window, stride, pad, adaptive: false);

    /// <summary><paramref name="count"/> bins that cover the axis: bin i from floor(i * size / count) to ceil((i + 1) * size / count).</summary>
    public static PoolAxis Adaptive(int size, int count) => new(size, count, 0, 0, 0, adaptive: true);

    /// <summary>First coordinate and end of window i inside the input, and its length with the padding that it reaches into.</summary>
    public (int Start, int End, int Padded) this[int i]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if (_adaptive)
            {
                int first = (int)((long)i * _size / Count), last = (int)(((i + 1L) * _size + Count - 1) / Count);
                return (first, last, last - first);
            }
            // A last window in ceil mode may reach beyond the padding; what lies there is not even padding.
            int start = i * _stride - _pad, end = Math.Min(start + _window, _size + _pad);
            return (Math.Max(start, 0), Math.Min(end, _size), end - start);
        }
    }
}

/// <summary>
/// Pooling's view of dense images of either order: images of <c>Channels</c> interleaved channels. Channels-first images are N * C such images of one channel.
/// </summary>
internal readonly record struct PoolView(int Images, int Channels, int H, int W, PoolAxis Rows, PoolAxis Cols)
{
    /// <summary>Elements of an input image.</summary>
    public long Input => (long)H * W * Channels;

    /// <summary>Elements of an output image.</summary>
    public long Output => (long)Rows.Count * Cols.Count * Channels;

    /// <summary>A view of images of shape (n, c, h, w) in the given order.</summary>
    public static PoolView Of(int n, int c, int h, int w, ImageOrder order, PoolAxis rows, PoolAxis cols) =>
        order == ImageOrder.ChannelsLast ? new(n, c, h, w, rows, cols) : new(checked(n * c), 1, h, w, rows, cols);

    /// <summary>Jobs for all images, where a job is some whole images: for gradients, which are scattered into their image by one job in order.</summary>
    public int ImageJobs => JobsOf(Images, Input);

    /// <summary>Jobs for all rows of all outputs, each of which can be made by itself.</summary>
    public int RowJobs => JobsOf((long)Images * Rows.Count, Input / Math.Max(1, Rows.Count));

    /// <summary>First and end of the images of a job.</summary>
    public (int First, int End) ImagesOf(int job) => (Part(Images, job, ImageJobs), Part(Images, job + 1, ImageJobs));

    /// <summary>First and end of the output rows of a job; row r of image i has number i * Rows.Count + r.</summary>
    public (int First, int End) RowsOf(int job)
    {
        int rows = checked(Images * Rows.Count);
        return (Part(rows, job, RowJobs), Part(rows, job + 1, RowJobs));
    }

    // A job reads about this many elements: enough to be worth handing out.
    private const int JobElements = 16 << 10;

    private static int JobsOf(long units, long elements) => (int)Math.Min(units, Math.Clamp(units * elements / JobElements, 1, 1024));

    private static int Part(int units, int part, int parts) => (int)((long)units * part / parts);
}
