namespace Fathom;

/// <summary>
/// Where the elements of a shape lie in memory: one stride, in elements, for each axis. The shape is the logical one, (N, C, H, W) for
/// images; the memory order is a matter of strides alone. Immutable and shared between tensors.
/// </summary>
internal sealed class Layout
{
    public readonly Shape Shape;
    public readonly long[] Strides;
    public readonly long Count;
    /// <summary>Row-major without holes.</summary>
    public readonly bool IsContiguous;
    /// <summary>Some order of the axes is row-major without holes: the elements fill one block of memory, each once.</summary>
    public readonly bool IsDense;

    public static readonly Layout Scalar = new(default, []);

    public Layout(Shape shape, long[] strides)
    {
        Shape = shape;
        Strides = strides;
        Count = shape.Count;
        IsContiguous = Count <= 1 || FitsContiguous(shape.Span, strides);
        IsDense = IsContiguous || FitsDense(shape.Span, strides);
    }

    public int Rank => Strides.Length;

    /// <summary>The row-major layout of a shape.</summary>
    public static Layout Contiguous(Shape shape)
    {
        if (shape.Rank == 0) return Scalar;
        long[] strides = new long[shape.Rank];
        long step = 1;
        for (int i = strides.Length - 1; i >= 0; i--)
        {
            strides[i] = step;
            step *= Math.Max(shape.Span[i], 1);
        }
        return new(shape, strides);
    }

    /// <summary>Channels innermost: (N, C, ...) lies in memory as (N, ..., C). Needs rank 3 or more.</summary>
    public static Layout ChannelsLast(Shape shape)
    {
        long[] strides = new long[shape.Rank];
        strides[1] = 1;
        long step = Math.Max(shape.Span[1], 1);
        for (int i = strides.Length - 1; i >= 2; i--)
        {
            strides[i] = step;
            step *= Math.Max(shape.Span[i], 1);
        }
        strides[0] = step;
        return new(shape, strides);
    }

    /// <summary>A dense layout of another shape of the same rank whose axes lie in the same order as here.</summary>
    public Layout SameOrder(Shape shape)
    {
        if (shape == Shape && IsDense) return this;
        if (IsContiguous || shape.Rank != Rank) return Contiguous(shape);
        int[] order = Order();
        long[] strides = new long[Rank];
        long step = 1;
        for (int i = Rank - 1; i >= 0; i--)
        {
            strides[order[i]] = step;
            step *= Math.Max(shape.Span[order[i]], 1);
        }
        return new(shape, strides);
    }

    /// <summary>The axes from the outermost in memory to the innermost; ties keep their logical order.</summary>
    public int[] Order()
    {
        int[] order = new int[Rank];
        for (int i = 0; i < order.Length; i++)
        {
            int at = i;
            for (; at > 0 && Strides[order[at - 1]] < Strides[i]; at--) order[at] = order[at - 1];
            order[at] = i;
        }
        return order;
    }

    public bool IsChannelsLast
    {
        get
        {
            if (Rank < 3) return false;
            long step = 1;
            if (!Next(1)) return false;
            for (int i = Rank - 1; i >= 2; i--) if (!Next(i)) return false;
            return Next(0);

            bool Next(int axis)
            {
                int d = Shape.Span[axis];
                if (d != 1 && Strides[axis] != step) return false;
                step *= d;
                return true;
            }
        }
    }

    /// <summary>Whether both place every element at the same spot.</summary>
    public bool SamePlaces(Layout other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (Shape != other.Shape) return false;
        if (IsContiguous && other.IsContiguous) return true;
        for (int i = 0; i < Rank; i++)
            if (Shape.Span[i] != 1 && Strides[i] != other.Strides[i]) return false;
        return true;
    }

    /// <summary>Strides of this layout read at a larger, broadcast shape: 0 where an axis is repeated.</summary>
    public long[] BroadcastStrides(Shape to)
    {
        if (to == Shape) return Strides;
        long[] strides = new long[to.Rank];
        int shift = to.Rank - Rank;
        for (int i = 0; i < Rank; i++)
            strides[i + shift] = Shape.Span[i] == 1 && to.Span[i + shift] != 1 ? 0 : Strides[i];
        return strides;
    }

    static bool FitsContiguous(ReadOnlySpan<int> dims, long[] strides)
    {
        long step = 1;
        for (int i = strides.Length - 1; i >= 0; i--)
        {
            if (dims[i] == 1) continue;
            if (strides[i] != step) return false;
            step *= dims[i];
        }
        return true;
    }

    bool FitsDense(ReadOnlySpan<int> dims, long[] strides)
    {
        long step = 1, left = Count;
        while (left > 1)
        {
            int next = -1;
            for (int i = 0; i < strides.Length; i++) if (dims[i] != 1 && strides[i] == step) { if (next >= 0) return false; next = i; }
            if (next < 0) return false;
            step *= dims[next];
            left /= dims[next];
        }
        return true;
    }
}
