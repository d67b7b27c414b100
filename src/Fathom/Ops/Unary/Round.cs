using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Nearest integer, ties to even, element by element; its derivative is 0.</summary>
    public Tensor Round() => Autograd.Op.Run(new RoundOp(), this);
}

file sealed class RoundOp() : UnaryOp<RoundOp.Kernel>(Keep.Nothing)
{
    protected override Tensor Gradient(Tensor gy) => Tensor.ZerosLike(gy);

    public readonly struct Kernel : IUnaryKernel
    {
        public V Invoke<V>(V x) where V : struct, ISimd<V> => V.Round(x);
    }
}
