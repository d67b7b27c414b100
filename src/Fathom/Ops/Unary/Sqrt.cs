using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Square root, element by element.</summary>
    public Tensor Sqrt() => Autograd.Op.Run(new SqrtOp(), Floating());
}

file sealed class SqrtOp() : UnaryOp<SqrtOp.Kernel>(Keep.Output)
{
    protected override Tensor Gradient(Tensor gy) => gy * 0.5 / Y;

    public readonly struct Kernel : IUnaryKernel
    {
        public static int Cost => 4;
        public V Invoke<V>(V x) where V : struct, ISimd<V> => V.Sqrt(x);
    }
}
