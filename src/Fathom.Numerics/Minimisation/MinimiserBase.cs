namespace Fathom.Numerics.Minimisation;

/// <summary>What minimisers share: counting, the best point so far, callbacks, and the turning of interruptions into stop reasons.</summary>
abstract class MinimiserBase
{
    readonly Objective objective;
    readonly Work work;
    double[] best;
    double bestValue = double.PositiveInfinity;
    int iterations;

    protected MinimiserBase(string name, Objective objective, double[] start, MinimiseOptions? options)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(start);
        (this.objective, Options) = (objective, options ?? new());
        Options.Check(name, start);
        (X, best, work) = ([.. start], [.. start], new(Options.MaxEvaluations, Options.Cancellation));
    }

    protected MinimiseOptions Options { get; }

    protected double[] X { get; set; }

    protected double F { get; set; }

    protected int N => X.Length;

    internal Minimum Run()
    {
        StopReason stop;
        try
        {
            F = Value(X);
            stop = double.IsFinite(F) ? Search() : StopReason.NotFinite;
        }
        catch (WorkStoppedException e)
        {
            stop = e.Reason;
        }
        return new(best, bestValue < double.PositiveInfinity ? bestValue : F, stop, iterations, work.Evaluations);
    }

    /// <summary>Searches from X, where the value F is finite.</summary>
    protected abstract StopReason Search();

    /// <summary>The function; infinite where it is not a number, so that every search turns back.</summary>
    protected double Value(double[] x)
    {
        work.Spend();
        double value = objective.Value(x);
        if (double.IsNaN(value)) return double.PositiveInfinity;
        if (value < bestValue) (best, bestValue) = ([.. x], value);
        return value < -1e300 ? throw new WorkStoppedException(StopReason.Unbounded) : value;
    }

    protected double[] Gradient(double[] x)
    {
        if (!objective.HasGradient) return Objective.Differences(Value, x, Options.Bounds);
        work.Spend();
        return objective.Gradient(x);
    }

    /// <summary>Counts and tells an iteration; false when there are to be no more.</summary>
    protected bool Next()
    {
        iterations++;
        Options.OnIteration?.Invoke(new(iterations, [.. X], F, work.Evaluations));
        return iterations < Options.MaxIterations;
    }

    protected double FirstStep(int i) => Options.Step ?? (X[i] == 0 ? 0.01 : 0.1 * Math.Abs(X[i]));
}
