using Fathom.Autograd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>ln of the sum of e^x along one axis, without overflow.</summary>
    /// <exception cref="ShapeException">There is no such axis, or it is empty.</exception>
    public Tensor LogSumExp(int axis, bool keepDim = false) => LogSumExp([axis], keepDim);

    /// <summary>ln of the sum of e^x along some axes, along all of them if none is named, without overflow: the largest element is taken out first.</summary>
    /// <exception cref="ShapeException">There is no such axis, one is named twice, or one is empty.</exception>
    public Tensor LogSumExp(ReadOnlySpan<int> axes = default, bool keepDim = false)
    {
        ReduceAxes.NotEmpty(Shape, axes, "logsumexp");
        return ReduceAxes.Squeeze(Op.Run(new LogSumExpOp(ReduceAxes.Kept(Shape, axes, "logsumexp")), Floating()), Shape, axes, keepDim);
    }
}

file sealed class LogSumExpOp(Shape kept) : Op
{
    public override string Name => "logsumexp";

    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => new(x[0].Layout.SameOrder(kept), x[0].DType);

    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y)
    {
        Save(x[0], y);
        using var mode = GradMode.NoGrad();
        Tensor at = x[0].Detach(), top = at.AmaxTo(kept);
        top = Tensor.Where(top.IsInf(), 0, top);
        y.CopyFrom((at - top).Exp().SumTo(kept).Log() + top);
    }

    /// <summary>The softmax; along lines of nothing but -infinity, 0.</summary>
    protected override void Backward(Tensor gy, Span<Tensor?> gx)
    {
        Tensor y = Saved(1);
        gx[0] = gy * (Saved(0) - Tensor.Where(y.Eq(double.NegativeInfinity), 0, y)).Exp();
    }
}
