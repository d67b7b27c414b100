using Fathom.Devices.Cpu;

namespace Fathom.Devices;

/// <summary>One parameter in an optimiser's step.</summary>
/// <param name="P">The parameter, changed in place.</param>
/// <param name="G">Its gradient.</param>
/// <param name="A">Up to three tensors that the formula keeps from step to step.</param>
/// <param name="B">The second.</param>
/// <param name="C">The third.</param>
/// <param name="Kernel">The formula with its rates.</param>
internal readonly record struct UpdateEntry<K>(Tensor P, Tensor G, Tensor? A, Tensor? B, Tensor? C, K Kernel) where K : unmanaged, IUpdateKernel;

public abstract partial class Device
{
    /// <summary>Applies an optimiser's formula to parameters in place. The tensors of an entry are dense in one memory order and of one floating-point type, which all entries share.</summary>
    internal abstract void Update<K>(ReadOnlySpan<UpdateEntry<K>> entries) where K : unmanaged, IUpdateKernel;
}

internal sealed partial class CpuDevice
{
    internal override void Update<K>(ReadOnlySpan<UpdateEntry<K>> entries)
    {
        if (entries.Length == 0) return;
        switch (entries[0].P.DType)
        {
            case DType.Float32: UpdateLoop.Run<float, K>(entries); break;
            case DType.Float64: UpdateLoop.Run<double, K>(entries); break;
            default: throw StorageOnly(entries[0].P.DType);
        }
    }
}

internal sealed partial class MetaDevice
{
    internal override void Update<K>(ReadOnlySpan<UpdateEntry<K>> entries) { }
}
