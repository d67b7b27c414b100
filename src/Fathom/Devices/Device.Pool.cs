using Fathom.Devices.Cpu;

namespace Fathom.Devices;

public abstract partial class Device
{
    /// <summary>
    /// Maxima of windows and their positions h * W + w (Int32). Where they are to be rectified, max(., 0), the position is -1 unless the maximum is positive. All tensors
    /// of a pooling share one memory order.
    /// </summary>
    public abstract void MaxPool2d(PoolDims d, Tensor x, bool rectify, Tensor y, Tensor indices);
    /// <summary>gx = each gy added where its maximum was found.</summary>
    /// <returns>The sums of gx over each channel where the kernel had them at hand, else null.</returns>
    public abstract double[]? MaxPool2dGrad(PoolDims d, Tensor gy, Tensor indices, Tensor gx);
    /// <summary>y = the elements of x where the maxima were found, 0 where they were nowhere.</summary>
    public abstract void MaxPool2dGather(PoolDims d, Tensor x, Tensor indices, Tensor y);
    /// <summary>Means of windows.</summary>
    public abstract void AvgPool2d(PoolDims d, Tensor x, bool countPadding, Tensor y);
    /// <summary>The gradient of <see cref="AvgPool2d"/>.</summary>
    public abstract void AvgPool2dGrad(PoolDims d, Tensor gy, bool countPadding, Tensor gx);
    /// <summary>Means of bins that cover the image; y's shape says how many.</summary>
    public abstract void AdaptiveAvgPool2d(Tensor x, Tensor y);
    /// <summary>The gradient of <see cref="AdaptiveAvgPool2d"/>.</summary>
    public abstract void AdaptiveAvgPool2dGrad(Tensor gy, Tensor gx);
}

internal sealed partial class MetaDevice
{
    public override void MaxPool2d(PoolDims d, Tensor x, bool rectify, Tensor y, Tensor indices) { }
    public override double[]? MaxPool2dGrad(PoolDims d, Tensor gy, Tensor indices, Tensor gx) => null;
    public override void MaxPool2dGather(PoolDims d, Tensor x, Tensor indices, Tensor y) { }
    public override void AvgPool2d(PoolDims d, Tensor x, bool countPadding, Tensor y) { }
    public override void AvgPool2dGrad(PoolDims d, Tensor gy, bool countPadding, Tensor gx) { }
    public override void AdaptiveAvgPool2d(Tensor x, Tensor y) { }
    public override void AdaptiveAvgPool2dGrad(Tensor gy, Tensor gx) { }
}

internal sealed unsafe partial class CpuDevice
{
    public override void MaxPool2d(PoolDims d, Tensor x, bool rectify, Tensor y, Tensor indices)
    {
        if (x.DType == DType.Float32) Pool.Max(d, x.Ptr<float>(), Order(x), y.Ptr<float>(), indices.Ptr<int>(), rectify);
        else if (x.DType == DType.Float64) Pool.Max(d, x.Ptr<double>(), Order(x), y.Ptr<double>(), indices.Ptr<int>(), rectify);
        else throw StorageOnly(x.DType);
    }

    public override double[]? MaxPool2dGrad(PoolDims d, Tensor gy, Tensor indices, Tensor gx) => gy.DType == DType.Float32
        ? Pool.MaxGradient(d, gy.Ptr<float>(), indices.Ptr<int>(), Order(gx), gx.Ptr<float>())
        : Pool.MaxGradient(d, gy.Ptr<double>(), indices.Ptr<int>(), Order(gx), gx.Ptr<double>());

    public override void MaxPool2dGather(PoolDims d, Tensor x, Tensor indices, Tensor y)
    {
        if (x.DType == DType.Float32) Pool.MaxGather(d, x.Ptr<float>(), indices.Ptr<int>(), Order(x), y.Ptr<float>());
        else Pool.MaxGather(d, x.Ptr<double>(), indices.Ptr<int>(), Order(x), y.Ptr<double>());
    }

    public override void AvgPool2d(PoolDims d, Tensor x, bool countPadding, Tensor y)
    {
        if (x.DType == DType.Float32) Pool.Average(d, x.Ptr<float>(), Order(x), countPadding, y.Ptr<float>());
        else if (x.DType == DType.Float64) Pool.Average(d, x.Ptr<double>(), Order(x), countPadding, y.Ptr<double>());
        else throw StorageOnly(x.DType);
    }

    public override void AvgPool2dGrad(PoolDims d, Tensor gy, bool countPadding, Tensor gx)
    {
        if (gy.DType == DType.Float32) Pool.AverageGradient(d, gy.Ptr<float>(), Order(gy, gx), countPadding, gx.Ptr<float>());
        else Pool.AverageGradient(d, gy.Ptr<double>(), Order(gy, gx), countPadding, gx.Ptr<double>());
    }

    public override void AdaptiveAvgPool2d(Tensor x, Tensor y)
    {
        (int n, int c, int h, int w) = Sizes(x);
        if (x.DType == DType.Float32) Pool.AdaptiveAverage(n, c, h, w, y.Shape[2], y.Shape[3], x.Ptr<float>(), Order(x), y.Ptr<float>());
        else if (x.DType == DType.Float64) Pool.AdaptiveAverage(n, c, h, w, y.Shape[2], y.Shape[3], x.Ptr<double>(), Order(x), y.Ptr<double>());
        else throw StorageOnly(x.DType);
    }

    public override void AdaptiveAvgPool2dGrad(Tensor gy, Tensor gx)
    {
        (int n, int c, int h, int w) = Sizes(gx);
        if (gy.DType == DType.Float32) Pool.AdaptiveAverageGradient(n, c, h, w, gy.Shape[2], gy.Shape[3], gy.Ptr<float>(), Order(gy, gx), gx.Ptr<float>());
        else Pool.AdaptiveAverageGradient(n, c, h, w, gy.Shape[2], gy.Shape[3], gy.Ptr<double>(), Order(gy, gx), gx.Ptr<double>());
    }

    /// <summary>The order that both share. An image of one pixel lies in either, so the other one decides.</summary>
    static ImageOrder Order(Tensor a, Tensor b) => a.Layout.IsChannelsLast && b.Layout.IsChannelsLast ? ImageOrder.ChannelsLast : ImageOrder.ChannelsFirst;

    static (int N, int C, int H, int W) Sizes(Tensor x) => (x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]);
}
