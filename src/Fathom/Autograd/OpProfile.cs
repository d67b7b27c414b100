using System.Diagnostics;

namespace Fathom.Autograd;

/// <summary>
/// Times every op of the thread that started it: what each costs by itself, without the ops that it runs inside. Costs two reads of a field an op
/// while nobody profiles.
/// </summary>
internal sealed class OpProfile
{
    readonly Dictionary<(string Op, Shape Result), (int Calls, long Ticks)> costs = [];
    readonly Stack<Frame> running = new();
    readonly Thread owner = Thread.CurrentThread;
    long opTicks;

    /// <summary>The profile that ops report to; null for none.</summary>
    public static OpProfile? Current { get; set; }

    /// <summary>Time inside ops so far.</summary>
    public TimeSpan InOps => Stopwatch.GetElapsedTime(0, opTicks);

    /// <summary>The ops so far, by name and shape: an op of the backward walk is named "conv2d backward", what it runs "conv2d backward: conv2d_input_grad".</summary>
    public IEnumerable<OpCost> Costs => costs.Select(c => new OpCost(c.Key.Op, c.Key.Result, c.Value.Calls, Stopwatch.GetElapsedTime(0, c.Value.Ticks)));

    /// <summary>Forgets what was measured.</summary>
    public void Clear()
    {
        costs.Clear();
        running.Clear();
        opTicks = 0;
    }

    /// <summary>An op begins.</summary>
    public void Begin(Op op, bool backward = false)
    {
        if (Thread.CurrentThread != owner) return;
        string name = backward ? op.Name + " backward" : op.Name;
        if (running.TryPeek(out Frame outer)) name = $"{outer.Name}: {name}";
        running.Push(new(name, Stopwatch.GetTimestamp(), 0));
    }

    /// <summary>The op that began last ends.</summary>
    public void End(Shape result)
    {
        if (Thread.CurrentThread != owner || !running.TryPop(out Frame f)) return;
        long ticks = Stopwatch.GetTimestamp() - f.Begin;
        if (running.TryPop(out Frame outer)) running.Push(outer with { Inner = outer.Inner + ticks });
        else opTicks += ticks;
        (int calls, long own) = costs.GetValueOrDefault((f.Name, result));
        costs[(f.Name, result)] = (calls + 1, own + ticks - f.Inner);
    }

    readonly record struct Frame(string Name, long Begin, long Inner);
}

/// <summary>What the calls of an op with results of one shape took.</summary>
internal readonly record struct OpCost(string Op, Shape Result, int Calls, TimeSpan Time);
