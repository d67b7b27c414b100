using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Square root whose gradient at 0 is 0, as norms and standard deviations want it.</summary>
    internal Tensor Root() => Autograd.Op.Run(new RootOp(), this);
}

file sealed class RootOp() : UnaryOp<RootOp.Kernel>(Keep.Output)
{
    protected override Tensor Gradient(Tensor gy) => gy / (Tensor.Where(Y.Eq(0), double.PositiveInfinity, Y) * 2);

    public readonly struct Kernel : IUnaryKernel
    {
        public static int Cost => 4;
        public V Invoke<V>(V x) where V : struct, ISimd<V> => V.Sqrt(x);
    }
}
