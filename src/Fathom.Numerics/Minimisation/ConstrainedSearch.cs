namespace Fathom.Numerics.Minimisation;

/// <summary>Minimises under constraints in rounds without: squared violations are added with a weight that grows (plain penalty), and with multipliers that learn from each
/// round they are also shifted, so that the weight may stay small (the augmented Lagrangian of Hestenes, Powell and Rockafellar; Nocedal and Wright, Numerical
/// Optimization, 17.3 and 17.4).</summary>
sealed class ConstrainedSearch
{
    readonly Objective f;
    readonly IReadOnlyList<Constraint> constraints;
    readonly MinimiserMethod method;
    readonly ConstrainedOptions options;
    readonly bool learn;
    readonly double[] multipliers;
    double[] x;
    double penalty;
    int iterations, evaluations;

    internal ConstrainedSearch(Objective f, IReadOnlyList<Constraint> constraints, double[] start, MinimiserMethod method, ConstrainedOptions options, bool learn)
    {
        (this.f, this.constraints, this.method, this.options, this.learn) = (f, constraints, method, options, learn);
        (x, penalty, multipliers) = ([.. start], options.FirstPenalty, new double[constraints.Count]);
    }

    internal ConstrainedMinimum Run()
    {
        double lastGap = double.PositiveInfinity;
        for (int round = 1; ; round++)
        {
            Minimum inner = method(Merit(), x, options with { MaxEvaluations = Math.Max(1, options.MaxEvaluations - evaluations) });
            (x, iterations, evaluations) = (inner.X, iterations + inner.Iterations, evaluations + inner.Evaluations);
            double[] c = [.. constraints.Select(k => k.Sign * k.Function.Value(x))];
            double violation = Largest(c, (k, v) => k.IsEquality ? Math.Abs(v) : Math.Max(0, v)), gap = Gap(c, violation);
            if (learn) Learn(c);
            options.OnRound?.Invoke(new(round, [.. x], f.Value(x), violation, penalty, Signed()));
            bool settled = inner.Stop is StopReason.Converged or StopReason.NoProgress;
            if (settled && violation <= options.Feasibility && gap <= Math.Sqrt(options.Feasibility)) return Finish(StopReason.Converged, violation, round);
            if (!settled && inner.Stop != StopReason.MaxIterations) return Finish(inner.Stop, violation, round);
            if (round == options.MaxRounds || penalty > 1e16) return Finish(violation <= options.Feasibility ? StopReason.MaxIterations : StopReason.Infeasible, violation, round);
            if (!learn || gap > 0.25 * lastGap) penalty *= options.PenaltyGrowth;
            lastGap = gap;
        }
    }

    /// <summary>How far constraints are violated, or slack ones pull with a multiplier they should not have.</summary>
    double Gap(double[] c, double violation)
    {
        if (!learn) return violation;
        double gap = violation;
        for (int i = 0; i < c.Length; i++)
            if (!constraints[i].IsEquality) gap = Math.Max(gap, Math.Abs(Math.Max(c[i], -multipliers[i] / penalty)));
        return gap;
    }

    double Largest(double[] c, Func<Constraint, double, double> size)
    {
        double largest = 0;
        for (int i = 0; i < c.Length; i++) largest = double.IsNaN(c[i]) ? double.PositiveInfinity : Math.Max(largest, size(constraints[i], c[i]));
        return largest;
    }

    void Learn(double[] c)
    {
        for (int i = 0; i < c.Length; i++)
        {
            double next = multipliers[i] + penalty * c[i];
            multipliers[i] = Math.Clamp(constraints[i].IsEquality ? next : Math.Max(0, next), -1e12, 1e12);
        }
    }

    // Multipliers are kept for the functions made "at most zero"; told as they belong to the functions given.
    double[] Signed() => [.. multipliers.Select((m, i) => m * constraints[i].Sign)];

    ConstrainedMinimum Finish(StopReason stop, double violation, int rounds) =>
        new(x, f.Value(x), violation, Signed(), stop, rounds, iterations, evaluations);

    /// <summary>The function to minimise in this round: f + penalty / 2 * sum of (c + multiplier / penalty)^2 over what is violated, less what does not depend on x.</summary>
    Objective Merit()
    {
        double[] shift = [.. multipliers.Select(m => m / penalty)];
        double weight = penalty;
        Func<double[], double> value = at =>
        {
            double sum = 0;
            for (int i = 0; i < shift.Length; i++)
            {
                double pull = Pull(i, at, shift[i]);
                sum += pull * pull - shift[i] * shift[i];
            }
            return f.Value(at) + weight / 2 * sum;
        };
        return f.HasGradient && constraints.All(c => c.Function.HasGradient) ? Objective.Of(value, at => Slope(at, shift, weight)) : Objective.Of(value);
    }

    double Pull(int i, double[] at, double shift)
    {
        double c = constraints[i].Sign * constraints[i].Function.Value(at) + shift;
        return constraints[i].IsEquality ? c : double.IsNaN(c) ? c : Math.Max(0, c);
    }

    double[] Slope(double[] at, double[] shift, double weight)
    {
        double[] sum = f.Gradient(at);
        for (int i = 0; i < shift.Length; i++)
        {
            double pull = weight * Pull(i, at, shift[i]) * constraints[i].Sign;
            if (pull == 0) continue;
            double[] g = constraints[i].Function.Gradient(at);
            for (int j = 0; j < sum.Length; j++) sum[j] += pull * g[j];
        }
        return sum;
    }
}
