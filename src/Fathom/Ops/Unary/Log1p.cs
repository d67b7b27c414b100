using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>ln(1 + x) without cancellation near 0, element by element.</summary>
    public Tensor Log1p() => Autograd.Op.Run(new Log1pOp(), Floating());
}

file sealed class Log1pOp() : UnaryOp<Log1pOp.Kernel>(Keep.Input)
{
    protected override Tensor Gradient(Tensor gy) => gy / (1 + X);

    public readonly struct Kernel : IUnaryKernel
    {
        public static int Cost => 32;
        public V Invoke<V>(V x) where V : struct, ISimd<V> => V.Lanewise<Function>(x);
    }

    readonly struct Function : ILaneFunction { public static double Of(double x) => Math.Abs(x) < 1e-4 ? x * (1 - x * (0.5 - x * (1.0 / 3 - x / 4))) : Math.Log(1 + x); }
}
