using System.Runtime.CompilerServices;
using Fathom.Devices.Cpu.Simd;

namespace Fathom.Devices.Cpu;

/// <summary>
/// The formulas of batch normalisation y = f(s x + t + r), where f is the identity or max(., 0), with s and t a number a channel and r perhaps a residual,
/// and of its gradient. Where f rectifies, the gradient passes where y is positive: told by y itself, or by s x + t computed anew to the same bits.
/// </summary>
file static class Rectifier
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x) where V : struct, ISimd<V> => V.Select(V.LessOrEqual(x, V.Zero), V.Zero, x);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Gate<V>(V gy, V y) where V : struct, ISimd<V> => gy & V.Less(V.Zero, y);
}

/// <summary>s x + t; A: x, P: s, Q: t.</summary>
internal readonly struct Affine : IChannelMap
{
    public static int Matrices => 1;
    public static int Tables => 2;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V a, V b, V p, V q, V r, V s, V u) where V : struct, ISimd<V> => V.MultiplyAdd(a, p, q);
}

/// <summary>max(s x + t, 0); A: x, P: s, Q: t.</summary>
internal readonly struct AffineRelu : IChannelMap
{
    public static int Matrices => 1;
    public static int Tables => 2;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V a, V b, V p, V q, V r, V s, V u) where V : struct, ISimd<V> => Rectifier.Of(V.MultiplyAdd(a, p, q));
}

/// <summary>s x + t + r; A: x, B: r, P: s, Q: t.</summary>
internal readonly struct AffineAdd : IChannelMap
{
    public static int Matrices => 2;
    public static int Tables => 2;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V a, V b, V p, V q, V r, V s, V u) where V : struct, ISimd<V> => V.MultiplyAdd(a, p, q) + b;
}

/// <summary>max(s x + t + r, 0); A: x, B: r, P: s, Q: t.</summary>
internal readonly struct AffineAddRelu : IChannelMap
{
    public static int Matrices => 2;
    public static int Tables => 2;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V a, V b, V p, V q, V r, V s, V u) where V : struct, ISimd<V> => Rectifier.Of(V.MultiplyAdd(a, p, q) + b);
}

/// <summary>p g + q x + r; A: g, B: x.</summary>
internal readonly struct Combined : IChannelMap
{
    public static int Matrices => 2;
    public static int Tables => 3;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V a, V b, V p, V q, V r, V s, V u) where V : struct, ISimd<V> => V.MultiplyAdd(a, p, V.MultiplyAdd(b, q, r));
}

/// <summary>p g + q x + r with g = gy where s x + u is positive, else 0; A: gy, B: x.</summary>
internal readonly struct CombinedWherePositive : IChannelMap
{
    public static int Matrices => 2;
    public static int Tables => 5;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V a, V b, V p, V q, V r, V s, V u) where V : struct, ISimd<V> =>
        V.MultiplyAdd(Rectifier.Gate(a, V.MultiplyAdd(b, s, u)), p, V.MultiplyAdd(b, q, r));
}

/// <summary>p g; A: g.</summary>
internal readonly struct Scaled : IChannelMap
{
    public static int Matrices => 1;
    public static int Tables => 1;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V a, V b, V p, V q, V r, V s, V u) where V : struct, ISimd<V> => a * p;
}

/// <summary>p g with g = gy where p x + q is positive, else 0; A: gy, B: x.</summary>
internal readonly struct ScaledWherePositive : IChannelMap
{
    public static int Matrices => 2;
    public static int Tables => 2;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V a, V b, V p, V q, V r, V s, V u) where V : struct, ISimd<V> => Rectifier.Gate(a, V.MultiplyAdd(b, p, q)) * p;
}

/// <summary>Sums of x; A: x.</summary>
internal readonly struct Totals : IChannelSums
{
    public static int Matrices => 1;
    public static int Tables => 0;
    public static bool Stores => false;
    public static bool IsPair => false;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Term<V>(V a, V b, V c, V p, V q, V r) where V : struct, ISimd<V> => a;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Factor<V>(V term, V b, V p) where V : struct, ISimd<V> => V.Zero;
}

/// <summary>Sums of d and d^2, d = x - p; A: x.</summary>
internal readonly struct Deviations : IChannelSums
{
    public static int Matrices => 1;
    public static int Tables => 1;
    public static bool Stores => false;
    public static bool IsPair => true;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Term<V>(V a, V b, V c, V p, V q, V r) where V : struct, ISimd<V> => a - p;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Factor<V>(V term, V b, V p) where V : struct, ISimd<V> => term;
}

/// <summary>Sums of g and g (x - p); A: g, B: x.</summary>
internal readonly struct Products : IChannelSums
{
    public static int Matrices => 2;
    public static int Tables => 1;
    public static bool Stores => false;
    public static bool IsPair => true;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Term<V>(V a, V b, V c, V p, V q, V r) where V : struct, ISimd<V> => a;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Factor<V>(V term, V b, V p) where V : struct, ISimd<V> => b - p;
}

/// <summary>Sums of g and g (x - p) with g = gy where q x + r is positive, else 0; A: gy, B: x.</summary>
internal readonly struct ProductsWherePositive : IChannelSums
{
    public static int Matrices => 2;
    public static int Tables => 3;
    public static bool Stores => false;
    public static bool IsPair => true;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Term<V>(V a, V b, V c, V p, V q, V r) where V : struct, ISimd<V> => Rectifier.Gate(a, V.MultiplyAdd(b, q, r));
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Factor<V>(V term, V b, V p) where V : struct, ISimd<V> => b - p;
}

/// <summary>Sums of g and g (x - p) with g = gy where y is positive, else 0, which is stored; A: gy, B: x, C: y.</summary>
internal readonly struct ProductsOfRectified : IChannelSums
{
    public static int Matrices => 3;
    public static int Tables => 1;
    public static bool Stores => true;
    public static bool IsPair => true;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Term<V>(V a, V b, V c, V p, V q, V r) where V : struct, ISimd<V> => Rectifier.Gate(a, c);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Factor<V>(V term, V b, V p) where V : struct, ISimd<V> => b - p;
}
