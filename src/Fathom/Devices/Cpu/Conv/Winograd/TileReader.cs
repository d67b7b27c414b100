namespace Fathom.Devices.Cpu;

/// <summary>
/// Cuts tiles out of images and transforms them: at every frequency (place of a transformed tile) a matrix of tiles by channels. Neighbouring tiles share columns, which are
/// transformed once.
/// </summary>
internal static unsafe class TileReader<V, T, L> where V : struct, ILanes<V, T> where T : unmanaged where L : struct, ILine<V>
{
    /// <summary>Elements of the buffer that <see cref="Read"/> works in.</summary>
    public static int BufferCount(int step) => ((TileGrid.MaxRun(step) - 1) * step + L.In) * L.Out * V.Count;

    /// <summary>Transforms tiles.</summary>
    /// <param name="grid">The tiles.</param>
    /// <param name="source">Images to read.</param>
    /// <param name="first">The first tile.</param>
    /// <param name="count">Tiles.</param>
    /// <param name="to">Where the first tile's frequency 0 goes.</param>
    /// <param name="tile">Elements from one tile's channels to the next tile's, a multiple of the vector and no less than the channels.</param>
    /// <param name="frequency">Elements from one frequency to the next.</param>
    /// <param name="buffer">Room for <see cref="BufferCount"/> elements.</param>
    public static void Read(in TileGrid grid, in TileSource source, long first, long count, T* to, nint tile, nint frequency, T* buffer)
    {
        for (long end = first + count; first < end;)
        {
            TileRun run = grid.Run(first, Math.Min(end - first, TileGrid.MaxRun(source.Step)));
            ReadRun(source, run, to, tile, frequency, buffer);
            first += run.Count;
            to += run.Count * tile;
        }
    }

    private static void ReadRun(in TileSource s, in TileRun run, T* to, nint tile, nint frequency, T* buffer)
    {
        int top = run.Row * s.Step - s.Top, left = run.Col * s.Step - s.Left, columns = (run.Count - 1) * s.Step + L.In, column = L.Out * V.Count;
        int begin = Math.Clamp(-left, 0, columns), end = Math.Clamp(s.Width - left, begin, columns);      // columns that read inside the image
        T** rows = stackalloc T*[9];
        nint* steps = stackalloc nint[9];
        T* zeros = stackalloc T[V.Count];
        new Span<T>(zeros, V.Count).Clear();
        for (int i = 0; i < L.In; i++)
        {
            bool inside = (uint)(top + i) < (uint)s.Height;
            rows[i] = inside ? (T*)s.Pointer + (((nint)run.Image * s.Height + top + i) * s.Width + left + begin) * s.Pixel : zeros;
            steps[i] = inside ? s.Pixel : 0;
        }
        new Span<T>(buffer, begin * column).Clear();
        new Span<T>(buffer + end * column, (columns - end) * column).Clear();
        for (int c = 0; c < s.Channels; c += V.Count, to += V.Count)
        {
            int lanes = s.Channels - c;
            T* inside = buffer + begin * column;
            if (lanes >= V.Count) TileTransform<V, T, L>.Columns<WholeVector<V, T>>(rows, steps, end - begin, inside, lanes);
            else TileTransform<V, T, L>.Columns<FirstLanes<V, T>>(rows, steps, end - begin, inside, lanes);
            TileTransform<V, T, L>.Rows<WholeVector<V, T>>(buffer, s.Step * column, run.Count, to, L.Out * frequency, frequency, tile, L.Out, int.MaxValue, default, 0);
            for (int i = 0; i < L.In; i++)
                if (steps[i] != 0) rows[i] += V.Count;
        }
    }
}
