using System.Diagnostics;
using Fathom.Devices.Cpu;

namespace Fathom.Autograd;

/// <summary>
/// Times every op of the thread that started it: what each costs by itself, without the ops that it runs inside. Costs two reads of a field an op
/// while nobody profiles.
/// </summary>
internal sealed class OpProfile
{
    readonly Dictionary<(string Op, Shape Result), (int Calls, OpTime Time)> costs = [];
    readonly Stack<Frame> running = new();
    readonly Thread owner = Thread.CurrentThread;

    /// <summary>The profile that ops report to; null for none.</summary>
    public static OpProfile? Current { get; set; }

    /// <summary>Time inside ops so far.</summary>
    public OpTime InOps { get; private set; }

    /// <summary>The ops so far, by name and shape: an op of the backward walk is named "conv2d backward", what it runs "conv2d backward: conv2d_input_grad".</summary>
    public IEnumerable<OpCost> Costs => costs.Select(c => new OpCost(c.Key.Op, c.Key.Result, c.Value.Calls, c.Value.Time));

    /// <summary>Forgets what was measured.</summary>
    public void Clear()
    {
        costs.Clear();
        running.Clear();
        InOps = default;
    }

    /// <summary>An op begins.</summary>
    public void Begin(Op op, bool backward = false)
    {
        if (Thread.CurrentThread != owner) return;
        string name = backward ? op.Name + " backward" : op.Name;
        if (running.TryPeek(out Frame outer)) name = $"{outer.Name}: {name}";
        running.Push(new(name, OpTime.Now, default));
    }

    /// <summary>The op that began last ends.</summary>
    public void End(Shape result)
    {
        if (Thread.CurrentThread != owner || !running.TryPop(out Frame f)) return;
        OpTime time = OpTime.Now - f.Begin;
        if (running.TryPop(out Frame outer)) running.Push(outer with { Inner = outer.Inner + time });
        else InOps += time;
        (int calls, OpTime own) = costs.GetValueOrDefault((f.Name, result));
        costs[(f.Name, result)] = (calls + 1, own + time - f.Inner);
    }

    readonly record struct Frame(string Name, OpTime Begin, OpTime Inner);
}

/// <summary>What the calls of an op with results of one shape took.</summary>
internal readonly record struct OpCost(string Op, Shape Result, int Calls, OpTime Time);

/// <summary>A time, and what of it parallel work took while <see cref="ThreadWatch"/> is on.</summary>
/// <param name="Wall">By the clock.</param>
/// <param name="Parallel">Of that, inside parallel calls.</param>
/// <param name="Jobs">What all threads together spent in the jobs of those calls.</param>
internal readonly record struct OpTime(TimeSpan Wall, TimeSpan Parallel, TimeSpan Jobs)
{
    /// <summary>Since some moment of the past.</summary>
    public static OpTime Now
    {
        get
        {
            (TimeSpan calls, TimeSpan jobs) = ThreadWatch.Totals;
            return new(Stopwatch.GetElapsedTime(0), calls, jobs);
        }
    }

    public static OpTime operator +(OpTime a, OpTime b) => new(a.Wall + b.Wall, a.Parallel + b.Parallel, a.Jobs + b.Jobs);
    public static OpTime operator -(OpTime a, OpTime b) => new(a.Wall - b.Wall, a.Parallel - b.Parallel, a.Jobs - b.Jobs);
}
