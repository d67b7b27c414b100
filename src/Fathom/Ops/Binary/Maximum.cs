using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>The larger of two, element by element; NaN if either is. Where both are equal each gets half the gradient.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Maximum(Tensor other)
    {
        var (a, b) = Promote(this, other);
        return Autograd.Op.Run(new MaximumOp(), a, b);
    }
}

file sealed class MaximumOp() : BinaryOp<MaximumOp.Kernel>(true)
{
    protected override Tensor? GradientA(Tensor gy) => gy * A.Share(B, A > B);
    protected override Tensor? GradientB(Tensor gy) => gy * B.Share(A, B > A);

    public readonly struct Kernel : IBinaryKernel
    {
        public V Invoke<V>(V a, V b) where V : struct, ISimd<V> => V.Max(a, b);
    }
}
