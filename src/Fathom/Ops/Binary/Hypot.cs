using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Length of the hypotenuse, sqrt(this^2 + other^2), element by element, without overflow on the way; the gradient at (0, 0) is 0.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Hypot(Tensor other)
    {
        var (a, b) = Promote(this, other, floating: true);
        return Autograd.Op.Run(new HypotOp(), a, b);
    }
}

file sealed class HypotOp() : BinaryOp<HypotOp.Kernel>(true)
{
    protected override Tensor? GradientA(Tensor gy) => gy * A / Length();
    protected override Tensor? GradientB(Tensor gy) => gy * B / Length();

    Tensor Length()
    {
        Tensor origin = A.Eq(0).LogicalAnd(B.Eq(0));
        return Tensor.Where(origin, 1, A).Hypot(B);
    }

    public readonly struct Kernel : IBinaryKernel
    {
        public static int Cost => 8;

        public V Invoke<V>(V a, V b) where V : struct, ISimd<V>
        {
            a = V.Abs(a);
            b = V.Abs(b);
            V large = V.Max(a, b), small = V.Min(a, b), infinity = V.Const(double.PositiveInfinity);
            V ratio = V.Select(V.Equal(large, V.Zero), V.Zero, small / large);
            V y = large * V.Sqrt(V.MultiplyAdd(ratio, ratio, V.One));
            return V.Select(V.Equal(a, infinity) | V.Equal(b, infinity), infinity, y);
        }
    }
}
