using Fathom.Devices.Cpu;

namespace Fathom.Devices;

public abstract partial class Device
{
    /// <summary>Applies an optimiser's formula to a parameter in place; all tensors are dense in one memory order and of one floating-point type.</summary>
    internal abstract void Update<K>(Tensor p, Tensor g, Tensor? a, Tensor? b, Tensor? c, K k) where K : struct, IUpdateKernel;
}

internal sealed partial class CpuDevice
{
    internal override void Update<K>(Tensor p, Tensor g, Tensor? a, Tensor? b, Tensor? c, K k)
    {
        switch (p.DType)
        {
            case DType.Float32: UpdateLoop.Run<float, K>(p, g, a, b, c, k); break;
            case DType.Float64: UpdateLoop.Run<double, K>(p, g, a, b, c, k); break;
            default: throw StorageOnly(p.DType);
        }
    }
}

internal sealed partial class MetaDevice
{
    internal override void Update<K>(Tensor p, Tensor g, Tensor? a, Tensor? b, Tensor? c, K k) { }
}
