using Fathom.Autograd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>
    /// The largest elements along an axis and where they stand. Of equal elements the first counts, NaN before all numbers; the gradient goes to that element
    /// alone.
    /// </summary>
    /// <exception cref="ShapeException">There is no such axis, or it is empty.</exception>
    public (Tensor Values, Tensor Indices) Max(int axis, bool keepDim = false) => Extremum("max", axis, keepDim, largest: true);

    /// <summary>
    /// The smallest elements along an axis and where they stand. Of equal elements the first counts, NaN before all numbers; the gradient goes to that element
    /// alone.
    /// </summary>
    /// <exception cref="ShapeException">There is no such axis, or it is empty.</exception>
    public (Tensor Values, Tensor Indices) Min(int axis, bool keepDim = false) => Extremum("min", axis, keepDim, largest: false);

    /// <summary>Int64: where the largest elements along an axis stand; the first of equal ones, NaN before all numbers.</summary>
    /// <exception cref="ShapeException">There is no such axis, or it is empty.</exception>
    public Tensor ArgMax(int axis, bool keepDim = false) => ArgExtremum("argmax", axis, keepDim, largest: true);

    /// <summary>Int64: where the smallest elements along an axis stand; the first of equal ones, NaN before all numbers.</summary>
    /// <exception cref="ShapeException">There is no such axis, or it is empty.</exception>
    public Tensor ArgMin(int axis, bool keepDim = false) => ArgExtremum("argmin", axis, keepDim, largest: false);

    /// <summary>Int64: where the largest of all elements stands, counted in row-major order.</summary>
    /// <exception cref="ShapeException">There are no elements.</exception>
    public Tensor ArgMax() => Reshape(-1).ArgMax(0);

    /// <summary>Int64: where the smallest of all elements stands, counted in row-major order.</summary>
    /// <exception cref="ShapeException">There are no elements.</exception>
    public Tensor ArgMin() => Reshape(-1).ArgMin(0);

    (Tensor Values, Tensor Indices) Extremum(string name, int axis, bool keepDim, bool largest)
    {
        if (Rank == 0) return (this, ArgExtremum(name, axis, keepDim, largest));
        Tensor indices = ArgExtremum(name, axis, keepDim: true, largest), values = Gather(axis, indices);
        return keepDim ? (values, indices) : (values.Squeeze(axis), indices.Squeeze(axis));
    }

    Tensor ArgExtremum(string name, int axis, bool keepDim, bool largest)
    {
        if (Rank == 0) return Unsqueeze(0).ArgExtremum(name, axis, false, largest);
        int a = Shape.Axis(axis, name);
        ReduceAxes.NotEmpty(Shape, [a], name);
        Tensor y = Op.Run(new ArgExtremumOp(name, a, largest), this);
        return keepDim ? y : y.Reshape(Shape.Without(a));
    }
}

file sealed class ArgExtremumOp(string name, int axis, bool largest) : Op
{
    public override string Name => name;
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => new(x[0].Layout.SameOrder(x[0].Shape.With(axis, 1)), DType.Int64);
    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y) => y.Device.ArgExtremum(x[0], y, axis, largest);
    protected override void Backward(Tensor gy, Span<Tensor?> gx) { }
}
