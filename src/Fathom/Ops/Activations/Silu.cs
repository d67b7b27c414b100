using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Sigmoid linear unit x / (1 + e^-x), element by element; also known as swish (Ramachandran et al. 2017).</summary>
    public Tensor Silu() => Autograd.Op.Run(new SiluOp(), Floating());
}

file sealed class SiluOp() : UnaryOp<SiluOp.Kernel>(Keep.Input)
{
    protected override Tensor Gradient(Tensor gy)
    {
        Tensor s = X.Sigmoid();
        return gy * s * (1 + X * (1 - s));
    }

    public readonly struct Kernel : IUnaryKernel
    {
        public static int Cost => 8;
        public V Invoke<V>(V x) where V : struct, ISimd<V> => x * SimdMath.Sigmoid(x);
    }
}
