using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>1 / x, element by element.</summary>
    public Tensor Reciprocal() => Autograd.Op.Run(new ReciprocalOp(), Floating());
}

file sealed class ReciprocalOp() : UnaryOp<ReciprocalOp.Kernel>(Keep.Output)
{
    protected override Tensor Gradient(Tensor gy) => -gy * Y * Y;

    public readonly struct Kernel : IUnaryKernel
    {
        public static int Cost => 2;
        public V Invoke<V>(V x) where V : struct, ISimd<V> => V.One / x;
    }
}
