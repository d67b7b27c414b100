using Fathom.Autograd;

namespace Fathom;

public partial class Tensor
{
    /// <summary>A view of the diagonal of matrices in two axes; it becomes the last axis.</summary>
    /// <param name="offset">0 for the main diagonal, above 0 for one higher, below 0 for one lower.</param>
    /// <param name="axis1">The axis of the rows.</param>
    /// <param name="axis2">The axis of the columns.</param>
    /// <exception cref="ShapeException">There is no such axis, or both are the same.</exception>
    public Tensor Diagonal(int offset = 0, int axis1 = -2, int axis2 = -1)
    {
        int a = Shape.Axis(axis1), b = Shape.Axis(axis2);
        if (a == b) throw ShapeException.For("diagonal", $"axes {axis1} and {axis2} of shape {Shape} are the same; a diagonal needs two");
        return Op.Run(new DiagonalOp(offset, a, b), this);
    }

    /// <summary>Of a vector, the square matrix with it on a diagonal and zeros elsewhere; of a matrix, that diagonal.</summary>
    /// <param name="offset">0 for the main diagonal, above 0 for one higher, below 0 for one lower.</param>
    /// <exception cref="ShapeException">The rank is neither 1 nor 2.</exception>
    public Tensor Diag(int offset = 0)
    {
        if (Rank == 2) return Diagonal(offset);
        if (Rank != 1) throw ShapeException.For("diag", $"needs a vector or a matrix; this tensor has shape {Shape}");
        int n = checked(Shape[0] + Math.Abs(offset));
        return Op.Run(new DiagonalIntoOp(new Shape(n, n), offset, 0, 1), this);
    }

    /// <summary>Sum of the main diagonal of a matrix; integers are summed as Int64.</summary>
    /// <exception cref="ShapeException">The rank is not 2.</exception>
    public Tensor Trace()
    {
        if (Rank != 2) throw ShapeException.For("trace", $"needs a matrix; this tensor has shape {Shape}");
        return Diagonal().Sum();
    }
}

file sealed class DiagonalOp(int offset, int axis1, int axis2) : ViewOp
{
    protected override (Layout, long) View(Tensor x) => Of(x, offset, axis1, axis2);

    public static (Layout, long) Of(Tensor x, int offset, int axis1, int axis2)
    {
        int rows = x.Shape.Span[axis1], columns = x.Shape.Span[axis2], row = Math.Max(0, -offset), column = Math.Max(0, offset);
        int length = Math.Max(0, Math.Min(rows - row, columns - column));
        int[] others = [.. Enumerable.Range(0, x.Rank).Where(i => i != axis1 && i != axis2)];
        Shape shape = new([.. others.Select(i => x.Shape.Span[i]), length]);
        long start = length == 0 ? 0 : row * x.Strides[axis1] + column * x.Strides[axis2];
        return (new(shape, [.. others.Select(i => x.Strides[i]), x.Strides[axis1] + x.Strides[axis2]]), x.Offset + start);
    }

    protected override void Backward(Tensor gy, Span<Tensor?> gx) => gx[0] = Run(new DiagonalIntoOp(InputShape(0), offset, axis1, axis2), gy);
}

/// <summary>Zeros of a shape with the input on a diagonal.</summary>
file sealed class DiagonalIntoOp(Shape shape, int offset, int axis1, int axis2) : Op
{
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => new(shape, x[0].DType);

    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y)
    {
        y.Device.Fill(y, 0);
        var (layout, at) = DiagonalOp.Of(y, offset, axis1, axis2);
        y.Device.Copy(x[0], new Tensor(y, layout, at));
    }

    protected override void Backward(Tensor gy, Span<Tensor?> gx) => gx[0] = gy.Diagonal(offset, axis1, axis2);
}
