using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Logarithm to base 2, element by element.</summary>
    public Tensor Log2() => Autograd.Op.Run(new Log2Op(), Floating());
}

file sealed class Log2Op() : UnaryOp<Log2Op.Kernel>(Keep.Input)
{
    protected override Tensor Gradient(Tensor gy) => gy / (X * Math.Log(2));

    public readonly struct Kernel : IUnaryKernel
    {
        public static int Cost => 32;
        public V Invoke<V>(V x) where V : struct, ISimd<V> => V.Lanewise<Function>(x);
    }

    readonly struct Function : ILaneFunction { public static double Of(double x) => Math.Log2(x); }
}
