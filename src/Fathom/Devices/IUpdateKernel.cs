using Fathom.Devices.Cpu.Simd;

namespace Fathom.Devices;

/// <summary>One optimiser step of one element: the parameter, its gradient, and up to three numbers kept from step to step. Rates are fields.</summary>
internal interface IUpdateKernel
{
    /// <summary>How many of the three are used.</summary>
    static abstract int States { get; }

    /// <summary>The formula.</summary>
    void Invoke<V>(ref V p, V g, ref V a, ref V b, ref V c) where V : struct, ISimd<V>;
}
