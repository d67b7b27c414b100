using Fathom.Autograd;
using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Bool: whether any element along the axes (all if none is named) is not zero.</summary>
    public Tensor Any(ReadOnlySpan<int> axes = default, bool keepDim = false)
    {
        Tensor x = To(DType.Bool);
        return ReduceAxes.Squeeze(Op.Run(new AnyOp<MaxKernel>(ReduceAxes.Kept(Shape, axes, "any")), x), Shape, axes, keepDim);
    }

    /// <summary>Bool: whether all elements along the axes (all if none is named) are not zero.</summary>
    public Tensor All(ReadOnlySpan<int> axes = default, bool keepDim = false)
    {
        Tensor x = To(DType.Bool);
        return ReduceAxes.Squeeze(Op.Run(new AnyOp<MinKernel>(ReduceAxes.Kept(Shape, axes, "all")), x), Shape, axes, keepDim);
    }
}

file sealed class AnyOp<K>(Shape kept) : Op where K : struct, IReduceKernel
{
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => new(x[0].Layout.SameOrder(kept), DType.Bool);
    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y) => y.Device.Reduce(x[0], y, default(K));
    protected override void Backward(Tensor gy, Span<Tensor?> gx) { }
}

file readonly struct MaxKernel : IReduceKernel
{
    public V Identity<V>() where V : struct, ISimd<V> => V.Zero;
    public V Combine<V>(V a, V b) where V : struct, ISimd<V> => V.Max(a, b);
}

file readonly struct MinKernel : IReduceKernel
{
    public V Identity<V>() where V : struct, ISimd<V> => V.One;
    public V Combine<V>(V a, V b) where V : struct, ISimd<V> => V.Min(a, b);
}
