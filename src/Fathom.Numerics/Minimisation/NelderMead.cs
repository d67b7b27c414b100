namespace Fathom.Numerics.Minimisation;

/// <summary>The simplex method of Nelder and Mead (Computer Journal 7, 1965) with coefficients that suit the number of variables (Gao and Han, Computational Optimization
/// and Applications 51, 2012), started afresh where it comes to rest until that gains nothing. Bounds are kept by moving points to them.</summary>
sealed class NelderMead(Objective f, double[] start, MinimiseOptions? options) : MinimiserBase("nelder-mead", f, start, options)
{
    (double[] X, double F)[] simplex = [];

    protected override StopReason Search()
    {
        double scale = 1;
        while (true)
        {
            double before = F;
            Begin(scale);
            do
            {
                Improve();
                Array.Sort(simplex, (a, b) => a.F.CompareTo(b.F));
                (X, F) = ([.. simplex[0].X], simplex[0].F);
                if (!Next()) return StopReason.MaxIterations;
            }
            while (!Settled());
            if (before - F <= Options.Tolerance * Math.Abs(F) || before - F < 1e-300) return StopReason.Converged;
            scale *= -0.5;
        }
    }

    void Begin(double scale)
    {
        simplex = new (double[], double)[N + 1];
        simplex[0] = ([.. X], F);
        for (int i = 0; i < N; i++)
        {
            double[] x = [.. X];
            x[i] += scale * FirstStep(i);
            if (Options.Bounds is { } bounds && bounds.Clip(i, x[i]) == X[i]) x[i] = X[i] - scale * FirstStep(i);
            simplex[i + 1] = At(x);
        }
        Array.Sort(simplex, (a, b) => a.F.CompareTo(b.F));
    }

    bool Settled()
    {
        double spread = simplex[^1].F - simplex[0].F, size = 0;
        for (int k = 1; k <= N; k++)
            for (int i = 0; i < N; i++) size = Math.Max(size, Math.Abs(simplex[k].X[i] - X[i]) / Math.Max(1e-3, Math.Abs(X[i])));
        return (size <= Options.Tolerance && spread <= Options.Tolerance * Math.Max(Math.Abs(F), 1e-10)) || size <= 1e-15 || spread == 0;
    }

    void Improve()
    {
        double n = Math.Max(2, N), expand = 1 + 2 / n, contract = 0.75 - 1 / (2 * n), shrink = 1 - 1 / n;
        double worst = simplex[^1].F;
        (double[] X, double F) reflected = Moved(1);
        if (reflected.F < simplex[0].F)
        {
            (double[] X, double F) further = Moved(expand);
            simplex[^1] = further.F < reflected.F ? further : reflected;
        }
        else if (reflected.F < simplex[^2].F)
        {
            simplex[^1] = reflected;
        }
        else
        {
            (double[] X, double F) nearer = Moved(reflected.F < worst ? contract : -contract);
            if (nearer.F < Math.Min(reflected.F, worst)) simplex[^1] = nearer;
            else Shrink(shrink);
        }
    }

    // From the worst point through the centre of the others, and so much further than the centre.
    (double[] X, double F) Moved(double factor)
    {
        var x = new double[N];
        for (int i = 0; i < N; i++)
        {
            double centre = 0;
            for (int k = 0; k < N; k++) centre += simplex[k].X[i] / N;
            x[i] = centre + factor * (centre - simplex[^1].X[i]);
        }
        return At(x);
    }

    void Shrink(double factor)
    {
        for (int k = 1; k <= N; k++) simplex[k] = At([.. simplex[k].X.Select((v, i) => simplex[0].X[i] + factor * (v - simplex[0].X[i]))]);
    }

    (double[] X, double F) At(double[] x)
    {
        if (Options.Bounds is { } bounds)
            for (int i = 0; i < N; i++) x[i] = bounds.Clip(i, x[i]);
        return (x, Value(x));
    }
}
