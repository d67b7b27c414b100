using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Absolute value, element by element; the derivative at 0 is 0.</summary>
    public Tensor Abs() => Autograd.Op.Run(new AbsOp(), this);
}

file sealed class AbsOp() : UnaryOp<AbsOp.Kernel>(Keep.Input)
{
    protected override Tensor Gradient(Tensor gy) => gy * X.Sign();

    public readonly struct Kernel : IUnaryKernel
    {
        public V Invoke<V>(V x) where V : struct, ISimd<V> => V.Abs(x);
    }
}
