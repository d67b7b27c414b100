using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>x * x, element by element.</summary>
    public Tensor Square() => Autograd.Op.Run(new SquareOp(), this);
}

file sealed class SquareOp() : UnaryOp<SquareOp.Kernel>(Keep.Input)
{
    protected override Tensor Gradient(Tensor gy) => gy * X * 2;

    public readonly struct Kernel : IUnaryKernel
    {
        public V Invoke<V>(V x) where V : struct, ISimd<V> => x * x;
    }
}
