namespace Fathom.Numerics.InitialValue;

/// <summary>What every method for initial value problems can be asked for.</summary>
public record IvpOptions
{
    /// <summary>The most evaluations of the right-hand side, those for finite-difference Jacobians included.</summary>
    public int MaxEvaluations { get; init; } = 1_000_000;

    /// <summary>Called after every step, accepted or rejected.</summary>
    public Action<IvpStep>? OnStep { get; init; }

    /// <summary>What to look out for on the way.</summary>
    public IReadOnlyList<IvpEvent> Events { get; init; } = [];

    /// <summary>Asks the method to stop after the present step; the result then holds what was reached.</summary>
    public CancellationToken Cancellation { get; init; }
}

/// <summary>What methods that choose their own steps can be asked for.</summary>
public record AdaptiveOptions : IvpOptions
{
    /// <summary>The error allowed in a step, as a part of the component's size. At least 1e-14, about what doubles can keep.</summary>
    public double RelativeTolerance { get; init; } = 1e-6;

    /// <summary>The error allowed in a step where a component is near zero.</summary>
    public double AbsoluteTolerance { get; init; } = 1e-9;

    /// <summary>An absolute tolerance for each component, instead of one for all; null for one for all.</summary>
    public IReadOnlyList<double>? AbsoluteTolerances { get; init; }

    /// <summary>The longest step.</summary>
    public double MaxStep { get; init; } = double.PositiveInfinity;

    /// <summary>The length of the first step to try; null to estimate it (Hairer, Norsett and Wanner, Solving Ordinary Differential Equations I, II.4).</summary>
    public double? FirstStep { get; init; }

    /// <summary>The most steps, rejected ones included.</summary>
    public int MaxSteps { get; init; } = 100_000;

    /// <summary>An explicit method looks for stiffness after so many accepted steps, and stops where stability, not accuracy, holds its steps down. 0 never looks.</summary>
    public int StiffnessCheck { get; init; } = 1000;

    internal void Check(int size)
    {
        if (!(RelativeTolerance >= 1e-14 && RelativeTolerance < 1))
            throw new ArgumentException($"[initial value] RelativeTolerance is {RelativeTolerance}: give a number from 1e-14 to below 1");
        if (AbsoluteTolerances is { } each && each.Count != size)
            throw new ArgumentException($"[initial value] {each.Count} absolute tolerances for {size} equations: give one for each, or AbsoluteTolerance for all");
        for (int i = 0; i < size; i++)
            if (!(Absolute(i) > 0) || !double.IsFinite(Absolute(i)))
                throw new ArgumentException($"[initial value] the absolute tolerance of component {i} is {Absolute(i)}: give a positive number");
        if (!(MaxStep > 0)) throw new ArgumentException($"[initial value] MaxStep is {MaxStep}: give a positive number");
        if (FirstStep is { } first && !(first > 0 && double.IsFinite(first))) throw new ArgumentException($"[initial value] FirstStep is {first}: give a positive number, or null");
        if (MaxSteps < 1) throw new ArgumentException($"[initial value] MaxSteps is {MaxSteps}: give 1 or more");
        ArgumentOutOfRangeException.ThrowIfNegative(StiffnessCheck);
    }

    internal double Absolute(int component) => AbsoluteTolerances is { } each ? each[component] : AbsoluteTolerance;
}

/// <summary>One step as a callback sees it.</summary>
/// <param name="T">Where the step began.</param>
/// <param name="H">Its length, negative where the solution is followed backwards.</param>
/// <param name="Accepted">False where the error was too large and the step is tried again, shorter.</param>
/// <param name="Error">The estimated error as a part of what is allowed (0 where the method has no estimate, not finite where the step could not be computed).</param>
/// <param name="State">The state at the end of the step, as computed.</param>
public sealed record IvpStep(double T, double H, bool Accepted, double Error, IReadOnlyList<double> State);

/// <summary>Which crossings of zero count.</summary>
public enum EventDirection
{
    /// <summary>All.</summary>
    Both,

    /// <summary>From below to above, in the direction of integration.</summary>
    Rising,

    /// <summary>From above to below, in the direction of integration.</summary>
    Falling,
}

/// <summary>Something to look out for: a crossing of zero by a function of time and state, found on the dense output.</summary>
/// <remarks>Crossings are looked for between four points of each step, so a function that crosses twice within a quarter of a step is missed: set MaxStep.</remarks>
/// <param name="Name">What it is called in the result.</param>
/// <param name="Function">Crosses zero where the event happens.</param>
/// <param name="Direction">Which crossings count.</param>
/// <param name="Terminal">Whether to stop there.</param>
public sealed record IvpEvent(string Name, Func<double, double[], double> Function, EventDirection Direction = EventDirection.Both, bool Terminal = false);

/// <summary>An event that happened.</summary>
/// <param name="Event">What was looked out for.</param>
/// <param name="T">When.</param>
/// <param name="State">The state then.</param>
public sealed record IvpOccurrence(IvpEvent Event, double T, IReadOnlyList<double> State);
