using System.Diagnostics;

namespace Fathom.Cli.Bench;

/// <summary>Times work on a machine that others may be using: the best of many runs is the time that the work itself needs.</summary>
internal static class Timing
{
    private const double RunSeconds = 0.0002;
    private const int Runs = 200;

    /// <summary>Seconds that one call takes: repeated to fill at least 0.2 ms, best of up to 200 such runs, after a warm-up.</summary>
    /// <param name="work">What to time.</param>
    /// <param name="budget">Seconds to spend on the runs at most; the warm-up takes a tenth as long again, or one call.</param>
    public static double Best(Action work, double budget = 1.0)
    {
        double warmUp = budget / 10;
        long start = Stopwatch.GetTimestamp();
        int calls = 0;
        do
        {
            work();
            calls++;
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < warmUp);
        int repeats = (int)Math.Ceiling(RunSeconds * calls / warmUp);

        double best = double.PositiveInfinity;
        start = Stopwatch.GetTimestamp();
        for (int run = 0; run < Runs && (run == 0 || Stopwatch.GetElapsedTime(start).TotalSeconds < budget); run++)
        {
            long t = Stopwatch.GetTimestamp();
            for (int i = 0; i < repeats; i++) work();
            best = Math.Min(best, Stopwatch.GetElapsedTime(t).TotalSeconds / repeats);
        }
        return best;
    }
}
