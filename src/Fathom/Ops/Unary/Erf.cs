using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Error function, element by element: 2 / sqrt(pi) times the integral of e^(-t^2) from 0 to x.</summary>
    public Tensor Erf() => Autograd.Op.Run(new ErfOp(), Floating());

    /// <summary>Complementary error function 1 - erf(x), element by element, without cancellation for large x.</summary>
    public Tensor Erfc() => Autograd.Op.Run(new ErfcOp(), Floating());
}

file sealed class ErfOp() : UnaryOp<ErfOp.Kernel>(Keep.Input)
{
    protected override Tensor Gradient(Tensor gy) => gy * (-X.Square()).Exp() * (2 / Math.Sqrt(Math.PI));

    public readonly struct Kernel : IUnaryKernel
    {
        public static int Cost => 16;
        public V Invoke<V>(V x) where V : struct, ISimd<V> => SimdMath.Erf(x);
    }
}

file sealed class ErfcOp() : UnaryOp<ErfcOp.Kernel>(Keep.Input)
{
    protected override Tensor Gradient(Tensor gy) => gy * (-X.Square()).Exp() * (-2 / Math.Sqrt(Math.PI));

    public readonly struct Kernel : IUnaryKernel
    {
        public static int Cost => 64;
        public V Invoke<V>(V x) where V : struct, ISimd<V> => V.Lanewise<Function>(x);
    }

    readonly struct Function : ILaneFunction { public static double Of(double x) => ErrorFunction.Erfc(x); }
}
