using Fathom.Autograd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>
    /// Two-dimensional cross-correlation of images (N, C, H, W) with a weight (K, C / groups, R, S), giving (N, K, H', W') with
    /// H' = floor((H + 2 padding - dilation (R - 1) - 1) / stride) + 1, as in d2l 7.2 to 7.4.
    /// </summary>
    /// <param name="weight">The kernels, one for each output channel.</param>
    /// <param name="bias">(K), added to each output channel; null for none.</param>
    /// <param name="stride">Input pixels between neighbouring outputs; 1 if not given.</param>
    /// <param name="padding">Zeros added on each side.</param>
    /// <param name="dilation">Input pixels between neighbouring taps; 1 if not given.</param>
    /// <param name="groups">Output channel group g sees only input channel group g.</param>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    public Tensor Conv2d(Tensor weight, Tensor? bias = null, Hw? stride = null, Hw padding = default, Hw? dilation = null, int groups = 1)
    {
        Tensor x = ImageLayout.Check(this, "conv2d");
        if (weight.Rank != 4) throw ShapeException.For("conv2d", $"needs a weight of shape (K, C / groups, R, S); this one has shape {weight.Shape}");
        if (groups < 1 || weight.Shape[1] * groups != x.Shape[1])
            throw ShapeException.For("conv2d", $"an input of {x.Shape[1]} channels, shape {x.Shape}, does not fit a weight of shape {weight.Shape} with {groups} groups, which takes {weight.Shape[1] * groups} channels");
        if (bias is not null && bias.Shape != new Shape(weight.Shape[0])) throw ShapeException.For("conv2d", $"a bias of shape {bias.Shape} does not fit {weight.Shape[0]} output channels");
        ConvDims d = ConvOps.Dims(x.Shape, weight.Shape, stride ?? 1, padding, dilation ?? 1, groups);
        DType type = ResultType(x, weight);
        return bias is null
            ? Op.Run(new Conv2dOp(d), x.To(type), weight.To(type).Contiguous())
            : Op.Run(new Conv2dOp(d), x.To(type), weight.To(type).Contiguous(), bias.To(type).Contiguous());
    }

    /// <summary>
    /// Transposed convolution: the gradient of <see cref="Conv2d"/> with respect to its input, taken as a function. Images (N, C, H, W) and a weight
    /// (C, K / groups, R, S) give (N, K, H', W') with H' = (H - 1) stride - 2 padding + dilation (R - 1) + outputPadding + 1.
    /// </summary>
    /// <param name="weight">The kernels.</param>
    /// <param name="bias">(K), added to each output channel; null for none.</param>
    /// <param name="stride">Output pixels between neighbouring inputs; 1 if not given.</param>
    /// <param name="padding">Rows and columns cut off on each side.</param>
    /// <param name="outputPadding">Rows and columns added at the end, less than stride or dilation: chooses among the sizes that a convolution maps to this one.</param>
    /// <param name="dilation">Pixels between neighbouring taps; 1 if not given.</param>
    /// <param name="groups">Output channel group g sees only input channel group g.</param>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    public Tensor ConvTranspose2d(Tensor weight, Tensor? bias = null, Hw? stride = null, Hw padding = default, Hw outputPadding = default, Hw? dilation = null, int groups = 1)
    {
        Tensor x = ImageLayout.Check(this, "conv_transpose2d");
        Hw s = stride ?? 1, l = dilation ?? 1;
        if (weight.Rank != 4 || weight.Shape[0] != x.Shape[1] || groups < 1 || x.Shape[1] % groups != 0)
            throw ShapeException.For("conv_transpose2d", $"an input of shape {x.Shape} does not fit a weight of shape {weight.Shape} with {groups} groups: the weight is (C, K / groups, R, S) and groups divide C");
        if (outputPadding.H < 0 || outputPadding.W < 0 || outputPadding.H >= Math.Max(s.H, l.H) || outputPadding.W >= Math.Max(s.W, l.W))
            throw ShapeException.For("conv_transpose2d", $"an output padding of {outputPadding} must be smaller than the stride {s} or the dilation {l}");
        Shape y = new(x.Shape[0], weight.Shape[1] * groups, Size(x.Shape[2], weight.Shape[2], s.H, padding.H, outputPadding.H, l.H), Size(x.Shape[3], weight.Shape[3], s.W, padding.W, outputPadding.W, l.W));
        ConvDims d = ConvOps.Dims(y, weight.Shape, s, padding, l, groups);
        DType type = ResultType(x, weight);
        Tensor result = Op.Run(new ConvInputGradOp(d), x.To(type), weight.To(type).Contiguous());
        return bias is null ? result : result + bias.Reshape(1, -1, 1, 1);

        static int Size(int n, int taps, int stride, int pad, int extra, int dilation)
        {
            int size = (n - 1) * stride - 2 * pad + dilation * (taps - 1) + extra + 1;
            return size > 0 ? size : throw ShapeException.For("conv_transpose2d", $"a padding of {pad} cuts off the whole output (size {size})");
        }
    }
}

/// <summary>The geometry of a convolution from the shapes of its input and weight.</summary>
file static class ConvOps
{
    public static ConvDims Dims(Shape x, Shape w, Hw stride, Hw padding, Hw dilation, int groups) =>
        new ConvDims(x[0], x[1], x[2], x[3], w[0], w[2], w[3], stride.H, stride.W, padding.H, padding.W, dilation.H, dilation.W, groups).Validate();

    public static Shape X(ConvDims d) => new(d.N, d.C, d.H, d.W);
    public static Shape W(ConvDims d) => new(d.K, d.GroupC, d.R, d.S);
    public static Shape Y(ConvDims d) => new(d.N, d.K, d.OutH, d.OutW);
}

/// <summary>y = x * w + b. Each of the three ops differentiates into the other two.</summary>
file sealed class Conv2dOp(ConvDims d) : Op
{
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => ImageLayout.ChannelsLast(ConvOps.Y(d), x[0].DType);

    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y)
    {
        Save(x[0], x[1]);
        y.Device.Conv2d(d, x[0], x[1], x.Length > 2 ? x[2] : null, y);
    }

    protected override void Backward(Tensor gy, Span<Tensor?> gx)
    {
        double[]? totals = gy.ChannelTotals;
        gy = ImageLayout.Dense(gy);
        if (Needs(0)) gx[0] = Run(new ConvInputGradOp(d), gy, Saved(1));
        if (Needs(1)) gx[1] = Run(new ConvWeightGradOp(d), Saved(0), gy);
        if (gx.Length > 2 && Needs(2)) gx[2] = BiasGradient.Of(gy, totals);
    }
}

/// <summary>gx from gy and w.</summary>
file sealed class ConvInputGradOp(ConvDims d) : Op
{
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => ImageLayout.ChannelsLast(ConvOps.X(d), x[0].DType);

    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y)
    {
        Save(x);
        y.Device.Conv2dInputGrad(d, x[0], x[1], y);
    }

    protected override void Backward(Tensor gy, Span<Tensor?> gx)
    {
        gy = ImageLayout.Dense(gy);
        if (Needs(0)) gx[0] = Run(new Conv2dOp(d), gy, Saved(1));
        if (Needs(1)) gx[1] = Run(new ConvWeightGradOp(d), gy, Saved(0));
    }
}

/// <summary>gw from x and gy.</summary>
file sealed class ConvWeightGradOp(ConvDims d) : Op
{
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => new(ConvOps.W(d), x[0].DType);

    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y)
    {
        Save(x);
        y.Device.Conv2dWeightGrad(d, x[0], x[1], y);
    }

    protected override void Backward(Tensor gy, Span<Tensor?> gx)
    {
        gy = gy.Contiguous();
        if (Needs(0)) gx[0] = Run(new ConvInputGradOp(d), Saved(1), gy);
        if (Needs(1)) gx[1] = Run(new Conv2dOp(d), Saved(0), gy);
    }
}
