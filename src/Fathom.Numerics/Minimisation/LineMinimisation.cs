namespace Fathom.Numerics.Minimisation;

/// <summary>Minima of functions of one variable.</summary>
static class LineMinimisation
{
    const double Golden = 1.618033988749895, Section = 0.3819660112501051;

    internal readonly record struct Triple(double A, double B, double C, double Fb, bool Found);

    /// <summary>Walks downhill from a and b in growing steps, within limits, until the function rises. At a limit the outer point may be the lowest.</summary>
    internal static Triple Bracket(Func<double, double> f, double a, double b, double low, double high)
    {
        double fa = f(a), fb = f(b);
        if (fb > fa) (a, b, fa, fb) = (b, a, fb, fa);
        while (true)
        {
            double c = Math.Clamp(b + Golden * (b - a), low, high);
            if (c == b) return new(a, b, c, fb, true);
            double fc = f(c);
            if (fc >= fb) return new(a, b, c, fb, true);
            if (fc == double.NegativeInfinity || (!double.IsFinite(c + Golden * (c - b)) && double.IsInfinity(low + high)) || Math.Abs(c) > 1e150) return new(a, b, c, fb, false);
            (a, b, fb) = (b, c, fc);
        }
    }

    internal static (double X, double F, int Iterations, StopReason Stop) GoldenSection(Func<double, double> f, double low, double high, double tolerance, int maxIterations)
    {
        double a = low + Section * (high - low), b = high - Section * (high - low), fa = f(a), fb = f(b);
        for (int i = 1; ; i++)
        {
            bool left = fa <= fb;
            if (high - low <= tolerance * Math.Max(1e-300, Math.Max(Math.Abs(low), Math.Abs(high))) || a <= low || b >= high || a >= b)
                return (left ? a : b, Math.Min(fa, fb), i, StopReason.Converged);
            if (i > maxIterations) return (left ? a : b, Math.Min(fa, fb), i - 1, StopReason.MaxIterations);
            if (left)
            {
                (high, b, fb) = (b, a, fa);
                fa = f(a = low + Section * (high - low));
            }
            else
            {
                (low, a, fa) = (a, b, fb);
                fb = f(b = high - Section * (high - low));
            }
        }
    }

    /// <summary>Brent's method: parabolas through the best three points, golden section where they do not help (Algorithms for Minimization Without Derivatives, 1973, chapter 5).</summary>
    internal static (double X, double F, int Iterations, StopReason Stop) Brent(
        Func<double, double> f, double low, double high, double tolerance, double absolute, int maxIterations, (double X, double F)? first = null)
    {
        double x = first?.X ?? low + Section * (high - low), fx = first?.F ?? f(x);
        double second = x, third = x, fSecond = fx, fThird = fx, step = 0, before = 0;
        for (int i = 1; ; i++)
        {
            double middle = low + (high - low) / 2, small = tolerance * Math.Abs(x) + absolute;
            if (Math.Abs(x - middle) + (high - low) / 2 <= 2 * small) return (x, fx, i, StopReason.Converged);
            if (i > maxIterations) return (x, fx, i - 1, StopReason.MaxIterations);
            double? parabola = Math.Abs(before) > small ? Vertex() : null;
            if (parabola is { } move && Math.Abs(move) < Math.Abs(before / 2) && x + move > low && x + move < high)
            {
                (before, step) = (step, move);
                if (x + step - low < 2 * small || high - x - step < 2 * small) step = Math.CopySign(small, middle - x);
            }
            else
            {
                before = (x < middle ? high : low) - x;
                step = Section * before;
            }
            double at = Math.Abs(step) >= small ? x + step : x + Math.CopySign(small, step);
            Take(at, f(at));
        }

        double? Vertex()
        {
            double r = (x - second) * (fx - fThird), q = (x - third) * (fx - fSecond), p = (x - third) * q - (x - second) * r, d = 2 * (q - r);
            return d == 0 || !double.IsFinite(p / d) ? null : -p / d;
        }

        void Take(double at, double value)
        {
            if (value <= fx)
            {
                if (at < x) high = x; else low = x;
                (third, fThird, second, fSecond, x, fx) = (second, fSecond, x, fx, at, value);
                return;
            }
            if (at < x) low = at; else high = at;
            if (value <= fSecond || second == x) (third, fThird, second, fSecond) = (second, fSecond, at, value);
            else if (value <= fThird || third == x || third == second) (third, fThird) = (at, value);
        }
    }
}
