namespace Fathom.Numerics.Minimisation;

/// <summary>Powell's method of conjugate directions (Computer Journal 7, 1964): minimises along each direction of a set in turn, and replaces the direction of the largest
/// fall by the way gone in all, unless that would make the set nearly dependent.</summary>
sealed class Powell(Objective f, double[] start, MinimiseOptions? options) : MinimiserBase("powell", f, start, options)
{
    double[][] directions = [];

    protected override StopReason Search()
    {
        while (true)
        {
            // Started afresh from where it came to rest, until that gains nothing: conjugate sets can degenerate.
            double before = F;
            directions = [.. Enumerable.Range(0, N).Select(Axis)];
            while (!Small(Cycle()))
                if (!Next()) return StopReason.MaxIterations;
            if (!Next()) return StopReason.MaxIterations;
            if (Small(before - F)) return StopReason.Converged;
        }
    }

    bool Small(double fall) => fall <= Options.Tolerance * Options.Tolerance * Math.Abs(F) || fall <= 1e-30;

    double[] Axis(int i)
    {
        var d = new double[N];
        d[i] = FirstStep(i);
        return d;
    }

    /// <summary>Goes along all directions once; returns how far the function fell.</summary>
    double Cycle()
    {
        double[] from = [.. X];
        double first = F, largest = 0;
        int steepest = 0;
        for (int i = 0; i < N; i++)
        {
            double before = F;
            Along(i);
            if (before - F > largest) (largest, steepest) = (before - F, i);
        }
        double[] way = [.. X.Zip(from, (a, b) => a - b)];
        double[] beyond = [.. X.Zip(way, (a, d) => a + d)];
        if (Options.Bounds is { } bounds && !bounds.Contains(beyond)) return first - F;
        double extended = Value(beyond), twice = 2 * (first - 2 * F + extended) * Square(first - F - largest);
        if (extended >= first || twice >= largest * Square(first - extended) || way.All(d => d == 0)) return first - F;
        directions[steepest] = directions[^1];
        directions[^1] = way;
        Along(N - 1);
        return first - F;
    }

    void Along(int index)
    {
        double[] d = directions[index], at = new double[N];
        (double low, double high) = Range(d);
        if (!(high > low)) return;
        double start = F, step = Math.Clamp(1, low, high);
        if (step == 0) step = Math.Clamp(-1, low, high);
        LineMinimisation.Triple t = LineMinimisation.Bracket(Line, 0, step, low, high);
        if (!t.Found) throw new WorkStoppedException(StopReason.Unbounded);
        (double x, double value, _, _) = LineMinimisation.Brent(Line, Math.Min(t.A, t.C), Math.Max(t.A, t.C), 1e-8, 1e-10 * Math.Abs(t.C - t.A), 200, t.B == t.C ? null : (t.B, t.Fb));
        if (t.Fb < value) (x, value) = (t.B, t.Fb);
        if (!(value < start)) return;
        for (int i = 0; i < N; i++) X[i] = Options.Bounds?.Clip(i, X[i] + x * d[i]) ?? X[i] + x * d[i];
        F = value;
        // The next search along it starts at this scale.
        for (int i = 0; i < N; i++) d[i] *= Math.Clamp(Math.Abs(x), 1e-3, 1e3);

        double Line(double alpha)
        {
            if (alpha == 0) return start;
            for (int i = 0; i < N; i++) at[i] = Options.Bounds?.Clip(i, X[i] + alpha * d[i]) ?? X[i] + alpha * d[i];
            return Value(at);
        }
    }

    (double Low, double High) Range(double[] d)
    {
        double low = double.NegativeInfinity, high = double.PositiveInfinity;
        if (Options.Bounds is not { } bounds) return (low, high);
        for (int i = 0; i < N; i++)
        {
            if (d[i] == 0) continue;
            double a = (bounds.Lower[i] - X[i]) / d[i], b = (bounds.Upper[i] - X[i]) / d[i];
            (low, high) = (Math.Max(low, Math.Min(a, b)), Math.Min(high, Math.Max(a, b)));
        }
        return (low, high);
    }

    static double Square(double x) => x * x;
}
