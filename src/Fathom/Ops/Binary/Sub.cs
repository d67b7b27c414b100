using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Difference, element by element, with broadcasting.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Sub(Tensor other)
    {
        var (a, b) = Promote(this, other);
        return Autograd.Op.Run(new SubOp(), a, b);
    }

    /// <summary>Difference, element by element, with broadcasting.</summary>
    public static Tensor operator -(Tensor a, Tensor b) => a.Sub(b);

    /// <summary>Subtracts from this tensor's elements in place; also written <c>x -= other</c>.</summary>
    /// <exception cref="ShapeException">The other's shape does not broadcast to this one.</exception>
    /// <exception cref="InvalidOperationException">The change would make a gradient silently wrong, or the result's type does not fit.</exception>
    public Tensor SubInPlace(Tensor other) => InPlace(new SubOp(), other);

    /// <summary>Subtracts from in place: <c>x -= y</c> keeps the identity and the memory of x.</summary>
    public void operator -=(Tensor other) => SubInPlace(other);
}

file sealed class SubOp() : BinaryOp<SubOp.Kernel>(false)
{
    protected override Tensor? GradientA(Tensor gy) => gy;
    protected override Tensor? GradientB(Tensor gy) => -gy;

    public readonly struct Kernel : IBinaryKernel
    {
        public V Invoke<V>(V a, V b) where V : struct, ISimd<V> => a - b;
    }
}
