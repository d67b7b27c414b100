namespace Fathom;

/// <summary>Checks that index tensors of gather and scatter share.</summary>
internal static class Positions
{
    /// <summary>The index as Int64, its shape checked against the tensor whose axis it counts along.</summary>
    public static Tensor Check(string op, Tensor index, Tensor x, int axis)
    {
        if (index.DType is not (DType.Int64 or DType.Int32))
            throw new InvalidOperationException($"[{op}] the index must hold int64 or int32 positions, not {index.DType.Name()}.");
        if (index.Rank != x.Rank) throw ShapeException.For(op, $"an index of shape {index.Shape} needs as many axes as the tensor of shape {x.Shape}");
        for (int i = 0; i < x.Rank; i++)
            if (i != axis && index.Shape.Span[i] > x.Shape.Span[i])
                throw ShapeException.For(op, $"an index of shape {index.Shape} is larger than the tensor of shape {x.Shape} along axis {i}; only along axis {axis} it may be");
        return index.To(DType.Int64);
    }

    /// <summary>The error for a position that does not exist.</summary>
    public static ShapeException Outside(string op, long position, int size) =>
        ShapeException.For(op, $"position {position} lies outside an axis of size {size}; positions run from 0 to {size - 1}");
}
