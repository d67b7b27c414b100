using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>The smaller of two, element by element; NaN if either is. Where both are equal each gets half the gradient.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Minimum(Tensor other)
    {
        var (a, b) = Promote(this, other);
        return Autograd.Op.Run(new MinimumOp(), a, b);
    }
}

file sealed class MinimumOp() : BinaryOp<MinimumOp.Kernel>(true)
{
    protected override Tensor? GradientA(Tensor gy) => gy * A.Share(B, A < B);
    protected override Tensor? GradientB(Tensor gy) => gy * B.Share(A, B < A);

    public readonly struct Kernel : IBinaryKernel
    {
        public V Invoke<V>(V a, V b) where V : struct, ISimd<V> => V.Min(a, b);
    }
}
