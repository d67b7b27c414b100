using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>e^x, element by element.</summary>
    public Tensor Exp() => Autograd.Op.Run(new ExpOp(), Floating());
}

file sealed class ExpOp() : UnaryOp<ExpOp.Kernel>(Keep.Output)
{
    protected override Tensor Gradient(Tensor gy) => gy * Y;

    public readonly struct Kernel : IUnaryKernel
    {
        public static int Cost => 8;
        public V Invoke<V>(V x) where V : struct, ISimd<V> => SimdMath.Exp(x);
    }
}
