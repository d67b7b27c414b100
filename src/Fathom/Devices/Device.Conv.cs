using Fathom.Devices.Cpu;

namespace Fathom.Devices;

public abstract partial class Device
{
    /// <summary>y = x convolved with w, plus a bias for each channel. Images are row-major or channels-last, the weight row-major.</summary>
    public abstract void Conv2d(ConvDims d, Tensor x, Tensor w, Tensor? bias, Tensor y);

    /// <summary>The gradient of a convolution's input.</summary>
    public abstract void Conv2dInputGrad(ConvDims d, Tensor gy, Tensor w, Tensor gx);

    /// <summary>The gradient of a convolution's weight.</summary>
    public abstract void Conv2dWeightGrad(ConvDims d, Tensor x, Tensor gy, Tensor gw);
}

internal sealed partial class MetaDevice
{
    public override void Conv2d(ConvDims d, Tensor x, Tensor w, Tensor? bias, Tensor y) { }
    public override void Conv2dInputGrad(ConvDims d, Tensor gy, Tensor w, Tensor gx) { }
    public override void Conv2dWeightGrad(ConvDims d, Tensor x, Tensor gy, Tensor gw) { }
}

internal sealed unsafe partial class CpuDevice
{
    static ImageOrder Order(Tensor t) => t.Layout.IsChannelsLast ? ImageOrder.ChannelsLast : ImageOrder.ChannelsFirst;

    public override void Conv2d(ConvDims d, Tensor x, Tensor w, Tensor? bias, Tensor y)
    {
        if (y.DType == DType.Float32) Conv.Forward(d, x.Ptr<float>(), Order(x), w.Ptr<float>(), bias is null ? null : bias.Ptr<float>(), y.Ptr<float>(), Order(y));
        else if (y.DType == DType.Float64) Conv.Forward(d, x.Ptr<double>(), Order(x), w.Ptr<double>(), bias is null ? null : bias.Ptr<double>(), y.Ptr<double>(), Order(y));
        else throw StorageOnly(y.DType);
    }

    public override void Conv2dInputGrad(ConvDims d, Tensor gy, Tensor w, Tensor gx)
    {
        if (gx.DType == DType.Float32) Conv.InputGradient(d, gy.Ptr<float>(), Order(gy), w.Ptr<float>(), gx.Ptr<float>(), Order(gx));
        else if (gx.DType == DType.Float64) Conv.InputGradient(d, gy.Ptr<double>(), Order(gy), w.Ptr<double>(), gx.Ptr<double>(), Order(gx));
        else throw StorageOnly(gx.DType);
    }

    public override void Conv2dWeightGrad(ConvDims d, Tensor x, Tensor gy, Tensor gw)
    {
        if (gw.DType == DType.Float32) Conv.WeightGradient(d, x.Ptr<float>(), Order(x), gy.Ptr<float>(), Order(gy), gw.Ptr<float>());
        else if (gw.DType == DType.Float64) Conv.WeightGradient(d, x.Ptr<double>(), Order(x), gy.Ptr<double>(), Order(gy), gw.Ptr<double>());
        else throw StorageOnly(gw.DType);
    }
}
