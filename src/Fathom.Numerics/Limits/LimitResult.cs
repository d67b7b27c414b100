namespace Fathom.Numerics;

/// <summary>From where a point is approached.</summary>
public enum Side
{
    /// <summary>From both sides; a limit exists where both one-sided limits agree.</summary>
    Both,

    /// <summary>From smaller numbers.</summary>
    Left,

    /// <summary>From larger numbers.</summary>
    Right,
}

/// <summary>What a function does near a point.</summary>
public enum LimitKind
{
    /// <summary>It tends to a number.</summary>
    Finite,

    /// <summary>It grows without bound; of a two-sided limit, on both sides, with <see cref="LimitResult.OneSidedAgree"/> telling whether to the same infinity.</summary>
    Diverges,

    /// <summary>There is no limit: the function keeps oscillating, or the two sides differ.</summary>
    DoesNotExist,

    /// <summary>It is not defined on that side, as far as was seen.</summary>
    NotDefined,

    /// <summary>The samples do not decide.</summary>
    Undecided,
}

/// <summary>A limit from one side.</summary>
/// <param name="Kind">What the function does.</param>
/// <param name="Value">What it tends to: a number, an infinity where it diverges, otherwise NaN.</param>
/// <param name="Error">An estimate of the error of the value; infinite where there is none.</param>
/// <param name="Method">What decided.</param>
public readonly record struct OneSidedLimit(LimitKind Kind, double Value, double Error, LimitMethod Method);

/// <summary>What decided a one-sided limit.</summary>
public enum LimitMethod
{
    /// <summary>Nothing did.</summary>
    None,

    /// <summary>The values themselves settled.</summary>
    Direct,

    /// <summary>A polynomial in the distance, extrapolated to distance zero (Richardson, Neville).</summary>
    Richardson,

    /// <summary>Wynn's epsilon algorithm along a geometric sequence: roots and other powers of the distance.</summary>
    Epsilon,

    /// <summary>Wynn's epsilon algorithm along distances that are repeatedly raised to a power: logarithms.</summary>
    Logarithmic,

    /// <summary>Oscillations whose size shrinks steadily to zero.</summary>
    Squeeze,

    /// <summary>Values grow, and the growth does not slow down.</summary>
    Growth,

    /// <summary>Oscillations whose size does not shrink.</summary>
    Oscillation,
}

/// <summary>A limit, with the direct evaluation beside it.</summary>
/// <param name="At">The point.</param>
/// <param name="Direct">What the function returns at the point itself; often NaN.</param>
/// <param name="Kind">The verdict.</param>
/// <param name="Value">What the function tends to: a number, an infinity where it diverges to the same one from all sides asked for, otherwise NaN.</param>
/// <param name="Error">An estimate of the error of the value.</param>
/// <param name="Left">The limit from smaller numbers; null if not asked for.</param>
/// <param name="Right">The limit from larger numbers; null if not asked for.</param>
/// <param name="OneSidedAgree">Whether both one-sided limits exist and agree; null where only one side was asked for, is defined, or could be decided.</param>
/// <param name="Evaluations">Evaluations of the function on the way.</param>
/// <param name="Stop">Converged where there is a verdict; NoProgress where undecided; or what ended the work early.</param>
public sealed record LimitResult(double At, double Direct, LimitKind Kind, double Value, double Error, OneSidedLimit? Left, OneSidedLimit? Right, bool? OneSidedAgree, int Evaluations, StopReason Stop)
{
    internal static LimitResult From(double at, double direct, OneSidedLimit? left, OneSidedLimit? right, int evaluations, StopReason stop, LimitOptions options)
    {
        if (stop != StopReason.Converged) return new(at, direct, LimitKind.Undecided, double.NaN, double.PositiveInfinity, left, right, null, evaluations, stop);
        OneSidedLimit both;
        bool? agree = null;
        if (left is { Kind: not LimitKind.NotDefined } l && right is { Kind: not LimitKind.NotDefined } r) (both, agree) = Join(l, r, options.Tolerance);
        else both = left is null or { Kind: LimitKind.NotDefined } ? right ?? left!.Value : left.Value;      // a side without the function has no say
        StopReason why = both.Kind == LimitKind.Undecided ? StopReason.NoProgress : StopReason.Converged;
        return new(at, direct, both.Kind, both.Value, both.Error, left, right, agree, evaluations, why);
    }

    static (OneSidedLimit Both, bool? Agree) Join(OneSidedLimit l, OneSidedLimit r, double tolerance)
    {
        var none = new OneSidedLimit(LimitKind.DoesNotExist, double.NaN, double.PositiveInfinity, LimitMethod.None);
        if (l.Kind == LimitKind.DoesNotExist || r.Kind == LimitKind.DoesNotExist) return (none, false);
        if (l.Kind == LimitKind.Undecided || r.Kind == LimitKind.Undecided) return (none with { Kind = LimitKind.Undecided }, null);
        if (l.Kind != r.Kind) return (none, false);
        if (l.Kind == LimitKind.Diverges) return l.Value == r.Value ? (l, true) : (none with { Kind = LimitKind.Diverges }, false);
        double apart = Math.Abs(l.Value - r.Value);
        if (apart > Math.Max(10 * (l.Error + r.Error), tolerance * Math.Max(1e-6, Math.Max(Math.Abs(l.Value), Math.Abs(r.Value)))) && apart > 1e-13) return (none, false);
        OneSidedLimit better = l.Error <= r.Error ? l : r;
        return (better with { Error = Math.Max(better.Error, apart) }, true);
    }

    /// <summary>The verdict in words, such as <c>1 (error 3e-16)</c> or <c>does not exist: from the left -1, from the right 1</c>.</summary>
    public override string ToString() => Kind switch
    {
        LimitKind.Finite => Words(new(Kind, Value, Error, LimitMethod.None)),
        _ when Left is { } l && Right is { } r => $"{Words(new(Kind, Value, Error, LimitMethod.None))}: from the left {Words(l)}, from the right {Words(r)}",
        _ => Words(new(Kind, Value, Error, LimitMethod.None)),
    };

    static string Words(OneSidedLimit x) => x.Kind switch
    {
        LimitKind.Finite => $"{x.Value:g12} (error {x.Error:0e+0})",
        LimitKind.Diverges => double.IsNaN(x.Value) ? "diverges" : x.Value > 0 ? "diverges to +infinity" : "diverges to -infinity",
        LimitKind.DoesNotExist => "does not exist",
        LimitKind.NotDefined => "not defined",
        _ => "undecided",
    };
}

/// <summary>The limit of a quotient.</summary>
/// <param name="Limit">The verdict.</param>
/// <param name="Sampled">What following the quotient along sequences says by itself.</param>
/// <param name="Order">How often numerator and denominator were differentiated by l'Hôpital's rule; 0 where it was not needed or does not apply.</param>
public sealed record QuotientLimit(LimitResult Limit, LimitResult Sampled, int Order);

/// <summary>How to look for a limit.</summary>
public sealed record LimitOptions
{
    /// <summary>The largest error estimate that counts as a value, relative to max(|limit|, 1).</summary>
    public double Tolerance { get; init; } = 1e-6;

    /// <summary>The first, largest distance from a finite point; null for 0.4 max(1, |point|). Choose it smaller where other singular points are near.</summary>
    public double? Distance { get; init; }

    /// <summary>The most evaluations of the function.</summary>
    public int MaxEvaluations { get; init; } = 20_000;

    /// <summary>Called with each sample on the main sequences: the point and the value.</summary>
    public Action<double, double>? OnSample { get; init; }

    /// <summary>Ends the work early.</summary>
    public CancellationToken Cancellation { get; init; }
}
