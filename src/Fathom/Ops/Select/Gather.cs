using Fathom.Autograd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>
    /// Picks elements along an axis by position: for axis 1 of a matrix y[i, j] = x[i, index[i, j]]. The result has the shape of <paramref name="index"/>, which may be
    /// smaller than this tensor along the other axes. Also the way to take the score of each row's class.
    /// </summary>
    /// <param name="axis">The axis along which positions count.</param>
    /// <param name="index">Int64 or Int32 positions, from 0; as many axes as this tensor.</param>
    /// <exception cref="ShapeException">The ranks differ, the index is larger along another axis, or a position lies outside the axis.</exception>
    /// <exception cref="InvalidOperationException">The index does not hold integers.</exception>
    public Tensor Gather(int axis, Tensor index)
    {
        int a = Shape.Axis(axis);
        return Op.Run(new GatherOp(a), this, Positions.Check("gather", index, this, a));
    }

    /// <summary>
    /// Picks elements along an axis by position, as <see cref="Gather"/> does, after broadcasting tensor and index against each other along the other axes. Undoes
    /// <see cref="ArgSort"/> and <see cref="ArgMax(int, bool)"/>: <c>x.TakeAlong(1, x.ArgSort(1))</c> is sorted.
    /// </summary>
    /// <inheritdoc cref="Gather"/>
    public Tensor TakeAlong(int axis, Tensor index)
    {
        int a = Shape.Axis(axis);
        if (index.Rank != Rank) throw ShapeException.For("take_along", $"an index of shape {index.Shape} needs as many axes as the tensor of shape {Shape}");
        Shape others = Shape.Broadcast(Shape.With(a, 1), index.Shape.With(a, 1), "take_along");
        return Expand(others.With(a, Shape[a])).Gather(a, index.Expand(others.With(a, index.Shape[a])));
    }

    /// <summary>Whole slices along an axis in the order that <paramref name="index"/> gives: for axis 0, y[i] = x[index[i]]; a slice may be taken more than once.</summary>
    /// <param name="axis">The axis along which positions count.</param>
    /// <param name="index">A vector of Int64 or Int32 positions, from 0.</param>
    /// <exception cref="ShapeException">The index is not a vector, or a position lies outside the axis.</exception>
    /// <exception cref="InvalidOperationException">The index does not hold integers.</exception>
    public Tensor IndexSelect(int axis, Tensor index)
    {
        int a = Shape.Axis(axis);
        if (index.Rank != 1) throw ShapeException.For("index_select", $"the index must be a vector, not of shape {index.Shape}");
        int[] line = new int[Rank];
        Array.Fill(line, 1);
        line[a] = index.Shape[0];
        return Gather(a, index.Reshape(line).Expand(Shape.With(a, index.Shape[0])));
    }
}

file sealed class GatherOp(int axis) : Op
{
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => new(x[0].Layout.SameOrder(x[1].Shape), x[0].DType);

    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y)
    {
        Save(x[1]);
        y.Device.Gather(x[0], x[1], axis, y);
    }

    protected override void Backward(Tensor gy, Span<Tensor?> gx) => gx[0] = gy.ScatterInto(InputShape(0), axis, Saved(0));
}
