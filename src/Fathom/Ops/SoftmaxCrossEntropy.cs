using Fathom.Autograd;

namespace Fathom;

public partial class Tensor
{
    /// <summary>
    /// Sum over the samples of the cross-entropy of softmax(this) with class indices, in one pass; the gradient is (softmax - onehot).
    /// </summary>
    /// <param name="target">(N), Int64 with every index checked; this tensor is (N, C).</param>
    /// <param name="ignoreIndex">Samples of this class count as 0.</param>
    internal Tensor SoftmaxCrossEntropySum(Tensor target, long ignoreIndex) => Op.Run(new SoftmaxCrossEntropyOp(ignoreIndex), Contiguous(), target.Contiguous());
}

file sealed class SoftmaxCrossEntropyOp(long ignoreIndex) : Op
{
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => new(Shape.Scalar, x[0].DType);

    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y)
    {
        Save(x);
        Tensor losses = Tensor.Empty(x[1].Shape, x[0].DType, y.Device);
        y.Device.CrossEntropy(x[0], x[1], ignoreIndex, losses);
        y.CopyFrom(losses.Sum());
    }

    protected override void Backward(Tensor gy, Span<Tensor?> gx)
    {
        Tensor x = Saved(0), target = Saved(1);
        if (!GradMode.IsEnabled)
        {
            gx[0] = Run(new CrossEntropyGradientOp(ignoreIndex), x, target, gy);
            return;
        }
        Tensor kept = target.Ne(ignoreIndex), classes = Tensor.Where(kept, target, 0);
        Tensor g = (x.Softmax(1) - classes.OneHot(x.Shape[1]).To(x.DType)) * kept.To(x.DType).Unsqueeze(1);
        gx[0] = g * gy;
    }
}

/// <summary>The gradient in one pass, used where it is not differentiated again.</summary>
file sealed class CrossEntropyGradientOp(long ignoreIndex) : Op
{
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => new(x[0].Shape, x[0].DType);
    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y) => y.Device.CrossEntropyGrad(x[0], x[1], ignoreIndex, x[2], y);
    protected override void Backward(Tensor gy, Span<Tensor?> gx) => throw new InvalidOperationException("A fused gradient is never part of a graph.");
}
