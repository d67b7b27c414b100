namespace Fathom.Devices.Cpu;

/// <summary>
/// Runs a <see cref="Correlation"/>, forward or input gradient, in groups no wider than a vector. A job copies a block of images and groups into a
/// <see cref="GroupFrame{V, T}"/> and makes a band of destination rows, group after group, so that a group's weights stay in the first-level cache. Each
/// destination element is summed by one call of a kernel, taps in order. For the input gradient of a strided convolution the destination columns
/// are taken by their remainders, since those of one remainder meet the same taps.
/// </summary>
internal readonly unsafe struct GroupGatherPass<V, T> : IJob where V : struct, ILanes<V, T> where T : unmanaged
{
    private readonly Correlation _c;
    private readonly PackedWeights _layout;
    private readonly GroupFrame<V, T> _frame;
    private readonly GroupPlan _plan;
    private readonly T* _src, _weight, _bias, _dst;

    /// <summary>Whether a correlation is one of these; wider groups have work for kernels two vectors wide.</summary>
    public static bool Takes(in Correlation c) => c.Groups > 1 && c.GroupIn <= V.Count && c.GroupOut <= V.Count;

    /// <summary>Does the whole pass.</summary>
    /// <param name="c">What to do.</param>
    /// <param name="layout">How the weights lie.</param>
    /// <param name="src">Channels-last images.</param>
    /// <param name="weight">Packed weights.</param>
    /// <param name="bias">A value for each destination channel, or null.</param>
    /// <param name="dst">Channels-last images.</param>
    public static void Run(in Correlation c, in PackedWeights layout, T* src, T* weight, T* bias, T* dst)
    {
        if (c.Pixels == 0) return;
        using Scratch<T> lanes = Scratch.Rent<T>(bias == null ? 0 : c.Groups * V.Count);
        if (bias != null)
            for (int group = 0; group < c.Groups; group++) V.Store(V.LoadFirst(bias + (nint)group * c.GroupOut, c.GroupOut), lanes.Pointer + group * V.Count);
        var pass = new GroupGatherPass<V, T>(c, layout, src, weight, bias == null ? null : lanes.Pointer, dst);
        Threads.For(checked(pass._plan.ImageBlocks * pass._plan.Bands * pass._plan.Chunks), ref pass);
    }

    private GroupGatherPass(in Correlation c, in PackedWeights layout, T* src, T* weight, T* bias, T* dst)
    {
        (_c, _layout, _frame) = (c, layout, GroupFrame<V, T>.Source(c));
        _src = src;
        _weight = weight;
        _bias = bias;
        _dst = dst;
        long line = _frame.Line(1) * sizeof(T);
        _plan = new GroupPlan(c, line * c.Rows.Size / c.Rows.Count + 1, GroupKernels<V, T>.MaxPositions);
    }

    /// <inheritdoc/>
    public void Run(int index)
    {
        (int block, int chunk) = Math.DivRem(index, _plan.Chunks);
        (int imageBlock, int band) = Math.DivRem(block, _plan.Bands);
        GroupBlock images = _plan.Block(imageBlock, chunk);
        (int first, int end) = _plan.Rows(_c, band);
        (int top, int bottom) = GroupPlan.SourceRows(_c.Rows, first, end);
        nint plane = (bottom - top) * _frame.Line(images.Images);
        using Scratch<T> frame = Scratch.Rent<T>(images.Groups * plane);
        using Scratch<TapStep> taps = Scratch.Rent<TapStep>((long)(end - first) * _c.Taps);
        using Scratch<nint> offsets = Scratch.Rent<nint>((long)_c.Cols.Count * images.Images);
        using Scratch<int> counts = Scratch.Rent<int>(end - first);
        _frame.Fill(_src, images, top, bottom - top, frame.Pointer);
        for (int residue = 0; residue < Math.Min(_c.Cols.Divisor, _c.Cols.Count); residue++)
        {
            var columns = new Columns
            {
                Taps = taps.Pointer, Counts = counts.Pointer, Offsets = offsets.Pointer,
                Positions = FillOffsets(residue, images.Images, offsets.Pointer),
            };
            for (int j = first; j < end; j++) columns.Counts[j - first] = FillTaps(j, residue, images.Images, top, columns.Taps + (j - first) * _c.Taps);
            for (int g = 0; g < images.Groups; g++)
                Multiply(images, g, first, end, columns, frame.Pointer + g * plane);
        }
    }

    /// <summary>The destination columns of one remainder: their positions, where those are stored, and each row's taps.</summary>
    private struct Columns
    {
        public TapStep* Taps;
        public int* Counts;
        public nint* Offsets;
        public int Positions;
    }

    /// <summary>One group: tiles of nearly equal numbers of positions along each row.</summary>
    private void Multiply(in GroupBlock block, int g, int first, int end, in Columns columns, T* frame)
    {
        int group = block.GroupFirst + g, tiles = (columns.Positions + GroupKernels<V, T>.MaxPositions - 1) / GroupKernels<V, T>.MaxPositions;
        T* weight = _weight + _layout[group].Start, bias = _bias == null ? null : _bias + group * V.Count;
        nint line = (nint)_c.Cols.Count * _c.DestinationPixel;
        for (int j = first; j < end; j++)
        {
            T* dst = _dst + ((nint)block.ImageFirst * _c.Rows.Count + j) * line + (nint)group * _c.GroupOut;
            for (int t = 0; t < tiles; t++)
            {
                int from = (int)((long)columns.Positions * t / tiles), count = (int)((long)columns.Positions * (t + 1) / tiles) - from;
                GroupKernels<V, T>.For(count)(columns.Taps + (j - first) * _c.Taps, columns.Counts[j - first], _c.GroupIn, frame + (nint)from * V.Count,
                    weight, bias, dst, columns.Offsets + from, _c.GroupOut);
            }
        }
    }

    /// <summary>The taps of a destination row that do not read rows of padding; returns their number.</summary>
    private int FillTaps(int row, int residue, int images, int top, TapStep* taps)
    {
        int count = 0;
        nint line = _frame.Line(images);
        for (int r = 0; r < _c.Rows.Taps; r++)
        {
            int source = _c.Rows.Source(row, r);
            if (source < 0) continue;
            for (int s = 0; s < _c.Cols.Taps; s++)
            {
                nint across = _frame.Tap(_c.Cols, residue, s, images);
                if (across >= 0) taps[count++] = new TapStep((nint)(r * _c.Cols.Taps + s) * _c.GroupIn, ((source - top) * line + across) * sizeof(T));
            }
        }
        return count;
    }

    /// <summary>Where the positions of a row are stored, from its first element of the first image; returns their number.</summary>
    private int FillOffsets(int residue, int images, nint* offsets)
    {
        nint pixel = _c.DestinationPixel, image = pixel * _c.Cols.Count * _c.Rows.Count;
        int count = 0;
        for (int col = residue; col < _c.Cols.Count; col += _c.Cols.Divisor)
            for (int i = 0; i < images; i++) offsets[count++] = i * image + col * pixel;
        return count;
    }
}
