using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>What is behind the point, x - trunc(x), element by element: the sign stays.</summary>
    public Tensor Frac() => Autograd.Op.Run(new FracOp(), this);
}

file sealed class FracOp() : UnaryOp<FracOp.Kernel>(Keep.Nothing)
{
    protected override Tensor Gradient(Tensor gy) => gy;

    public readonly struct Kernel : IUnaryKernel
    {
        public V Invoke<V>(V x) where V : struct, ISimd<V> => x - V.Truncate(x);
    }
}
