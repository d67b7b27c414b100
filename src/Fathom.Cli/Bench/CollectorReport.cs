using System.Diagnostics;

namespace Fathom.Cli.Bench;

/// <summary>What the garbage collector costs in a steady training loop.</summary>
/// <param name="Workload">What was trained.</param>
/// <param name="Steps">Steps that were watched.</param>
/// <param name="Seconds">How long they took.</param>
/// <param name="Collections">Collections of generations 0, 1 and 2; one of a higher generation is counted there alone.</param>
/// <param name="Longest">The longest pause.</param>
/// <param name="Total">All pauses together, by the runtime's own account.</param>
/// <param name="Allocated">Managed bytes allocated by all threads.</param>
/// <param name="MemoryBefore">Resident bytes when watching began.</param>
/// <param name="MemoryAfter">Resident bytes when it ended.</param>
internal sealed record CollectorReport(Workload Workload, int Steps, double Seconds, int[] Collections, TimeSpan Longest, TimeSpan Total, long Allocated, long MemoryBefore, long MemoryAfter)
{
    const double WarmUpSeconds = 1;
    const int WarmUpSteps = 5;

    /// <summary>Trains for a second and five steps at least to get going, then watches.</summary>
    /// <param name="workload">What to train.</param>
    /// <param name="seconds">How long to watch, about.</param>
    /// <param name="stop">Cancelled by Ctrl-C.</param>
    public static CollectorReport Measure(Workload workload, double seconds, CancellationToken stop)
    {
        using CollectorPauses pauses = new();
        TrainingLoop loop = new(workload);
        Run(loop, WarmUpSeconds, WarmUpSteps, stop);
        (int[] countsBefore, TimeSpan pauseBefore, long allocatedBefore, long memoryBefore) = (Counts(), GC.GetTotalPauseDuration(), GC.GetTotalAllocatedBytes(), Environment.WorkingSet);
        DateTime from = DateTime.UtcNow;
        long begin = Stopwatch.GetTimestamp();
        int steps = Run(loop, seconds, 1, stop);
        TimeSpan time = Stopwatch.GetElapsedTime(begin);
        DateTime to = DateTime.UtcNow;
        int[] counts = [.. Counts().Zip(countsBefore, (after, before) => after - before)];
        (TimeSpan total, long allocated, long memory) = (GC.GetTotalPauseDuration() - pauseBefore, GC.GetTotalAllocatedBytes() - allocatedBefore, Environment.WorkingSet);
        TimeSpan longest = LongestOf(pauses, from, to, counts[0]);
        return new(workload, steps, time.TotalSeconds, [counts[0] - counts[1], counts[1] - counts[2], counts[2]], longest, total, allocated, memoryBefore, memory);
    }

    static int Run(TrainingLoop loop, double seconds, int least, CancellationToken stop)
    {
        long begin = Stopwatch.GetTimestamp();
        int steps = 0;
        while (steps < least || Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds)
        {
            stop.ThrowIfCancellationRequested();
            loop.Step();
            steps++;
        }
        return steps;
    }

    /// <summary>Collections so far; the runtime counts one of a higher generation in the lower ones too.</summary>
    static int[] Counts() => [GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2)];

    /// <summary>Waits until all collections have been reported, for two seconds at most.</summary>
    static TimeSpan LongestOf(CollectorPauses pauses, DateTime from, DateTime to, int expected)
    {
        for (int i = 0; i < 20 && pauses.Between(from, to).Count < expected; i++) Thread.Sleep(100);
        return pauses.Between(from, to).DefaultIfEmpty().Max();
    }

    public string ToJson() => Json.Object(w =>
    {
        w.WriteString("name", Workload.Name);
        w.WriteNumber("batch", Workload.Batch);
        w.WriteNumber("steps", Steps);
        Json.WriteMeasure(w, "seconds", Seconds, decimals: 2);
        Json.WriteArray(w, "collections", Collections);
        Json.WriteMeasure(w, "longest_pause_ms", Longest.TotalMilliseconds, decimals: 3);
        Json.WriteMeasure(w, "total_pause_ms", Total.TotalMilliseconds, decimals: 3);
        Json.WriteMeasure(w, "pause_share", Total.TotalSeconds / Seconds, decimals: 5);
        w.WriteNumber("allocated_bytes_per_step", Allocated / Steps);
        Json.WriteMeasure(w, "rss_mb_before", MemoryBefore / 1048576.0, decimals: 1);
        Json.WriteMeasure(w, "rss_mb_after", MemoryAfter / 1048576.0, decimals: 1);
    });
}
