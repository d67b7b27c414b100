using Fathom.Cli.Bench;
using Fathom.Devices.Cpu;

namespace Fathom.Bench;

/// <summary>Matrix products in the shapes that training takes: squares, layers and their gradients, one sample, convolutions unfolded.</summary>
internal static class GemmBench
{
    // Kept in step with ../peers/gemm.py.
    private static readonly GemmCase[] Cases =
    [
        new(512, 512, 512, false, false), new(1024, 1024, 1024, false, false), new(1024, 1024, 1024, false, true), new(1024, 1024, 1024, true, false), new(2048, 2048, 2048, false, false),
        new(256, 256, 784, false, false), new(256, 256, 784, false, true), new(256, 784, 256, true, false), new(256, 784, 256, false, false),
        new(256, 10, 256, false, true), new(10, 256, 256, true, false), new(256, 256, 10, false, false),
        new(256, 10, 784, false, true), new(128, 10, 512, false, true), new(128, 10, 84, false, true),
        new(16, 4096, 6272, false, true), new(4096, 6272, 16, true, false), new(16, 6272, 4096, false, false), new(16, 4096, 4096, false, true), new(4096, 4096, 16, true, false), new(16, 4096, 4096, false, false),
        new(128, 512, 784, false, true), new(128, 120, 400, false, true), new(128, 84, 120, false, true),
        new(16, 256, 784, false, true), new(16, 256, 784, false, false), new(4, 256, 784, false, true),
        new(1, 256, 784, false, false), new(1, 256, 784, false, true), new(256, 784, 1, true, false),
        new(6, 576, 25, false, false), new(128, 6, 25, false, true), new(25, 6, 25, false, false), new(6, 25, 784, false, true),
        new(128, 128, 128, false, false), new(64, 64, 64, false, false), new(32, 32, 32, false, false),
    ];

    public static int Run(string[] options) => BenchOptions.ForEachThreadCount("gemm", options, Run);

    private static void Run(int threads, string only)
    {
        Threads.Count = threads;
        double limit = FmaRate.Measure(Isa.Current);
        Console.WriteLine($"{Isa.Current}, threads {threads}, multiply-add rate {limit / 1e9:F0} GFLOP/s");
        foreach (GemmCase c in Cases)
        {
            if (!c.ToString().Contains(only, StringComparison.Ordinal)) continue;
            double seconds = c.Time();
            Console.WriteLine($"{c,-20} {seconds * 1e6,10:F1} us {c.Flops / seconds / 1e9,8:F1} GFLOP/s {c.Flops / seconds / limit,7:P0}");
        }
    }
}
