using System.Numerics;

namespace Fathom.Devices.Cpu;

/// <summary>
/// The weight gradient in groups no wider than a vector: <c>gw[tap][i][lane] = sum over positions of x[position at tap][i] * gy[position][lane]</c>, with both sides
/// copied into a <see cref="GroupFrame{V, T}"/>. Blocks of images and bands of rows are cut into parts by the shape alone; every part sums into weights of its own, and
/// parts are added in order.
/// </summary>
internal readonly unsafe struct GroupWeightGradientPass<V, T> : IJob where V : struct, ILanes<V, T> where T : unmanaged, INumber<T>
{
    // As many pieces of work as keep 8 threads busy to the end; a part costs the clearing and adding up of one set of weights.
    private const int MaxParts = 32;

    // Positions of a row at least, where there are as many: the end of each, which the processor does not foresee, costs as much as some two positions.
    private const int Positions = 48;

    // Rows of both frames that taps go over together: most of the first-level caches that wide vectors come with.
    private const int RowBytes = 28 << 10;

    private readonly Correlation _c;
    private readonly PackedWeights _layout;
    private readonly GroupFrame<V, T> _source, _gradient;
    private readonly GroupPlan _plan;
    private readonly T* _src, _gy, _sums;
    private readonly int _parts;

    /// <summary>Does the whole pass.</summary>
    /// <param name="c">The forward correlation, one that <see cref="GroupGatherPass{V, T}.Takes"/>.</param>
    /// <param name="layout">How its weights lie.</param>
    /// <param name="src">Channels-last images.</param>
    /// <param name="gy">Gradient of its destination, channels-last.</param>
    /// <param name="gw">Result: gradient of the weight tensor.</param>
    public static void Run(in Correlation c, in PackedWeights layout, T* src, T* gy, T* gw)
    {
        var source = GroupFrame<V, T>.Source(c);
        var gradient = GroupFrame<V, T>.Plain(c.Groups, c.GroupOut, c.Rows.Count, c.Cols.Count);
        long rowBytes = (source.Line(1) * (long)c.Rows.Size / c.Rows.Count + gradient.Line(1)) * sizeof(T);
        var plan = new GroupPlan(c, rowBytes, Positions);
        int parts = (int)Math.Clamp((long)plan.ImageBlocks * plan.Bands, 1, MaxParts);
        using Scratch<T> sums = Scratch.Rent<T>(parts * layout.Count);
        var pass = new GroupWeightGradientPass<V, T>(c, layout, source, gradient, plan, src, gy, sums.Pointer, parts);
        Threads.For(checked(parts * plan.Chunks), ref pass);
        if (parts > 1) SumParts<V, T>.Run(sums.Pointer, parts, layout.Count, sums.Pointer);
        WeightPacking<V, T>.Unpack(c, layout, sums.Pointer, gw);
    }

    private GroupWeightGradientPass(in Correlation c, in PackedWeights layout, in GroupFrame<V, T> source, in GroupFrame<V, T> gradient, in GroupPlan plan,
        T* src, T* gy, T* sums, int parts)
    {
        (_c, _layout, _source, _gradient, _plan, _parts) = (c, layout, source, gradient, plan, parts);
        _src = src;
        _gy = gy;
        _sums = sums;
    }

    /// <inheritdoc/>
    public void Run(int index)
    {
        (int part, int chunk) = Math.DivRem(index, _plan.Chunks);
        GroupBlock groups = _plan.Block(0, chunk);
        T* sums = _sums + part * _layout.Count + _layout[groups.GroupFirst].Start;
        nint size = checked((nint)_layout.Depth * V.Count);
        new Span<T>(sums, checked((int)(groups.Groups * size))).Clear();

        long blocks = (long)_plan.ImageBlocks * _plan.Bands, end = blocks * (part + 1) / _parts;
        for (long b = blocks * part / _parts; b < end; b++)
        {
            (int imageBlock, int band) = Math.DivRem((int)b, _plan.Bands);
            AddBlock(_plan.Block(imageBlock, chunk), band, sums, size);
        }
    }

    private void AddBlock(in GroupBlock block, int band, T* sums, nint size)
    {
        (int first, int end) = _plan.Rows(_c, band);
        (int top, int bottom) = GroupPlan.SourceRows(_c.Rows, first, end);
        nint sourcePlane = (bottom - top) * _source.Line(block.Images), gradientPlane = (end - first) * _gradient.Line(block.Images);
        using Scratch<T> x = Scratch.Rent<T>(block.Groups * sourcePlane), g = Scratch.Rent<T>(block.Groups * gradientPlane);
        using Scratch<nint> rows = Scratch.Rent<nint>(2L * (end - first));
        _source.Fill(_src, block, top, bottom - top, x.Pointer);
        _gradient.Fill(_gy, block, first, end - first, g.Pointer);

        // All taps go over some rows of a group before the next ones, which thereby stay in the first-level cache.
        int step = (int)Math.Clamp(RowBytes / ((_source.Line(block.Images) + _gradient.Line(block.Images)) * sizeof(T)), 1, end - first);
        for (int group = 0; group < block.Groups; group++)
            for (int j = first; j < end; j += step)
                AddRows(j, Math.Min(j + step, end), block.Images, x.Pointer + group * sourcePlane - top * _source.Line(block.Images),
                    g.Pointer + group * gradientPlane - first * _gradient.Line(block.Images), sums + group * size, rows.Pointer);
    }

    /// <summary>All taps of some destination rows of one group.</summary>
    /// <param name="first">First row.</param>
    /// <param name="end">After the last row.</param>
    /// <param name="images">Images of the block.</param>
    /// <param name="x">Where row 0 of the source would be.</param>
    /// <param name="g">Where row 0 of the gradient would be.</param>
    /// <param name="sums">The group's weights.</param>
    /// <param name="rows">Room for two entries a row.</param>
    private void AddRows(int first, int end, int images, T* x, T* g, T* sums, nint* rows)
    {
        var kernel = GroupOuterKernels<V, T>.For(_c.GroupIn);
        for (int r = 0; r < _c.Rows.Taps; r++)
        {
            int count = FillRows(r, first, end, images, rows);
            if (count == 0) continue;
            for (int s = 0; s < _c.Cols.Taps; s++)
            {
                (int from, int to) = Inside(s);
                if (from == to) continue;
                nint skip = (nint)from * images * V.Count, across = _source.Tap(_c.Cols, 0, s, images) + skip;
                kernel(rows, count, (nint)(to - from) * images, x + across, g + skip, sums + (nint)(r * _c.Cols.Taps + s) * _c.GroupIn * V.Count);
            }
        }
    }

    /// <summary>For each destination row whose tap is inside the image where it starts in both frames; returns their number.</summary>
    private int FillRows(int tap, int first, int end, int images, nint* rows)
    {
        int count = 0;
        for (int j = first; j < end; j++)
        {
            int source = _c.Rows.Source(j, tap);
            if (source < 0) continue;
            rows[2 * count] = source * _source.Line(images);
            rows[2 * count++ + 1] = j * _gradient.Line(images);
        }
        return count;
    }

    /// <summary>The destination columns, neighbours, for which a tap reads inside the image.</summary>
    private (int First, int End) Inside(int tap)
    {
        int first = 0, end = _c.Cols.Count;
        while (first < end && _c.Cols.Source(first, tap) < 0) first++;
        while (first < end && _c.Cols.Source(end - 1, tap) < 0) end--;
        return (first, end);
    }
}
