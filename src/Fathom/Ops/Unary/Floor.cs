using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Largest integer not above, element by element; its derivative is 0.</summary>
    public Tensor Floor() => Autograd.Op.Run(new FloorOp(), this);
}

file sealed class FloorOp() : UnaryOp<FloorOp.Kernel>(Keep.Nothing)
{
    protected override Tensor Gradient(Tensor gy) => Tensor.ZerosLike(gy);

    public readonly struct Kernel : IUnaryKernel
    {
        public V Invoke<V>(V x) where V : struct, ISimd<V> => V.Floor(x);
    }
}
