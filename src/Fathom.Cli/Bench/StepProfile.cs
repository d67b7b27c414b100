using System.Diagnostics;
using System.Text;
using Fathom.Autograd;

namespace Fathom.Cli.Bench;

/// <summary>Where the time of a training step goes: each op's least time over many steps, since what is more than that other work on the machine took.</summary>
internal sealed class StepProfile
{
    readonly Dictionary<(string Op, string Result), (int Calls, List<OpTime> Times)> _ops = [];
    readonly OpProfile _profile = new();

    /// <summary>How long each step took, in milliseconds.</summary>
    public List<double> Steps { get; } = [];

    /// <summary>The ops and, by phase, what lies outside them: how often a step calls each, and what it took in each step.</summary>
    public IReadOnlyDictionary<(string Op, string Result), (int Calls, List<OpTime> Times)> Ops => _ops;

    /// <summary>Trains for some seconds, three steps at least, and writes a table: ops by kind, then the dearest by shape.</summary>
    /// <param name="workload">What to train.</param>
    /// <param name="seconds">How long, about.</param>
    /// <param name="stop">Cancelled by Ctrl-C.</param>
    public static string Measure(Workload workload, double seconds, CancellationToken stop)
    {
        TrainingLoop loop = new(workload);
        loop.Step();
        StepProfile profile = new();
        profile.Run(loop, seconds, 3, stop);
        return profile.ToTable(workload);
    }

    /// <summary>Trains for some seconds and a number of steps at least.</summary>
    public void Run(TrainingLoop loop, double seconds, int least, CancellationToken stop)
    {
        OpProfile.Current = _profile;
        try
        {
            long begin = Stopwatch.GetTimestamp();
            for (int i = 0; i < least || Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds; i++)
            {
                stop.ThrowIfCancellationRequested();
                Step(loop);
            }
        }
        finally
        {
            OpProfile.Current = null;
        }
    }

    void Step(TrainingLoop loop)
    {
        long begin = Stopwatch.GetTimestamp();
        Phase("zero_grad", loop.ZeroGrad);
        Tensor? loss = null;
        Phase("forward", () => loss = loop.Forward());
        Phase("backward", () => loop.Backward(loss!));
        Phase("update", loop.Update);
        Steps.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
    }

    void Phase(string name, Action work)
    {
        _profile.Clear();
        OpTime begin = OpTime.Now;
        work();
        OpTime time = OpTime.Now - begin;
        foreach (OpCost c in _profile.Costs) Keep((c.Op, c.Result.ToString()), c.Calls, c.Time);
        Keep(($"({name}, outside ops)", ""), 1, time - _profile.InOps);
    }

    void Keep((string, string) key, int calls, OpTime time)
    {
        if (!_ops.TryGetValue(key, out var old)) _ops[key] = old = (calls, []);
        old.Times.Add(time);
    }

    string ToTable(Workload workload)
    {
        var best = _ops.ToDictionary(o => o.Key, o => (o.Value.Calls, Ms: o.Value.Times.Min(t => t.Wall.TotalMilliseconds)));
        double sum = best.Values.Sum(c => c.Ms);
        StringBuilder text = new($"{workload.Name}: best step of {Steps.Count} {Steps.Min():F2} ms; each op's best, summed, {sum:F2} ms\n\n");
        text.Append($"{"op",-64} calls        ms  share\n");
        var kinds = best.GroupBy(c => c.Key.Op).Select(g => (Op: g.Key, Calls: g.Sum(c => c.Value.Calls), Ms: g.Sum(c => c.Value.Ms)));
        foreach ((string op, int calls, double ms) in kinds.Where(k => k.Ms >= sum / 1000).OrderByDescending(k => k.Ms))
            text.Append($"{op,-64} {calls,5} {ms,9:F3} {ms / sum,6:P1}\n");
        text.Append($"\n{"op and shape of its result",-64} calls        ms  share\n");
        foreach (((string op, string result), (int calls, double ms)) in best.Where(c => c.Value.Ms >= sum / 100).OrderByDescending(c => c.Value.Ms))
            text.Append($"{op + ' ' + result,-64} {calls,5} {ms,9:F3} {ms / sum,6:P1}\n");
        return text.ToString();
    }
}
