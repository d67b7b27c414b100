using System.Diagnostics;

namespace Fathom.Cli.Bench;

/// <summary>How long a training step takes.</summary>
/// <param name="Workload">What was trained.</param>
/// <param name="Seconds">The median of the steps.</param>
/// <param name="Steps">How many steps count.</param>
/// <param name="PeakMemory">The most memory in bytes that this process has had resident so far, earlier workloads included.</param>
internal sealed record StepTime(Workload Workload, double Seconds, int Steps, long PeakMemory)
{
    /// <summary>Trains for some seconds, three steps at least; the first step, which takes memory and compiles code, does not count.</summary>
    /// <param name="workload">What to train.</param>
    /// <param name="seconds">How long, about.</param>
    /// <param name="stop">Cancelled by Ctrl-C.</param>
    public static StepTime Measure(Workload workload, double seconds, CancellationToken stop)
    {
        TrainingLoop loop = new(workload);
        List<double> times = [];
        long begin = Stopwatch.GetTimestamp();
        while (times.Count < 3 || Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds)
        {
            stop.ThrowIfCancellationRequested();
            long start = Stopwatch.GetTimestamp();
            loop.Step();
            times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        times.RemoveAt(0);
        using Process process = Process.GetCurrentProcess();
        return new(workload, Median(times), times.Count, process.PeakWorkingSet64);
    }

    /// <summary>The middle value, or the mean of the two in the middle.</summary>
    internal static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int half = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    public string ToJson() => Json.Object(w =>
    {
        w.WriteString("name", Workload.Name);
        w.WriteNumber("batch", Workload.Batch);
        Json.WriteMeasure(w, "step_ms", Seconds * 1e3, decimals: 4);
        w.WriteNumber("steps", Steps);
        Json.WriteMeasure(w, "peak_rss_mb", PeakMemory / 1048576.0, decimals: 1);
        Json.WriteMeasure(w, "samples_per_second", Workload.Batch / Seconds, decimals: 1);
    });
}
