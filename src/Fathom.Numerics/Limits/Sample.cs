namespace Fathom.Numerics;

/// <summary>The function near one distance from the point.</summary>
/// <param name="H">The distance, of an infinite point the reciprocal of the argument; as rounded.</param>
/// <param name="F">The value.</param>
/// <param name="Noise">The size of what is not smooth at a small scale around it: rounding, or oscillation too fast to follow.</param>
/// <param name="Low">The least value in the little neighbourhood.</param>
/// <param name="High">The greatest.</param>
internal readonly record struct Sample(double H, double F, double Noise, double Low, double High)
{
    const double Spread = 1e-3;

    /// <summary>
    /// Five values a thousandth apart. Their fourth difference vanishes for anything smooth at that scale; for independent errors it is the root of 70 times their size
    /// (J. J. Moré, S. M. Wild, SIAM Journal on Scientific Computing 33 (2011) 1292).
    /// </summary>
    public static Sample Take(Func<double, (double H, double F)> f, double h)
    {
        (double at, double y) = f(h);
        double a = f(h * (1 - 2 * Spread)).F, b = f(h * (1 - Spread)).F, c = f(h * (1 + Spread)).F, d = f(h * (1 + 2 * Spread)).F;
        double noise = Math.Abs(a + d - 4 * (b + c) + 6 * y) / Math.Sqrt(70);
        noise = double.IsFinite(noise) ? Math.Max(noise, 2.2e-16 * Math.Abs(y)) : double.PositiveInfinity;
        return new(at, y, noise, Min(a, b, y, c, d), Max(a, b, y, c, d));
    }

    static double Min(params ReadOnlySpan<double> v)
    {
        double m = v[0];
        foreach (double x in v) m = Math.Min(m, x);
        return m;
    }

    static double Max(params ReadOnlySpan<double> v)
    {
        double m = v[0];
        foreach (double x in v) m = Math.Max(m, x);
        return m;
    }
}
