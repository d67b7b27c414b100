using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Sum, element by element, with broadcasting.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Add(Tensor other)
    {
        var (a, b) = Promote(this, other);
        return Autograd.Op.Run(new AddOp(), a, b);
    }

    /// <summary>Sum, element by element, with broadcasting.</summary>
    public static Tensor operator +(Tensor a, Tensor b) => a.Add(b);

    /// <summary>Adds to this tensor's elements in place; also written <c>x += other</c>.</summary>
    /// <exception cref="ShapeException">The other's shape does not broadcast to this one.</exception>
    /// <exception cref="InvalidOperationException">The change would make a gradient silently wrong, or the result's type does not fit.</exception>
    public Tensor AddInPlace(Tensor other) => InPlace(new AddOp(), other);

    /// <summary>Adds to in place: <c>x += y</c> keeps the identity and the memory of x.</summary>
    public void operator +=(Tensor other) => AddInPlace(other);
}

file sealed class AddOp() : BinaryOp<AddOp.Kernel>(false)
{
    protected override Tensor? GradientA(Tensor gy) => gy;
    protected override Tensor? GradientB(Tensor gy) => gy;

    public readonly struct Kernel : IBinaryKernel
    {
        public V Invoke<V>(V a, V b) where V : struct, ISimd<V> => a + b;
    }
}
