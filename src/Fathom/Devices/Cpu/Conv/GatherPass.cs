using System.Runtime.CompilerServices;

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
    private readonly SourceMap _map;
    private readonly T* _src, _weight, _bias, _dst, _zeros;
    private readonly TapStep* _allTaps;
    private readonly int _imagesPerBlock, _tilesPerJob, _parts;
    private readonly long _tiles;

    /// <summary>Does the whole pass.</summary>
    /// <param name="c">What to do.</param>
    /// <param name="layout">How the weights lie.</param>
    /// <param name="source">Channels-last images to read.</param>
    /// <param name="weight">Packed weights.</param>
    /// <param name="bias">A value for each destination channel, or null.</param>
    /// <param name="dst">Channels-last images.</param>
    public static void Run(in Correlation c, in PackedWeights layout, T* source, T* weight, T* bias, T* dst)
    {
        if (c.Pixels == 0) return;
        int zeroCount = Math.Max(c.SourcePixel, c.Run);
        using Scratch<nint> maps = Scratch.Rent<nint>(SourceMap.Size(c));
        using Scratch<T> zeros = Scratch.Rent<T>(zeroCount);
        using Scratch<T> lanes = Scratch.Rent<T>(bias == null ? 0 : layout.Blocks * 2L * V.Count);
        using Scratch<TapStep> taps = Scratch.Rent<TapStep>(c.Taps);
        new Span<T>(zeros.Pointer, zeroCount).Clear();
        if (bias != null) layout.FillBias(c.GroupOut, bias, lanes.Pointer);

        var map = new SourceMap(c, sizeof(T), maps.Pointer);
        FillAllTaps(c, map, taps.Pointer);
        var pass = new GatherPass<V, T>(c, layout, map, source, weight, bias == null ? null : lanes.Pointer, dst, zeros.Pointer, taps.Pointer);
        Threads.For(pass.Jobs, ref pass);
    }

    private GatherPass(in Correlation c, in PackedWeights layout, in SourceMap map, T* src, T* weight, T* bias, T* dst, T* zeros, TapStep* allTaps)
    {
        (_c, _layout, _map) = (c, layout, map);
        _src = src;
        _weight = weight;
        _bias = bias;
        _dst = dst;
        _zeros = zeros;
        _allTaps = allTaps;
        _imagesPerBlock = ImagesPerBlock(c, map);
        _tiles = (c.Pixels + V.TileRows - 1) / V.TileRows;

        // Enough tiles to a job that packed weights, once in the cache, are used many times, and that the table (at most 32 KiB) stays there as well;
        // few enough that the jobs of all threads end at about the same time. Where there are fewer jobs than that, blocks of weights are shared out too.
        int threads = Threads.Count;
        long tableTiles = Math.Max(1, (32 << 10) / TableBytes);
        _tilesPerJob = (int)Math.Clamp(_tiles / (4L * threads), 1, Math.Min(32, tableTiles));
        long chunks = (_tiles + _tilesPerJob - 1) / _tilesPerJob;
        _parts = (int)Math.Clamp(4L * threads / chunks, 1, layout.Blocks);
    }

    private int Jobs => checked((int)((_tiles + _tilesPerJob - 1) / _tilesPerJob * _parts));

    // A tile's part of the table: destinations, source addresses (one set of them, or a set for each tap), and taps of its own unless the map is dense.
    private int Sets => _map.IsDense ? 1 : _c.Taps;
    private int TableBytes => (1 + Sets) * V.TileRows * sizeof(nint) + (_map.IsDense ? 0 : _c.Taps * sizeof(TapStep));

    /// <summary>
    /// Images whose pixels at one place go through tiles together. For small images the border is a large part, and a tile of the same pixel from many
    /// images skips all padded taps; large images are taken one by one, so that neighbouring pixels find their shared sources in the cache.
    /// </summary>
    private static int ImagesPerBlock(in Correlation c, in SourceMap map) =>
        !map.IsDense && c.N >= V.TileRows / 2 && c.Cols.Count <= SmallImage ? Math.Min(c.N, ImageBlock) : 1;

    private const int SmallImage = 16, ImageBlock = 24;

    /// <inheritdoc/>
    public void Run(int index)
    {
        (int chunk, int part) = Math.DivRem(index, _parts);
        long first = (long)chunk * _tilesPerJob;
        int count = (int)Math.Min(_tilesPerJob, _tiles - first);
        using Scratch<byte> table = Scratch.Rent<byte>((long)count * TableBytes);
        GatherTile* tiles = stackalloc GatherTile[count];
        if (_map.IsDense) FillDenseTable(first, count, tiles, (nint*)table.Pointer);
        else FillTable(first, count, tiles, table.Pointer);

        // With groups, a block of weights reads a small part of every pixel, and at the pixels' distance those parts compete for few sets of the first-level
        // cache. So each tile goes through all groups by itself: weights come from the second level, pixels stay in the first.
        int batch = _c.Groups > 1 ? 1 : count;
        for (int t = 0; t < count; t += batch) Multiply(part, tiles + t, Math.Min(batch, count - t));
    }

    private void Multiply(int part, GatherTile* tiles, int count)
    {
        int blockEnd = (int)((part + 1L) * _layout.Blocks / _parts);
        for (int b = (int)((long)part * _layout.Blocks / _parts); b < blockEnd; b++)
        {
            PackedWeights.Block block = _layout[b];
            if (block.Width == V.Count) Multiply<N1>(b, block, tiles, count);
            else Multiply<N2>(b, block, tiles, count);
        }
    }

    private void Multiply<NV>(int index, in PackedWeights.Block block, GatherTile* tiles, int count) where NV : struct, IConstant
    {
        T* weight = _weight + block.Start, bias = _bias == null ? null : _bias + index * 2 * V.Count;
        nint src = (nint)block.Group * _c.GroupIn, dst = (nint)block.Group * _c.Lanes + block.Lane;
        for (int t = 0; t < count; t++) GatherKernel<V, T, NV>.Run(tiles[t], _c.Run, src, weight, bias, dst, block.Lanes);
    }

    /// <summary>Without padded taps: addresses of the first tap only, and destinations one after the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillDenseTable(long first, int count, GatherTile* tiles, nint* table)
    {
        var walk = new DenseWalk(_c, _map, (nint)_src, first * V.TileRows);
        nint pixel = _c.DestinationPixel * sizeof(T), dst = (nint)_dst + (nint)(first * V.TileRows) * pixel;
        for (int t = 0; t < count; t++, tiles++)
        {
            int live = (int)Math.Min(V.TileRows, _c.Pixels - (first + t) * V.TileRows);
            *tiles = new GatherTile { Dst = table, Rows = table + V.TileRows, Advance = 0, Taps = _allTaps, TapCount = _c.Taps, Live = live };
            for (int i = 0; i < live; i++, walk.Next(), dst += pixel, table++)
            {
                table[0] = dst;
                table[V.TileRows] = walk.Source;
            }
            // Rows past the last pixel repeat it and are not stored.
            for (int i = live; i < V.TileRows; i++, table++) table[V.TileRows] = table[V.TileRows - 1];
            table += V.TileRows;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillTable(long first, int count, GatherTile* tiles, byte* table)
    {
        nint** rows = stackalloc nint*[V.TileRows], cols = stackalloc nint*[V.TileRows];
        nint* image = stackalloc nint[V.TileRows];
        var cursor = new PixelCursor(_c, _imagesPerBlock);
        cursor.Seek(first * V.TileRows);
        for (int t = 0; t < count; t++, tiles++)
        {
            tiles->Dst = (nint*)table;
            tiles->Rows = tiles->Dst + V.TileRows;
            tiles->Taps = (TapStep*)(tiles->Rows + _c.Taps * V.TileRows);
            tiles->Live = (int)Math.Min(V.TileRows, _c.Pixels - (first + t) * V.TileRows);
            table += TableBytes;

            // Rows past the last pixel repeat it and are not stored.
            for (int i = 0; i < V.TileRows; i++)
            {
                image[i] = (nint)_src + cursor.Image * _map.Image;
                rows[i] = _map.Row(cursor.Row);
                cols[i] = _map.Col(cursor.Col);
                tiles->Dst[i] = (nint)(_dst + (((nint)cursor.Image * _c.Rows.Count + cursor.Row) * _c.Cols.Count + cursor.Col) * _c.DestinationPixel);
                if (i + 1 < tiles->Live) cursor.Next();
            }
            cursor.Next();
            FillTaps(image, rows, cols, tiles);
        }
    }

    /// <summary>Finds where the taps of a tile read. Most tiles need not look at every tap of every row.</summary>
    private void FillTaps(nint* image, nint** rows, nint** cols, GatherTile* tile)
    {
        bool inside = _c.Rows.Divisor == 1 && _c.Cols.Divisor == 1, samePixel = true;
        int lastRow = _map.RowTaps - 1, lastCol = _map.ColTaps - 1;
        for (int i = 0; i < V.TileRows; i++)
        {
            inside &= (rows[i][0] | rows[i][lastRow] | cols[i][0] | cols[i][lastCol]) >= 0;
            samePixel &= rows[i] == rows[0] && cols[i] == cols[0];
        }
        if (inside)
        {
            for (int i = 0; i < V.TileRows; i++) tile->Rows[i] = image[i] + *rows[i] + *cols[i];
            tile->Taps = _allTaps;
            (tile->TapCount, tile->Advance) = (_c.Taps, 0);
        }
        else if (samePixel)
        {
            for (int i = 0; i < V.TileRows; i++) tile->Rows[i] = image[i];
            (tile->TapCount, tile->Advance) = (FillSharedTaps(rows[0], cols[0], tile->Taps), 0);
        }
        else
        {
            (tile->TapCount, tile->Advance) = (FillOwnTaps(image, rows, cols, tile->Rows, tile->Taps), V.TileRows);
        }
    }

    /// <summary>Writes the taps that read inside the image for a pixel that all of the tile's rows share; returns their number.</summary>
    private int FillSharedTaps(nint* row, nint* col, TapStep* taps)
    {
        int count = 0;
        for (int r = 0; r < _map.RowTaps; r++)
            for (int s = 0; s < _map.ColTaps; s++)
                if ((row[r] | col[s]) >= 0) taps[count++] = new TapStep((nint)(r * _map.ColTaps + s) * _c.Run, row[r] + col[s]);
        return count;
    }

    /// <summary>Writes the taps that read inside the image for any of the tile's rows, and a source address for each row; returns their number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int FillOwnTaps(nint* image, nint** rows, nint** cols, nint* sources, TapStep* taps)
    {
        nint* line = stackalloc nint[V.TileRows];
        int count = 0;
        for (int r = 0; r < _map.RowTaps; r++)
        {
            nint all = -1;
            for (int i = 0; i < V.TileRows; i++)
            {
                nint offset = rows[i][r];
                all &= offset;
                line[i] = offset < 0 ? 0 : image[i] + offset;
            }
            if (all < 0) continue;      // -1 in every row
            for (int s = 0; s < _map.ColTaps; s++)
            {
                bool any = false;
                for (int i = 0; i < V.TileRows; i++)
                {
                    nint offset = cols[i][s];
                    bool inside = offset >= 0 && line[i] != 0;
                    sources[i] = inside ? line[i] + offset : (nint)_zeros;
                    any |= inside;
                }
                if (!any) continue;
                taps[count++] = new TapStep((nint)(r * _map.ColTaps + s) * _c.Run, 0);
                sources += V.TileRows;
            }
        }
        return count;
    }

    private static void FillAllTaps(in Correlation c, in SourceMap map, TapStep* taps)
    {
        for (int r = 0; r < map.RowTaps; r++)
            for (int s = 0; s < map.ColTaps; s++)
                *taps++ = new TapStep((nint)(r * map.ColTaps + s) * c.Run, map.TapShift(r, s));
    }
}
