using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>2^x, element by element.</summary>
    public Tensor Exp2() => Autograd.Op.Run(new Exp2Op(), Floating());
}

file sealed class Exp2Op() : UnaryOp<Exp2Op.Kernel>(Keep.Output)
{
    protected override Tensor Gradient(Tensor gy) => gy * Y * Math.Log(2);

    public readonly struct Kernel : IUnaryKernel
    {
        public static int Cost => 32;
        public V Invoke<V>(V x) where V : struct, ISimd<V> => V.Lanewise<Function>(x);
    }

    readonly struct Function : ILaneFunction { public static double Of(double x) => Math.Pow(2, x); }
}
