using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Arc cosine in radians, element by element.</summary>
    public Tensor Acos() => Autograd.Op.Run(new AcosOp(), Floating());
}

file sealed class AcosOp() : UnaryOp<AcosOp.Kernel>(Keep.Input)
{
    protected override Tensor Gradient(Tensor gy) => -gy * (1 - X * X).Rsqrt();

    public readonly struct Kernel : IUnaryKernel
    {
        public static int Cost => 32;
        public V Invoke<V>(V x) where V : struct, ISimd<V> => V.Lanewise<Function>(x);
    }

    readonly struct Function : ILaneFunction { public static double Of(double x) => Math.Acos(x); }
}
