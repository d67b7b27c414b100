namespace Fathom;

/// <summary>What an index expression selects of a shape: first a view by positions, ranges and new axes, then elements picked by tensors, if there are any.</summary>
internal sealed class IndexPlan
{
    readonly Shape source;
    readonly List<AxisSlice> slices = [];
    readonly List<int> result = [];                         // the source axis behind each axis of the view; -1 for a new one
    readonly List<(int Axis, Tensor Positions)> picks = []; // by axis of the view

    /// <summary>The view; null where it is the whole tensor as it is.</summary>
    public BasicIndex? View { get; }
    /// <summary>What tensors pick from the view; null without tensors.</summary>
    public GatherIndex? Gather { get; }
    /// <summary>The shape of the selection.</summary>
    public Shape Shape { get; }

    public IndexPlan(Shape source, ReadOnlySpan<TensorIndex> index)
    {
        this.source = source;
        int free = Free(index);
        bool ellipsis = false;
        foreach (TensorIndex i in index)
        {
            if (i.What != TensorIndex.Kind.Ellipsis) { Add(i); continue; }
            ellipsis = true;
            Whole(free);
        }
        if (!ellipsis) Whole(free);
        BasicIndex view = new(source, [.. slices], [.. result]);
        Shape = view.Shape;
        if (!view.IsWhole) View = view;
        if (picks.Count == 0) return;
        Gather = new(view.Shape, picks);
        Shape = Gather.Result;
    }

    /// <summary>How many axes no entry speaks of.</summary>
    int Free(ReadOnlySpan<TensorIndex> index)
    {
        int used = 0, ellipses = 0;
        foreach (TensorIndex i in index)
        {
            if (i.What == TensorIndex.Kind.Ellipsis) ellipses++;
            else if (i.What == TensorIndex.Kind.Tensor) used += Axes(i.Values!);
            else if (i.What != TensorIndex.Kind.NewAxis) used++;
        }
        if (ellipses > 1) throw ShapeException.For("index", "only one Ellipsis fits into an index; which axes a second one stands for would be unclear");
        if (used > source.Rank) throw ShapeException.For("index", $"{used} axes are indexed, but shape {source} has {source.Rank}: {Text(index)}");
        return source.Rank - used;
    }

    static string Text(ReadOnlySpan<TensorIndex> index)
    {
        List<string> parts = [];
        foreach (TensorIndex i in index) parts.Add(i.ToString());
        return $"[{string.Join(", ", parts)}]";
    }

    /// <summary>How many axes an index tensor stands for.</summary>
    static int Axes(Tensor t) => t.DType switch
    {
        DType.Bool when t.Rank == 0 => throw ShapeException.For("index", "a mask needs an axis; a single truth value selects nothing in particular. Use an if, or a mask of shape (n,)"),
        DType.Bool => t.Rank,
        DType.Int64 or DType.Int32 or DType.UInt8 => 1,
        _ => throw ShapeException.For("index", $"an index tensor holds integers or Bool, not {t.DType.Name()}; convert it with .To(DType.Int64)"),
    };

    void Add(TensorIndex i)
    {
        int axis = slices.Count;
        switch (i.What)
        {
            case TensorIndex.Kind.NewAxis:
                result.Add(-1);
                break;
            case TensorIndex.Kind.Position:
                slices.Add(new(Position(i.Position, axis), 1, 1));
                break;
            case TensorIndex.Kind.Range:
                slices.Add(Range(i, source[axis]));
                result.Add(axis);
                break;
            default:
                if (i.Values!.DType == DType.Bool) Mask(i.Values, axis);
                else Pick(i.Values);
                break;
        }
    }

    int Position(Index position, int axis)
    {
        int size = source[axis], at = position.GetOffset(size);
        if ((uint)at >= (uint)size) throw ShapeException.For("index", $"position {position} lies outside axis {axis} of shape {source}, which has size {size}");
        return at;
    }

    static AxisSlice Range(TensorIndex i, int size)
    {
        int from = Math.Clamp(i.Span.Start.GetOffset(size), 0, size), to = Math.Clamp(i.Span.End.GetOffset(size), 0, size);
        return new(from, (int)Math.Max(0, ((long)to - from + i.Stride - 1) / i.Stride), i.Stride);
    }

    void Whole(int axes)
    {
        for (int i = 0; i < axes; i++)
        {
            result.Add(slices.Count);
            slices.Add(new(0, source[slices.Count], 1));
        }
    }

    /// <summary>A mask stands for the positions of its true elements, one index tensor for each of its axes.</summary>
    void Mask(Tensor mask, int axis)
    {
        for (int i = 0; i < mask.Rank; i++)
            if (mask.Shape[i] != source[axis + i])
                throw ShapeException.For("index", $"a mask of shape {mask.Shape} does not fit axes {axis} to {axis + mask.Rank - 1} of shape {source}: sizes {mask.Shape[i]} and {source[axis + i]} differ");
        foreach (Tensor positions in True(mask)) Pick(positions);
    }

    /// <summary>The positions of the true elements, a vector for each axis.</summary>
    public static Tensor[] True(Tensor mask)
    {
        bool[] flags = mask.ToArray<bool>();
        var positions = new long[mask.Rank][];
        int n = flags.Count(f => f);
        for (int axis = mask.Rank - 1, step = 1; axis >= 0; step *= mask.Shape[axis--])
        {
            long[] p = positions[axis] = new long[n];
            for (int i = 0, k = 0; i < flags.Length; i++) if (flags[i]) p[k++] = i / step % mask.Shape[axis];
        }
        return [.. positions.Select(p => Tensor.From(p))];
    }

    void Pick(Tensor positions)
    {
        picks.Add((result.Count, positions));
        Whole(1);
    }
}

/// <summary>A view by positions (axes that go), ranges (axes that stay) and new axes.</summary>
internal sealed class BasicIndex(Shape source, AxisSlice[] slices, int[] result)
{
    /// <summary>The shape of the view.</summary>
    public Shape Shape { get; } = Shape.Trust([.. result.Select(a => a < 0 ? 1 : slices[a].Length)]);

    /// <summary>Whether the view is the tensor as it is.</summary>
    public bool IsWhole => Shape == source && !result.Contains(-1) && result.Length == slices.Length && slices.Select((s, i) => s.Start == 0 && s.Length == source[i]).All(whole => whole);

    public (Layout Layout, long Offset) Of(Tensor x)
    {
        long offset = x.Offset;
        for (int a = 0; a < slices.Length; a++) if (slices[a].Length > 0) offset += slices[a].Start * x.Strides[a];
        return (new(Shape, [.. result.Select(a => a < 0 ? 1 : x.Strides[a] * slices[a].Step)]), offset);
    }

    /// <summary>The gradient of the source: zeros around that of the view.</summary>
    public Tensor Spread(Tensor view) => view.Reshape(Shape.Trust([.. slices.Select(s => s.Length)])).SliceInto(source, slices);
}

/// <summary>Elements of a shape picked by integer tensors that are broadcast to each other: for each of their elements, all that the other axes hold.</summary>
internal sealed class GatherIndex
{
    readonly int[] axes;                // those that tensors index, in order
    readonly long[]?[] positions;       // for each of them, one entry a pick; null where an index has no data
    readonly int first;                 // where the picks' axes stand in the result

    /// <summary>The shape picked from.</summary>
    public Shape Source { get; }
    /// <summary>The broadcast shape of the index tensors.</summary>
    public Shape Picks { get; }
    /// <summary>The axes that no tensor indexes.</summary>
    public int[] Rest { get; }
    /// <summary>The shape of what is picked: <see cref="Picks"/> and then the sizes of <see cref="Rest"/>.</summary>
    public Shape Rows { get; }
    /// <summary>The shape of the selection: the picks stand where the indexed axes stood if those are neighbours, else in front.</summary>
    public Shape Result { get; }

    public GatherIndex(Shape source, IReadOnlyList<(int Axis, Tensor Positions)> picks)
    {
        Source = source;
        axes = [.. picks.Select(p => p.Axis)];
        Rest = [.. Enumerable.Range(0, source.Rank).Except(axes)];
        foreach ((_, Tensor t) in picks) Picks = Shape.Broadcast(Picks, t.Shape, "index");
        positions = [.. picks.Select(p => Checked(p.Positions, p.Axis))];
        first = axes[^1] - axes[0] == axes.Length - 1 ? axes[0] : 0;
        int[] rest = [.. Rest.Select(a => source[a])];
        Rows = new([.. Picks.Span, .. rest]);
        Result = new([.. rest[..first], .. Picks.Span, .. rest[first..]]);
    }

    long[]? Checked(Tensor t, int axis)
    {
        if (!t.Device.HasData) return null;
        int size = Source[axis];
        long[] p = t.Expand(Picks).ToArray<long>();
        for (int i = 0; i < p.Length; i++)
        {
            long at = p[i] < 0 ? p[i] + size : p[i];
            if ((ulong)at >= (ulong)size) throw ShapeException.For("index", $"position {p[i]} in an index tensor lies outside axis {axis}, which has size {size}, of shape {Source}");
            p[i] = at;
        }
        return p;
    }

    /// <summary>From <see cref="Rows"/> to <see cref="Result"/>.</summary>
    public Tensor FromRows(Tensor rows) => first == 0 ? rows : rows.Permute(
        [.. Enumerable.Range(Picks.Rank, first), .. Enumerable.Range(0, Picks.Rank), .. Enumerable.Range(Picks.Rank + first, Rest.Length - first)]);

    /// <summary>From <see cref="Result"/> to <see cref="Rows"/>.</summary>
    public Tensor ToRows(Tensor result) => first == 0 ? result : result.Permute(
        [.. Enumerable.Range(first, Picks.Rank), .. Enumerable.Range(0, first), .. Enumerable.Range(first + Picks.Rank, Rest.Length - first)]);

    /// <summary>Where each pick begins, in elements, in a tensor of these strides.</summary>
    public long[] Offsets(long[] strides)
    {
        long[] offsets = new long[Picks.Count];
        for (int k = 0; k < axes.Length; k++)
        {
            long step = strides[axes[k]];
            long[] p = positions[k] ?? throw new InvalidOperationException("[index] an index tensor has a shape but no elements (device 'meta').");
            for (int i = 0; i < offsets.Length; i++) offsets[i] += p[i] * step;
        }
        return offsets;
    }

    /// <summary>1 for each pick that no later pick repeats, in a shape that broadcasts over <see cref="Rows"/>; null if none repeats.</summary>
    public Tensor? LastOfEach(DType dtype)
    {
        long[] offsets = Offsets(Layout.Contiguous(Source).Strides);
        HashSet<long> later = [];
        double[] last = new double[offsets.Length];
        for (int i = offsets.Length - 1; i >= 0; i--) last[i] = later.Add(offsets[i]) ? 1 : 0;
        return later.Count == offsets.Length ? null : Tensor.From(last, new Shape([.. Picks.Span, .. Rest.Select(_ => 1)])).To(dtype);
    }
}
