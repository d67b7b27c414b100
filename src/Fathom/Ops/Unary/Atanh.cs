using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Inverse hyperbolic tangent, element by element.</summary>
    public Tensor Atanh() => Autograd.Op.Run(new AtanhOp(), Floating());
}

file sealed class AtanhOp() : UnaryOp<AtanhOp.Kernel>(Keep.Input)
{
    protected override Tensor Gradient(Tensor gy) => gy / (1 - X * X);

    public readonly struct Kernel : IUnaryKernel
    {
        public static int Cost => 32;
        public V Invoke<V>(V x) where V : struct, ISimd<V> => V.Lanewise<Function>(x);
    }

    readonly struct Function : ILaneFunction { public static double Of(double x) => Math.Atanh(x); }
}
