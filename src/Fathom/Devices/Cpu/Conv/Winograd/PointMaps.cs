using System.Runtime.CompilerServices;
using Fathom.Devices.Cpu.Simd;

namespace Fathom.Devices.Cpu;

/// <summary>
/// The linear maps of F(m, r) with the points of <see cref="WinogradPoints{S}"/>: input, filter and output of the polynomial product, and the transposes of the latter two,
/// which gradients take. Points in pairs +-p share their even and odd parts, so that a line of 6 takes 12 multiply-adds. Values stand in the order 0 (where it is a point), a, -a, b, -b
/// (where there are two pairs), infinity.
/// </summary>
internal static class PointMaps<V, T, S> where V : struct, ILanes<V, T> where T : unmanaged where S : struct, IWinogradScheme
{
    private static int Points
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => WinogradScheme<S>.Points;
    }

    private static bool IsPlain
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => S.Kind == WinogradKind.Plain;
    }

    /// <summary>The values at the points of d0 + d1 x + ..., by the transpose of interpolation (B^T of the literature).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input(V x0, V x1, V x2, V x3, V x4, V x5, out V y0, out V y1, out V y2, out V y3, out V y4, out V y5)
    {
        double a = WinogradPoints<S>.A, b = WinogradPoints<S>.B, aa = a * a, bb = b * b;
        y4 = y5 = default;
        if (Points == 6)
        {
            // At 0: (x^2 - aa)(x^2 - bb). At +-a: x (x +- a)(x^2 - bb). At infinity: x (x^2 - aa)(x^2 - bb). x^i stands for d_i.
            y0 = Fma(aa * bb, x0, Fma(-aa - bb, x2, x4));
            Pair(a, Fma(-bb, x2, x4), Fma(-bb, x1, x3), out y1, out y2);
            Pair(b, Fma(-aa, x2, x4), Fma(-aa, x1, x3), out y3, out y4);
            y5 = Fma(aa * bb, x1, Fma(-aa - bb, x3, x5));
        }
        else if (Points == 5)
        {
            // At +-a: (x +- a)(x^2 - bb). At infinity: (x^2 - aa)(x^2 - bb).
            Pair(a, Fma(-bb, x1, x3), Fma(-bb, x0, x2), out y0, out y1);
            Pair(b, Fma(-aa, x1, x3), Fma(-aa, x0, x2), out y2, out y3);
            y4 = Fma(aa * bb, x0, Fma(-aa - bb, x2, x4));
        }
        else
        {
            // At 0: x^2 - aa. At +-a: x (x +- a). At infinity: x (x^2 - aa).
            y0 = Fma(-aa, x0, x2);
            Pair(a, x2, x1, out y1, out y2);
            y3 = Fma(-aa, x1, x3);
        }
    }

    /// <summary>From the products at the points to m outputs (A^T): y_k = the sum of point^k times product, the one at infinity counting for the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output(V x0, V x1, V x2, V x3, V x4, V x5, out V y0, out V y1, out V y2, out V y3)
    {
        double a = WinogradPoints<S>.A, b = WinogradPoints<S>.B;
        Fold(x0, x1, x2, x3, x4, x5, out V aSum, out V aDifference, out V bSum, out V bDifference, out V last);
        y3 = default;
        if (Points == 4)
        {
            y0 = V.Add(x0, aSum);
            y1 = Fma(a, aDifference, default);
            y2 = Fma(a * a, aSum, last);
            return;
        }
        y0 = V.Add(aSum, bSum);
        if (Points == 6) y0 = V.Add(x0, y0);
        y1 = Fma(a, aDifference, Fma(b, bDifference, default));
        y2 = Fma(a * a, aSum, Fma(b * b, bSum, S.Outputs == 4 ? default : last));
        if (S.Outputs == 4) y3 = Fma(a * a * a, aDifference, Fma(b * b * b, bDifference, last));
    }

    /// <summary>The values of m output gradients at the points (A).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Gradient(V x0, V x1, V x2, V x3, out V y0, out V y1, out V y2, out V y3, out V y4, out V y5)
    {
        V a1, a2, b1, b2, last = S.Outputs == 4 ? x3 : x2;
        At(WinogradPoints<S>.A, x0, x1, x2, x3, out a1, out a2);
        At(WinogradPoints<S>.B, x0, x1, x2, x3, out b1, out b2);
        y4 = y5 = default;
        if (Points == 6) (y0, y1, y2, y3, y4, y5) = (x0, a1, a2, b1, b2, last);
        else if (Points == 5) (y0, y1, y2, y3, y4) = (a1, a2, b1, b2, last);
        else (y0, y1, y2, y3) = (x0, a1, a2, last);
    }

    /// <summary>The values of two or three weights at the points, over Lagrange's denominators (G).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Filter(V x0, V x1, V x2, V last, out V y0, out V y1, out V y2, out V y3, out V y4, out V y5)
    {
        V a1, a2, b1, b2;
        Filter(WinogradPoints<S>.A, WinogradPoints<S>.NA, x0, x1, x2, out a1, out a2);
        Filter(WinogradPoints<S>.B, WinogradPoints<S>.NB, x0, x1, x2, out b1, out b2);
        y4 = y5 = default;
        if (Points == 6) (y0, y1, y2, y3, y4, y5) = (Fma(1 / WinogradPoints<S>.N0, x0, default), a1, a2, b1, b2, last);
        else if (Points == 5) (y0, y1, y2, y3, y4) = (a1, a2, b1, b2, last);
        else (y0, y1, y2, y3) = (Fma(1 / WinogradPoints<S>.N0, x0, default), a1, a2, last);
    }

    /// <summary>From sums of products at the points to the gradients of two or three weights (G^T).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FilterGradient(V x0, V x1, V x2, V x3, V x4, V x5, out V y0, out V y1, out V y2)
    {
        double a = WinogradPoints<S>.A, b = WinogradPoints<S>.B, na = WinogradPoints<S>.NA, nb = WinogradPoints<S>.NB;
        Fold(x0, x1, x2, x3, x4, x5, out V aSum, out V aDifference, out V bSum, out V bDifference, out V last);
        if (Points == 5) (aSum, aDifference, bSum, bDifference) = (aDifference, aSum, bDifference, bSum);     // denominators of opposite sign
        V zero = Points == 5 ? default : Fma(1 / WinogradPoints<S>.N0, x0, default);
        if (Points > 4)
        {
            zero = Fma(1 / nb, bSum, zero);
            y1 = Fma(a / na, aDifference, Fma(b / nb, bDifference, IsPlain ? default : last));
        }
        else
        {
            y1 = Fma(a / na, aDifference, last);
        }
        y0 = Fma(1 / na, aSum, zero);
        y2 = IsPlain ? Fma(a * a / na, aSum, Fma(b * b / nb, bSum, last)) : default;
    }

    /// <summary>Sums and differences of pairs of points.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fold(V x0, V x1, V x2, V x3, V x4, V x5, out V aSum, out V aDifference, out V bSum, out V bDifference, out V last)
    {
        if (Points == 5) (x1, x2, x3, x4, x5) = (x0, x1, x2, x3, x4);
        last = Points == 4 ? x3 : x5;
        (aSum, aDifference) = (V.Add(x1, x2), Fma(-1, x2, x1));
        (bSum, bDifference) = Points == 4 ? (default, default) : (V.Add(x3, x4), Fma(-1, x4, x3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void At(double p, V x0, V x1, V x2, V x3, out V plus, out V minus)
    {
        V even = Fma(p * p, x2, x0), odd = S.Outputs == 4 ? Fma(p * p, x3, x1) : x1;
        Pair(p, even, odd, out plus, out minus);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Filter(double p, double n, V x0, V x1, V x2, out V plus, out V minus)
    {
        V even = Fma(1 / n, x0, default);
        if (IsPlain) even = Fma(p * p / n, x2, even);
        plus = Fma(p / n, x1, even);
        // With an odd number of points the denominator changes its sign with the point: -(even - p odd).
        minus = Points == 5 ? Fma(p / n, x1, Fma(-1, even, default)) : Fma(-p / n, x1, even);
    }

    /// <summary>even + p odd, even - p odd.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pair(double p, V even, V odd, out V plus, out V minus)
    {
        plus = Fma(p, odd, even);
        minus = Fma(-p, odd, even);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Fma(double a, V x, V y) => V.MultiplyAdd(V.All(Number<T>.From(a)), x, y);
}
