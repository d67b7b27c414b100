using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Leaky rectifier, element by element: x where x > 0, else <paramref name="negativeSlope"/> x; the derivative at 0 is the slope.</summary>
    public Tensor LeakyRelu(double negativeSlope = 0.01) => Autograd.Op.Run(new LeakyReluOp(negativeSlope), Floating());
}

file sealed class LeakyReluOp(double slope) : UnaryOp<LeakyReluOp.Kernel>(Keep.Input, new(slope))
{
    readonly double slope = slope;

    protected override Tensor Gradient(Tensor gy) => Tensor.Where(X > 0, gy, gy * slope);

    public readonly struct Kernel(double slope) : IUnaryKernel
    {
        readonly double slope = slope;
        public static int Cost => 2;
        public V Invoke<V>(V x) where V : struct, ISimd<V> => V.Select(V.LessOrEqual(x, V.Zero), x * V.Const(slope), x);
    }
}
