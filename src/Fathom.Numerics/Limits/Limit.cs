using System.Runtime.CompilerServices;
using System.Linq.Expressions;

namespace Fathom.Numerics;

/// <summary>
/// What a function tends to, at points where putting the point in gives 0/0, infinity or nothing: by following the function along sequences that approach the point, and, for
/// quotients of two differentiable functions, by l'Hôpital's rule.
/// </summary>
/// <remarks>
/// A computer sees a function at finitely many points, so a limit from samples is evidence, not proof. The verdicts are careful: a value is given only where two independent
/// sequences agree on it within their error estimates, and where they do not and neither growth nor lasting oscillation is plain, the verdict is <see cref="LimitKind.Undecided"/>.
/// </remarks>
public static class Limit
{
    /// <summary>Finds the limit of a function.</summary>
    /// <param name="f">The function; it may return NaN or infinities.</param>
    /// <param name="at">The point, or plus or minus infinity.</param>
    /// <param name="side">From where the point is approached; at an infinity there is only one side.</param>
    /// <param name="options">Tolerance, limits, callback; null for the defaults.</param>
    /// <exception cref="ArgumentException"><paramref name="at"/> is not a number, or an option is out of range.</exception>
    public static LimitResult Of(Func<double, double> f, double at, Side side = Side.Both, LimitOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(f);
        if (double.IsNaN(at)) throw new ArgumentException("[limit] the point is not a number; a number or an infinity is expected", nameof(at));
        options ??= new();
        Require.Positive("limit", options.Tolerance, nameof(options.Tolerance));
        if (options.Distance is double distance) Require.Positive("limit", distance, nameof(options.Distance));
        var work = new Work(options.MaxEvaluations, options.Cancellation);
        double direct = f(at);
        OneSidedLimit? left = null, right = null;
        StopReason stop = StopReason.Converged;
        try
        {
            if (double.IsNegativeInfinity(at) || (side != Side.Left && !double.IsInfinity(at))) right = new Approach(f, at, +1, options, work).Limit();
            if (double.IsPositiveInfinity(at) || (side != Side.Right && !double.IsInfinity(at))) left = new Approach(f, at, -1, options, work).Limit();
        }
        catch (WorkStoppedException e)
        {
            stop = e.Reason;
        }
        return LimitResult.From(at, direct, left, right, work.Evaluations, stop, options);
    }

    /// <summary>Finds the limit of a quotient of two lambdas over doubles, by l'Hôpital's rule where it applies.</summary>
    /// <inheritdoc cref="OfQuotient(Func{Tensor, Tensor}, Func{Tensor, Tensor}, double, Side, LimitOptions?)"/>
    public static QuotientLimit OfQuotient(Expression<Func<double, double>> numerator, Expression<Func<double, double>> denominator, double at, Side side = Side.Both, LimitOptions? options = null) =>
        OfQuotient(LambdaTracer.Trace(numerator), LambdaTracer.Trace(denominator), at, side, options);

    /// <summary>Finds the limit of a quotient of two differentiable functions, by l'Hôpital's rule where it applies.</summary>
    /// <param name="numerator">The numerator, over a scalar Float64 tensor.</param>
    /// <param name="denominator">The denominator, likewise.</param>
    /// <param name="at">The point, or plus or minus infinity.</param>
    /// <param name="side">From where the point is approached.</param>
    /// <param name="options">Tolerance, limits, callback; null for the defaults.</param>
    /// <remarks>
    /// At a finite point both are differentiated at the point until one derivative is not zero. At infinity, or where derivatives do not exist, the quotient of the derivatives is followed
    /// along sequences. Where the rule and the sequences contradict each other the verdict is <see cref="LimitKind.Undecided"/>.
    /// </remarks>
    /// <exception cref="ArgumentException"><paramref name="at"/> is not a number, or an option is out of range.</exception>
    [OverloadResolutionPriority(1)]
    public static QuotientLimit OfQuotient(Func<Tensor, Tensor> numerator, Func<Tensor, Tensor> denominator, double at, Side side = Side.Both, LimitOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(numerator);
        ArgumentNullException.ThrowIfNull(denominator);
        options ??= new();
        LimitResult sampled = Of(Quotient(numerator, denominator, 0), at, side, options);
        if (sampled.Stop is StopReason.Cancelled or StopReason.MaxEvaluations) return new(sampled, sampled, 0);
        if (double.IsFinite(at) && LHopital.AtPoint(numerator, denominator, at) is var (value, error, order) && order > 0)
            return new(LHopital.Reconcile(sampled, value, error), sampled, order);
        for (int order2 = 1; sampled.Kind == LimitKind.Undecided && order2 <= 3; order2++)
        {
            LimitResult derived = Of(Quotient(numerator, denominator, order2), at, side, options);
            if (derived.Kind is LimitKind.Finite or LimitKind.Diverges && LHopital.Applies(numerator, denominator, at, order2, side, options)) return new(derived, sampled, order2);
        }
        return new(sampled, sampled, 0);
    }

    static Func<double, double> Quotient(Func<Tensor, Tensor> f, Func<Tensor, Tensor> g, int order) => x =>
        double.IsFinite(x) ? Derivative.UpTo(f, x, order)[order] / Derivative.UpTo(g, x, order)[order] : f(Tensor.Scalar(x)).Item() / g(Tensor.Scalar(x)).Item();
}
