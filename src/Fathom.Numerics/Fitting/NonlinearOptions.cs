namespace Fathom.Numerics;

/// <summary>How to fit.</summary>
public sealed record NonlinearOptions
{
    /// <summary>Limits for the parameters; null for none.</summary>
    public Bounds? Bounds { get; init; }

    /// <summary>Stop when the cosine between the residuals and every column of the Jacobian is below this.</summary>
    public double GradientTolerance { get; init; } = 1e-12;

    /// <summary>Stop when the scaled step is below this part of the scaled parameters.</summary>
    public double StepTolerance { get; init; } = 1e-14;

    /// <summary>Stop when actual and predicted reduction are below this part of the sum of squares.</summary>
    public double FunctionTolerance { get; init; } = 1e-15;

    /// <summary>The first damping, relative to the squared column norms.</summary>
    public double InitialDamping { get; init; } = 1e-3;

    /// <summary>The most steps that reduce the squares.</summary>
    public int MaxIterations { get; init; } = 1000;

    /// <summary>The most evaluations of the residuals, with or without Jacobian.</summary>
    public int MaxEvaluations { get; init; } = 10_000;

    /// <summary>Called after each step.</summary>
    public Action<NonlinearIteration>? OnIteration { get; init; }

    /// <summary>Ends the work early.</summary>
    public CancellationToken Cancellation { get; init; }

    internal void Check(double[] start)
    {
        Require.Finite("nonlinear fit", start);
        if (Bounds is { } bounds && bounds.Lower.Count != start.Length)
            throw new ArgumentException($"[nonlinear fit] bounds for {bounds.Lower.Count} parameters, a start of {start.Length}: give one pair a parameter");
    }
}

/// <summary>Where a fit stands.</summary>
/// <param name="Number">The steps so far, from 1.</param>
/// <param name="Parameters">The parameters now, a copy.</param>
/// <param name="ResidualNorm">The root of the sum of squares now.</param>
/// <param name="Damping">The damping of the next step.</param>
public sealed record NonlinearIteration(int Number, double[] Parameters, double ResidualNorm, double Damping);
