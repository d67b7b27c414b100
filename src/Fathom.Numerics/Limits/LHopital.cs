namespace Fathom.Numerics;

/// <summary>L'Hôpital's rule: as long as numerator and denominator both vanish (or both grow without bound), their derivatives take their places.</summary>
internal static class LHopital
{
    const int Highest = 8;

    /// <summary>The value from the first pair of derivatives that do not both vanish, with its order; null where the rule does not decide.</summary>
    public static (double Value, double Error, int Order)? AtPoint(Func<Tensor, Tensor> f, Func<Tensor, Tensor> g, double at)
    {
        double[] a = Derivative.UpTo(f, at, Highest), b = Derivative.UpTo(g, at, Highest);
        for (int k = 0; k <= Highest && double.IsFinite(a[k]) && double.IsFinite(b[k]); k++)
        {
            if (!Vanishes(b, k, at)) return (a[k] / b[k], 1e-14 * (Math.Abs(a[k]) + Rounding(a, k, at)) / Math.Abs(b[k]) + Rounding(a, k, at) / Math.Abs(b[k]), k);
            if (!Vanishes(a, k, at)) return null;      // only the denominator vanishes: no rule for that
        }
        return null;
    }

    /// <summary>What the rule says, unless the samples say otherwise.</summary>
    public static LimitResult Reconcile(LimitResult sampled, double value, double error) => sampled.Kind switch
    {
        LimitKind.Finite when Math.Abs(sampled.Value - value) <= 10 * (sampled.Error + error) + 1e-6 * Math.Max(1, Math.Abs(value)) => sampled with { Value = value, Error = error },
        LimitKind.Undecided => sampled with { Kind = LimitKind.Finite, Value = value, Error = error, Stop = StopReason.Converged },
        _ => sampled with { Kind = LimitKind.Undecided, Value = double.NaN, Error = double.PositiveInfinity, Stop = StopReason.NoProgress },
    };

    /// <summary>Whether every pair of functions that was differentiated tended to 0/0 or infinity/infinity.</summary>
    public static bool Applies(Func<Tensor, Tensor> f, Func<Tensor, Tensor> g, double at, int order, Side side, LimitOptions options)
    {
        for (int k = 0; k < order; k++)
        {
            int level = k;
            LimitResult a = Limit.Of(x => Value(f, x, level), at, side, options), b = Limit.Of(x => Value(g, x, level), at, side, options);
            bool zeros = a.Kind == LimitKind.Finite && b.Kind == LimitKind.Finite && Math.Abs(a.Value) <= options.Tolerance && Math.Abs(b.Value) <= options.Tolerance;
            bool infinities = a.Kind == LimitKind.Diverges && b.Kind == LimitKind.Diverges;
            if (!zeros && !infinities) return false;
        }
        return true;
    }

    static double Value(Func<Tensor, Tensor> f, double x, int order) => double.IsFinite(x) ? Derivative.UpTo(f, x, order)[order] : double.NaN;

    static bool Vanishes(double[] v, int k, double at) => Math.Abs(v[k]) <= Rounding(v, k, at);

    /// <summary>What remains of a zero because the point itself is rounded, and the terms that cancel in it.</summary>
    static double Rounding(double[] v, int k, double at)
    {
        double next = k + 1 < v.Length && double.IsFinite(v[k + 1]) ? Math.Abs(v[k + 1] * at) : 0;
        return 1e-15 * (1 + next);
    }
}
