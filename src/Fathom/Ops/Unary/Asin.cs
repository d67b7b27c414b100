using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Arc sine in radians, element by element.</summary>
    public Tensor Asin() => Autograd.Op.Run(new AsinOp(), Floating());
}

file sealed class AsinOp() : UnaryOp<AsinOp.Kernel>(Keep.Input)
{
    protected override Tensor Gradient(Tensor gy) => gy * (1 - X * X).Rsqrt();

    public readonly struct Kernel : IUnaryKernel
    {
        public static int Cost => 32;
        public V Invoke<V>(V x) where V : struct, ISimd<V> => V.Lanewise<Function>(x);
    }

    readonly struct Function : ILaneFunction { public static double Of(double x) => Math.Asin(x); }
}
