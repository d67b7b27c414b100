using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Inverse hyperbolic cosine, element by element.</summary>
    public Tensor Acosh() => Autograd.Op.Run(new AcoshOp(), Floating());
}

file sealed class AcoshOp() : UnaryOp<AcoshOp.Kernel>(Keep.Input)
{
    protected override Tensor Gradient(Tensor gy) => gy * (X * X - 1).Rsqrt();

    public readonly struct Kernel : IUnaryKernel
    {
        public static int Cost => 32;
        public V Invoke<V>(V x) where V : struct, ISimd<V> => V.Lanewise<Function>(x);
    }

    readonly struct Function : ILaneFunction { public static double Of(double x) => Math.Acosh(x); }
}
