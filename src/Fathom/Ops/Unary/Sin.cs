using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Sine of an angle in radians, element by element.</summary>
    public Tensor Sin() => Autograd.Op.Run(new SinOp(), Floating());
}

file sealed class SinOp() : UnaryOp<SinOp.Kernel>(Keep.Input)
{
    protected override Tensor Gradient(Tensor gy) => gy * X.Cos();

    public readonly struct Kernel : IUnaryKernel
    {
        public static int Cost => 12;
        public V Invoke<V>(V x) where V : struct, ISimd<V> => SimdMath.Sin(x);
    }
}
