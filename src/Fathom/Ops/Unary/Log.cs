using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Natural logarithm, element by element.</summary>
    public Tensor Log() => Autograd.Op.Run(new LogOp(), Floating());
}

file sealed class LogOp() : UnaryOp<LogOp.Kernel>(Keep.Input)
{
    protected override Tensor Gradient(Tensor gy) => gy / X;

    public readonly struct Kernel : IUnaryKernel
    {
        public static int Cost => 8;
        public V Invoke<V>(V x) where V : struct, ISimd<V> => SimdMath.Log(x);
    }
}
