using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Hyperbolic sine, element by element.</summary>
    public Tensor Sinh() => Autograd.Op.Run(new SinhOp(), Floating());
}

file sealed class SinhOp() : UnaryOp<SinhOp.Kernel>(Keep.Input)
{
    protected override Tensor Gradient(Tensor gy) => gy * X.Cosh();

    public readonly struct Kernel : IUnaryKernel
    {
        public static int Cost => 32;
        public V Invoke<V>(V x) where V : struct, ISimd<V> => V.Lanewise<Function>(x);
    }

    readonly struct Function : ILaneFunction { public static double Of(double x) => Math.Sinh(x); }
}
