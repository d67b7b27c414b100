using System.Diagnostics;
using System.Text;
using Fathom.Autograd;
using Fathom.Devices;
using Fathom.Devices.Cpu;

namespace Fathom.Cli.Bench;

/// <summary>
/// How much faster all threads are than one, op by op, and what stands in the way: the same training loop runs on one thread and on all of them in turns, and
/// each op's median counts.
/// </summary>
internal sealed class ScalingProfile
{
    const double TurnSeconds = 0.4;

    readonly StepProfile _one = new(), _all = new();
    readonly int _threads = CpuSettings.ThreadCount;

    /// <summary>Trains for some seconds, three turns of each at least, and writes a table of the ops, what they lose first.</summary>
    /// <param name="workload">What to train.</param>
    /// <param name="seconds">How long, about.</param>
    /// <param name="stop">Cancelled by Ctrl-C.</param>
    public static string Measure(Workload workload, double seconds, CancellationToken stop)
    {
        ScalingProfile profile = new();
        TrainingLoop loop = new(workload);
        try
        {
            ThreadWatch.IsOn = true;
            long begin = Stopwatch.GetTimestamp();
            for (int turn = 0; turn < 3 || Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds; turn++)
            {
                profile.Turn(loop, 1, profile._one, stop);
                profile.Turn(loop, profile._threads, profile._all, stop);
            }
        }
        finally
        {
            ThreadWatch.IsOn = false;
            CpuSettings.ThreadCount = profile._threads;
        }
        return profile.ToTable(workload);
    }

    /// <summary>Some steps after one that starts the threads and fills their caches.</summary>
    void Turn(TrainingLoop loop, int threads, StepProfile profile, CancellationToken stop)
    {
        CpuSettings.ThreadCount = threads;
        loop.Step();
        profile.Run(loop, TurnSeconds, 1, stop);
    }

    string ToTable(Workload workload)
    {
        double one = StepTime.Median(_one.Steps), all = StepTime.Median(_all.Steps);
        StringBuilder text = new($"{workload.Name}: a step {one:F2} ms on one thread, {all:F2} ms on {_threads}, {one / all:F2} times as fast\n\n");
        text.Append("ms lost: more than one thread's time divided by the threads; of that, serial: outside parallel calls;\n");
        text.Append("waiting: threads without a job in parallel calls; slower: jobs that take longer beside others (memory, clock)\n\n");
        text.Append($"{"op and shape of its result",-72} calls   1 thread  {_threads,2} threads  times |     lost  serial waiting  slower\n");
        Row total = new("all", 0, default, default);
        Row[] rows = [.. _one.Ops.Where(o => _all.Ops.ContainsKey(o.Key)).Select(o => new Row($"{o.Key.Op} {o.Key.Result}", o.Value.Calls, Median(o.Value.Times), Median(_all.Ops[o.Key].Times)))];
        foreach (Row r in rows) total = total with { Calls = total.Calls + r.Calls, One = total.One + r.One, All = total.All + r.All };
        foreach (Row r in rows.Append(total).Where(r => r.Lost(_threads) >= all / 500).OrderByDescending(r => r.Lost(_threads))) text.Append(r.ToLine(_threads));
        return text.ToString();
    }

    static OpTime Median(List<OpTime> times) => new(Median(times, t => t.Wall), Median(times, t => t.Parallel), Median(times, t => t.Jobs));

    static TimeSpan Median(List<OpTime> times, Func<OpTime, TimeSpan> part) => TimeSpan.FromSeconds(StepTime.Median(times.Select(t => part(t).TotalSeconds)));

    sealed record Row(string Name, int Calls, OpTime One, OpTime All)
    {
        public double Lost(int threads) => (All.Wall - One.Wall / threads).TotalMilliseconds;

        /// <summary>
        /// The three parts of what is lost sum up to it: with n threads, what runs outside parallel calls keeps n - 1 of them from working, idle time in parallel calls is lost as it is,
        /// and what all threads together work beyond one thread's time is shared by n.
        /// </summary>
        public string ToLine(int threads)
        {
            TimeSpan outside = All.Wall - All.Parallel;
            double serial = (outside - outside / threads).TotalMilliseconds;
            double waiting = (All.Parallel - All.Jobs / threads).TotalMilliseconds;
            double slower = (outside + All.Jobs - One.Wall).TotalMilliseconds / threads;
            return $"{Name,-72} {Calls,5} {One.Wall.TotalMilliseconds,10:F3} {All.Wall.TotalMilliseconds,11:F3} {One.Wall / All.Wall,6:F2} | {Lost(threads),8:F3} {serial,7:F3} {waiting,7:F3} {slower,7:F3}\n";
        }
    }
}
