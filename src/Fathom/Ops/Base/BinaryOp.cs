using Fathom.Autograd;
using Fathom.Devices;

namespace Fathom.Ops;

/// <summary>An element-wise op of two inputs with broadcasting: a formula and its two derivatives.</summary>
internal abstract class BinaryOp<K>(bool keepsInputs, K kernel = default) : Op where K : struct, IBinaryKernel
{
    private protected sealed override bool KeepsInputs => keepsInputs;
    protected sealed override ResultSpec Infer(ReadOnlySpan<Tensor> x) => ResultSpec.Broadcast(Name, x);

    protected sealed override void Forward(ReadOnlySpan<Tensor> x, Tensor y)
    {
        if (keepsInputs) Save(x);
        y.Device.Binary(x[0], x[1], y, kernel);
    }

    protected sealed override void Backward(Tensor gy, Span<Tensor?> gx)
    {
        if (Needs(0)) gx[0] = GradientA(gy);
        if (Needs(1)) gx[1] = GradientB(gy);
    }

    /// <summary>The gradient of the first input, in the broadcast shape.</summary>
    protected abstract Tensor? GradientA(Tensor gy);
    /// <summary>The gradient of the second input, in the broadcast shape.</summary>
    protected abstract Tensor? GradientB(Tensor gy);

    protected Tensor A => Saved(0);
    protected Tensor B => Saved(1);
}

/// <summary>An element-wise comparison: Bool result, no gradient.</summary>
internal sealed class CompareOp<K>(string name) : Op where K : struct, IBinaryKernel
{
    public override string Name => name;
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => ResultSpec.Broadcast(Name, x, DType.Bool);
    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y) => y.Device.Compare(x[0], x[1], y, default(K));
    protected override void Backward(Tensor gy, Span<Tensor?> gx) { }
}
