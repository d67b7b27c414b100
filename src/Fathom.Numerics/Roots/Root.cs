using System.Linq.Expressions;
using System.Runtime.CompilerServices;

namespace Fathom.Numerics;

/// <summary>Zeros of functions of one number. Systems of equations: <see cref="RootSystem"/>.</summary>
public static class Root
{
    /// <summary>Halves an interval whose ends have values of opposite signs: slow, sure.</summary>
    /// <param name="f">The function.</param>
    /// <param name="low">One end.</param>
    /// <param name="high">The other end.</param>
    /// <param name="options">Tolerances, limits, callback; null for the defaults.</param>
    /// <exception cref="ArgumentException">An end or the value there is not finite, or both values have the same sign.</exception>
    /// <remarks>A jump through zero, as of 1/x, is a sign change too; look at <see cref="RootResult.Value"/>.</remarks>
    public static RootResult Bisection(Func<double, double> f, double low, double high, RootOptions? options = null) =>
        new RootSearch("bisection", f, options).InBracket(low, high, static s => s.Bisect());

    /// <summary>Brent's method: inverse quadratic interpolation and secants, kept safe by bisection.</summary>
    /// <inheritdoc cref="Bisection"/>
    /// <remarks>R. P. Brent, Algorithms for Minimization without Derivatives (1973), chapter 4.</remarks>
    public static RootResult Brent(Func<double, double> f, double low, double high, RootOptions? options = null) =>
        new RootSearch("brent", f, options).InBracket(low, high, static s => s.Brent());

    /// <summary>Newton's method with automatic derivatives inside an interval whose ends have values of opposite signs; where a step would leave it or gains too little, it is halved.</summary>
    /// <inheritdoc cref="Bisection"/>
    public static RootResult Newton(Expression<Func<double, double>> f, double low, double high, RootOptions? options = null) => Newton(LambdaTracer.Trace(f), low, high, options);

    /// <inheritdoc cref="Newton(Expression{Func{double, double}}, double, double, RootOptions?)"/>
    [OverloadResolutionPriority(1)]
    public static RootResult Newton(Func<Tensor, Tensor> f, double low, double high, RootOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(f);
        return new RootSearch("newton", x => Derivative.UpTo(f, x, 0)[0], options).InBracket(low, high, s => s.BracketedNewton(f));
    }

    /// <summary>Newton's method with automatic derivatives from one point; steps that do not bring the value closer to zero are shortened.</summary>
    /// <param name="f">The function.</param>
    /// <param name="start">The point to start from.</param>
    /// <param name="options">Tolerances, limits, callback; null for the defaults.</param>
    /// <returns>Stop is <see cref="StopReason.Singular"/> where the derivative vanishes away from a zero and <see cref="StopReason.NoProgress"/> at a minimum of |f|.</returns>
    /// <exception cref="ArgumentException">The start or the value there is not finite.</exception>
    public static RootResult Newton(Expression<Func<double, double>> f, double start, RootOptions? options = null) => Newton(LambdaTracer.Trace(f), start, options);

    /// <inheritdoc cref="Newton(Expression{Func{double, double}}, double, RootOptions?)"/>
    [OverloadResolutionPriority(1)]
    public static RootResult Newton(Func<Tensor, Tensor> f, double start, RootOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(f);
        return new RootSearch("newton", x => Derivative.UpTo(f, x, 0)[0], options).From(start, s => s.DampedNewton(f));
    }
}

/// <summary>How to search for a zero.</summary>
public sealed record RootOptions
{
    /// <summary>The wanted error of the root, absolute.</summary>
    public double Tolerance { get; init; } = 1e-14;

    /// <summary>The wanted error of the root, relative to its size; not below 4 rounding units.</summary>
    public double RelativeTolerance { get; init; } = 1e-15;

    /// <summary>A value this close to zero is one.</summary>
    public double ValueTolerance { get; init; }

    /// <summary>The most iterations.</summary>
    public int MaxIterations { get; init; } = 2000;

    /// <summary>The most evaluations of the function (with derivative: one each).</summary>
    public int MaxEvaluations { get; init; } = 10_000;

    /// <summary>Called after each iteration.</summary>
    public Action<RootIteration>? OnIteration { get; init; }

    /// <summary>Ends the work early.</summary>
    public CancellationToken Cancellation { get; init; }
}

/// <summary>Where a search stands.</summary>
/// <param name="Number">The iteration, from 1.</param>
/// <param name="X">The best point so far.</param>
/// <param name="Value">The function there.</param>
/// <param name="Width">The width of the bracket, or without one the last step.</param>
public readonly record struct RootIteration(int Number, double X, double Value, double Width);

/// <summary>What a search found.</summary>
/// <param name="X">The best point.</param>
/// <param name="Value">The function there.</param>
/// <param name="Error">How far the sign change is at most from X; of Newton's method without a bracket, the last step.</param>
/// <param name="Iterations">Iterations done.</param>
/// <param name="Evaluations">Evaluations of the function.</param>
/// <param name="Stop">Why the search ended.</param>
public readonly record struct RootResult(double X, double Value, double Error, int Iterations, int Evaluations, StopReason Stop);
