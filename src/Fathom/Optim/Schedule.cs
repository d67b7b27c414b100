namespace Fathom.Optim;

/// <summary>
/// A learning rate as a function of the number of steps taken (epochs or batches, whatever the caller counts), relative to the rate
/// a parameter group started with. A value: put schedules together with <see cref="Then"/> and have a <see cref="Scheduler"/> apply them.
/// </summary>
/// <example><code>Scheduler scheduler = new(optimizer, Schedule.WarmUp(5).Then(5, Schedule.Cosine(20)));</code></example>
public abstract class Schedule
{
    /// <summary>The learning rate after <paramref name="step"/> steps of a group that started with <paramref name="initial"/>.</summary>
    /// <param name="step">Steps taken, 0 or more.</param>
    /// <param name="initial">The learning rate that the group was made with.</param>
    public abstract double Rate(int step, double initial);

    /// <summary>The rate is multiplied by <paramref name="gamma"/> after every <paramref name="every"/> steps.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="every"/> is less than 1.</exception>
    public static Schedule Step(int every, double gamma = 0.1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        return new Factor(step => Math.Pow(gamma, step / every));
    }

    /// <summary>The rate is multiplied by <paramref name="gamma"/> at each of the given steps; a step named twice counts twice.</summary>
    public static Schedule MultiStep(IEnumerable<int> milestones, double gamma = 0.1)
    {
        int[] sorted = [.. milestones.Order()];
        return new Factor(step => Math.Pow(gamma, sorted.Count(m => m <= step)));
    }

    /// <summary>The rate is multiplied by <paramref name="gamma"/> after every step.</summary>
    public static Schedule Exponential(double gamma) => new Factor(step => Math.Pow(gamma, step));

    /// <summary>
    /// Half a cosine wave from the initial rate down to <paramref name="final"/> in <paramref name="steps"/> steps, and up again beyond them
    /// (Loshchilov and Hutter 2016, SGDR, eq. 5, without restarts).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is less than 1.</exception>
    public static Schedule Cosine(int steps, double final = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        return new Curve((step, initial) => final + (initial - final) * (1 + Math.Cos(Math.PI * step / steps)) / 2);
    }

    /// <summary>The initial rate times a factor that grows linearly from <paramref name="start"/> to 1 in <paramref name="steps"/> steps and stays there.</summary>
    /// <param name="steps">Steps to the full rate.</param>
    /// <param name="start">The factor before the first step.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is less than 1.</exception>
    public static Schedule WarmUp(int steps, double start = 1.0 / 3)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        return new Factor(step => start + (1 - start) * Math.Min(step, steps) / steps);
    }

    /// <summary>The initial rate times a factor, constant.</summary>
    public static Schedule Constant(double factor = 1) => new Factor(_ => factor);

    /// <summary>The initial rate times any function of the number of steps taken.</summary>
    public static Schedule Of(Func<int, double> factor) => new Factor(factor);

    /// <summary>This schedule for the first <paramref name="steps"/> steps, then <paramref name="next"/>, which counts from 0 again.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is negative.</exception>
    public Schedule Then(int steps, Schedule next)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        ArgumentNullException.ThrowIfNull(next);
        return new Curve((step, initial) => step < steps ? Rate(step, initial) : next.Rate(step - steps, initial));
    }

    sealed class Curve(Func<int, double, double> rate) : Schedule
    {
        public override double Rate(int step, double initial) => rate(step, initial);
    }

    sealed class Factor(Func<int, double> factor) : Schedule
    {
        public override double Rate(int step, double initial) => initial * factor(step);
    }
}
