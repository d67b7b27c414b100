using Fathom.Autograd;
using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>
    /// Elements below <paramref name="min"/> raised to it and those above <paramref name="max"/> lowered to it; either may be left out. The bounds are numbers or tensors that
    /// broadcast. The gradient passes where the element was within the bounds, the bounds included.
    /// </summary>
    /// <exception cref="ArgumentException">Neither bound is given.</exception>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Clamp(Tensor? min = null, Tensor? max = null)
    {
        if (min is null && max is null) throw new ArgumentException("[clamp] give min, max or both.");
        if (min is { IsNumber: false } || max is { IsNumber: false })
        {
            Tensor y = min is null ? this : Where(Lt(min), min, this);
            return max is null ? y : Where(y.Gt(max), max, y);
        }
        DType type = DType;
        if (min is not null) type = ResultType(this, min);
        if (max is not null) type = DTypes.Promote(type, ResultType(this, max));
        return Op.Run(new ClampOp(min?.Item() ?? double.NegativeInfinity, max?.Item() ?? double.PositiveInfinity), To(type));
    }
}

file sealed class ClampOp(double min, double max) : UnaryOp<ClampOp.Kernel>(Keep.Input, new Kernel(min, max))
{
    protected override Tensor Gradient(Tensor gy) => Tensor.Where(X.Ge(min).LogicalAnd(X.Le(max)), gy, 0);

    public readonly struct Kernel(double min, double max) : IUnaryKernel
    {
        public V Invoke<V>(V x) where V : struct, ISimd<V> => V.Min(V.Max(x, V.Const(min)), V.Const(max));
    }
}
