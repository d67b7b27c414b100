using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Negation, element by element.</summary>
    public Tensor Neg() => Autograd.Op.Run(new NegOp(), this);

    /// <summary>Negation, element by element.</summary>
    public static Tensor operator -(Tensor x) => x.Neg();
}

file sealed class NegOp() : UnaryOp<NegOp.Kernel>(Keep.Nothing)
{
    protected override Tensor Gradient(Tensor gy) => -gy;

    public readonly struct Kernel : IUnaryKernel
    {
        public V Invoke<V>(V x) where V : struct, ISimd<V> => -x;
    }
}
