using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Hyperbolic tangent, element by element.</summary>
    public Tensor Tanh() => Autograd.Op.Run(new TanhOp(), Floating());
}

file sealed class TanhOp() : UnaryOp<TanhOp.Kernel>(Keep.Output)
{
    protected override Tensor Gradient(Tensor gy) => FusedGradient.Of<GradientKernel>(gy, Y) ?? gy * (1 - Y * Y);

    public readonly struct Kernel : IUnaryKernel
    {
        public static int Cost => 8;
        public V Invoke<V>(V x) where V : struct, ISimd<V> => SimdMath.Tanh(x);
    }

    readonly struct GradientKernel : IBinaryKernel
    {
        public V Invoke<V>(V gy, V y) where V : struct, ISimd<V> => gy * (V.One - y * y);
    }
}
