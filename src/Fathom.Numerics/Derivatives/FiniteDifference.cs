namespace Fathom.Numerics;

/// <summary>
/// Derivatives of functions that can only be called, by central differences extrapolated to a step of zero (Richardson), with an estimate of their error. They lose digits
/// with every order; where the function can be written for it, <see cref="Derivative"/> is exact.
/// </summary>
public static class FiniteDifference
{
    /// <summary>Estimates a derivative.</summary>
    /// <param name="f">The function.</param>
    /// <param name="x">The point.</param>
    /// <param name="order">Which derivative, 1 to 8.</param>
    /// <param name="options">Steps, limits, callback; null for the defaults.</param>
    /// <exception cref="ArgumentException"><paramref name="x"/> is not finite, or an option is out of range.</exception>
    /// <remarks>
    /// The n-th central difference over h^n errs by even powers of h, which Neville's scheme removes column by column (C. J. F. Ridders, Advances in Engineering Software 4
    /// (1982) 75). The entry with the smallest estimate, truncation and rounding together, is taken.
    /// </remarks>
    public static DifferenceEstimate Derivative(Func<double, double> f, double x, int order = 1, DifferenceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(order, 8);
        Require.Finite("difference", x);
        options ??= new();
        double h = options.Step ?? Math.Max(Math.Abs(x), 1) * 0.5;
        Require.Positive("difference", h, nameof(options.Step));
        var work = new Work(options.MaxEvaluations, options.Cancellation);
        var best = new DifferenceEstimate(double.NaN, double.PositiveInfinity, double.NaN, 0, StopReason.NotFinite);
        List<double> previous = [];
        StopReason stop = StopReason.NoProgress;
        try
        {
            for (int level = 0; level < options.MaxLevels; level++, h /= 2)
            {
                (double d, double rounding) = Central(f, x, order, h, work);
                if (!double.IsFinite(d))
                {
                    previous = [];      // the stencil reaches outside the domain; a shorter one may not
                    continue;
                }
                previous = Extend(previous, d, rounding, h, ref best);
                options.OnIteration?.Invoke(best with { Evaluations = work.Evaluations });
                if (best.Error <= options.Tolerance * Math.Max(Math.Abs(best.Value), 1))
                {
                    stop = StopReason.Converged;
                    break;
                }
                if (rounding > 100 * best.Error) break;
            }
        }
        catch (WorkStoppedException e)
        {
            stop = e.Reason;
        }
        if (double.IsNaN(best.Value) && stop == StopReason.NoProgress) stop = StopReason.NotFinite;
        return best with { Evaluations = work.Evaluations, Stop = stop };
    }

    /// <summary>The n-th central difference divided by h^n, and the share of rounding in it.</summary>
    static (double Value, double Rounding) Central(Func<double, double> f, double x, int order, double h, Work work)
    {
        double sum = 0, size = 0, binomial = 1;
        for (int j = 0; j <= order; j++)
        {
            work.Spend();
            double at = x + (order / 2.0 - j) * h, y = f(at);
            double term = (j % 2 == 0 ? binomial : -binomial) * y;
            sum += term;
            size += Math.Abs(term);
            binomial = binomial * (order - j) / (j + 1);
        }
        double scale = Math.Pow(h, order);
        return (sum / scale, size * Eps / scale);
    }

    /// <summary>One more row of Neville's scheme; keeps the best entry seen.</summary>
    static List<double> Extend(List<double> previous, double d, double rounding, double h, ref DifferenceEstimate best)
    {
        List<double> row = [d];
        double factor = 4;
        for (int j = 0; j < previous.Count; j++, factor *= 4)
        {
            double next = row[j] + (row[j] - previous[j]) / (factor - 1);
            double error = Math.Max(Math.Abs(next - row[j]), Math.Abs(next - previous[j])) + rounding;
            if (error < best.Error) best = new(next, error, h, 0, StopReason.NoProgress);
            row.Add(next);
        }
        return row;
    }

    const double Eps = 2.220446049250313e-16;
}

/// <summary>A derivative from differences.</summary>
/// <param name="Value">The estimate; not a number if the function was finite at too few points.</param>
/// <param name="Error">An estimate of its absolute error, truncation and rounding.</param>
/// <param name="Step">The smallest step that went into it.</param>
/// <param name="Evaluations">How often the function was called.</param>
/// <param name="Stop">Converged where the asked tolerance was met; NoProgress where rounding forbids it, which is usual for higher orders.</param>
public readonly record struct DifferenceEstimate(double Value, double Error, double Step, int Evaluations, StopReason Stop);

/// <summary>How to take differences.</summary>
public sealed record DifferenceOptions
{
    /// <summary>The first, largest step; null for half of max(|x|, 1). Choose it smaller where the function is defined only nearby.</summary>
    public double? Step { get; init; }

    /// <summary>The wanted error, relative to max(|derivative|, 1).</summary>
    public double Tolerance { get; init; } = 1e-12;

    /// <summary>How often the step is halved at most.</summary>
    public int MaxLevels { get; init; } = 30;

    /// <summary>The most calls of the function.</summary>
    public int MaxEvaluations { get; init; } = 1000;

    /// <summary>Called after each halving with the best estimate so far.</summary>
    public Action<DifferenceEstimate>? OnIteration { get; init; }

    /// <summary>Ends the work early.</summary>
    public CancellationToken Cancellation { get; init; }
}
