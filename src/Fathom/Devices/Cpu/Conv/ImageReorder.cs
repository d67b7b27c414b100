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

    /// <summary>
    /// Copies images into channels-last order with other column bounds: column j of the result is column j - <paramref name="left"/> of the source, or zeros outside of it.
    /// </summary>
    /// <param name="src">Images.</param>
    /// <param name="order">Their order.</param>
    /// <param name="dst">Room for n * height * <paramref name="newWidth"/> * channels elements.</param>
    /// <param name="n">Images.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns of the source.</param>
    /// <param name="left">Columns of zeros before the source's first; negative to leave out columns.</param>
    /// <param name="newWidth">Columns of the result.</param>
    public static void PadColumns<T>(T* src, ImageOrder order, T* dst, int n, int channels, int height, int width, int left, int newWidth) where T : unmanaged
    {
        var job = new PadJob<T>(src, order, dst, channels, height, width, left, newWidth);
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
    private readonly struct PadJob<T>(T* src, ImageOrder order, T* dst, int channels, int height, int width, int left, int newWidth) : IJob where T : unmanaged
    {
        private readonly T* _src = src, _dst = dst;
        private readonly ImageOrder _order = order;
        private readonly int _channels = channels, _height = height, _width = width, _left = left, _newWidth = newWidth;

        public void Run(int index)
        {
            T* from = _src + (long)index * _channels * _height * _width, to = _dst + (long)index * _height * _newWidth * _channels;
            int first = Math.Clamp(_left, 0, _newWidth), end = Math.Clamp(_left + _width, first, _newWidth);    // columns that hold pixels
            for (int row = 0; row < _height; row++, to += (long)_newWidth * _channels)
            {
                new Span<T>(to, first * _channels).Clear();
                new Span<T>(to + (long)end * _channels, (_newWidth - end) * _channels).Clear();
                CopyRow(from, row, to, first, end);
            }
        }

        private void CopyRow(T* image, int row, T* to, int first, int end)
        {
            if (_order == ImageOrder.ChannelsLast || _channels == 1)
            {
                T* line = image + ((long)row * _width + (first - _left)) * _channels;
                new Span<T>(line, (end - first) * _channels).CopyTo(new Span<T>(to + (long)first * _channels, (end - first) * _channels));
                return;
            }
            for (int c = 0; c < _channels; c++)
            {
                T* line = image + ((long)c * _height + row) * _width - _left;
                for (int j = first; j < end; j++) to[(long)j * _channels + c] = line[j];
            }
        }
    }
}
