using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Sign: -1, 0 or 1, element by element; its derivative is 0.</summary>
    public Tensor Sign() => Autograd.Op.Run(new SignOp(), this);
}

file sealed class SignOp() : UnaryOp<SignOp.Kernel>(Keep.Nothing)
{
    protected override Tensor Gradient(Tensor gy) => Tensor.ZerosLike(gy);

    public readonly struct Kernel : IUnaryKernel
    {
        public V Invoke<V>(V x) where V : struct, ISimd<V> => SimdMath.Sign(x);
    }
}
