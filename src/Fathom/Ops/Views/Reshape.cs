using Fathom.Autograd;

namespace Fathom;

public partial class Tensor
{
    /// <summary>The same elements in row-major order under another shape; one size may be -1 and is worked out. A view where the memory order allows, else a copy.</summary>
    /// <exception cref="ShapeException">The number of elements differs.</exception>
    public Tensor Reshape(params ReadOnlySpan<int> sizes) => Reshape(Sizes(sizes));

    /// <summary>The same elements in row-major order under another shape.</summary>
    /// <exception cref="ShapeException">The number of elements differs.</exception>
    public Tensor Reshape(Shape shape)
    {
        if (shape == Shape) return this;
        if (shape.Count != Count) throw ShapeException.For("reshape", $"{Shape} has {Count} elements, {shape} has {shape.Count}");
        return Op.Run(new ReshapeOp(shape), Layout.IsContiguous || ReshapeOp.CanView(Layout, shape) ? this : Contiguous());
    }

    /// <summary>All axes joined into one, or those from <paramref name="start"/> to <paramref name="end"/>.</summary>
    /// <exception cref="ShapeException">There is no such axis, or the end comes before the start.</exception>
    public Tensor Flatten(int start = 0, int end = -1)
    {
        if (Rank == 0) return Reshape(1);
        int a = Shape.Axis(start), b = Shape.Axis(end);
        if (b < a) throw ShapeException.For("flatten", $"axis {end} comes before axis {start} in shape {Shape}");
        int joined = 1;
        foreach (int d in Shape.Span[a..(b + 1)]) joined = checked(joined * d);
        return Reshape(Shape.Trust([.. Shape.Span[..a], joined, .. Shape.Span[(b + 1)..]]));
    }

    /// <summary>Drops an axis of size 1; leaves the shape as it is where the size differs.</summary>
    public Tensor Squeeze(int axis) => Rank > 0 && Shape[axis] == 1 ? Reshape(Shape.Without(axis)) : this;

    /// <summary>Drops all axes of size 1.</summary>
    public Tensor Squeeze() => Reshape(Shape.Trust([.. Shape.Where(d => d != 1)]));

    /// <summary>Puts in an axis of size 1 before <paramref name="axis"/>; -1 puts it last.</summary>
    /// <exception cref="ShapeException">The axis lies outside -(rank + 1) to rank.</exception>
    public Tensor Unsqueeze(int axis)
    {
        int a = axis < 0 ? axis + Rank + 1 : axis;
        if (a < 0 || a > Rank) throw ShapeException.For("unsqueeze", $"axis {axis} lies outside {-Rank - 1} to {Rank} for shape {Shape}");
        return Reshape(Shape.Insert(a, 1));
    }

    Shape Sizes(ReadOnlySpan<int> sizes)
    {
        int free = sizes.IndexOf(-1);
        if (free < 0) return new(sizes);
        if (sizes[(free + 1)..].Contains(-1)) throw ShapeException.For("reshape", $"only one size may be -1, got ({string.Join(", ", sizes.ToArray())})");
        long known = 1;
        for (int i = 0; i < sizes.Length; i++) if (i != free) known *= sizes[i];
        if (known == 0 || Count % known != 0) throw ShapeException.For("reshape", $"{Shape} has {Count} elements, which do not divide into ({string.Join(", ", sizes.ToArray())})");
        int[] d = sizes.ToArray();
        d[free] = checked((int)(Count / known));
        return new(d.AsSpan());
    }
}

file sealed class ReshapeOp(Shape to) : ViewOp
{
    protected override (Layout, long) View(Tensor x) => (new(to, Strides(x.Layout, to) ?? Layout.Contiguous(to).Strides), x.Offset);
    protected override void Backward(Tensor gy, Span<Tensor?> gx) => gx[0] = gy.Reshape(InputShape(0));

    public static bool CanView(Layout from, Shape to) => Strides(from, to) is not null;

    /// <summary>Strides for the new shape over the same memory; null where groups of axes that are joined do not lie in order.</summary>
    static long[]? Strides(Layout from, Shape to)
    {
        if (from.IsContiguous) return Layout.Contiguous(to).Strides;
        ReadOnlySpan<int> d = from.Shape.Span;
        long[] strides = new long[to.Rank];
        int i = d.Length - 1, j = to.Rank - 1;
        while (j >= 0 || i >= 0)
        {
            while (i >= 0 && d[i] == 1) i--;
            while (j >= 0 && to.Span[j] == 1) strides[j--] = 1;
            if (i < 0 || j < 0) break;
            long have = d[i], want = to.Span[j], step = from.Strides[i];
            strides[j--] = step;
            while (have != want)
            {
                if (have < want)
                {
                    int next = i - 1;
                    while (next >= 0 && d[next] == 1) next--;
                    if (next < 0 || from.Strides[next] != from.Strides[i] * d[i]) return null;
                    i = next;
                    have *= d[i];
                }
                else
                {
                    while (to.Span[j] == 1) strides[j--] = 1;
                    strides[j] = step * want;
                    want *= to.Span[j--];
                }
            }
            i--;
        }
        return strides;
    }
}
