using Fathom.Autograd;

namespace Fathom;

public partial class Tensor
{
    /// <summary>A view with the axes in another order: axis i of the result is axis <c>axes[i]</c> of this tensor.</summary>
    /// <exception cref="ShapeException">The axes are not each named once.</exception>
    public Tensor Permute(params ReadOnlySpan<int> axes)
    {
        if (axes.Length != Rank) throw ShapeException.For("permute", $"{axes.Length} axes named for shape {Shape}; name each of its {Rank} axes once");
        int[] order = new int[Rank];
        bool[] seen = new bool[Rank];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = Shape.Axis(axes[i]);
            if (seen[order[i]]) throw ShapeException.For("permute", $"axis {axes[i]} is named twice for shape {Shape}");
            seen[order[i]] = true;
        }
        return Op.Run(new PermuteOp(order), this);
    }

    /// <summary>A view with two axes exchanged.</summary>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public Tensor Transpose(int a, int b)
    {
        int[] order = [.. Enumerable.Range(0, Rank)];
        (order[Shape.Axis(a)], order[Shape.Axis(b)]) = (order[Shape.Axis(b)], order[Shape.Axis(a)]);
        return Op.Run(new PermuteOp(order), this);
    }

    /// <summary>The transpose of a matrix, a view; a vector is its own transpose.</summary>
    /// <exception cref="ShapeException">The rank is above 2.</exception>
    public Tensor T => Rank switch
    {
        < 2 => this,
        2 => Transpose(0, 1),
        _ => throw ShapeException.For("transpose", $"T is for matrices; shape {Shape} has rank {Rank}. Use Transpose(a, b) or Permute"),
    };
}

file sealed class PermuteOp(int[] order) : ViewOp
{
    protected override (Layout, long) View(Tensor x)
    {
        int[] d = new int[order.Length];
        long[] strides = new long[order.Length];
        for (int i = 0; i < d.Length; i++) (d[i], strides[i]) = (x.Shape.Span[order[i]], x.Strides[order[i]]);
        return (new(Shape.Trust(d), strides), x.Offset);
    }

    protected override void Backward(Tensor gy, Span<Tensor?> gx)
    {
        int[] inverse = new int[order.Length];
        for (int i = 0; i < order.Length; i++) inverse[order[i]] = i;
        gx[0] = gy.Permute(inverse);
    }
}
