using Fathom.Autograd;
using Fathom.Devices;

namespace Fathom.Ops;

/// <summary>What an element-wise op keeps for its gradient.</summary>
[Flags]
internal enum Keep { Nothing = 0, Input = 1, Output = 2 }

/// <summary>An element-wise op of one input: a formula and its derivative.</summary>
internal abstract class UnaryOp<K>(Keep keep, K kernel = default) : Op where K : struct, IUnaryKernel
{
    protected sealed override ResultSpec Infer(ReadOnlySpan<Tensor> x) => ResultSpec.Like(x[0]);

    protected sealed override void Forward(ReadOnlySpan<Tensor> x, Tensor y)
    {
        if (keep.HasFlag(Keep.Input)) Save(x[0]);
        if (keep.HasFlag(Keep.Output)) Save(y);
        y.Device.Unary(x[0], y, kernel);
    }

    protected sealed override void Backward(Tensor gy, Span<Tensor?> gx) => gx[0] = Gradient(gy);

    /// <summary>The gradient of the input given that of the result.</summary>
    protected abstract Tensor Gradient(Tensor gy);

    /// <summary>The input, if kept.</summary>
    protected Tensor X => Saved(0);

    /// <summary>The result, if kept.</summary>
    protected Tensor Y => Saved(keep.HasFlag(Keep.Input) ? 1 : 0);
}
