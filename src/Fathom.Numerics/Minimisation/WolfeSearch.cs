using static Fathom.Numerics.Minimisation.QuasiNewton;

namespace Fathom.Numerics.Minimisation;

/// <summary>Finds a step along a direction that lowers the function and flattens its slope enough: the strong Wolfe conditions (Nocedal and Wright, Numerical Optimization,
/// algorithms 3.5 and 3.6).</summary>
sealed class WolfeSearch(
    Func<double[], double> value, Func<double[], double[]> gradient, Bounds? bounds, double[] start, double f0, double[] g0, double[] direction)
{
    const double Lower = 1e-4, Flatter = 0.9;

    readonly double slope0 = Dot(g0, direction);

    readonly record struct Point(double Alpha, double F, double Slope);

    internal double[] X { get; private set; } = [];

    internal double F { get; private set; } = double.PositiveInfinity;

    internal double[] G { get; private set; } = [];

    internal bool Find(double first, double most)
    {
        Point last = new(0, f0, slope0);
        double alpha = first;
        for (int i = 0; i < 60; i++)
        {
            Point now = At(alpha);
            if (!(now.F <= f0 + Lower * alpha * slope0) || (i > 0 && now.F >= last.F)) return Zoom(last, now);
            if (Math.Abs(now.Slope) <= -Flatter * slope0 || alpha >= most) return true;
            if (now.Slope >= 0) return Zoom(now, last);
            (last, alpha) = (now, Math.Min(most, 2.5 * alpha));
        }
        return Accepted();
    }

    bool Zoom(Point low, Point high)
    {
        for (int i = 0; i < 60; i++)
        {
            double alpha = Between(low, high);
            if (alpha == low.Alpha || alpha == high.Alpha) break;
            Point now = At(alpha);
            if (!(now.F <= f0 + Lower * alpha * slope0) || now.F >= low.F)
            {
                high = now;
                continue;
            }
            if (Math.Abs(now.Slope) <= -Flatter * slope0) return true;
            if (now.Slope * (high.Alpha - low.Alpha) >= 0) high = low;
            low = now;
        }
        if (low.Alpha > 0) At(low.Alpha);
        return low.Alpha > 0 && Accepted();
    }

    bool Accepted() => F < f0 && Array.TrueForAll(G, double.IsFinite);

    // The lowest point of the cubic through both ends, or the middle where that lies outside or too near an end.
    static double Between(Point a, Point b)
    {
        double d1 = a.Slope + b.Slope - 3 * (a.F - b.F) / (a.Alpha - b.Alpha);
        double d2 = Math.CopySign(Math.Sqrt(d1 * d1 - a.Slope * b.Slope), b.Alpha - a.Alpha);
        double x = b.Alpha - (b.Alpha - a.Alpha) * (b.Slope + d2 - d1) / (b.Slope - a.Slope + 2 * d2);
        double low = Math.Min(a.Alpha, b.Alpha), high = Math.Max(a.Alpha, b.Alpha), margin = 0.1 * (high - low);
        return x >= low + margin && x <= high - margin ? x : low + (high - low) / 2;
    }

    Point At(double alpha)
    {
        double[] x = [.. start.Select((v, i) => bounds?.Clip(i, v + alpha * direction[i]) ?? v + alpha * direction[i])];
        double f = value(x);
        if (!double.IsFinite(f)) return new(alpha, double.PositiveInfinity, double.NaN);
        (X, F, G) = (x, f, gradient(x));
        return new(alpha, f, Dot(G, direction));
    }
}
