using Fathom.Autograd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>The elements along an axis in order, and where each came from. Equal elements keep their order; NaN counts as the largest.</summary>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public (Tensor Values, Tensor Indices) Sort(int axis = -1, bool descending = false)
    {
        if (Rank == 0) return (this, Zeros(Shape.Scalar, DType.Int64, Device));
        Tensor indices = ArgSort(axis, descending);
        return (Gather(axis, indices), indices);
    }

    /// <summary>Int64: the positions along an axis that would sort it. Equal elements keep their order; NaN counts as the largest.</summary>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public Tensor ArgSort(int axis = -1, bool descending = false)
    {
        if (Rank == 0) return Zeros(Shape.Scalar, DType.Int64, Device);
        int a = Shape.Axis(axis);
        return Op.Run(new ArgSortOp(a, Shape[a], descending), this);
    }

    /// <summary>The k largest (or smallest) elements along an axis, the best first, and where each came from; of equal elements the first come first.</summary>
    /// <exception cref="ShapeException">There is no such axis, or it has fewer than k elements.</exception>
    public (Tensor Values, Tensor Indices) TopK(int k, int axis = -1, bool largest = true)
    {
        int a = Shape.Axis(axis);
        if (k < 0 || k > Shape[a]) throw ShapeException.For("topk", $"axis {axis} of shape {Shape} has {Shape[a]} elements; {k} of them cannot be taken");
        Tensor indices = Op.Run(new ArgSortOp(a, k, largest), this);
        return (Gather(a, indices), indices);
    }

    /// <summary>The k-th smallest element along an axis, counted from 1, and where it stands.</summary>
    /// <exception cref="ShapeException">There is no such axis, or it has fewer than k elements.</exception>
    public (Tensor Values, Tensor Indices) KthValue(int k, int axis = -1, bool keepDim = false)
    {
        int a = Shape.Axis(axis);
        if (k < 1 || k > Shape[a]) throw ShapeException.For("kth_value", $"axis {axis} of shape {Shape} has {Shape[a]} elements; number {k} is none of them");
        return PickOne(a, Op.Run(new ArgSortOp(a, k, false), this).Slice(a, k - 1, k), keepDim);
    }

    /// <summary>The median along an axis, of an even number the lower of the two in the middle, and where it stands; NaN where there is one.</summary>
    /// <exception cref="ShapeException">There is no such axis, or it is empty.</exception>
    public (Tensor Values, Tensor Indices) Median(int axis, bool keepDim = false)
    {
        int a = Shape.Axis(axis), k = (Shape[a] + 1) / 2;
        ReduceAxes.NotEmpty(Shape, [a], "median");
        Tensor index = Op.Run(new ArgSortOp(a, k, false), this).Slice(a, k - 1, k);
        if (DType.IsFloating()) index = Where(IsNaN().Any([a], keepDim: true), ArgMax(a, keepDim: true), index);
        return PickOne(a, index, keepDim);
    }

    /// <summary>The median of all elements.</summary>
    /// <exception cref="ShapeException">There are no elements.</exception>
    public Tensor Median() => Reshape(-1).Median(0).Values;

    (Tensor Values, Tensor Indices) PickOne(int axis, Tensor index, bool keepDim)
    {
        Tensor values = Gather(axis, index);
        return keepDim ? (values, index) : (values.Squeeze(axis), index.Squeeze(axis));
    }
}

file sealed class ArgSortOp(int axis, int count, bool descending) : Op
{
    public override string Name => "argsort";
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => new(x[0].Layout.SameOrder(x[0].Shape.With(axis, count)), DType.Int64);
    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y) => y.Device.ArgSort(x[0], y, axis, descending);
    protected override void Backward(Tensor gy, Span<Tensor?> gx) { }
}
