using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Quotient, element by element, with broadcasting; integers give floats.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Div(Tensor other)
    {
        var (a, b) = Promote(this, other, floating: true);
        return Autograd.Op.Run(new DivOp(), a, b);
    }

    /// <summary>Quotient, element by element, with broadcasting; integers give floats.</summary>
    public static Tensor operator /(Tensor a, Tensor b) => a.Div(b);

    /// <summary>Divides this tensor's elements in place; also written <c>x /= other</c>.</summary>
    /// <exception cref="ShapeException">The other's shape does not broadcast to this one.</exception>
    /// <exception cref="InvalidOperationException">The change would make a gradient silently wrong, or the result's type does not fit.</exception>
    public Tensor DivInPlace(Tensor other) => InPlace(new DivOp(), other);

    /// <summary>Divides in place: <c>x /= y</c> keeps the identity and the memory of x.</summary>
    public void operator /=(Tensor other) => DivInPlace(other);
}

file sealed class DivOp() : BinaryOp<DivOp.Kernel>(true)
{
    protected override Tensor? GradientA(Tensor gy) => gy / B;
    protected override Tensor? GradientB(Tensor gy) => -gy * A / (B * B);

    public readonly struct Kernel : IBinaryKernel
    {
        public static int Cost => 2;
        public V Invoke<V>(V a, V b) where V : struct, ISimd<V> => a / b;
    }
}
