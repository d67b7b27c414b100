namespace Fathom.Numerics;

/// <summary>A nonlinear least-squares fit.</summary>
public sealed record NonlinearFit
{
    /// <summary>The parameters.</summary>
    public required IReadOnlyList<double> Parameters { get; init; }

    /// <summary>The residuals there.</summary>
    public required IReadOnlyList<double> Residuals { get; init; }

    /// <summary>The sum of their squares.</summary>
    public required double SumOfSquares { get; init; }

    /// <summary>Residuals minus parameters.</summary>
    public required int DegreesOfFreedom { get; init; }

    /// <summary>The covariance of the parameters from the linear model at the solution; not a number where undetermined. Parameters at a bound count as known.</summary>
    public required double[,] Covariance { get; init; }

    /// <summary>Steps taken.</summary>
    public required int Iterations { get; init; }

    /// <summary>Evaluations of the residuals, with or without Jacobian.</summary>
    public required int Evaluations { get; init; }

    /// <summary>Why the method stopped.</summary>
    public required StopReason Stop { get; init; }

    /// <summary>The root of the sum of squares.</summary>
    public double ResidualNorm => Math.Sqrt(SumOfSquares);

    /// <summary>The standard deviations of the parameters.</summary>
    public IReadOnlyList<double> StandardErrors => [.. Enumerable.Range(0, Parameters.Count).Select(i => Math.Sqrt(Covariance[i, i]))];
}
