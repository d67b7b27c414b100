using Fathom.Autograd;

namespace Fathom;

public partial class Tensor
{
    /// <summary>
    /// Normalises each channel (axis 1) of (N, C, ...) by the batch's own mean and biased variance, which come back too, then scales and shifts it
    /// (Ioffe and Szegedy 2015).
    /// </summary>
    internal (Tensor Y, Tensor Mean, Tensor Variance) BatchNormalize(Tensor? weight, Tensor? bias, double eps)
    {
        BatchNormOp op = new(eps, weight is not null, bias is not null);
        List<Tensor> inputs = [ChannelsInnermost()];
        if (weight is not null) inputs.Add(weight.To(DType).Contiguous());
        if (bias is not null) inputs.Add(bias.To(DType).Contiguous());
        Tensor y = Op.Run(op, [.. inputs]);
        return (y, op.Mean, op.Variance);
    }

    /// <summary>This tensor with the elements of axis 1 side by side in memory: itself where they lie so, else a copy.</summary>
    internal Tensor ChannelsInnermost()
    {
        if (Rank == 2) return Contiguous();
        if (Layout.IsChannelsLast) return this;
        int[] last = [0, .. Enumerable.Range(2, Rank - 2), 1], back = [0, Rank - 1, .. Enumerable.Range(1, Rank - 2)];
        return Permute(last).Contiguous().Permute(back);
    }
}

file sealed class BatchNormOp(double eps, bool hasWeight, bool hasBias) : Op
{
    public Tensor Mean { get; private set; } = null!;
    public Tensor Variance { get; private set; } = null!;

    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x)
    {
        Mean = Tensor.Empty(x[0].Shape[1], x[0].DType, x[0].Device);
        Variance = Tensor.Empty(x[0].Shape[1], x[0].DType, x[0].Device);
        return new(x[0].Layout.SameOrder(x[0].Shape), x[0].DType);
    }

    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y)
    {
        Save(x);
        y.Device.BatchNorm(x[0], hasWeight ? x[1] : null, hasBias ? x[^1] : null, eps, Mean, Variance, y);
    }

    protected override void Backward(Tensor gy, Span<Tensor?> gx)
    {
        gy = gy.ChannelsInnermost();
        if (GradMode.IsEnabled) BackwardInOps(gy, gx);
        else BackwardInOnePass(gy, gx);
    }

    void BackwardInOnePass(Tensor gy, Span<Tensor?> gx)
    {
        Tensor x = Saved(0);
        if (Needs(0)) gx[0] = new(x.Layout, x.DType, x.Device);
        if (hasWeight && Needs(1)) gx[1] = Tensor.Empty(Mean.Shape, x.DType, x.Device);
        if (hasBias && Needs(gx.Length - 1)) gx[^1] = Tensor.Empty(Mean.Shape, x.DType, x.Device);
        x.Device.BatchNormGrad(gy, x, hasWeight ? Saved(1) : null, Mean, Variance, eps, gx[0], hasWeight ? gx[1] : null, hasBias ? gx[^1] : null);
    }

    /// <summary>The same in differentiable ops: mean and variance are functions of x.</summary>
    void BackwardInOps(Tensor gy, Span<Tensor?> gx)
    {
        Tensor x = Saved(0);
        int[] axes = [0, .. Enumerable.Range(2, x.Rank - 2)];
        Tensor centred = x - x.Mean(axes, keepDim: true);
        Tensor inverse = (centred.Square().Mean(axes, keepDim: true) + eps).Rsqrt(), normal = centred * inverse;
        if (Needs(0))
        {
            Tensor g = hasWeight ? gy * Saved(1).Reshape([-1, .. Enumerable.Repeat(1, x.Rank - 2)]) : gy;
            gx[0] = inverse * (g - g.Mean(axes, keepDim: true) - normal * (g * normal).Mean(axes, keepDim: true));
        }
        if (hasWeight && Needs(1)) gx[1] = (gy * normal).Sum(axes);
        if (hasBias && Needs(gx.Length - 1)) gx[^1] = gy.Sum(axes);
    }
}
