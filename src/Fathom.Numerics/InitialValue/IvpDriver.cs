namespace Fathom.Numerics.InitialValue;

/// <summary>Follows a solution step by step with any method, until there is a reason to stop.</summary>
sealed class IvpDriver(InitialValueProblem problem, IvpOptions options, Stepper stepper)
{
    readonly List<double> times = [problem.Start];
    readonly List<double[]> states = [problem.Initial.ToArray()];
    readonly List<Segment> segments = [];
    readonly EventWatch watch = new(options.Events);
    int rejected;

    double Direction => problem.End > problem.Start ? 1 : -1;

    internal IvpSolution Run()
    {
        stepper.Begin();
        if (!Finite(stepper.Slope)) return Finish(IvpStop.NonFinite, $"the right-hand side is not finite at the start, t = {problem.Start}: check it there");
        watch.Begin(problem.Start, stepper.Y);
        while (true)
        {
            if (Interrupted() is { } early) return early;
            double remaining = Math.Abs(problem.End - stepper.T), length = Length(remaining);
            if (length <= Shortest(stepper.T)) return GiveUp();
            double h = Direction * length, end = length == remaining ? problem.End : stepper.T + h;
            if ((stepper.Try(h) ? Accept(h, end) : Reject(h)) is { } stopped) return stopped;
        }
    }

    // The last step is stretched or cut to end where it should.
    double Length(double remaining)
    {
        double length = Math.Min(stepper.NextStep, options is AdaptiveOptions { MaxStep: var most } ? most : double.PositiveInfinity);
        return 1.01 * length >= remaining ? remaining : length;
    }

    // Ten times the distance of neighbouring doubles; a whole step from zero may be very short.
    static double Shortest(double t) => 10 * (Math.BitIncrement(Math.Abs(t)) - Math.Abs(t));

    IvpSolution? Interrupted()
    {
        if (options.Cancellation.IsCancellationRequested) return Finish(IvpStop.Cancelled, $"cancelled at t = {stepper.T}");
        if (stepper.Evaluations >= options.MaxEvaluations)
            return Finish(IvpStop.MaxEvaluations, $"{stepper.Evaluations} evaluations were made by t = {stepper.T}: allow more in MaxEvaluations, or loosen the tolerances");
        if (options is AdaptiveOptions adaptive && segments.Count + rejected >= adaptive.MaxSteps)
            return Finish(IvpStop.MaxSteps, $"{adaptive.MaxSteps} steps were tried by t = {stepper.T}: allow more in MaxSteps, or use an implicit method if the problem is stiff");
        return null;
    }

    IvpSolution? Reject(double h)
    {
        rejected++;
        if (options is not AdaptiveOptions)
            return Finish(Growing() || Huge(stepper.NewY) ? IvpStop.BlowUp : IvpStop.NonFinite,
                $"the step from t = {stepper.T} gave values that are not finite: the solution or the method's error grows without bound; take shorter steps");
        Report(h, accepted: false);
        return null;
    }

    IvpSolution? Accept(double h, double end)
    {
        Segment segment = stepper.Dense(h);
        if (watch.Look(segment, end, stepper.NewY) is { } terminal)
        {
            stepper.Accept(h, end);
            Keep(segment, terminal.T, [.. terminal.State]);
            return Finish(IvpStop.Event, $"the event '{terminal.Event.Name}' happened at t = {terminal.T}");
        }
        Report(h, accepted: true);
        stepper.Accept(h, end);
        Keep(segment, end, [.. stepper.Y]);
        if (end == problem.End) return Finish(IvpStop.EndReached, $"the end, t = {end}, was reached");
        if (Huge(stepper.Y)) return Finish(IvpStop.BlowUp, $"the solution has grown to {stepper.Y.Max(Math.Abs):g3} at t = {end}");
        return stepper.Stiff
            ? Finish(IvpStop.TooStiff, $"the problem is stiff near t = {end}: stability holds the steps down to {Math.Abs(h):g3}; use SolveIvp.Radau")
            : null;
    }

    void Report(double h, bool accepted) => options.OnStep?.Invoke(new(stepper.T, h, accepted, stepper.Error, [.. stepper.NewY]));

    IvpSolution GiveUp()
    {
        string where = $"the step at t = {stepper.T} would have to be shorter than doubles can express";
        if (Growing()) return Finish(IvpStop.BlowUp, $"{where}: the solution grows without bound there");
        if (double.IsNaN(stepper.Error)) return Finish(IvpStop.NonFinite, $"{where}: the right-hand side is not finite beyond it");
        return Finish(IvpStop.StepTooSmall, $"{where}: the solution is not smooth there, or the tolerance is too small");
    }

    // Within a thousand of the shortest steps the solution would change by its own size, away from zero.
    bool Growing()
    {
        double outward = 0, size = 0;
        for (int i = 0; i < problem.Size; i++)
        {
            outward += stepper.Y[i] * stepper.Slope[i];
            size += stepper.Y[i] * stepper.Y[i];
        }
        return outward * Direction * 1000 * Shortest(stepper.T) > size;
    }

    static bool Huge(ReadOnlySpan<double> y)
    {
        foreach (double v in y)
            if (!(Math.Abs(v) < 1e300)) return true;
        return false;
    }

    static bool Finite(double[] values) => Array.TrueForAll(values, double.IsFinite);

    void Keep(Segment segment, double end, double[] state)
    {
        segments.Add(segment);
        times.Add(end);
        states.Add(state);
    }

    IvpSolution Finish(IvpStop stop, string message) => new(segments)
    {
        Stop = stop,
        Message = message,
        Times = times,
        States = states,
        Events = watch.Seen,
        Work = new(segments.Count, rejected, stepper.Evaluations, stepper.Jacobians, stepper.Factorisations),
    };
}
