using Fathom.Cli.Bench;
using Fathom.Devices.Cpu;

namespace Fathom.Bench;

/// <summary>Convolutions and their gradients, channels-last, in the shapes of LeNet, of the stages of a ResNet on small images, grouped and depthwise; LeNet's poolings.</summary>
internal static unsafe class ConvBench
{
    // Kept in step with ../peers/conv.py.
    private static readonly ConvCase[] Cases =
    [
        new(128, 1, 28, 6, 5, pad: 2), new(128, 6, 14, 16, 5),
        new(32, 64, 24, 64, 3, pad: 1), new(32, 128, 12, 128, 3, pad: 1), new(32, 256, 6, 256, 3, pad: 1), new(32, 512, 3, 512, 3, pad: 1),
        new(32, 64, 24, 128, 3, 2, 1), new(32, 64, 24, 64, 1), new(32, 64, 24, 128, 1, 2),
        new(32, 128, 24, 128, 3, pad: 1, groups: 8), new(32, 64, 24, 64, 3, pad: 1, groups: 64),
        new(32, 3, 96, 64, 7, 2, 3), new(16, 64, 56, 64, 3, pad: 1),
    ];

    private static readonly PoolDims[] Pools = [new(128, 6, 28, 28, 2, 2, 2, 2), new(128, 16, 10, 10, 2, 2, 2, 2), new(32, 64, 48, 48, 3, 3, 2, 2, 1, 1)];

    private const ImageOrder Last = ImageOrder.ChannelsLast;

    public static int Run(string[] options) => BenchOptions.ForEachThreadCount("conv", options, Run);

    private static void Run(int threads, string only)
    {
        Threads.Count = threads;
        double limit = FmaRate.Measure(Isa.Current);
        Console.WriteLine($"{Isa.Current}, threads {threads}, multiply-add rate {limit / 1e9:F0} GFLOP/s; times in ms (GFLOP/s, padded taps counted)");
        foreach (ConvCase c in Cases)
            if (c.ToString().Contains(only, StringComparison.Ordinal)) Time(c);
        foreach (PoolDims d in Pools)
            if (Name(d).Contains(only, StringComparison.Ordinal)) Time(d);
    }

    private static string Name(PoolDims d) => $"pool {d.N},{d.C},{d.H} {d.R}x{d.S} s{d.StrideH} p{d.PadH}";

    private static void Time(ConvCase c)
    {
        (double forward, double inputGradient, double weightGradient) = c.Time();
        string Rate(double seconds) => $"{seconds * 1e3,8:F3} ({c.Dims.Flops / seconds / 1e9,4:F0})";
        Console.WriteLine($"{c,-36} forward {Rate(forward)}  input gradient {Rate(inputGradient)}  weight gradient {Rate(weightGradient)}");
    }

    private static void Time(PoolDims d)
    {
        using var sx = RandomNumbers.Rent(d.InputCount);
        using var sy = RandomNumbers.Rent(d.OutputCount);
        using Scratch<int> indices = Scratch.Rent<int>(d.OutputCount);
        float* x = sx.Pointer, y = sy.Pointer;
        int* at = indices.Pointer;
        double max = Timing.Best(() => Pool.Max(d, x, Last, y, at)), average = Timing.Best(() => Pool.Average(d, x, Last, true, y));
        double maxGradient = Timing.Best(() => Pool.MaxGradient(d, y, at, Last, x)), averageGradient = Timing.Best(() => Pool.AverageGradient(d, y, Last, true, x));
        Console.WriteLine($"{Name(d),-36} max {max * 1e3:F3} gradient {maxGradient * 1e3:F3}  average {average * 1e3:F3} gradient {averageGradient * 1e3:F3}");
    }
}
