using Fathom.Autograd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>
    /// What <c>Conv2d(...).MaxPool2d(window, poolStride, relu: true)</c> gives, without ever writing the convolution's result to memory: it is pooled image by image. Null where that does not
    /// pay, or the device knows no such thing.
    /// </summary>
    internal Tensor? TryConv2dMaxPool(Tensor weight, Tensor? bias, Hw stride, Hw padding, Hw dilation, int groups, Hw window, Hw poolStride, Hw poolPadding, bool ceilMode)
    {
        if (Rank != 4 || weight.Rank != 4 || groups < 1 || weight.Shape[1] * groups != Shape[1] || DType != DType.Float32 || weight.DType != DType.Float32 || bias is not null && bias.DType != DType.Float32) return null;
        ConvDims d = new ConvDims(Shape[0], Shape[1], Shape[2], Shape[3], weight.Shape[0], weight.Shape[2], weight.Shape[3], stride.H, stride.W, padding.H, padding.W, dilation.H, dilation.W, groups).Validate();
        PoolDims p = new PoolDims(d.N, d.K, d.OutH, d.OutW, window.H, window.W, poolStride.H, poolStride.W, poolPadding.H, poolPadding.W, ceilMode).Validate("max_pool2d");
        return Device.ConvMaxPoolPays(d, p) ? ConvMaxPool2d(d, p, weight, bias) : null;
    }

    /// <summary>The same for any sizes, as long as no pixel is in two windows.</summary>
    internal Tensor ConvMaxPool2d(ConvDims d, PoolDims p, Tensor weight, Tensor? bias)
    {
        Tensor x = ImageLayout.Check(this, "conv_max_pool2d");
        return bias is null ? Op.Run(new ConvMaxPool2dOp(d, p), x, weight.Contiguous()) : Op.Run(new ConvMaxPool2dOp(d, p), x, weight.Contiguous(), bias.Contiguous());
    }
}

/// <summary>
/// y = max over windows of max(x * w + b, 0). The positions of the maxima are kept for the gradient, which is spread out to the convolution's result one image at a time. Where the
/// gradient is to be differentiated again, it is written in the ops of the two layers.
/// </summary>
file sealed class ConvMaxPool2dOp(ConvDims d, PoolDims p) : Op
{
    Tensor? indices;

    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => ImageLayout.ChannelsLast(new Shape(p.N, p.C, p.OutH, p.OutW), x[0].DType);

    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y)
    {
        Save(x);
        indices = new(y.Layout, DType.Int32, y.Device);
        y.Device.ConvMaxPool2d(d, p, x[0], x[1], x.Length > 2 ? x[2] : null, y, indices);
        if (!IsRecording) OnRelease();
    }

    protected override void Backward(Tensor gy, Span<Tensor?> gx)
    {
        Tensor x = Saved(0), w = Saved(1);
        if (GradMode.IsEnabled)
        {
            BackwardInOps(gy, gx);
            return;
        }
        gy = ImageLayout.InOrder(gy, channelsLast: true);
        if (Needs(0)) gx[0] = new(Layout.ChannelsLast(x.Shape), x.DType, x.Device);
        if (Needs(1)) gx[1] = Tensor.Empty(w.Shape, w.DType, w.Device);
        double[] totals = x.Device.ConvMaxPool2dGrad(d, p, x, w, gy, indices!, gx[1], gx[0]);
        if (gx.Length > 2 && Needs(2)) gx[2] = Tensor.From(totals).To(x.DType);
    }

    /// <summary>The same in differentiable ops: the layers one after the other, whose own gradients are taken.</summary>
    void BackwardInOps(Tensor gy, Span<Tensor?> gx)
    {
        Tensor x = Saved(0), w = Saved(1);
        Tensor? bias = gx.Length > 2 ? Saved(2) : null;
        Tensor y = x.Conv2d(w, bias, (d.StrideH, d.StrideW), (d.PadH, d.PadW), (d.DilationH, d.DilationW), d.Groups)
            .MaxPool2d((p.R, p.S), (p.StrideH, p.StrideW), (p.PadH, p.PadW), p.CeilMode, relu: true);
        int[] needed = [.. Enumerable.Range(0, gx.Length).Where(i => Needs(i))];
        Tensor?[] found = Differentiate.Grad(y, [.. needed.Select(i => Saved(i))], gy, createGraph: true);
        for (int i = 0; i < needed.Length; i++) gx[needed[i]] = found[i];
    }

    private protected override void OnRelease() => indices = null;
}
