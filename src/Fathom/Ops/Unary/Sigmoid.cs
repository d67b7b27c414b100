using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Logistic function 1 / (1 + e^-x), element by element.</summary>
    public Tensor Sigmoid() => Autograd.Op.Run(new SigmoidOp(), Floating());
}

file sealed class SigmoidOp() : UnaryOp<SigmoidOp.Kernel>(Keep.Output)
{
    protected override Tensor Gradient(Tensor gy) => FusedGradient.Of<GradientKernel>(gy, Y) ?? gy * Y * (1 - Y);

    public readonly struct Kernel : IUnaryKernel
    {
        public static int Cost => 8;
        public V Invoke<V>(V x) where V : struct, ISimd<V> => SimdMath.Sigmoid(x);
    }

    readonly struct GradientKernel : IBinaryKernel
    {
        public V Invoke<V>(V gy, V y) where V : struct, ISimd<V> => gy * y * (V.One - y);
    }
}
