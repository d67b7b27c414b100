using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Integer part, element by element; its derivative is 0.</summary>
    public Tensor Trunc() => Autograd.Op.Run(new TruncOp(), this);
}

file sealed class TruncOp() : UnaryOp<TruncOp.Kernel>(Keep.Nothing)
{
    protected override Tensor Gradient(Tensor gy) => Tensor.ZerosLike(gy);

    public readonly struct Kernel : IUnaryKernel
    {
        public V Invoke<V>(V x) where V : struct, ISimd<V> => V.Truncate(x);
    }
}
