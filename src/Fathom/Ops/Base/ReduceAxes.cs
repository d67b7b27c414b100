namespace Fathom.Ops;

/// <summary>The shapes around a reduction: with the reduced axes at size 1, and without them.</summary>
internal static class ReduceAxes
{
    /// <summary>The shape with size 1 along each named axis, or along all if none is named.</summary>
    public static Shape Kept(Shape shape, ReadOnlySpan<int> axes, string op)
    {
        int[] d = shape.ToArray();
        if (axes.Length == 0) Array.Fill(d, 1);
        Span<bool> seen = stackalloc bool[Math.Max(shape.Rank, 1)];
        foreach (int axis in axes)
        {
            if (shape.Rank == 0 && axis is 0 or -1) continue;
            int a = shape.Axis(axis, op);
            if (seen[a]) throw ShapeException.For(op, $"axis {axis} is named twice for shape {shape}");
            seen[a] = true;
            d[a] = 1;
        }
        return Shape.Trust(d);
    }

    /// <summary>Drops the reduced axes unless they are to be kept.</summary>
    public static Tensor Squeeze(Tensor kept, Shape from, ReadOnlySpan<int> axes, bool keepDim) =>
        keepDim || from.Rank == 0 ? kept : kept.Reshape(Dropped(from, axes));

    /// <summary>How many elements make one result.</summary>
    public static long Terms(Shape shape, ReadOnlySpan<int> axes, string op)
    {
        _ = Kept(shape, axes, op);                  // checks the axes
        long n = 1;
        for (int i = 0; i < shape.Rank; i++) if (axes.Length == 0 || axes.Contains(i) || axes.Contains(i - shape.Rank)) n *= shape.Span[i];
        return n;
    }

    /// <summary>The axes along which <paramref name="kept"/> has size 1 and the shape has not.</summary>
    public static int[] Reduced(Shape shape, Shape kept) => [.. Enumerable.Range(0, shape.Rank).Where(i => kept.Span[i] != shape.Span[i])];

    /// <summary>Refuses reductions that have no value over no elements.</summary>
    public static void NotEmpty(Shape shape, ReadOnlySpan<int> axes, string op)
    {
        for (int i = 0; i < shape.Rank; i++)
            if (shape.Span[i] == 0 && (axes.Length == 0 || axes.Contains(i) || axes.Contains(i - shape.Rank)))
                throw ShapeException.For(op, $"axis {i} of shape {shape} is empty, and there is no {op} of no elements");
    }

    static Shape Dropped(Shape from, ReadOnlySpan<int> axes)
    {
        if (axes.Length == 0) return Shape.Scalar;
        List<int> d = [];
        for (int i = 0; i < from.Rank; i++)
            if (!axes.Contains(i) && !axes.Contains(i - from.Rank)) d.Add(from.Span[i]);
        return Shape.Trust([.. d]);
    }
}
