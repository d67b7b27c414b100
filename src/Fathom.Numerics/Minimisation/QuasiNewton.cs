namespace Fathom.Numerics.Minimisation;

/// <summary>Steps against the gradient, bent by what earlier steps have shown of the curvature. Variables at a bound to which the gradient holds them are left there.</summary>
sealed class QuasiNewton(string name, Objective f, double[] start, MinimiseOptions? options, ICurvature curvature) : MinimiserBase(name, f, start, options)
{
    double[] g = [];

    protected override StopReason Search()
    {
        g = Gradient(X);
        bool[] held = Held();
        int still = 0;
        while (true)
        {
            if (!Array.TrueForAll(g, double.IsFinite)) return StopReason.NotFinite;
            if (Steepness(held) <= Options.Tolerance * Math.Max(1, Math.Abs(F))) return StopReason.Converged;
            double before = F;
            if (!Step(held)) return StopReason.NoProgress;
            bool[] now = Held();
            if (!now.AsSpan().SequenceEqual(held)) curvature.Forget();
            held = now;
            if (!Next()) return StopReason.MaxIterations;
            still = before - F <= 1e-16 * Math.Abs(F) ? still + 1 : 0;
            if (still >= 20) return StopReason.NoProgress;
        }
    }

    bool Step(bool[] held)
    {
        double[] free = [.. g.Select((v, i) => held[i] ? 0 : v)];
        double[] d = Direction(free, held);
        if (Search(d) || (curvature.IsKnown && Retry())) return true;
        return false;

        bool Retry()
        {
            curvature.Forget();
            return Search([.. free.Select(v => -v)]);
        }
    }

    double[] Direction(double[] free, bool[] held)
    {
        double[] d = curvature.Direction(free);
        for (int i = 0; i < N; i++)
            if (held[i]) d[i] = 0;
        if (Dot(d, free) < 0) return d;
        curvature.Forget();
        return [.. free.Select(v => -v)];
    }

    bool Search(double[] d)
    {
        double most = Room(d), first = curvature.IsKnown ? 1 : Math.Min(1, 1 / Math.Sqrt(Dot(g, g)));
        if (!(most > 0)) return false;
        var line = new WolfeSearch(Value, Gradient, Options.Bounds, X, F, g, d);
        if (!line.Find(Math.Min(first, most), most)) return false;
        double[] s = [.. line.X.Zip(X, (a, b) => a - b)], y = [.. line.G.Zip(g, (a, b) => a - b)];
        (X, F, g) = (line.X, line.F, line.G);
        if (Dot(s, y) > 1e-14 * Math.Sqrt(Dot(s, s) * Dot(y, y))) curvature.Learn(s, y);
        return true;
    }

    double Room(double[] d)
    {
        double most = double.PositiveInfinity;
        if (Options.Bounds is not { } bounds) return most;
        for (int i = 0; i < N; i++)
            if (d[i] != 0) most = Math.Min(most, ((d[i] > 0 ? bounds.Upper[i] : bounds.Lower[i]) - X[i]) / d[i]);
        return most;
    }

    bool[] Held() => [.. X.Select((v, i) => Options.Bounds is { } b && ((v <= b.Lower[i] && g[i] > 0) || (v >= b.Upper[i] && g[i] < 0)))];

    double Steepness(bool[] held) => g.Select((v, i) => held[i] ? 0 : Math.Abs(v)).Max();

    internal static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
