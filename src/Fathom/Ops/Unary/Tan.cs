using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Tangent of an angle in radians, element by element.</summary>
    public Tensor Tan() => Autograd.Op.Run(new TanOp(), Floating());
}

file sealed class TanOp() : UnaryOp<TanOp.Kernel>(Keep.Output)
{
    protected override Tensor Gradient(Tensor gy) => gy * (1 + Y * Y);

    public readonly struct Kernel : IUnaryKernel
    {
        public static int Cost => 32;
        public V Invoke<V>(V x) where V : struct, ISimd<V> => V.Lanewise<Function>(x);
    }

    readonly struct Function : ILaneFunction { public static double Of(double x) => Math.Tan(x); }
}
