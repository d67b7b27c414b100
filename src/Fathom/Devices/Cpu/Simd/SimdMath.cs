using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu.Simd;

/// <summary>
/// Transcendental functions at any vector width. For float they are polynomials, about 2 units in the last place from the true value; for
/// double, which serves gradient checks more than training, they are the runtime's scalar functions lane by lane.
/// </summary>
internal static partial class SimdMath
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>e^x: x = n ln 2 + r, polynomial in r, scaled by 2^n in two steps so that subnormal results are rounded rightly.</summary>
    [MethodImpl(Inline)]
    public static V Exp<V>(V x) where V : struct, ISimd<V>
    {
        if (V.IsDouble) return V.Lanewise<ExpFunction>(x);
        V c = V.MinNative(V.MaxNative(x, V.Const(-105)), V.Const(89));
        V n = V.Round(c * V.Const(1.4426950408889634));
        V r = V.MultiplyAdd(n, V.Const(-0.693359375), c);               // ln 2 in two parts, the first exact in few bits
        r = V.MultiplyAdd(n, V.Const(2.12194440e-4), r);
        V p = V.Const(1.9875691500e-4);                                 // Cephes expf
        p = V.MultiplyAdd(p, r, V.Const(1.3981999507e-3));
        p = V.MultiplyAdd(p, r, V.Const(8.3334519073e-3));
        p = V.MultiplyAdd(p, r, V.Const(4.1665795894e-2));
        p = V.MultiplyAdd(p, r, V.Const(1.6666665459e-1));
        p = V.MultiplyAdd(p, r, V.Const(5.0000001201e-1));
        p = V.MultiplyAdd(p, r * r, r) + V.One;
        V half = V.Floor(n * V.Const(0.5));
        V y = p * V.PowerOfTwo(half) * V.PowerOfTwo(n - half);
        return V.Select(V.Equal(x, x), y, x);
    }

    /// <summary>ln x: x = m 2^e with m near 1, polynomial in m - 1 (Cephes logf).</summary>
    [MethodImpl(Inline)]
    public static V Log<V>(V x) where V : struct, ISimd<V>
    {
        if (V.IsDouble) return V.Lanewise<LogFunction>(x);
        V tiny = V.Less(x, V.Const(1.17549435e-38));                    // subnormal: scale up by 2^25 first
        V scaled = V.Select(tiny, x * V.Const(33554432), x);
        V e = V.Exponent(scaled) - (tiny & V.Const(25));
        V m = V.Mantissa(scaled);
        V low = V.Less(m, V.Const(0.70710678118654752));
        e -= low & V.One;
        V f = m - V.One + (low & m);
        V z = f * f;
        V p = V.Const(7.0376836292e-2);
        p = V.MultiplyAdd(p, f, V.Const(-1.1514610310e-1));
        p = V.MultiplyAdd(p, f, V.Const(1.1676998740e-1));
        p = V.MultiplyAdd(p, f, V.Const(-1.2420140846e-1));
        p = V.MultiplyAdd(p, f, V.Const(1.4249322787e-1));
        p = V.MultiplyAdd(p, f, V.Const(-1.6668057665e-1));
        p = V.MultiplyAdd(p, f, V.Const(2.0000714765e-1));
        p = V.MultiplyAdd(p, f, V.Const(-2.4999993993e-1));
        p = V.MultiplyAdd(p, f, V.Const(3.3333331174e-1));
        V y = f * z * p;
        y = V.MultiplyAdd(e, V.Const(-2.12194440e-4), y);
        y = V.MultiplyAdd(V.Const(-0.5), z, y);
        y = V.MultiplyAdd(e, V.Const(0.693359375), f + y);
        y = V.Select(V.Equal(x, V.Zero), V.Const(double.NegativeInfinity), y);
        y = V.Select(V.Less(x, V.Zero), V.Const(double.NaN), y);
        return V.Select(V.LessOrEqual(V.Const(double.PositiveInfinity), x) | ~V.Equal(x, x), x, y);
    }

    /// <summary>tanh x: an odd polynomial below 0.625 (Cephes tanhf), 1 - 2 / (e^2x + 1) above.</summary>
    [MethodImpl(Inline)]
    public static V Tanh<V>(V x) where V : struct, ISimd<V>
    {
        if (V.IsDouble) return V.Lanewise<TanhFunction>(x);
        V a = V.Abs(x), z = x * x;
        V p = V.Const(-5.70498872745e-3);
        p = V.MultiplyAdd(p, z, V.Const(2.06390887954e-2));
        p = V.MultiplyAdd(p, z, V.Const(-5.37397155531e-2));
        p = V.MultiplyAdd(p, z, V.Const(1.33314422036e-1));
        p = V.MultiplyAdd(p, z, V.Const(-3.33332819422e-1));
        V small = V.MultiplyAdd(p * z, x, x);
        V large = V.One - V.Const(2) / (Exp(a + a) + V.One);
        large |= x & V.Const(-0.0);                                     // the sign of x
        return V.Select(V.Less(a, V.Const(0.625)), small, large);
    }

    /// <summary>Logistic function 1 / (1 + e^-x); e^-x that overflows gives 0, as it should.</summary>
    [MethodImpl(Inline)]
    public static V Sigmoid<V>(V x) where V : struct, ISimd<V> => V.One / (V.One + Exp(-x));

    /// <summary>Sign: -1, 0 or 1; NaN stays.</summary>
    [MethodImpl(Inline)]
    public static V Sign<V>(V x) where V : struct, ISimd<V>
    {
        V s = V.Select(V.Less(V.Zero, x), V.One, V.Select(V.Less(x, V.Zero), V.Const(-1), V.Zero));
        return V.Select(V.Equal(x, x), s, x);
    }

    readonly struct ExpFunction : ILaneFunction { public static double Of(double x) => Math.Exp(x); }
    readonly struct LogFunction : ILaneFunction { public static double Of(double x) => Math.Log(x); }
    readonly struct TanhFunction : ILaneFunction { public static double Of(double x) => Math.Tanh(x); }
}
