namespace Fathom.Optim;

/// <summary>Sets the learning rate of an optimiser's parameter groups as steps go by. Call <see cref="Step"/> after each epoch, or each batch, of the optimiser.</summary>
public class Scheduler
{
    readonly Schedule? schedule;

    /// <summary>Applies a schedule to every group, each relative to the rate it has now.</summary>
    /// <param name="optimizer">Whose rates are set, at once and at every step.</param>
    /// <param name="schedule">The rate as a function of the steps taken.</param>
    public Scheduler(Optimizer optimizer, Schedule schedule) : this(optimizer)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        this.schedule = schedule;
        Apply();
    }

    /// <summary>For schedules that are more than a function of the step; the derived class calls <see cref="Apply"/> when it is ready.</summary>
    protected Scheduler(Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        Optimizer = optimizer;
        InitialRates = [.. optimizer.Groups.Select(g => g.LearningRate)];
    }

    /// <summary>The optimiser whose rates are set.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>Steps taken; setting it continues from there, as when a checkpoint is loaded.</summary>
    public int StepCount
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
            Apply();
        }
    }

    /// <summary>The rates that the groups had when this scheduler was made.</summary>
    protected IReadOnlyList<double> InitialRates { get; }

    /// <summary>Counts one step and sets the rates that follow it.</summary>
    public void Step() => StepCount++;

    /// <summary>Sets the rates for the present <see cref="StepCount"/>.</summary>
    protected virtual void Apply()
    {
        for (int i = 0; i < InitialRates.Count; i++)
            Optimizer.Groups[i].LearningRate = schedule!.Rate(StepCount, InitialRates[i]);
    }
}
