using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Rectified linear unit max(x, 0), element by element; the derivative at 0 is 0.</summary>
    public Tensor Relu() => Autograd.Op.Run(new ReluOp(), this);
}

file sealed class ReluOp() : UnaryOp<ReluOp.Kernel>(Keep.Output)
{
    protected override Tensor Gradient(Tensor gy) => FusedGradient.Of<GradientKernel>(gy, Y) ?? gy * Y.Sign();

    public readonly struct Kernel : IUnaryKernel
    {
        public V Invoke<V>(V x) where V : struct, ISimd<V> => V.Select(V.LessOrEqual(x, V.Zero), V.Zero, x);
    }

    readonly struct GradientKernel : IBinaryKernel
    {
        public V Invoke<V>(V gy, V y) where V : struct, ISimd<V> => gy & V.Less(V.Zero, y);
    }
}
