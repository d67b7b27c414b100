namespace Fathom.Numerics.Minimisation;

/// <summary>What a constraint asks of its function.</summary>
public enum ConstraintKind
{
    /// <summary>To be zero.</summary>
    Zero,

    /// <summary>To be zero or less.</summary>
    AtMostZero,

    /// <summary>To be zero or more.</summary>
    AtLeastZero,
}

/// <summary>A condition that a minimum must keep.</summary>
/// <param name="Function">What is limited. Constraints work best scaled, so that 1 means a grave violation of any of them.</param>
/// <param name="Kind">How.</param>
public sealed record Constraint(Objective Function, ConstraintKind Kind)
{
    /// <summary>The function is to be zero.</summary>
    public static Constraint Zero(Func<double[], double> f) => new(Objective.Of(f), ConstraintKind.Zero);

    /// <summary>The function is to be zero or less.</summary>
    public static Constraint AtMostZero(Func<double[], double> f) => new(Objective.Of(f), ConstraintKind.AtMostZero);

    /// <summary>The function is to be zero or more.</summary>
    public static Constraint AtLeastZero(Func<double[], double> f) => new(Objective.Of(f), ConstraintKind.AtLeastZero);

    /// <summary>The sign that turns the function into one to be zero, or zero or less.</summary>
    internal double Sign => Kind == ConstraintKind.AtLeastZero ? -1 : 1;

    internal bool IsEquality => Kind == ConstraintKind.Zero;
}

/// <summary>What methods with constraints can be asked for, beyond what the minimiser they use is asked for.</summary>
public sealed record ConstrainedOptions : MinimiseOptions
{
    /// <summary>The largest violation of any constraint that counts as none.</summary>
    public double Feasibility { get; init; } = 1e-8;

    /// <summary>The weight of squared violations in the first round.</summary>
    public double FirstPenalty { get; init; } = 10;

    /// <summary>By what the weight grows where a round has not brought the violation down enough; more than 1.</summary>
    public double PenaltyGrowth { get; init; } = 10;

    /// <summary>The most rounds.</summary>
    public int MaxRounds { get; init; } = 50;

    /// <summary>Called after every round.</summary>
    public Action<ConstrainedProgress>? OnRound { get; init; }
}

/// <summary>A round of a method with constraints as a callback sees it.</summary>
/// <param name="Round">Its number, from 1.</param>
/// <param name="X">The point reached.</param>
/// <param name="Value">The function there, without penalties.</param>
/// <param name="Violation">The largest violation of a constraint.</param>
/// <param name="Penalty">The weight of squared violations in this round.</param>
/// <param name="Multipliers">The multipliers for the next round, in the order of the constraints: how fast the least value would fall if a constraint were eased.</param>
public sealed record ConstrainedProgress(int Round, IReadOnlyList<double> X, double Value, double Violation, double Penalty, IReadOnlyList<double> Multipliers);

/// <summary>The least value found under constraints.</summary>
/// <param name="X">Where.</param>
/// <param name="Value">The function there, without penalties.</param>
/// <param name="Violation">The largest violation of a constraint.</param>
/// <param name="Multipliers">The multipliers, in the order of the constraints.</param>
/// <param name="Stop">Why the search ended.</param>
/// <param name="Rounds">Rounds made.</param>
/// <param name="Iterations">Iterations made in all rounds.</param>
/// <param name="Evaluations">Evaluations of function and constraints made in all rounds.</param>
public sealed record ConstrainedMinimum(
    double[] X, double Value, double Violation, double[] Multipliers, StopReason Stop, int Rounds, int Iterations, int Evaluations);
