using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Inverse hyperbolic sine, element by element.</summary>
    public Tensor Asinh() => Autograd.Op.Run(new AsinhOp(), Floating());
}

file sealed class AsinhOp() : UnaryOp<AsinhOp.Kernel>(Keep.Input)
{
    protected override Tensor Gradient(Tensor gy) => gy * (X * X + 1).Rsqrt();

    public readonly struct Kernel : IUnaryKernel
    {
        public static int Cost => 32;
        public V Invoke<V>(V x) where V : struct, ISimd<V> => V.Lanewise<Function>(x);
    }

    readonly struct Function : ILaneFunction { public static double Of(double x) => Math.Asinh(x); }
}
