using Fathom.Devices.Cpu;

namespace Fathom.Devices;

public abstract partial class Device
{
    /// <summary>losses (N) = cross-entropy of softmax(x), x (N, C) row-major, with class indices (N), Int64; 0 for the ignored class.</summary>
    public abstract void CrossEntropy(Tensor x, Tensor target, long ignoreIndex, Tensor losses);

    /// <summary>gx = (softmax(x) - onehot(target)) times a scalar; 0 in rows of the ignored class.</summary>
    public abstract void CrossEntropyGrad(Tensor x, Tensor target, long ignoreIndex, Tensor scale, Tensor gx);
}

internal sealed partial class MetaDevice
{
    public override void CrossEntropy(Tensor x, Tensor target, long ignoreIndex, Tensor losses) { }
    public override void CrossEntropyGrad(Tensor x, Tensor target, long ignoreIndex, Tensor scale, Tensor gx) { }
}

internal sealed partial class CpuDevice
{
    public override void CrossEntropy(Tensor x, Tensor target, long ignoreIndex, Tensor losses)
    {
        if (x.DType == DType.Float32) CrossEntropyRows.Forward<float>(x, target, ignoreIndex, losses);
        else if (x.DType == DType.Float64) CrossEntropyRows.Forward<double>(x, target, ignoreIndex, losses);
        else throw StorageOnly(x.DType);
    }

    public override void CrossEntropyGrad(Tensor x, Tensor target, long ignoreIndex, Tensor scale, Tensor gx)
    {
        if (x.DType == DType.Float32) CrossEntropyRows.Gradient<float>(x, target, ignoreIndex, scale, gx);
        else if (x.DType == DType.Float64) CrossEntropyRows.Gradient<double>(x, target, ignoreIndex, scale, gx);
        else throw StorageOnly(x.DType);
    }
}
