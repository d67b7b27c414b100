using Fathom.Autograd;

namespace Fathom;

public partial class Tensor
{
    /// <summary>
    /// Matrix product. Vectors count as a row on the left and a column on the right, and lose that axis again; axes before the last two are batches
    /// and broadcast: (2, 1, 3, 4) by (5, 4, 6) gives (2, 5, 3, 6).
    /// </summary>
    /// <exception cref="ShapeException">The inner sizes differ, or an operand is a scalar.</exception>
    public Tensor MatMul(Tensor other)
    {
        var (a, b) = Promote(this, other);
        if (a.Rank == 0 || b.Rank == 0) throw ShapeException.For("matmul", $"{a.Shape} @ {b.Shape}: an operand is a scalar; use * instead");
        Tensor x = a.Rank == 1 ? a.Unsqueeze(0) : a, w = b.Rank == 1 ? b.Unsqueeze(1) : b;
        if (x.Shape[^1] != w.Shape[^2])
            throw ShapeException.For("matmul", $"{a.Shape} @ {b.Shape}: inner sizes {x.Shape[^1]} and {w.Shape[^2]} differ");
        if (w.Rank == 2 && x.Rank > 2)                  // one product for all rows
        {
            Tensor rows = x.Flatten(0, -2);
            Tensor y = Op.Run(new MatMulOp(), rows, w).Reshape(x.Shape.With(-1, w.Shape[1]));
            return b.Rank == 1 ? y.Squeeze(-1) : y;
        }
        Tensor result = Op.Run(new MatMulOp(), x, w);
        if (b.Rank == 1) result = result.Squeeze(-1);
        return a.Rank == 1 ? result.Squeeze(b.Rank == 1 ? -1 : -2) : result;
    }
}

file sealed class MatMulOp : Op
{
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x)
    {
        Shape a = x[0].Shape, b = x[1].Shape;
        if (a.Rank == 2 && b.Rank == 2) return new(new Shape(a[0], b[1]), x[0].DType);
        Shape batch = Shape.Broadcast(new Shape(a.Span[..^2]), new Shape(b.Span[..^2]), "matmul");
        return new(new Shape([.. batch.Span, a[^2], b[^1]]), x[0].DType);
    }

    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y)
    {
        Save(x);
        y.Device.MatMul(x[0], x[1], y);
    }

    protected override void Backward(Tensor gy, Span<Tensor?> gx)
    {
        if (Needs(0)) gx[0] = gy.MatMul(Saved(1).Transpose(-1, -2));
        if (Needs(1)) gx[1] = Saved(0).Transpose(-1, -2).MatMul(gy);
    }
}
