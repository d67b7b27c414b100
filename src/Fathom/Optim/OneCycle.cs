namespace Fathom.Optim;

/// <summary>How <see cref="OneCycle"/> goes from one rate to the next.</summary>
public enum Anneal
{
    /// <summary>Half a cosine wave.</summary>
    Cosine,
    /// <summary>A straight line.</summary>
    Linear,
}

/// <summary>
/// The one-cycle policy (Smith and Topin 2017, Super-Convergence): the rate climbs from a small one to the largest, then falls far below where it
/// began, while momentum (the first beta of Adam) mirrors it. Step after every batch.
/// </summary>
public sealed class OneCycle : Scheduler
{
    readonly double[] largest;
    readonly Phase[] phases;
    readonly double divisor, finalDivisor, baseMomentum, maxMomentum;
    readonly Anneal anneal;
    readonly bool cycleMomentum;

    /// <summary>A cycle of <paramref name="totalSteps"/> optimiser steps.</summary>
    /// <param name="optimizer">Whose rates and momenta are set.</param>
    /// <param name="maxRates">The largest rate: one for all groups, or one each.</param>
    /// <param name="totalSteps">Optimiser steps of the whole cycle, at least 2.</param>
    /// <param name="rising">The part of the cycle in which the rate climbs, between 0 and 1.</param>
    /// <param name="anneal">The form of the curve.</param>
    /// <param name="divisor">The rate starts at the largest divided by this.</param>
    /// <param name="finalDivisor">The rate ends at its start divided by this.</param>
    /// <param name="threePhases">Whether the rate falls in the mirror image of its climb before it goes on to the end, rather than in one sweep.</param>
    /// <param name="cycleMomentum">Whether momentum moves against the rate; only for groups that have one.</param>
    /// <param name="baseMomentum">Momentum at the largest rate.</param>
    /// <param name="maxMomentum">Momentum at the smallest rates.</param>
    /// <exception cref="ArgumentException">The number of rates fits neither one nor the groups, or a value is out of its range.</exception>
    public OneCycle(Optimizer optimizer, IReadOnlyList<double> maxRates, int totalSteps, double rising = 0.3, Anneal anneal = Anneal.Cosine,
        double divisor = 25, double finalDivisor = 1e4, bool threePhases = false, bool cycleMomentum = true, double baseMomentum = 0.85, double maxMomentum = 0.95)
        : base(optimizer)
    {
        ArgumentNullException.ThrowIfNull(maxRates);
        int groups = optimizer.Groups.Count;
        if (maxRates.Count != 1 && maxRates.Count != groups)
            throw new ArgumentException($"{maxRates.Count} largest rates for {groups} parameter groups; give one for all or one each.", nameof(maxRates));
        ArgumentOutOfRangeException.ThrowIfLessThan(totalSteps, 2);
        if (rising is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(rising), rising, "The rising part of the cycle lies between 0 and 1.");
        largest = maxRates.Count == 1 ? [.. Enumerable.Repeat(maxRates[0], groups)] : [.. maxRates];
        phases = Phases(totalSteps, rising, threePhases);
        (this.divisor, this.finalDivisor, this.baseMomentum, this.maxMomentum) = (divisor, finalDivisor, baseMomentum, maxMomentum);
        (this.anneal, this.cycleMomentum, TotalSteps) = (anneal, cycleMomentum, totalSteps);
        Apply();
    }

    /// <summary>The same largest rate for all groups.</summary>
    /// <inheritdoc cref="OneCycle(Optimizer, IReadOnlyList{double}, int, double, Anneal, double, double, bool, bool, double, double)"/>
    public OneCycle(Optimizer optimizer, double maxRate, int totalSteps, double rising = 0.3, Anneal anneal = Anneal.Cosine,
        double divisor = 25, double finalDivisor = 1e4, bool threePhases = false, bool cycleMomentum = true, double baseMomentum = 0.85, double maxMomentum = 0.95)
        : this(optimizer, [maxRate], totalSteps, rising, anneal, divisor, finalDivisor, threePhases, cycleMomentum, baseMomentum, maxMomentum) { }

    /// <summary>Optimiser steps of the whole cycle.</summary>
    public int TotalSteps { get; }

    enum Level { Start, Largest, End }

    readonly record struct Phase(double EndStep, Level From, Level To);

    static Phase[] Phases(int total, double rising, bool three)
    {
        double peak = rising * total - 1;
        return three
            ? [new(peak, Level.Start, Level.Largest), new(2 * peak, Level.Largest, Level.Start), new(total - 1, Level.Start, Level.End)]
            : [new(peak, Level.Start, Level.Largest), new(total - 1, Level.Largest, Level.End)];
    }

    /// <inheritdoc/>
    protected override void Apply()
    {
        if (StepCount >= TotalSteps)
            throw new InvalidOperationException($"[one_cycle] step {StepCount} of a cycle of {TotalSteps} steps; make the cycle as long as the training.");
        double start = 0;
        int i = 0;
        while (StepCount > phases[i].EndStep && i < phases.Length - 1) start = phases[i++].EndStep;
        Phase phase = phases[i];
        double part = (StepCount - start) / (phase.EndStep - start);
        for (int g = 0; g < largest.Length; g++)
        {
            ParameterGroup group = Optimizer.Groups[g];
            group.LearningRate = Between(RateAt(phase.From, largest[g]), RateAt(phase.To, largest[g]), part);
            if (cycleMomentum && group.HasMomentum) group.Momentum = Between(MomentumAt(phase.From), MomentumAt(phase.To), part);
        }
    }

    double RateAt(Level level, double largest) => level switch
    {
        Level.Start => largest / divisor,
        Level.Largest => largest,
        _ => largest / divisor / finalDivisor,
    };

    double MomentumAt(Level level) => level == Level.Largest ? baseMomentum : maxMomentum;

    double Between(double from, double to, double part) =>
        anneal == Anneal.Linear ? from + (to - from) * part : to + (from - to) * (1 + Math.Cos(Math.PI * part)) / 2;
}
