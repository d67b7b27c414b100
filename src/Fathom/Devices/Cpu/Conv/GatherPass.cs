namespace Fathom.Devices.Cpu;

/// <summary>
/// Runs a <see cref="Correlation"/>: forward, or input gradient. Source and destination are channels-last, weights packed.
/// A job takes some tiles of destination pixels, finds where their taps read, and goes through all blocks of weights with that table. Every
/// destination element is summed by one call of a micro-kernel, taps in order, so results do not depend on how the work is split.
/// </summary>
internal readonly unsafe struct GatherPass<V, T> : IJob where V : struct, ILanes<V, T> where T : unmanaged
{
    private readonly Correlation _c;
    private readonly PackedWeights _layout;
    private readonly T* _src, _weight, _bias, _dst, _zeros;
    private readonly SourceMap _map;
    private readonly int _imagesPerBlock, _tilesPerJob, _parts;
    private readonly long _tiles;

    // A tile's part of the table: taps used, rows in use, destination of each row, then for each tap the row of the weights and a source address for each row.
    private static int Header => 2 + V.TileRows;
    private static int TapEntry => 1 + V.TileRows;

    /// <summary>Does the whole pass.</summary>
    /// <param name="c">What to do.</param>
    /// <param name="layout">How the weights lie.</param>
    /// <param name="src">Channels-last images.</param>
    /// <param name="sourceWidth">Pixels in a row of the source.</param>
    /// <param name="weight">Packed weights.</param>
    /// <param name="bias">A value for each destination channel, or null.</param>
    /// <param name="dst">Channels-last images.</param>
    public static void Run(in Correlation c, in PackedWeights layout, T* src, int sourceWidth, T* weight, T* bias, T* dst)
    {
        if (c.Pixels == 0) return;
        int zeroCount = Math.Max(c.SourcePixel, c.Run);
        using Scratch<nint> maps = Scratch.Rent<nint>(SourceMap.Size(c));
        using Scratch<T> zeros = Scratch.Rent<T>(zeroCount);
        using Scratch<T> lanes = Scratch.Rent<T>(bias == null ? 0 : layout.Blocks * 2L * V.Count);
        new Span<T>(zeros.Pointer, zeroCount).Clear();
        if (bias != null) FillBias(c, layout, bias, lanes.Pointer);

        var map = new SourceMap(c, sizeof(T), sourceWidth, maps.Pointer);
        var pass = new GatherPass<V, T>(c, layout, map, src, weight, bias == null ? null : lanes.Pointer, dst, zeros.Pointer);
        Threads.For(pass.Jobs, ref pass);
    }

    private GatherPass(in Correlation c, in PackedWeights layout, in SourceMap map, T* src, T* weight, T* bias, T* dst, T* zeros)
    {
        (_c, _layout, _map) = (c, layout, map);
        _src = src;
        _weight = weight;
        _bias = bias;
        _dst = dst;
        _zeros = zeros;
        _imagesPerBlock = ImagesPerBlock(c);
        _tiles = (c.Pixels + V.TileRows - 1) / V.TileRows;

        // Enough tiles to a job that packed weights, once in the cache, are used many times, and that the table (at most 32 KiB) stays there as well;
        // few enough that the jobs of all threads end at about the same time. Where there are fewer jobs than that, blocks of weights are shared out too.
        int threads = Threads.Count;
        long tableTiles = Math.Max(1, (32 << 10) / (sizeof(nint) * (Header + c.Taps * TapEntry)));
        _tilesPerJob = (int)Math.Clamp(_tiles / (4L * threads), 1, Math.Min(32, tableTiles));
        long chunks = (_tiles + _tilesPerJob - 1) / _tilesPerJob;
        _parts = (int)Math.Clamp(4L * threads / chunks, 1, layout.Blocks);
    }

    private int Jobs => checked((int)((_tiles + _tilesPerJob - 1) / _tilesPerJob * _parts));

    /// <summary>
    /// Images whose pixels at one place go through tiles together. For small images the border is a large part, and a tile of the same pixel from many
    /// images skips all padded taps; large images are taken one by one, so that neighbouring pixels find their shared sources in the cache.
    /// </summary>
    private static int ImagesPerBlock(in Correlation c)
    {
        bool padded = c.Rows.Offset > 0 || (c.Cols.Offset > 0 && !c.Merged);
        return padded && c.N >= V.TileRows / 2 && c.Cols.Count <= SmallImage ? Math.Min(c.N, ImageBlock) : 1;
    }

    private const int SmallImage = 16, ImageBlock = 24;

    /// <inheritdoc/>
    public void Run(int index)
    {
        (int chunk, int part) = Math.DivRem(index, _parts);
        long first = (long)chunk * _tilesPerJob;
        int tiles = (int)Math.Min(_tilesPerJob, _tiles - first), stride = Header + _c.Taps * TapEntry;
        using Scratch<nint> table = Scratch.Rent<nint>((long)tiles * stride);
        var cursor = new PixelCursor(_c, _imagesPerBlock);
        cursor.Seek(first * V.TileRows);
        for (int t = 0; t < tiles; t++) Fill(ref cursor, _c.Pixels - (first + t) * V.TileRows, table.Pointer + t * stride);

        int blockEnd = (int)((part + 1L) * _layout.Blocks / _parts);
        for (int b = (int)((long)part * _layout.Blocks / _parts); b < blockEnd; b++)
        {
            PackedWeights.Block block = _layout[b];
            if (block.Width == V.Count) Multiply<N1>(b, block, tiles, table.Pointer, stride);
            else Multiply<N2>(b, block, tiles, table.Pointer, stride);
        }
    }

    private void Multiply<NV>(int index, in PackedWeights.Block block, int tiles, nint* table, int stride) where NV : struct, INumber
    {
        T* weight = _weight + block.Start, bias = _bias == null ? null : _bias + index * 2 * V.Count;
        nint src = (nint)block.Group * _c.GroupIn, dst = (nint)block.Group * _c.Lanes + block.Lane;
        for (int t = 0; t < tiles; t++, table += stride)
            GatherKernel<V, T, NV>.Run((int)table[0], _c.Run, table + Header, src, weight, bias, (T**)(table + 2), dst, (int)table[1], block.Lanes);
    }

    /// <summary>Writes one tile's part of the table. Rows past the last pixel repeat the last one and are not stored.</summary>
    private void Fill(ref PixelCursor cursor, long remaining, nint* table)
    {
        int live = (int)Math.Min(V.TileRows, remaining), colTaps = _map.ColTaps;
        nint* image = stackalloc nint[V.TileRows], line = stackalloc nint[V.TileRows];
        nint** rows = stackalloc nint*[V.TileRows], cols = stackalloc nint*[V.TileRows];
        table[1] = live;
        for (int i = 0; i < V.TileRows; i++)
        {
            image[i] = (nint)_src + cursor.Image * _map.Image;
            rows[i] = _map.Row(cursor.Row);
            cols[i] = _map.Col(cursor.Col);
            table[2 + i] = (nint)(_dst + (((nint)cursor.Image * _c.Rows.Count + cursor.Row) * _c.Cols.Count + cursor.Col) * _c.DestinationPixel);
            if (i + 1 < live) cursor.Next();
        }
        cursor.Next();

        nint* entry = table + Header;
        for (int r = 0; r < _map.RowTaps; r++)
        {
            bool any = false;
            for (int i = 0; i < V.TileRows; i++)
            {
                nint offset = rows[i][r];
                line[i] = offset < 0 ? 0 : image[i] + offset;
                any |= offset >= 0;
            }
            for (int s = 0; any && s < colTaps; s++)
                if (FillTap(line, cols, s, entry + 1))
                {
                    entry[0] = (nint)(r * colTaps + s) * _c.Run;
                    entry += TapEntry;
                }
        }
        table[0] = (nint)(entry - table - Header) / TapEntry;
    }

    /// <summary>Writes where the tile's rows read for one tap, and says whether any of them is inside the image.</summary>
    private bool FillTap(nint* line, nint** cols, int s, nint* sources)
    {
        bool any = false;
        for (int i = 0; i < V.TileRows; i++)
        {
            nint offset = cols[i][s];
            bool inside = offset >= 0 && line[i] != 0;
            sources[i] = inside ? line[i] + offset : (nint)_zeros;
            any |= inside;
        }
        return any;
    }

    /// <summary>The bias of every block's lanes, two vectors a block.</summary>
    private static void FillBias(in Correlation c, in PackedWeights layout, T* bias, T* lanes)
    {
        for (int b = 0; b < layout.Blocks; b++)
        {
            PackedWeights.Block block = layout[b];
            for (int i = 0; i < 2 * V.Count; i++)
                *lanes++ = i < block.Lanes ? bias[block.Group * c.GroupOut + (block.Lane + i) % c.GroupOut] : default;
        }
    }
}
