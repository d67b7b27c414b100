using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>1 / sqrt(x), element by element.</summary>
    public Tensor Rsqrt() => Autograd.Op.Run(new RsqrtOp(), Floating());
}

file sealed class RsqrtOp() : UnaryOp<RsqrtOp.Kernel>(Keep.Output)
{
    protected override Tensor Gradient(Tensor gy) => gy * -0.5 * Y * Y * Y;

    public readonly struct Kernel : IUnaryKernel
    {
        public static int Cost => 4;
        public V Invoke<V>(V x) where V : struct, ISimd<V> => V.One / V.Sqrt(x);
    }
}
