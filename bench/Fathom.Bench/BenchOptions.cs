using Fathom.Devices.Cpu;

namespace Fathom.Bench;

/// <summary>The options that benchmarks have in common: <c>--threads 1,2</c>, by default one and all, and <c>--only TEXT</c>, the cases whose names contain it.</summary>
internal static class BenchOptions
{
    /// <summary>Runs a benchmark once for each number of threads.</summary>
    /// <param name="name">What the benchmark is called.</param>
    /// <param name="options">The words behind its name.</param>
    /// <param name="run">Takes the number of threads and the text that cases must contain.</param>
    /// <returns>The exit code: 2 for an option that there is not.</returns>
    public static int ForEachThreadCount(string name, string[] options, Action<int, string> run)
    {
        int[] threads = [.. new[] { 1, Threads.Count }.Distinct()];
        string only = "";
        for (int i = 0; i < options.Length; i += 2)
        {
            if (i + 1 < options.Length && options[i] == "--threads") threads = [.. options[i + 1].Split(',').Select(int.Parse)];
            else if (i + 1 < options.Length && options[i] == "--only") only = options[i + 1];
            else
            {
                Console.Error.WriteLine($"{options[i]} is not an option of {name}, or lacks its value; known are --threads and --only");
                return 2;
            }
        }
        foreach (int count in threads) run(count, only);
        return 0;
    }
}
