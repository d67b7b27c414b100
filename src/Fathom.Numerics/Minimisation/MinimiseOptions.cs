namespace Fathom.Numerics.Minimisation;

/// <summary>What every minimiser can be asked for.</summary>
public record MinimiseOptions
{
    /// <summary>
    /// When to be content. Methods with gradients: the largest component of the gradient (at bounds, of what of it points inwards) relative to max(1, |value|).
    /// Methods without: the change of the value in an iteration relative to its size, and for Nelder-Mead the size of the simplex relative to the point's.
    /// </summary>
    public double Tolerance { get; init; } = 1e-8;

    /// <summary>The most iterations.</summary>
    public int MaxIterations { get; init; } = 10_000;

    /// <summary>The most evaluations of the function; an exact gradient counts as one, a gradient by differences as two a variable.</summary>
    public int MaxEvaluations { get; init; } = 200_000;

    /// <summary>Limits for the variables; null for none.</summary>
    public Bounds? Bounds { get; init; }

    /// <summary>The first step along each variable of methods without gradients; null for a tenth of the variable, or 0.01 where it is zero.</summary>
    public double? Step { get; init; }

    /// <summary>Called after every iteration.</summary>
    public Action<MinimiseProgress>? OnIteration { get; init; }

    /// <summary>Asks the method to stop; the result then holds the best point so far.</summary>
    public CancellationToken Cancellation { get; init; }

    internal void Check(string method, double[] start)
    {
        Require.Finite(method, start);
        Require.Positive(method, Tolerance);
        if (start.Length == 0) throw new ArgumentException($"[{method}] the start is empty: give one number a variable");
        if (MaxIterations < 1 || MaxEvaluations < 1) throw new ArgumentException($"[{method}] MaxIterations is {MaxIterations}, MaxEvaluations {MaxEvaluations}: both must be 1 or more");
        if (Step is { } step) Require.Positive(method, step);
        if (Bounds is not { } bounds) return;
        if (bounds.Lower.Count != start.Length) throw new ArgumentException($"[{method}] bounds for {bounds.Lower.Count} variables, a start of {start.Length}: give one pair a variable");
        if (!bounds.Contains(start)) throw new ArgumentException($"[{method}] the start ({string.Join(", ", start)}) lies outside the bounds: begin within them");
    }
}

/// <summary>An iteration as a callback sees it.</summary>
/// <param name="Iteration">Its number, from 1.</param>
/// <param name="X">The present point.</param>
/// <param name="Value">The function there.</param>
/// <param name="Evaluations">Evaluations so far.</param>
public sealed record MinimiseProgress(int Iteration, IReadOnlyList<double> X, double Value, int Evaluations);

/// <summary>The least value found.</summary>
/// <param name="X">Where.</param>
/// <param name="Value">The function there.</param>
/// <param name="Stop">Why the search ended; the point is the best found in any case.</param>
/// <param name="Iterations">Iterations made.</param>
/// <param name="Evaluations">Evaluations made.</param>
public sealed record Minimum(double[] X, double Value, StopReason Stop, int Iterations, int Evaluations);

/// <summary>The least value found along a line.</summary>
/// <param name="X">Where.</param>
/// <param name="Value">The function there.</param>
/// <param name="Stop">Why the search ended.</param>
/// <param name="Iterations">Iterations made.</param>
/// <param name="Evaluations">Evaluations made.</param>
public sealed record LineMinimum(double X, double Value, StopReason Stop, int Iterations, int Evaluations);

/// <summary>Three points with the lowest value in the middle: a minimum lies between the outer two.</summary>
/// <param name="Low">The left point.</param>
/// <param name="Middle">The point between.</param>
/// <param name="High">The right point.</param>
/// <param name="MiddleValue">The function in the middle.</param>
/// <param name="Stop"><see cref="StopReason.Converged"/> if a bracket was found, <see cref="StopReason.Unbounded"/> if the function falls as far as was looked.</param>
/// <param name="Evaluations">Evaluations made.</param>
public sealed record MinimumBracket(double Low, double Middle, double High, double MiddleValue, StopReason Stop, int Evaluations);

/// <summary>A minimiser of a function of several variables, as the methods with constraints use one.</summary>
/// <param name="f">The function.</param>
/// <param name="start">Where to begin.</param>
/// <param name="options">What is asked; null for the defaults.</param>
public delegate Minimum MinimiserMethod(Objective f, double[] start, MinimiseOptions? options = null);
