using Fathom.Devices.Cpu.Simd;

namespace Fathom.Devices;

/// <summary>One optimiser step of one element: the parameter, its gradient, and up to three numbers kept from step to step.</summary>
internal interface IUpdateKernel
{
    /// <summary>How many of the three are used.</summary>
    static abstract int States { get; }

    /// <summary>About how many times as long as gradient descent an element takes: decides when threads pay.</summary>
    static virtual int Cost => 1;

    /// <summary>The numbers of the formula that are the same for all elements. Made once: converted anew for each vector they took RMSprop half of its time.</summary>
    Rates<V> RatesAs<V>() where V : struct, ISimd<V>;

    /// <summary>The formula.</summary>
    void Invoke<V>(ref V p, V g, ref V a, ref V b, ref V c, in Rates<V> r) where V : struct, ISimd<V>;
}

/// <summary>Numbers that every element of a vector has: what an optimiser's formula calls them is its own affair.</summary>
internal readonly struct Rates<V>(double r0, double r1 = 0, double r2 = 0, double r3 = 0, double r4 = 0, double r5 = 0, double r6 = 0, double r7 = 0, double r8 = 0, double r9 = 0)
    where V : struct, ISimd<V>
{
    public readonly V R0 = V.Const(r0), R1 = V.Const(r1), R2 = V.Const(r2), R3 = V.Const(r3), R4 = V.Const(r4);
    public readonly V R5 = V.Const(r5), R6 = V.Const(r6), R7 = V.Const(r7), R8 = V.Const(r8), R9 = V.Const(r9);
}
