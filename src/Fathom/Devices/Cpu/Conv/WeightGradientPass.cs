using System.Numerics;
using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>
/// The weight gradient: <c>gw[tap][i][lane] = sum over pixels of src[pixel at tap][i] * gy[pixel][lane]</c>, the forward correlation with output and
/// weights exchanged. Pixels are cut into chunks by the geometry alone; every chunk sums into weights of its own, and chunks are added in order: the bits
/// do not depend on the number of threads. Inside a chunk, some pixels at a time are summed in registers, so that rounding errors grow with the
/// logarithm of the batch rather than with its size.
/// </summary>
internal readonly unsafe struct WeightGradientPass<V, T> : IJob where V : struct, ILanes<V, T> where T : unmanaged, INumber<T>
{
    // Pixels that a micro-kernel takes in one call: their gradients, two vectors wide, fill 16 KiB, a third of the first-level cache, and the time
    // to add the tile to memory (as for 2 to 4 pixels) is small beside them.
    private const int PixelBlock = 128;

    // A tap's list: how many pixels, then two addresses for each.
    private const int ListSize = 1 + 2 * PixelBlock;

    // A chunk costs as much as some tens of pixels to clear and to add up, so it has to be much longer. More than 32 pieces of work help nobody
    // before there are more than 8 threads or so. All parts together stay within the outer caches.
    private const int MinChunk = 1024, TargetJobs = 32, MaxPartBytes = 8 << 20;

    private readonly Correlation _c;
    private readonly PackedWeights _layout;
    private readonly T* _src, _gy, _parts;
    private readonly SourceMap _map;
    private readonly int _chunks, _splits, _panelWidth;

    /// <summary>Does the whole pass.</summary>
    /// <param name="c">The forward correlation.</param>
    /// <param name="layout">How its weights lie.</param>
    /// <param name="source">Channels-last images to read.</param>
    /// <param name="gy">Gradient of its destination, channels-last.</param>
    /// <param name="gw">Result: gradient of the weight tensor.</param>
    public static void Run(in Correlation c, in PackedWeights layout, T* source, T* gy, T* gw)
    {
        using Scratch<nint> maps = Scratch.Rent<nint>(SourceMap.Size(c));
        var map = new SourceMap(c, sizeof(T), maps.Pointer);
        (int chunks, int splits) = Split(c, layout);
        using Scratch<T> parts = Scratch.Rent<T>(chunks * layout.Count);
        var pass = new WeightGradientPass<V, T>(c, layout, map, source, gy, parts.Pointer, chunks, splits);
        Threads.For(chunks * splits, ref pass);
        if (chunks > 1) SumParts<V, T>.Run(parts.Pointer, chunks, layout.Count, parts.Pointer);
        WeightPacking<V, T>.Unpack(c, layout, parts.Pointer, gw);
    }

    private WeightGradientPass(in Correlation c, in PackedWeights layout, in SourceMap map, T* src, T* gy, T* parts, int chunks, int splits)
    {
        (_c, _layout, _map) = (c, layout, map);
        _src = src;
        _gy = gy;
        _parts = parts;
        (_chunks, _splits, _panelWidth) = (chunks, splits, layout[0].Width);
    }

    /// <summary>Chunks of pixels, and pieces that the blocks of weights are split into for each chunk.</summary>
    private static (int Chunks, int Splits) Split(in Correlation c, in PackedWeights layout)
    {
        long most = Math.Min(c.Pixels / MinChunk, MaxPartBytes / (layout.Count * sizeof(T)));
        int chunks = (int)Math.Clamp(most, 1, TargetJobs);
        return (chunks, Math.Clamp(TargetJobs / chunks, 1, layout.Blocks));
    }

    /// <inheritdoc/>
    public void Run(int index)
    {
        (int chunk, int split) = Math.DivRem(index, _splits);
        long first = _c.Pixels * chunk / _chunks, end = _c.Pixels * (chunk + 1) / _chunks;
        int blockFirst = (int)((long)split * _layout.Blocks / _splits), blockEnd = (int)((split + 1L) * _layout.Blocks / _splits);
        T* sums = _parts + chunk * _layout.Count;
        for (int b = blockFirst; b < blockEnd; b++)
            new Span<T>(sums + _layout[b].Start, checked((int)(_layout.Depth * _layout[b].Width))).Clear();

        int taps = _map.IsDense ? 1 : _c.Taps;
        using Scratch<T> panel = Scratch.Rent<T>(PixelBlock * _panelWidth);
        using Scratch<nint> lists = Scratch.Rent<nint>(taps * ((long)ListSize));
        for (long q = first; q < end; q += PixelBlock)
        {
            int count = (int)Math.Min(PixelBlock, end - q);
            if (_map.IsDense) FillDenseList(q, count, panel.Pointer, lists.Pointer);
            else FillLists(q, count, panel.Pointer, lists.Pointer);
            for (int b = blockFirst; b < blockEnd; b++)
            {
                PackedWeights.Block block = _layout[b];
                FillPanel(q, count, block, panel.Pointer);
                if (block.Width == V.Count) Multiply<N1>(block, lists.Pointer, sums + block.Start);
                else Multiply<N2>(block, lists.Pointer, sums + block.Start);
            }
        }
    }

    /// <summary>For each tap the number of pixels that read inside the image, and for each of those its source address and where its gradient stands in the panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillLists(long q, int count, T* panel, nint* lists)
    {
        nint* image = stackalloc nint[PixelBlock];
        nint** rows = stackalloc nint*[PixelBlock], cols = stackalloc nint*[PixelBlock];
        var cursor = new PixelCursor(_c, imagesPerBlock: 1);
        cursor.Seek(q);
        for (int i = 0; i < count; i++, cursor.Next())
        {
            image[i] = (nint)_src + cursor.Image * _map.Image;
            rows[i] = _map.Row(cursor.Row);
            cols[i] = _map.Col(cursor.Col);
        }
        for (int r = 0; r < _map.RowTaps; r++)
            for (int s = 0; s < _map.ColTaps; s++, lists += ListSize)
            {
                nint* entry = lists + 1;
                nint gradient = (nint)panel;
                for (int i = 0; i < count; i++, gradient += _panelWidth * sizeof(T))
                {
                    nint down = rows[i][r], right = cols[i][s];
                    if ((down | right) < 0) continue;
                    entry[0] = image[i] + down + right;
                    entry[1] = gradient;
                    entry += 2;
                }
                lists[0] = (nint)(entry - lists - 1) / 2;
            }
    }

    /// <summary>The list of the first tap, which without padded taps serves for all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillDenseList(long q, int count, T* panel, nint* list)
    {
        var walk = new DenseWalk(_c, _map, (nint)_src, q);
        *list++ = count;
        for (int i = 0; i < count; i++, walk.Next(), list += 2, panel += _panelWidth)
        {
            list[0] = walk.Source;
            list[1] = (nint)panel;
        }
    }

    /// <summary>Copies the block's lanes of the pixels' gradients side by side, with zeros in lanes that are not in use.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillPanel(long q, int count, in PackedWeights.Block block, T* panel)
    {
        nint pixel = _c.DestinationPixel;
        T* from = _gy + q * pixel + (nint)block.Group * _c.Lanes + block.Lane;
        int second = block.Lanes - V.Count;
        for (int i = 0; i < count; i++, from += pixel, panel += _panelWidth)
            if (second <= 0)
            {
                V.Store(V.LoadFirst(from, block.Lanes), panel);
            }
            else
            {
                V.Store(V.Load(from), panel);
                V.Store(V.LoadFirst(from + V.Count, second), panel + V.Count);
            }
    }

    private void Multiply<NV>(in PackedWeights.Block block, nint* lists, T* sums) where NV : struct, IConstant
    {
        // A run is cut into tiles of nearly equal height: a last tile of a row or two would wait for its own multiply-adds.
        int run = _c.Run, tiles = (run + V.TileRows - 1) / V.TileRows;
        nint group = (nint)block.Group * _c.GroupIn, next = _map.IsDense ? 0 : ListSize;
        for (int tap = 0; tap < _c.Taps; tap++, lists += next, sums += (nint)run * block.Width)
        {
            if (lists[0] == 0) continue;
            nint shift = group * sizeof(T) + (_map.IsDense ? _map.TapShift(tap / _map.ColTaps, tap % _map.ColTaps) : 0);
            for (int t = 0; t < tiles; t++)
            {
                int first = run * t / tiles, rows = run * (t + 1) / tiles - first;
                Outer<NV>(rows, lists[0], lists + 1, shift + first * sizeof(T), sums + (nint)first * block.Width);
            }
        }
    }

    private static void Outer<NV>(int rows, nint count, nint* pixels, nint shift, T* sum) where NV : struct, IConstant
    {
        switch (rows)
        {
            case 1: OuterKernel<V, T, NV, N1>.Run(count, pixels, shift, sum); break;
            case 2: OuterKernel<V, T, NV, N2>.Run(count, pixels, shift, sum); break;
            case 3: OuterKernel<V, T, NV, N3>.Run(count, pixels, shift, sum); break;
            case 4: OuterKernel<V, T, NV, N4>.Run(count, pixels, shift, sum); break;
            case 5: OuterKernel<V, T, NV, N5>.Run(count, pixels, shift, sum); break;
            case 6: OuterKernel<V, T, NV, N6>.Run(count, pixels, shift, sum); break;
            case 7: OuterKernel<V, T, NV, N7>.Run(count, pixels, shift, sum); break;
            case 8: OuterKernel<V, T, NV, N8>.Run(count, pixels, shift, sum); break;
            case 9: OuterKernel<V, T, NV, N9>.Run(count, pixels, shift, sum); break;
            case 10: OuterKernel<V, T, NV, N10>.Run(count, pixels, shift, sum); break;
            case 11: OuterKernel<V, T, NV, N11>.Run(count, pixels, shift, sum); break;
            default: OuterKernel<V, T, NV, N12>.Run(count, pixels, shift, sum); break;
        }
    }
}
