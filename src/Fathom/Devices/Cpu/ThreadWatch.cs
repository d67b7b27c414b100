using System.Diagnostics;

namespace Fathom.Devices.Cpu;

/// <summary>
/// Where the time of parallel work goes, while somebody watches: how long callers were inside <see cref="Threads.For{TJob}"/> with more than one job, and how long all
/// threads together spent in jobs. What a kernel takes beyond the first is serial; what the second grows by with more threads is memory or clock that they share; what is
/// left is waking, waiting and jobs that do not divide evenly. Watch one calling thread at a time.
/// </summary>
internal static class ThreadWatch
{
    private static long s_calls, s_jobs;
    [ThreadStatic] private static int t_depth;

    /// <summary>Whether anybody watches.</summary>
    public static bool IsOn { get; set; }

    /// <summary>So far: the time inside parallel calls, and in jobs, that of all threads added up.</summary>
    public static (TimeSpan Calls, TimeSpan Jobs) Totals => (Stopwatch.GetElapsedTime(0, Volatile.Read(ref s_calls)), Stopwatch.GetElapsedTime(0, Volatile.Read(ref s_jobs)));

    /// <summary>A parallel call begins; calls inside a job count as part of it.</summary>
    public static long BeginCall() => IsOn && t_depth == 0 ? Stopwatch.GetTimestamp() : 0;

    /// <summary>The call that began then ends.</summary>
    public static void EndCall(long begun)
    {
        if (begun != 0) Interlocked.Add(ref s_calls, Stopwatch.GetTimestamp() - begun);
    }

    /// <summary>A job begins on this thread.</summary>
    public static long BeginJob() => IsOn && t_depth++ == 0 ? Stopwatch.GetTimestamp() : 0;

    /// <summary>The job that began then ends.</summary>
    public static void EndJob(long begun)
    {
        if (t_depth > 0) t_depth--;
        if (begun != 0) Interlocked.Add(ref s_jobs, Stopwatch.GetTimestamp() - begun);
    }
}
