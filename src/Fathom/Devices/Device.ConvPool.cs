using Fathom.Devices.Cpu;

namespace Fathom.Devices;

public abstract partial class Device
{
    /// <summary>Whether a convolution, a rectifier and maximum pooling are faster as one. A device for which they never are has nothing else to say.</summary>
    internal virtual bool ConvMaxPoolPays(in ConvDims d, in PoolDims p) => false;

    /// <summary>y = the rectified maxima of x convolved with w plus a bias, and their positions, as <see cref="MaxPool2d"/> has them; both channels-last.</summary>
    internal virtual void ConvMaxPool2d(ConvDims d, PoolDims p, Tensor x, Tensor w, Tensor? bias, Tensor y, Tensor indices) => throw new NotSupportedException($"{this} does not convolve and pool in one.");

    /// <summary>The gradients of weight and input, null for those not wanted; gy and gx channels-last.</summary>
    /// <returns>The gradient of the bias.</returns>
    internal virtual double[] ConvMaxPool2dGrad(ConvDims d, PoolDims p, Tensor x, Tensor w, Tensor gy, Tensor indices, Tensor? gw, Tensor? gx) => throw new NotSupportedException($"{this} does not convolve and pool in one.");
}

internal sealed partial class MetaDevice
{
    internal override void ConvMaxPool2d(ConvDims d, PoolDims p, Tensor x, Tensor w, Tensor? bias, Tensor y, Tensor indices) { }
    internal override double[] ConvMaxPool2dGrad(ConvDims d, PoolDims p, Tensor x, Tensor w, Tensor gy, Tensor indices, Tensor? gw, Tensor? gx) => new double[d.K];
}

internal sealed unsafe partial class CpuDevice
{
    internal override bool ConvMaxPoolPays(in ConvDims d, in PoolDims p) => ConvPool.Pays(d, p);

    internal override void ConvMaxPool2d(ConvDims d, PoolDims p, Tensor x, Tensor w, Tensor? bias, Tensor y, Tensor indices)
    {
        if (y.DType == DType.Float32) ConvPool.Forward(d, p, x.Ptr<float>(), Order(x), w.Ptr<float>(), bias is null ? null : bias.Ptr<float>(), y.Ptr<float>(), indices.Ptr<int>());
        else if (y.DType == DType.Float64) ConvPool.Forward(d, p, x.Ptr<double>(), Order(x), w.Ptr<double>(), bias is null ? null : bias.Ptr<double>(), y.Ptr<double>(), indices.Ptr<int>());
        else throw StorageOnly(y.DType);
    }

    internal override double[] ConvMaxPool2dGrad(ConvDims d, PoolDims p, Tensor x, Tensor w, Tensor gy, Tensor indices, Tensor? gw, Tensor? gx) => gy.DType == DType.Float32
        ? ConvPool.Gradient(d, p, x.Ptr<float>(), Order(x), w.Ptr<float>(), gy.Ptr<float>(), indices.Ptr<int>(), gw is null ? null : gw.Ptr<float>(), gx is null ? null : gx.Ptr<float>())
        : ConvPool.Gradient(d, p, x.Ptr<double>(), Order(x), w.Ptr<double>(), gy.Ptr<double>(), indices.Ptr<int>(), gw is null ? null : gw.Ptr<double>(), gx is null ? null : gx.Ptr<double>());
}
