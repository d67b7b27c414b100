using Fathom.Autograd;

namespace Fathom;

public partial class Tensor
{
    /// <summary>A view broadcast to a larger shape; repeated elements share memory.</summary>
    /// <exception cref="ShapeException">The shape does not broadcast to the new one.</exception>
    public Tensor Expand(Shape shape)
    {
        if (shape == Shape) return this;
        if (shape.Rank < Rank || Shape.Broadcast(Shape, shape, "expand") != shape)
            throw ShapeException.For("expand", $"{Shape} does not broadcast to {shape}");
        return Op.Run(new ExpandOp(shape), this);
    }

    /// <summary>A view broadcast to a larger shape: <c>x.Expand(3, 4)</c>; -1 keeps a size.</summary>
    /// <exception cref="ShapeException">The shape does not broadcast to the new one.</exception>
    public Tensor Expand(params ReadOnlySpan<int> sizes)
    {
        int[] d = sizes.ToArray();
        for (int i = 1; i <= Math.Min(d.Length, Rank); i++) if (d[^i] == -1) d[^i] = Shape[^i];
        return Expand(new Shape(d.AsSpan()));
    }
}

file sealed class ExpandOp(Shape to) : ViewOp
{
    protected override (Layout, long) View(Tensor x) => (new(to, x.Layout.BroadcastStrides(to)), x.Offset);
    protected override void Backward(Tensor gy, Span<Tensor?> gx) => gx[0] = gy;        // the engine sums it down
}
