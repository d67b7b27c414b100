namespace Fathom.Numerics.Minimisation;

/// <summary>Minima of functions of one variable and of several, with and without derivatives, bounds and constraints.</summary>
/// <remarks>What goes wrong on the way is a <see cref="StopReason"/> beside the best point found; only senseless input and what the caller's functions throw comes as an
/// exception. All methods find a minimum near the start, not the least of all.</remarks>
public static class Minimise
{
    /// <summary>Three points with the lowest value in the middle, found by going downhill in growing steps.</summary>
    /// <param name="f">The function.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="step">The first step, to either side.</param>
    /// <param name="options">Limits of work; null for the defaults.</param>
    /// <exception cref="ArgumentException">Start or step is not finite, or the step is zero.</exception>
    public static MinimumBracket Bracket(Func<double, double> f, double start, double step = 0.1, MinimiseOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(f);
        Require.Finite("bracket", start);
        Require.Finite("bracket", step);
        if (step == 0) throw new ArgumentException("[bracket] the step is 0: give the distance at which the function is to be compared first", nameof(step));
        var line = new CountedLine(f, options);
        try
        {
            LineMinimisation.Triple t = LineMinimisation.Bracket(line.Value, start, start + step, double.NegativeInfinity, double.PositiveInfinity);
            if (double.IsInfinity(t.Fb)) return new(Math.Min(t.A, t.C), t.B, Math.Max(t.A, t.C), t.Fb, StopReason.NotFinite, line.Evaluations);
            return new(Math.Min(t.A, t.C), t.B, Math.Max(t.A, t.C), t.Fb, t.Found ? StopReason.Converged : StopReason.Unbounded, line.Evaluations);
        }
        catch (WorkStoppedException e)
        {
            return new(start, line.X, start, line.F, e.Reason, line.Evaluations);
        }
    }

    /// <summary>The minimum within an interval by golden section: slow and sure for a function with one valley.</summary>
    /// <param name="f">The function.</param>
    /// <param name="low">The left end.</param>
    /// <param name="high">The right end.</param>
    /// <param name="options">Tolerance (of x, relative) and limits of work; null for the defaults.</param>
    /// <exception cref="ArgumentException">The ends are not finite, or not in order.</exception>
    public static LineMinimum GoldenSection(Func<double, double> f, double low, double high, MinimiseOptions? options = null)
    {
        options ??= new();
        return OnLine("golden section", f, low, high, options, value => LineMinimisation.GoldenSection(value, low, high, options.Tolerance, options.MaxIterations));
    }

    /// <summary>The minimum within an interval by Brent's method: parabolas where they help, golden section where not.</summary>
    /// <inheritdoc cref="GoldenSection"/>
    public static LineMinimum Brent(Func<double, double> f, double low, double high, MinimiseOptions? options = null)
    {
        options ??= new();
        return OnLine("brent", f, low, high, options, value => LineMinimisation.Brent(value, low, high, options.Tolerance, 1e-12 * (high - low), options.MaxIterations));
    }

    /// <summary>Powell's method of conjugate directions: no derivatives needed.</summary>
    /// <param name="f">The function.</param>
    /// <param name="start">Where to begin, one number a variable, within the bounds.</param>
    /// <param name="options">Tolerance, bounds, first step, limits and callback; null for the defaults.</param>
    /// <exception cref="ArgumentException">The start is empty, not finite or outside the bounds, or an option makes no sense.</exception>
    public static Minimum Powell(Objective f, double[] start, MinimiseOptions? options = null) => new Powell(f, start, options).Run();

    /// <inheritdoc cref="Powell(Objective, double[], MinimiseOptions)"/>
    public static Minimum Powell(Func<double[], double> f, double[] start, MinimiseOptions? options = null) => Powell(Objective.Of(f), start, options);

    /// <summary>The simplex method of Nelder and Mead: no derivatives needed, bears kinks and noise; for few variables.</summary>
    /// <inheritdoc cref="Powell(Objective, double[], MinimiseOptions)"/>
    public static Minimum NelderMead(Objective f, double[] start, MinimiseOptions? options = null) => new NelderMead(f, start, options).Run();

    /// <inheritdoc cref="NelderMead(Objective, double[], MinimiseOptions)"/>
    public static Minimum NelderMead(Func<double[], double> f, double[] start, MinimiseOptions? options = null) => NelderMead(Objective.Of(f), start, options);

    /// <summary>The quasi-Newton method of Broyden, Fletcher, Goldfarb and Shanno: the first choice for smooth functions of up to some hundred variables.</summary>
    /// <inheritdoc cref="Powell(Objective, double[], MinimiseOptions)"/>
    public static Minimum Bfgs(Objective f, double[] start, MinimiseOptions? options = null) =>
        new QuasiNewton("bfgs", f, start, options, new BfgsMatrix()).Run();

    /// <summary><see cref="Bfgs(Objective, double[], MinimiseOptions)"/> with an automatic gradient.</summary>
    /// <param name="f">The function: a scalar of a Float64 tensor of shape (n).</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="options">What is asked; null for the defaults.</param>
    public static Minimum Bfgs(Func<Tensor, Tensor> f, double[] start, MinimiseOptions? options = null) => Bfgs(Objective.OverTensors(f), start, options);

    /// <summary>The same with the last ten steps in memory instead of a matrix: for many variables.</summary>
    /// <inheritdoc cref="Powell(Objective, double[], MinimiseOptions)"/>
    public static Minimum Lbfgs(Objective f, double[] start, MinimiseOptions? options = null) =>
        new QuasiNewton("lbfgs", f, start, options, new LimitedMemory(10)).Run();

    /// <summary><see cref="Lbfgs(Objective, double[], MinimiseOptions)"/> with an automatic gradient.</summary>
    /// <inheritdoc cref="Bfgs(Func{Tensor, Tensor}, double[], MinimiseOptions)"/>
    public static Minimum Lbfgs(Func<Tensor, Tensor> f, double[] start, MinimiseOptions? options = null) => Lbfgs(Objective.OverTensors(f), start, options);

    /// <summary>A minimum under constraints by the augmented Lagrangian: rounds without constraints, in which violations cost their multiplier and a weighted square.</summary>
    /// <param name="f">The function.</param>
    /// <param name="constraints">What the minimum must keep.</param>
    /// <param name="start">Where to begin; it need not keep the constraints, but the bounds.</param>
    /// <param name="options">Tolerances, weights, bounds, limits and callbacks; null for the defaults.</param>
    /// <param name="method">The minimiser for each round; null for <see cref="Bfgs(Objective, double[], MinimiseOptions)"/>.</param>
    /// <exception cref="ArgumentException">An argument makes no sense.</exception>
    public static ConstrainedMinimum AugmentedLagrangian(
        Objective f, IReadOnlyList<Constraint> constraints, double[] start, ConstrainedOptions? options = null, MinimiserMethod? method = null) =>
        Constrained("augmented lagrangian", f, constraints, start, options, method, learn: true);

    /// <summary>A minimum under constraints by plain penalty: rounds without constraints, in which squared violations cost a weight that grows from round to round. What is
    /// found lies outside the constraints by about multiplier / weight.</summary>
    /// <inheritdoc cref="AugmentedLagrangian"/>
    public static ConstrainedMinimum Penalty(
        Objective f, IReadOnlyList<Constraint> constraints, double[] start, ConstrainedOptions? options = null, MinimiserMethod? method = null) =>
        Constrained("penalty", f, constraints, start, options, method, learn: false);

    static ConstrainedMinimum Constrained(
        string name, Objective f, IReadOnlyList<Constraint> constraints, double[] start, ConstrainedOptions? options, MinimiserMethod? method, bool learn)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(constraints);
        ArgumentNullException.ThrowIfNull(start);
        options ??= new();
        options.Check(name, start);
        Require.Positive(name, options.Feasibility);
        Require.Positive(name, options.FirstPenalty);
        if (!(options.PenaltyGrowth > 1) || options.MaxRounds < 1)
            throw new ArgumentException($"[{name}] PenaltyGrowth is {options.PenaltyGrowth}, MaxRounds {options.MaxRounds}: the growth must be above 1, the rounds 1 or more");
        return new ConstrainedSearch(f, constraints, start, method ?? Bfgs, options, learn).Run();
    }

    static LineMinimum OnLine(
        string name, Func<double, double> f, double low, double high, MinimiseOptions options, Func<Func<double, double>, (double X, double F, int Iterations, StopReason Stop)> search)
    {
        ArgumentNullException.ThrowIfNull(f);
        Require.Finite(name, low);
        Require.Finite(name, high);
        Require.Positive(name, options.Tolerance);
        if (!(low < high)) throw new ArgumentException($"[{name}] the interval from {low} to {high} is empty: give the lower end first");
        var line = new CountedLine(f, options);
        try
        {
            (double x, double value, int iterations, StopReason stop) = search(line.Value);
            return new(x, value, double.IsFinite(value) ? stop : StopReason.NotFinite, iterations, line.Evaluations);
        }
        catch (WorkStoppedException e)
        {
            return new(line.X, line.F, e.Reason, line.Evaluations, line.Evaluations);
        }
    }
}
