using Fathom.Devices.Cpu;

namespace Fathom.Devices;

public abstract partial class Device
{
    /// <summary>y = softmax of each row along the last axis, or its logarithm. Both row-major, of one shape and floating-point type.</summary>
    public abstract void Softmax(Tensor x, Tensor y, bool log);
}

internal sealed partial class CpuDevice
{
    public override void Softmax(Tensor x, Tensor y, bool log)
    {
        switch (y.DType)
        {
            case DType.Float32: SoftmaxRows.Run<float>(x, y, log); break;
            case DType.Float64: SoftmaxRows.Run<double>(x, y, log); break;
            default: throw StorageOnly(y.DType);
        }
    }
}

internal sealed partial class MetaDevice
{
    public override void Softmax(Tensor x, Tensor y, bool log) { }
}
