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

    readonly struct Function : ILaneFunction
    {
        public static double Of(double x)
        {
            double u = 1 + x;                               // what rounding took from u is put back by x / (u - 1)
            return u == 1 || double.IsPositiveInfinity(u) ? x : Math.Log(u) * (x / (u - 1));
        }
    }
}
