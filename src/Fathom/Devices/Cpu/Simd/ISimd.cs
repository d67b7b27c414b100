namespace Fathom.Devices.Cpu.Simd;

/// <summary>
/// What a formula may use: a vector of some width and element type. A formula is written once against this and runs at 512, 256 and 128 bits
/// and at width one. Masks are vectors whose lanes are all ones or all zeros.
/// </summary>
public interface ISimd<V> where V : struct, ISimd<V>
{
    /// <summary>Whether lanes are double, where a polynomial must be longer.</summary>
    static abstract bool IsDouble { get; }
    /// <summary>Whether lanes are float or double.</summary>
    static abstract bool IsFloating { get; }
    /// <summary>All lanes the given constant, rounded to the lane type.</summary>
    static abstract V Const(double c);
    /// <summary>All lanes one.</summary>
    static virtual V One => V.Const(1);
    /// <summary>All lanes zero.</summary>
    static virtual V Zero => V.Const(0);
    /// <summary>Sum.</summary>
    static abstract V operator +(V a, V b);
    /// <summary>Difference.</summary>
    static abstract V operator -(V a, V b);
    /// <summary>Product.</summary>
    static abstract V operator *(V a, V b);
    /// <summary>Quotient.</summary>
    static abstract V operator /(V a, V b);
    /// <summary>Negation.</summary>
    static abstract V operator -(V a);
    /// <summary>Bitwise and.</summary>
    static abstract V operator &(V a, V b);
    /// <summary>Bitwise or.</summary>
    static abstract V operator |(V a, V b);
    /// <summary>Bitwise exclusive or.</summary>
    static abstract V operator ^(V a, V b);
    /// <summary>Bitwise complement.</summary>
    static abstract V operator ~(V a);
    /// <summary>Mask of a = b.</summary>
    static abstract V Equal(V a, V b);
    /// <summary>Mask of a &lt; b.</summary>
    static abstract V Less(V a, V b);
    /// <summary>Mask of a &lt;= b.</summary>
    static abstract V LessOrEqual(V a, V b);
    /// <summary>Lane by lane <paramref name="yes"/> where the mask is set, else <paramref name="no"/>.</summary>
    static abstract V Select(V mask, V yes, V no);
    /// <summary>Whether a mask is set in any lane.</summary>
    static abstract bool Any(V mask);
    /// <summary>Minimum; NaN if either is.</summary>
    static abstract V Min(V a, V b);
    /// <summary>Maximum; NaN if either is.</summary>
    static abstract V Max(V a, V b);
    /// <summary>Minimum in one instruction; what NaN gives is up to the machine.</summary>
    static abstract V MinNative(V a, V b);
    /// <summary>Maximum in one instruction; what NaN gives is up to the machine.</summary>
    static abstract V MaxNative(V a, V b);
    /// <summary>Absolute value.</summary>
    static abstract V Abs(V a);
    /// <summary>Square root.</summary>
    static abstract V Sqrt(V a);
    /// <summary>Largest integer not above.</summary>
    static abstract V Floor(V a);
    /// <summary>Smallest integer not below.</summary>
    static abstract V Ceiling(V a);
    /// <summary>Nearest integer, ties to even.</summary>
    static abstract V Round(V a);
    /// <summary>Integer part.</summary>
    static abstract V Truncate(V a);
    /// <summary>a * b + c, rounded once for floats.</summary>
    static abstract V MultiplyAdd(V a, V b, V c);
    /// <summary>2^n for integral n within the range of normal exponents.</summary>
    static abstract V PowerOfTwo(V n);
    /// <summary>e of x = m * 2^e with m in [0.5, 1), for positive normal x.</summary>
    static abstract V Exponent(V x);
    /// <summary>m of x = m * 2^e with m in [0.5, 1), for positive normal x.</summary>
    static abstract V Mantissa(V x);
    /// <summary>A scalar function, lane by lane: for functions that nobody needs fast.</summary>
    static abstract V Lanewise<F>(V x) where F : struct, ILaneFunction;
    /// <summary>A scalar function of two arguments, lane by lane.</summary>
    static abstract V Lanewise<F>(V x, V y) where F : struct, ILaneFunction2;
}

/// <summary>A vector that can be read from and written to memory.</summary>
internal unsafe interface ISimd<V, T> : ISimd<V> where V : struct, ISimd<V, T> where T : unmanaged
{
    static abstract int Width { get; }
    static abstract V Load(T* p);
    void Store(T* p);
    static abstract V Create(T x);
}

/// <summary>A scalar function of one argument.</summary>
public interface ILaneFunction
{
    /// <summary>The function's value.</summary>
    static abstract double Of(double x);
}

/// <summary>A scalar function of two arguments of one element type.</summary>
public interface ILaneFunction2
{
    /// <summary>The function's value.</summary>
    static abstract T Of<T>(T x, T y) where T : unmanaged;
}
