using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Cosine of an angle in radians, element by element.</summary>
    public Tensor Cos() => Autograd.Op.Run(new CosOp(), Floating());
}

file sealed class CosOp() : UnaryOp<CosOp.Kernel>(Keep.Input)
{
    protected override Tensor Gradient(Tensor gy) => -gy * X.Sin();

    public readonly struct Kernel : IUnaryKernel
    {
        public static int Cost => 12;
        public V Invoke<V>(V x) where V : struct, ISimd<V> => SimdMath.Cos(x);
    }
}
