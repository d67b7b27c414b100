using System.Diagnostics;

namespace Fathom.Bench;

/// <summary>Times work on a machine that others may be using: the best of many runs is the time that the work itself needs.</summary>
internal static class Timing
{
    private const double WarmUpSeconds = 0.1, RunSeconds = 0.0002;
    private const int Runs = 200;
    private const double Budget = 1.0;

    /// <summary>Seconds that one call takes: repeated to fill at least 0.2 ms, best of up to 200 such runs or a second of them, after a warm-up.</summary>
    public static double Best(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        int calls = 0;
        do
        {
            work();
            calls++;
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < WarmUpSeconds);
        int repeats = (int)Math.Ceiling(RunSeconds * calls / WarmUpSeconds);

        double best = double.PositiveInfinity;
        start = Stopwatch.GetTimestamp();
        for (int run = 0; run < Runs && Stopwatch.GetElapsedTime(start).TotalSeconds < Budget; run++)
        {
            long t = Stopwatch.GetTimestamp();
            for (int i = 0; i < repeats; i++) work();
            best = Math.Min(best, Stopwatch.GetElapsedTime(t).TotalSeconds / repeats);
        }
        return best;
    }
}
