using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu.Simd;

internal static partial class SimdMath
{
    /// <summary>Sine of an angle in radians.</summary>
    [MethodImpl(Inline)]
    public static V Sin<V>(V x) where V : struct, ISimd<V> => V.IsDouble ? V.Lanewise<SinFunction>(x) : Exactly<V, SinFunction>(x, Wave(x, V.Zero));

    /// <summary>Cosine of an angle in radians.</summary>
    [MethodImpl(Inline)]
    public static V Cos<V>(V x) where V : struct, ISimd<V> => V.IsDouble ? V.Lanewise<CosFunction>(x) : Exactly<V, CosFunction>(x, Wave(x, V.One));

    /// <summary>Large angles lose bits in the reduction below: lanes that hold one take the slow function by double.</summary>
    [MethodImpl(Inline)]
    static V Exactly<V, F>(V x, V y) where V : struct, ISimd<V> where F : struct, ILaneFunction
    {
        V large = V.Less(V.Const(65536), V.Abs(x));
        return V.Any(large) ? V.Select(large, V.Lanewise<F>(x), y) : y;
    }

    /// <summary>
    /// Sine shifted by some quarter turns: x = n pi/2 + r with pi/2 in three parts (the first step is exact), then sine or cosine of |r| of at most pi/4 (Cephes sinf, cosf), and the sign by the quarter.
    /// </summary>
    [MethodImpl(Inline)]
    static V Wave<V>(V x, V quarters) where V : struct, ISimd<V>
    {
        V n = V.Round(x * V.Const(0.63661977236758134));
        V r = V.MultiplyAdd(n, V.Const(-1.5707963705062866), x);
        r = V.MultiplyAdd(n, V.Const(4.371138828673793e-8), r);
        r = V.MultiplyAdd(n, V.Const(1.7151245100058819e-15), r);
        V z = r * r;
        V s = V.Const(-1.9515295891e-4);
        s = V.MultiplyAdd(s, z, V.Const(8.3321608736e-3));
        s = V.MultiplyAdd(s, z, V.Const(-1.6666654611e-1));
        s = V.MultiplyAdd(s * z, r, r);
        V c = V.Const(2.443315711809948e-5);
        c = V.MultiplyAdd(c, z, V.Const(-1.388731625493765e-3));
        c = V.MultiplyAdd(c, z, V.Const(4.166664568298827e-2));
        c = V.MultiplyAdd(c * z, z, V.MultiplyAdd(V.Const(-0.5), z, V.One));
        n += quarters;
        V half = V.Floor(n * V.Const(0.5)), odd = n - half - half;
        V negative = half - (V.Floor(half * V.Const(0.5)) * V.Const(2));
        V y = V.Select(V.Equal(odd, V.Zero), s, c);
        return V.Select(V.Equal(negative, V.Zero), y, -y);
    }

    readonly struct SinFunction : ILaneFunction { public static double Of(double x) => Math.Sin(x); }
    readonly struct CosFunction : ILaneFunction { public static double Of(double x) => Math.Cos(x); }
}
