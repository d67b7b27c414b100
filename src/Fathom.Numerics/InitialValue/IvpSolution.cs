namespace Fathom.Numerics.InitialValue;

/// <summary>Why the integration ended.</summary>
public enum IvpStop
{
    /// <summary>The end was reached.</summary>
    EndReached,

    /// <summary>A terminal event happened.</summary>
    Event,

    /// <summary>The solution grows without bound: it changes by its own size within the shortest step that doubles can express.</summary>
    BlowUp,

    /// <summary>The step would have to be shorter than doubles can express: the solution is not smooth here, or the tolerance is too small.</summary>
    StepTooSmall,

    /// <summary>Stability, not accuracy, holds the steps of an explicit method down: use an implicit one.</summary>
    TooStiff,

    /// <summary>The right-hand side gave values that are not finite, however short the step.</summary>
    NonFinite,

    /// <summary>The most steps were taken.</summary>
    MaxSteps,

    /// <summary>The most evaluations were made.</summary>
    MaxEvaluations,

    /// <summary>The caller cancelled.</summary>
    Cancelled,

    /// <summary>The end was reached, but the error there could not be brought down to what was asked.</summary>
    ToleranceNotReached,
}

/// <summary>The work done on an initial value problem.</summary>
/// <param name="Accepted">Steps taken.</param>
/// <param name="Rejected">Steps tried and given up for shorter ones.</param>
/// <param name="Evaluations">Evaluations of the right-hand side.</param>
/// <param name="Jacobians">Jacobians computed.</param>
/// <param name="Factorisations">Matrices factorised, a real and a complex one counted as two.</param>
public sealed record IvpWork(int Accepted, int Rejected, int Evaluations, int Jacobians, int Factorisations);

/// <summary>The solution of an initial value problem, as far as it was followed.</summary>
public sealed record IvpSolution
{
    readonly IReadOnlyList<Segment> segments;

    internal IvpSolution(IReadOnlyList<Segment> segments) => this.segments = segments;

    /// <summary>Why the integration ended.</summary>
    public required IvpStop Stop { get; init; }

    /// <summary>The same in words, with what to do about it.</summary>
    public required string Message { get; init; }

    /// <summary>The ends of the steps, the start first.</summary>
    public required IReadOnlyList<double> Times { get; init; }

    /// <summary>The states at <see cref="Times"/>.</summary>
    public required IReadOnlyList<double[]> States { get; init; }

    /// <summary>The events that happened, in order.</summary>
    public required IReadOnlyList<IvpOccurrence> Events { get; init; }

    /// <summary>The work done.</summary>
    public required IvpWork Work { get; init; }

    /// <summary>The estimated largest error of the whole solution, as a part of the tolerances; null where only the error of each step was controlled.</summary>
    public double? GlobalError { get; init; }

    /// <summary>Whether the end, or a terminal event, was reached.</summary>
    public bool Succeeded => Stop is IvpStop.EndReached or IvpStop.Event;

    /// <summary>Where the solution ends.</summary>
    public double LastTime => Times[^1];

    /// <summary>The state where the solution ends.</summary>
    public double[] Last => States[^1];

    /// <summary>The state at any time that was reached, from the method's dense output.</summary>
    /// <param name="t">A time between the start and <see cref="LastTime"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time was not reached.</exception>
    public double[] At(double t)
    {
        double direction = LastTime >= Times[0] ? 1 : -1;
        if (!((t - Times[0]) * direction >= 0 && (LastTime - t) * direction >= 0))
            throw new ArgumentOutOfRangeException(nameof(t), t, $"[initial value] the solution was followed from {Times[0]} to {LastTime} ({Message})");
        if (segments.Count == 0) return [.. States[0]];
        int low = 0, high = segments.Count - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if ((Times[middle + 1] - t) * direction >= 0) high = middle; else low = middle + 1;
        }
        if (t == Times[low + 1]) return [.. States[low + 1]];
        var y = new double[States[0].Length];
        segments[low].Evaluate(t, y);
        return y;
    }
}
