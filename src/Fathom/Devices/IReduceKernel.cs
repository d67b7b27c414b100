using Fathom.Devices.Cpu.Simd;

namespace Fathom.Devices;

/// <summary>A reduction such as a sum: an associative combination and its neutral element.</summary>
public interface IReduceKernel
{
    /// <summary>The neutral element, which is also the result over no elements.</summary>
    V Identity<V>() where V : struct, ISimd<V>;
    /// <summary>Joins two partial results.</summary>
    V Combine<V>(V a, V b) where V : struct, ISimd<V>;
}
