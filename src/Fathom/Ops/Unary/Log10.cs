using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Logarithm to base 10, element by element.</summary>
    public Tensor Log10() => Autograd.Op.Run(new Log10Op(), Floating());
}

file sealed class Log10Op() : UnaryOp<Log10Op.Kernel>(Keep.Input)
{
    protected override Tensor Gradient(Tensor gy) => gy / (X * Math.Log(10));

    public readonly struct Kernel : IUnaryKernel
    {
        public static int Cost => 32;
        public V Invoke<V>(V x) where V : struct, ISimd<V> => V.Lanewise<Function>(x);
    }

    readonly struct Function : ILaneFunction { public static double Of(double x) => Math.Log10(x); }
}
