using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>e^x - 1 without cancellation near 0, element by element.</summary>
    public Tensor Expm1() => Autograd.Op.Run(new Expm1Op(), Floating());
}

file sealed class Expm1Op() : UnaryOp<Expm1Op.Kernel>(Keep.Output)
{
    protected override Tensor Gradient(Tensor gy) => gy * (Y + 1);

    public readonly struct Kernel : IUnaryKernel
    {
        public static int Cost => 32;
        public V Invoke<V>(V x) where V : struct, ISimd<V> => V.Lanewise<Function>(x);
    }

    readonly struct Function : ILaneFunction
    {
        public static double Of(double x)
        {
            double u = Math.Exp(x);                         // what rounding took from u is put back by x / ln u
            return u == 1 ? x : u == 0 || Math.Abs(x) > 1 ? u - 1 : (u - 1) * (x / Math.Log(u));
        }
    }
}
