namespace Fathom.Devices.Cpu;

/// <summary>Copies dense images from one <see cref="ImageOrder"/> into the other.</summary>
internal static unsafe class ImageReorder
{
    // A job takes about this many elements: enough to be worth handing out, few enough to share out evenly.
    private const int JobElements = 1 << 14;

    /// <summary>Copies <paramref name="n"/> images of <paramref name="channels"/> channels and <paramref name="pixels"/> pixels, from either order into the other.</summary>
    /// <param name="src">Images in order <paramref name="from"/>.</param>
    /// <param name="from">Order of the source; the destination has the other one.</param>
    /// <param name="dst">Room for as many elements; may not overlap the source.</param>
    /// <param name="n">Images.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="pixels">Height times width.</param>
    public static void Exchange<T>(T* src, ImageOrder from, T* dst, int n, int channels, long pixels) where T : unmanaged
    {
        (long rows, long cols) = from == ImageOrder.ChannelsFirst ? ((long)channels, pixels) : (pixels, channels);
        if (n == 0) return;
        int bands = (int)Math.Clamp(rows * cols / JobElements, 1, (rows + Tile - 1) / Tile);
        var job = new TransposeJob<T>(src, dst, rows, cols, bands);
        Threads.For(checked(n * bands), ref job);
    }

    /// <summary>Copies images into channels-last order and into the middle of a frame of zeros.</summary>
    /// <param name="src">Images.</param>
    /// <param name="order">Their order.</param>
    /// <param name="dst">Room for n frames.</param>
    /// <param name="n">Images.</param>
    /// <param name="frame">Sizes.</param>
    public static void Frame<T>(T* src, ImageOrder order, T* dst, int n, in ImageFrame frame) where T : unmanaged
    {
        var job = new FrameJob<T>(src, order, dst, frame);
        Threads.For(n, ref job);
    }

    private const int Tile = 16;

    /// <summary>Transposes one band of rows of one image's matrix.</summary>
    private readonly struct TransposeJob<T>(T* src, T* dst, long rows, long cols, int bands) : IJob where T : unmanaged
    {
        private readonly T* _src = src, _dst = dst;
        private readonly long _rows = rows, _cols = cols;
        private readonly int _bands = bands;

        public void Run(int index)
        {
            (int image, int band) = Math.DivRem(index, _bands);
            T* from = _src + image * _rows * _cols, to = _dst + image * _rows * _cols;
            long first = _rows * band / _bands, end = _rows * (band + 1) / _bands;
            // In tiles, so that both the lines read and the lines written stay in the cache until they are used up.
            for (long r = first; r < end; r += Tile)
                for (long c = 0; c < _cols; c += Tile)
                    CopyTile(from, to, r, Math.Min(r + Tile, end), c, Math.Min(c + Tile, _cols));
        }

        private void CopyTile(T* from, T* to, long r0, long r1, long c0, long c1)
        {
            for (long c = c0; c < c1; c++)
            {
                T* read = from + r0 * _cols + c, write = to + c * _rows + r0;
                for (long r = r0; r < r1; r++, read += _cols) *write++ = *read;
            }
        }
    }

    /// <summary>Copies one image.</summary>
    private readonly struct FrameJob<T>(T* src, ImageOrder order, T* dst, ImageFrame frame) : IJob where T : unmanaged
    {
        private readonly T* _src = src, _dst = dst;
        private readonly ImageOrder _order = order;
        private readonly ImageFrame _f = frame;

        public void Run(int index)
        {
            T* from = _src + (long)index * _f.Channels * _f.Height * _f.Width, to = _dst + (long)index * _f.OutHeight * _f.OutWidth * _f.Channels;
            int first = Math.Clamp(_f.Left, 0, _f.OutWidth), end = Math.Clamp(_f.Left + _f.Width, first, _f.OutWidth);    // columns that hold pixels
            new Span<T>(to, checked(_f.OutHeight * _f.OutWidth * _f.Channels)).Clear();
            for (int i = 0; i < _f.OutHeight; i++, to += (long)_f.OutWidth * _f.Channels)
            {
                int row = i - _f.Top;
                if ((uint)row < (uint)_f.Height) CopyRow(from, row, to, first, end);
            }
        }

        private void CopyRow(T* image, int row, T* to, int first, int end)
        {
            int channels = _f.Channels;
            if (_order == ImageOrder.ChannelsLast || channels == 1)
            {
                T* line = image + ((long)row * _f.Width + (first - _f.Left)) * channels;
                new Span<T>(line, (end - first) * channels).CopyTo(new Span<T>(to + (long)first * channels, (end - first) * channels));
                return;
            }
            for (int c = 0; c < channels; c++)
            {
                T* line = image + ((long)c * _f.Height + row) * _f.Width - _f.Left;
                for (int j = first; j < end; j++) to[(long)j * channels + c] = line[j];
            }
        }
    }
}

/// <summary>An image and the larger (or cropped) one that it is copied into.</summary>
/// <param name="Channels">Channels of both.</param>
/// <param name="Height">Rows of the image.</param>
/// <param name="Width">Columns of the image.</param>
/// <param name="Top">Rows of zeros above it; negative to leave out rows.</param>
/// <param name="Left">Columns of zeros left of it; negative to leave out columns.</param>
/// <param name="OutHeight">Rows of the result.</param>
/// <param name="OutWidth">Columns of the result.</param>
internal readonly record struct ImageFrame(int Channels, int Height, int Width, int Top, int Left, int OutHeight, int OutWidth);
