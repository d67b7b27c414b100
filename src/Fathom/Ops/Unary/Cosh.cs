using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Hyperbolic cosine, element by element.</summary>
    public Tensor Cosh() => Autograd.Op.Run(new CoshOp(), Floating());
}

file sealed class CoshOp() : UnaryOp<CoshOp.Kernel>(Keep.Input)
{
    protected override Tensor Gradient(Tensor gy) => gy * X.Sinh();

    public readonly struct Kernel : IUnaryKernel
    {
        public static int Cost => 32;
        public V Invoke<V>(V x) where V : struct, ISimd<V> => V.Lanewise<Function>(x);
    }

    readonly struct Function : ILaneFunction { public static double Of(double x) => Math.Cosh(x); }
}
