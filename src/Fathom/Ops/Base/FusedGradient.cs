using Fathom.Autograd;
using Fathom.Devices;

namespace Fathom.Ops;

/// <summary>
/// A gradient in one pass over memory. Used only while no graph of the gradient is recorded; else the formula in differentiable ops serves, and a test
/// compares the two.
/// </summary>
internal static class FusedGradient
{
    /// <summary>k(gy, saved) element by element, or null if the gradient itself is to be differentiated. In gy's own memory where nobody else reads it.</summary>
    public static Tensor? Of<K>(Tensor gy, Tensor saved) where K : struct, IBinaryKernel
    {
        if (GradMode.IsEnabled) return null;
        if (!Op.MayOverwrite(gy) || !gy.Strides.AsSpan().SequenceEqual(saved.Strides)) return Op.Run(new FusedOp<K>(), gy, saved);
        Op.RunInto(new FusedOp<K>(), gy, gy, saved);
        return gy;
    }
}

file sealed class FusedOp<K> : Op where K : struct, IBinaryKernel
{
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => ResultSpec.Like(x[1]);
    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y) => y.Device.Binary(x[0], x[1], y, default(K));
    protected override void Backward(Tensor gy, Span<Tensor?> gx) => throw new InvalidOperationException("A fused gradient is never part of a graph.");
}
