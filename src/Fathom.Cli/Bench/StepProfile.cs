using System.Diagnostics;
using System.Text;
using Fathom.Autograd;

namespace Fathom.Cli.Bench;

/// <summary>Where the time of a training step goes: each op's least time over many steps, since what is more than that other work on the machine took.</summary>
internal sealed class StepProfile
{
    readonly Dictionary<(string Op, string Result), (int Calls, double Ms)> _best = [];
    readonly OpProfile _profile = new();
    double _step = double.PositiveInfinity;
    int _steps;

    /// <summary>Trains for some seconds, three steps at least, and writes a table: ops by kind, then the dearest by shape.</summary>
    /// <param name="workload">What to train.</param>
    /// <param name="seconds">How long, about.</param>
    /// <param name="stop">Cancelled by Ctrl-C.</param>
    public static string Measure(Workload workload, double seconds, CancellationToken stop)
    {
        TrainingLoop loop = new(workload);
        loop.Step();
        StepProfile profile = new();
        OpProfile.Current = profile._profile;
        try
        {
            long begin = Stopwatch.GetTimestamp();
            while (profile._steps < 3 || Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds)
            {
                stop.ThrowIfCancellationRequested();
                profile.Step(loop);
            }
        }
        finally
        {
            OpProfile.Current = null;
        }
        return profile.ToTable(workload);
    }

    void Step(TrainingLoop loop)
    {
        long begin = Stopwatch.GetTimestamp();
        Phase("zero_grad", loop.ZeroGrad);
        Tensor? loss = null;
        Phase("forward", () => loss = loop.Forward());
        Phase("backward", () => loop.Backward(loss!));
        Phase("update", loop.Update);
        _step = Math.Min(_step, Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        _steps++;
    }

    void Phase(string name, Action work)
    {
        _profile.Clear();
        long begin = Stopwatch.GetTimestamp();
        work();
        TimeSpan time = Stopwatch.GetElapsedTime(begin);
        foreach (OpCost c in _profile.Costs) Keep((c.Op, c.Result.ToString()), c.Calls, c.Time);
        Keep(($"({name}, outside ops)", ""), 1, time - _profile.InOps);
    }

    void Keep((string, string) key, int calls, TimeSpan time)
    {
        double ms = time.TotalMilliseconds;
        _best[key] = _best.TryGetValue(key, out var old) ? (calls, Math.Min(old.Ms, ms)) : (calls, ms);
    }

    string ToTable(Workload workload)
    {
        double sum = _best.Values.Sum(c => c.Ms);
        StringBuilder text = new($"{workload.Name}: best step of {_steps} {_step:F2} ms; each op's best, summed, {sum:F2} ms\n\n");
        text.Append($"{"op",-64} calls        ms  share\n");
        var kinds = _best.GroupBy(c => c.Key.Op).Select(g => (Op: g.Key, Calls: g.Sum(c => c.Value.Calls), Ms: g.Sum(c => c.Value.Ms)));
        foreach ((string op, int calls, double ms) in kinds.Where(k => k.Ms >= sum / 1000).OrderByDescending(k => k.Ms))
            text.Append($"{op,-64} {calls,5} {ms,9:F3} {ms / sum,6:P1}\n");
        text.Append($"\n{"op and shape of its result",-64} calls        ms  share\n");
        foreach (((string op, string result), (int calls, double ms)) in _best.Where(c => c.Value.Ms >= sum / 100).OrderByDescending(c => c.Value.Ms))
            text.Append($"{op + ' ' + result,-64} {calls,5} {ms,9:F3} {ms / sum,6:P1}\n");
        return text.ToString();
    }
}
