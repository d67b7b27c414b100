using Fathom.Autograd;

namespace Fathom;

public partial class Tensor
{
    /// <summary>A copy with memory of its own, in the same memory order; gradients flow through.</summary>
    public Tensor Clone() => Op.Run(new CloneOp(keepOrder: true), this);

    /// <summary>This tensor in row-major memory order: itself if it is so already, else a copy.</summary>
    public Tensor Contiguous() => IsContiguous ? this : Op.Run(new CloneOp(keepOrder: false), this);
}

file sealed class CloneOp(bool keepOrder) : Op
{
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => keepOrder ? ResultSpec.Like(x[0]) : new(x[0].Shape, x[0].DType);
    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y) => y.Device.Copy(x[0], y);
    protected override void Backward(Tensor gy, Span<Tensor?> gx) => gx[0] = gy;
}
