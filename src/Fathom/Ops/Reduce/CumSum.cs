using Fathom.Autograd;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Running sums along an axis, each element included; integers and Bool are summed as Int64.</summary>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public Tensor CumSum(int axis)
    {
        Tensor x = DType.IsIntegral() ? To(DType.Int64) : this;
        return Op.Run(new CumSumOp(Shape.Axis(axis)), x);
    }

    /// <summary>
    /// Running products along an axis, each element included; integers and Bool are multiplied as Int64. Computed by doubling: after k rounds each
    /// element holds the product of the last 2^k, so that gradients are right where elements are zero.
    /// </summary>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public Tensor CumProd(int axis)
    {
        int a = Shape.Axis(axis), n = Shape[a];
        Tensor y = DType.IsIntegral() ? To(DType.Int64) : this;
        if (n < 2) return y.Clone();
        for (int reach = 1; reach < n; reach *= 2)
            y = Cat([y.Slice(a, 0, reach), y.Slice(a, reach) * y.Slice(a, 0, n - reach)], a);
        return y;
    }
}

file sealed class CumSumOp(int axis) : Op
{
    public override string Name => "cumsum";
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => ResultSpec.Like(x[0]);
    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y) => y.Device.CumSum(x[0], y, axis);
    protected override void Backward(Tensor gy, Span<Tensor?> gx) => gx[0] = gy.Flip(axis).CumSum(axis).Flip(axis);
}
