using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Product, element by element, with broadcasting.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Mul(Tensor other)
    {
        var (a, b) = Promote(this, other);
        return Autograd.Op.Run(new MulOp(), a, b);
    }

    /// <summary>Product, element by element, with broadcasting.</summary>
    public static Tensor operator *(Tensor a, Tensor b) => a.Mul(b);

    /// <summary>Multiplies this tensor's elements in place; also written <c>x *= other</c>.</summary>
    /// <exception cref="ShapeException">The other's shape does not broadcast to this one.</exception>
    /// <exception cref="InvalidOperationException">The change would make a gradient silently wrong, or the result's type does not fit.</exception>
    public Tensor MulInPlace(Tensor other) => InPlace(new MulOp(), other);

    /// <summary>Multiplies in place: <c>x *= y</c> keeps the identity and the memory of x.</summary>
    public void operator *=(Tensor other) => MulInPlace(other);
}

file sealed class MulOp() : BinaryOp<MulOp.Kernel>(true)
{
    protected override Tensor? GradientA(Tensor gy) => gy * B;
    protected override Tensor? GradientB(Tensor gy) => gy * A;

    public readonly struct Kernel : IBinaryKernel
    {
        public V Invoke<V>(V a, V b) where V : struct, ISimd<V> => a * b;
    }
}
