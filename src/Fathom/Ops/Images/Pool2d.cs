using Fathom.Autograd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>The maximum of each window of images (N, C, H, W); the gradient goes to where it was found.</summary>
    /// <param name="window">The window's size.</param>
    /// <param name="stride">Pixels between neighbouring windows; the window's size if not given.</param>
    /// <param name="padding">Rows and columns around the image that never win; at most half the window.</param>
    /// <param name="ceilMode">Whether a last window that is only partly inside counts.</param>
    /// <param name="relu">Whether the maxima are rectified, max(., 0): the same result and gradient as for rectified images, without a pass over those.</param>
    /// <exception cref="ShapeException">This is not a batch of images.</exception>
    /// <exception cref="ArgumentException">The window does not fit.</exception>
    public Tensor MaxPool2d(Hw window, Hw? stride = null, Hw padding = default, bool ceilMode = false, bool relu = false)
    {
        Tensor x = ImageLayout.Check(this, "max_pool2d");
        return Op.Run(new MaxPool2dOp(PoolOps.Dims(x.Shape, window, stride ?? window, padding, ceilMode).Validate("max_pool2d"), relu), x);
    }

    /// <summary>The mean of each window of images (N, C, H, W).</summary>
    /// <param name="window">The window's size.</param>
    /// <param name="stride">Pixels between neighbouring windows; the window's size if not given.</param>
    /// <param name="padding">Rows and columns of zeros around the image; at most half the window.</param>
    /// <param name="ceilMode">Whether a last window that is only partly inside counts.</param>
    /// <param name="countPadding">Whether padding counts in the mean.</param>
    /// <exception cref="ShapeException">This is not a batch of images.</exception>
    /// <exception cref="ArgumentException">The window does not fit.</exception>
    public Tensor AvgPool2d(Hw window, Hw? stride = null, Hw padding = default, bool ceilMode = false, bool countPadding = true)
    {
        Tensor x = ImageLayout.Check(this, "avg_pool2d");
        return Op.Run(new AvgPool2dOp(PoolOps.Dims(x.Shape, window, stride ?? window, padding, ceilMode).Validate("avg_pool2d"), countPadding), x);
    }

    /// <summary>The means of a fixed number of bins that cover images (N, C, H, W): bin i reaches from floor(i H / bins) to ceil((i + 1) H / bins).</summary>
    /// <exception cref="ShapeException">This is not a batch of images, or a number of bins is not positive.</exception>
    public Tensor AdaptiveAvgPool2d(Hw bins)
    {
        Tensor x = ImageLayout.Check(this, "adaptive_avg_pool2d");
        if (bins.H < 1 || bins.W < 1) throw ShapeException.For("adaptive_avg_pool2d", $"the output size {bins} must be at least 1");
        if (x.Shape[2] < 1 || x.Shape[3] < 1) throw ShapeException.For("adaptive_avg_pool2d", $"images of shape {x.Shape} have no pixels");
        return Op.Run(new AdaptiveAvgPool2dOp(bins), x);
    }
}

file static class PoolOps
{
    public static PoolDims Dims(Shape x, Hw window, Hw stride, Hw padding, bool ceilMode) =>
        new(x[0], x[1], x[2], x[3], window.H, window.W, stride.H, stride.W, padding.H, padding.W, ceilMode);

    public static Shape X(PoolDims d) => new(d.N, d.C, d.H, d.W);
    public static Shape Y(PoolDims d) => new(d.N, d.C, d.OutH, d.OutW);

    /// <summary>A result in the memory order of an image.</summary>
    public static ResultSpec Like(Tensor x, Shape shape) => new(x.Layout.IsChannelsLast ? Layout.ChannelsLast(shape) : Layout.Contiguous(shape), x.DType);
}

/// <summary>
/// Maxima; the positions are kept for the gradient, a scatter, whose gradient in turn is a gather. A maximum that the rectifier stopped stands nowhere, so the
/// gradient needs neither the images nor the result, and reads as much as it would without rectifier.
/// </summary>
file sealed class MaxPool2dOp(PoolDims d, bool relu) : Op
{
    Tensor? indices;

    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => PoolOps.Like(x[0], PoolOps.Y(d));

    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y)
    {
        indices = new(y.Layout, DType.Int32, y.Device);
        y.Device.MaxPool2d(d, x[0], relu, y, indices);
        if (!IsRecording) OnRelease();
    }

    protected override void Backward(Tensor gy, Span<Tensor?> gx) => gx[0] = Run(new MaxPool2dGradOp(d, indices!), ImageLayout.InOrder(gy, indices!.Layout.IsChannelsLast));

    private protected override void OnRelease() => indices = null;
}

file sealed class MaxPool2dGradOp(PoolDims d, Tensor indices) : Op
{
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => PoolOps.Like(x[0], PoolOps.X(d));
    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y) => y.ChannelTotals = y.Device.MaxPool2dGrad(d, x[0], indices, y);
    protected override void Backward(Tensor gy, Span<Tensor?> gx) => gx[0] = Run(new MaxPool2dGatherOp(d, indices), ImageLayout.InOrder(gy, indices.Layout.IsChannelsLast));
}

file sealed class MaxPool2dGatherOp(PoolDims d, Tensor indices) : Op
{
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => PoolOps.Like(x[0], PoolOps.Y(d));
    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y) => y.Device.MaxPool2dGather(d, x[0], indices, y);
    protected override void Backward(Tensor gy, Span<Tensor?> gx) => gx[0] = Run(new MaxPool2dGradOp(d, indices), ImageLayout.InOrder(gy, indices.Layout.IsChannelsLast));
}

/// <summary>
/// Means; linear, so the gradient of the gradient is the op itself. The gradient is brought into the order of the images while it is small: what comes back
/// from a dense layer lies channels-first, and every op before would walk two arrays in different orders.
/// </summary>
file sealed class AvgPool2dOp(PoolDims d, bool countPadding) : Op
{
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => PoolOps.Like(x[0], PoolOps.Y(d));
    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y) => y.Device.AvgPool2d(d, x[0], countPadding, y);
    protected override void Backward(Tensor gy, Span<Tensor?> gx) => gx[0] = Run(new AvgPool2dGradOp(d, countPadding), ImageLayout.InOrder(gy, InputLayout(0).IsChannelsLast));
}

file sealed class AvgPool2dGradOp(PoolDims d, bool countPadding) : Op
{
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => PoolOps.Like(x[0], PoolOps.X(d));
    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y) => y.Device.AvgPool2dGrad(d, x[0], countPadding, y);
    protected override void Backward(Tensor gy, Span<Tensor?> gx) => gx[0] = Run(new AvgPool2dOp(d, countPadding), ImageLayout.Dense(gy));
}

file sealed class AdaptiveAvgPool2dOp(Hw bins) : Op
{
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => PoolOps.Like(x[0], new(x[0].Shape[0], x[0].Shape[1], bins.H, bins.W));
    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y) => y.Device.AdaptiveAvgPool2d(x[0], y);
    protected override void Backward(Tensor gy, Span<Tensor?> gx) => gx[0] = Run(new AdaptiveAvgPool2dGradOp(InputShape(0)), ImageLayout.InOrder(gy, InputLayout(0).IsChannelsLast));
}

file sealed class AdaptiveAvgPool2dGradOp(Shape to) : Op
{
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => PoolOps.Like(x[0], to);
    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y) => y.Device.AdaptiveAvgPool2dGrad(x[0], y);
    protected override void Backward(Tensor gy, Span<Tensor?> gx) => gx[0] = Run(new AdaptiveAvgPool2dOp(new(InputShape(0)[2], InputShape(0)[3])), ImageLayout.Dense(gy));
}
