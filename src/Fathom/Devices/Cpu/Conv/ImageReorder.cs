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
}
