using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Smallest integer not below, element by element; its derivative is 0.</summary>
    public Tensor Ceil() => Autograd.Op.Run(new CeilOp(), this);
}

file sealed class CeilOp() : UnaryOp<CeilOp.Kernel>(Keep.Nothing)
{
    protected override Tensor Gradient(Tensor gy) => Tensor.ZerosLike(gy);

    public readonly struct Kernel : IUnaryKernel
    {
        public V Invoke<V>(V x) where V : struct, ISimd<V> => V.Ceiling(x);
    }
}
