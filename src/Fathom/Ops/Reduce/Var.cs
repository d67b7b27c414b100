using Fathom.Autograd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Variance of all elements: the sum of squared distances from the mean over n - correction.</summary>
    /// <param name="correction">1 for the unbiased estimate, 0 for the plain mean of squares. NaN or infinite comes out where n - correction is not positive.</param>
    public Tensor Var(double correction = 1) => Var([], false, correction);

    /// <summary>Variance along one axis.</summary>
    /// <inheritdoc cref="Var(ReadOnlySpan{int}, bool, double)"/>
    public Tensor Var(int axis, bool keepDim = false, double correction = 1) => Var([axis], keepDim, correction);

    /// <summary>Variance along some axes, along all of them if none is named; computed in two passes, the mean first.</summary>
    /// <param name="axes">The axes to reduce.</param>
    /// <param name="keepDim">Keep reduced axes at size 1.</param>
    /// <param name="correction">1 for the unbiased estimate, 0 for the plain mean of squares.</param>
    /// <exception cref="ShapeException">There is no such axis, or one is named twice.</exception>
    public Tensor Var(ReadOnlySpan<int> axes, bool keepDim = false, double correction = 1)
    {
        Shape kept = ReduceAxes.Kept(Shape, axes, "var");
        double freedom = Math.Max(0, ReduceAxes.Terms(Shape, axes, "var") - correction);
        return ReduceAxes.Squeeze(Op.Run(new VarOp(kept, 1 / freedom), Floating()), Shape, axes, keepDim);
    }

    /// <summary>Standard deviation of all elements, the root of <see cref="Var(double)"/>; where it is 0 so is its gradient.</summary>
    public Tensor Std(double correction = 1) => Std([], false, correction);

    /// <summary>Standard deviation along one axis.</summary>
    /// <inheritdoc cref="Var(ReadOnlySpan{int}, bool, double)"/>
    public Tensor Std(int axis, bool keepDim = false, double correction = 1) => Std([axis], keepDim, correction);

    /// <summary>Standard deviation along some axes, along all of them if none is named; where it is 0 so is its gradient.</summary>
    /// <inheritdoc cref="Var(ReadOnlySpan{int}, bool, double)"/>
    public Tensor Std(ReadOnlySpan<int> axes, bool keepDim = false, double correction = 1) => Var(axes, keepDim, correction).Root();
}

file sealed class VarOp(Shape kept, double scale) : Op
{
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => new(x[0].Layout.SameOrder(kept), x[0].DType);

    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y)
    {
        Save(x[0]);
        using var mode = GradMode.NoGrad();
        y.CopyFrom(Centred(x[0].Detach()).Square().SumTo(kept) * scale);
    }

    protected override void Backward(Tensor gy, Span<Tensor?> gx) => gx[0] = gy * Centred(Saved(0)) * (2 * scale);

    Tensor Centred(Tensor x) => x - x.SumTo(kept) * ((double)kept.Count / x.Count);
}
