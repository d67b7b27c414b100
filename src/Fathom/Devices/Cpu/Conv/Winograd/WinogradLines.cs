using System.Runtime.CompilerServices;
using Fathom.Devices.Cpu.Simd;

namespace Fathom.Devices.Cpu;

/// <summary>
/// A linear map of a few vectors to a few others; a tile is transformed by applying one along its columns and then along its rows. Inputs past <see cref="In"/>
/// are ignored, outputs past <see cref="Out"/> are zero; neither costs anything once compiled.
/// </summary>
internal interface ILine<V> where V : struct
{
    /// <summary>Vectors that the map takes.</summary>
    static abstract int In { get; }

    /// <summary>Vectors that it makes, never more than 6.</summary>
    static abstract int Out { get; }

    /// <summary>Applies the map.</summary>
    static abstract void Apply(V x0, V x1, V x2, V x3, V x4, V x5, out V y0, out V y1, out V y2, out V y3, out V y4, out V y5);
}

/// <summary>
/// The constants of F(m, 3), Winograd's way to m outputs of a filter of three taps by m + 2 multiplications: input and filter are read as polynomials,
/// evaluated at m + 1 points and at infinity, multiplied there, and the product is interpolated (Toom and Cook; S. Winograd, "Arithmetic Complexity of Computations", 1980;
/// A. Lavin and S. Gray, "Fast Algorithms for Convolutional Neural Networks", 2016).
/// <para>
/// The points are 0, +-5/8, +-3/2 for m = 4 and +-1/2, +-5/4 for m = 3. Points in pairs +-p share their even and odd parts, so that a line of 6 takes 12 multiply-adds.
/// Which pairs was found by measuring (random normal data, 64 channels; root mean square error over that of the result, single precision, input and weights
/// transformed, multiplied and transformed back in that precision): m = 4 with the usual +-1, +-2 1.7e-6, +-1/2, +-3/2 9.7e-7, +-5/8, +-3/2 8.0e-7; m = 3 with
/// the usual 0, +-1, 2 9.9e-7, +-1/2, +-1 6.3e-7, +-1/2, +-5/4 4.7e-7. All powers of the points that stand in the transforms are exact in single precision.
/// That small, balanced points are better is the finding of B. Barabasz and others, "Error Analysis and Improving the Accuracy of Winograd Convolution for Deep Neural Networks" (2018).
/// </para>
/// </summary>
/// <typeparam name="M">m, 3 or 4.</typeparam>
internal static class WinogradPoints<M> where M : struct, INumber
{
    /// <summary>The smaller pair of points is +-<see cref="A"/>.</summary>
    public static double A
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => M.N == 4 ? 5 / 8.0 : 1 / 2.0;
    }

    /// <summary>The larger pair of points is +-<see cref="B"/>.</summary>
    public static double B
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => M.N == 4 ? 3 / 2.0 : 5 / 4.0;
    }

    // Lagrange's denominators: products of the distances of +A (+B, 0) to all other points. At -A and -B they are the same for m = 4, negative for m = 3.

    /// <summary>Denominator at A.</summary>
    public static double NA
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => M.N == 4 ? 2 * A * A * (A * A - B * B) : 2 * A * (A * A - B * B);
    }

    /// <summary>Denominator at B.</summary>
    public static double NB
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => M.N == 4 ? 2 * B * B * (B * B - A * A) : 2 * B * (B * B - A * A);
    }

    /// <summary>Denominator at 0, a point for m = 4 only.</summary>
    public static double N0
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => A * A * B * B;
    }
}

/// <summary>Input of a line of pixels: the values at the points of d0 + d1 x + ..., by the transpose of interpolation (B^T of the literature).</summary>
internal readonly struct InputLine<V, T, M> : ILine<V> where V : struct, ILanes<V, T> where T : unmanaged where M : struct, INumber
{
    public static int In => M.N + 2;
    public static int Out => M.N + 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply(V x0, V x1, V x2, V x3, V x4, V x5, out V y0, out V y1, out V y2, out V y3, out V y4, out V y5)
    {
        double aa = WinogradPoints<M>.A * WinogradPoints<M>.A, bb = WinogradPoints<M>.B * WinogradPoints<M>.B;
        if (M.N == 4)
        {
            // At 0: (x^2 - aa)(x^2 - bb). At +-a: x (x +- a)(x^2 - bb). At infinity: x (x^2 - aa)(x^2 - bb). x^i stands for d_i.
            y0 = Fma(aa * bb, x0, Fma(-aa - bb, x2, x4));
            Pair(WinogradPoints<M>.A, Fma(-bb, x2, x4), Fma(-bb, x1, x3), out y1, out y2);
            Pair(WinogradPoints<M>.B, Fma(-aa, x2, x4), Fma(-aa, x1, x3), out y3, out y4);
            y5 = Fma(aa * bb, x1, Fma(-aa - bb, x3, x5));
        }
        else
        {
            // At +-a: (x +- a)(x^2 - bb). At infinity: (x^2 - aa)(x^2 - bb).
            Pair(WinogradPoints<M>.A, Fma(-bb, x1, x3), Fma(-bb, x0, x2), out y0, out y1);
            Pair(WinogradPoints<M>.B, Fma(-aa, x1, x3), Fma(-aa, x0, x2), out y2, out y3);
            y4 = Fma(aa * bb, x0, Fma(-aa - bb, x2, x4));
            y5 = default;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Fma(double a, V x, V y) => V.MultiplyAdd(V.All(Number<T>.From(a)), x, y);

    /// <summary>even + p odd, even - p odd.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Pair(double p, V even, V odd, out V plus, out V minus)
    {
        plus = Fma(p, odd, even);
        minus = Fma(-p, odd, even);
    }
}

/// <summary>From the products at the points to m outputs (A^T): y_k = the sum of point^k times product, the one at infinity counting for the last.</summary>
internal readonly struct OutputLine<V, T, M> : ILine<V> where V : struct, ILanes<V, T> where T : unmanaged where M : struct, INumber
{
    public static int In => M.N + 2;
    public static int Out => M.N;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply(V x0, V x1, V x2, V x3, V x4, V x5, out V y0, out V y1, out V y2, out V y3, out V y4, out V y5)
    {
        double a = WinogradPoints<M>.A, b = WinogradPoints<M>.B;
        V a1 = M.N == 4 ? x1 : x0, a2 = M.N == 4 ? x2 : x1, b1 = M.N == 4 ? x3 : x2, b2 = M.N == 4 ? x4 : x3, last = M.N == 4 ? x5 : x4;
        V aSum = V.Add(a1, a2), aDifference = Fma(-1, a2, a1), bSum = V.Add(b1, b2), bDifference = Fma(-1, b2, b1);
        y0 = V.Add(aSum, bSum);
        if (M.N == 4) y0 = V.Add(x0, y0);
        y1 = Fma(a, aDifference, Fma(b, bDifference, default));
        y2 = Fma(a * a, aSum, Fma(b * b, bSum, M.N == 4 ? default : last));
        y3 = M.N == 4 ? Fma(a * a * a, aDifference, Fma(b * b * b, bDifference, last)) : default;
        y4 = y5 = default;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Fma(double a, V x, V y) => V.MultiplyAdd(V.All(Number<T>.From(a)), x, y);
}

/// <summary>The values of m output gradients at the points (A): what <see cref="OutputLine{V, T, M}"/> turns into for gradients.</summary>
internal readonly struct GradientLine<V, T, M> : ILine<V> where V : struct, ILanes<V, T> where T : unmanaged where M : struct, INumber
{
    public static int In => M.N;
    public static int Out => M.N + 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply(V x0, V x1, V x2, V x3, V x4, V x5, out V y0, out V y1, out V y2, out V y3, out V y4, out V y5)
    {
        At(WinogradPoints<M>.A, x0, x1, x2, x3, out V a1, out V a2);
        At(WinogradPoints<M>.B, x0, x1, x2, x3, out V b1, out V b2);
        if (M.N == 4) (y0, y1, y2, y3, y4, y5) = (x0, a1, a2, b1, b2, x3);
        else (y0, y1, y2, y3, y4, y5) = (a1, a2, b1, b2, x2, default);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void At(double p, V x0, V x1, V x2, V x3, out V plus, out V minus)
    {
        V even = Fma(p * p, x2, x0), odd = M.N == 4 ? Fma(p * p, x3, x1) : x1;
        InputLine<V, T, M>.Pair(p, even, odd, out plus, out minus);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Fma(double a, V x, V y) => V.MultiplyAdd(V.All(Number<T>.From(a)), x, y);
}

/// <summary>The values of three weights at the points, over Lagrange's denominators (G).</summary>
internal readonly struct FilterLine<V, T, M> : ILine<V> where V : struct, ILanes<V, T> where T : unmanaged where M : struct, INumber
{
    public static int In => 3;
    public static int Out => M.N + 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply(V x0, V x1, V x2, V x3, V x4, V x5, out V y0, out V y1, out V y2, out V y3, out V y4, out V y5)
    {
        At(WinogradPoints<M>.A, WinogradPoints<M>.NA, x0, x1, x2, out V a1, out V a2);
        At(WinogradPoints<M>.B, WinogradPoints<M>.NB, x0, x1, x2, out V b1, out V b2);
        if (M.N == 4) (y0, y1, y2, y3, y4, y5) = (Times(1 / WinogradPoints<M>.N0, x0), a1, a2, b1, b2, x2);
        else (y0, y1, y2, y3, y4, y5) = (a1, a2, b1, b2, x2, default);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void At(double p, double n, V x0, V x1, V x2, out V plus, out V minus)
    {
        V even = V.MultiplyAdd(All(p * p / n), x2, Times(1 / n, x0));
        plus = V.MultiplyAdd(All(p / n), x1, even);
        // The denominator changes its sign with the point for m = 3: -(even - p odd).
        minus = M.N == 4 ? V.MultiplyAdd(All(-p / n), x1, even) : V.MultiplyAdd(All(p / n), x1, Times(-1, even));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Times(double a, V x) => V.MultiplyAdd(All(a), x, default);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V All(double a) => V.All(Number<T>.From(a));
}

/// <summary>From sums of products at the points to the gradients of three weights (G^T).</summary>
internal readonly struct FilterGradientLine<V, T, M> : ILine<V> where V : struct, ILanes<V, T> where T : unmanaged where M : struct, INumber
{
    public static int In => M.N + 2;
    public static int Out => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply(V x0, V x1, V x2, V x3, V x4, V x5, out V y0, out V y1, out V y2, out V y3, out V y4, out V y5)
    {
        double a = WinogradPoints<M>.A, b = WinogradPoints<M>.B, na = WinogradPoints<M>.NA, nb = WinogradPoints<M>.NB;
        V a1 = M.N == 4 ? x1 : x0, a2 = M.N == 4 ? x2 : x1, b1 = M.N == 4 ? x3 : x2, b2 = M.N == 4 ? x4 : x3, last = M.N == 4 ? x5 : x4;
        V aSum = V.Add(a1, a2), aDifference = Fma(-1, a2, a1), bSum = V.Add(b1, b2), bDifference = Fma(-1, b2, b1);
        if (M.N == 3) (aSum, aDifference, bSum, bDifference) = (aDifference, aSum, bDifference, bSum);     // denominators of opposite sign
        y0 = Fma(1 / na, aSum, Fma(1 / nb, bSum, M.N == 4 ? Fma(1 / WinogradPoints<M>.N0, x0, default) : default));
        y1 = Fma(a / na, aDifference, Fma(b / nb, bDifference, default));
        y2 = Fma(a * a / na, aSum, Fma(b * b / nb, bSum, last));
        y3 = y4 = y5 = default;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Fma(double a, V x, V y) => V.MultiplyAdd(V.All(Number<T>.From(a)), x, y);
}
