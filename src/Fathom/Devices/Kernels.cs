using Fathom.Devices.Cpu.Simd;

namespace Fathom.Devices;

/// <summary>An element-wise function of one tensor. A struct, so that the loop and the formula become one piece of code; parameters are fields.</summary>
public interface IUnaryKernel
{
    /// <summary>About how many additions one element costs: decides when threads pay.</summary>
    static virtual int Cost => 1;
    /// <summary>The formula.</summary>
    V Invoke<V>(V x) where V : struct, ISimd<V>;
}

/// <summary>An element-wise function of two tensors of one element type.</summary>
public interface IBinaryKernel
{
    /// <summary>About how many additions one element costs: decides when threads pay.</summary>
    static virtual int Cost => 1;
    /// <summary>The formula.</summary>
    V Invoke<V>(V a, V b) where V : struct, ISimd<V>;
}

/// <summary>An element-wise function of three tensors of one element type.</summary>
public interface ITernaryKernel
{
    /// <summary>About how many additions one element costs: decides when threads pay.</summary>
    static virtual int Cost => 1;
    /// <summary>The formula.</summary>
    V Invoke<V>(V a, V b, V c) where V : struct, ISimd<V>;
}
