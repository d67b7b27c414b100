using Fathom.Cli.Bench;
using Fathom.Devices.Cpu;

namespace Fathom.Bench;

/// <summary>
/// The measurements behind <see cref="ConvChoice"/>: 3x3 convolutions directly and by Winograd's algorithm with tiles of 3 and of 4 pixels, and what would be chosen.
/// </summary>
internal static unsafe class ChoiceBench
{
    private static readonly ConvCase[] Cases =
    [
        .. from c in new[] { (16, 16), (16, 32), (32, 32), (32, 64), (64, 64), (64, 128), (128, 128), (256, 256) }
           from size in new[] { 3, 4, 6, 7, 9, 14, 28, 56 }
           where size * size * Math.Max(c.Item1, c.Item2) <= 56 * 56 * 64
           select new ConvCase(size < 28 ? 16 : 4, c.Item1, size, c.Item2, 3, pad: 1),
        new(32, 512, 3, 512, 3, pad: 1), new(1, 512, 3, 512, 3, pad: 1), new(1, 512, 7, 512, 3, pad: 1), new(1, 64, 24, 64, 3, pad: 1), new(1, 64, 56, 64, 3, pad: 1),
        new(2, 256, 14, 256, 3, pad: 1), new(16, 512, 14, 512, 3, pad: 1),
        new(32, 64, 24, 64, 3, pad: 1, groups: 4), new(32, 128, 12, 128, 3, pad: 1, groups: 8), new(32, 256, 6, 256, 3, pad: 1, groups: 16), new(32, 512, 3, 512, 3, pad: 1, groups: 32),
        new(32, 64, 24, 128, 3, 2, 1), new(32, 128, 12, 256, 3, 2, 1), new(32, 256, 6, 512, 3, 2, 1), new(32, 16, 28, 32, 3, 2, 1), new(32, 32, 28, 32, 3, 2, 1), new(4, 64, 56, 128, 3, 2, 1),
        new(32, 32, 14, 64, 3, 2, 1), new(32, 512, 4, 512, 3, 2, 1), new(1, 128, 28, 256, 3, 2, 1), new(32, 128, 24, 128, 3, 2, 1, 8), new(32, 256, 12, 256, 3, 2, 1, 16), new(16, 256, 14, 256, 3, 2, 1, 4),
        new(8, 64, 14, 64, 3, pad: 1, groups: 2), new(8, 64, 14, 64, 3, pad: 1, groups: 8),
    ];

    public static int Run(string[] options)
    {
        Threads.Count = options.Length > 0 ? int.Parse(options[0]) : 1;
        string only = options.Length > 1 ? options[1] : "";
        Console.WriteLine($"{Isa.Current}, threads {Threads.Count}; microseconds, the chosen one marked");
        foreach (ConvCase c in Cases)
        {
            if (!c.ToString().Contains(only, StringComparison.Ordinal)) continue;
            var times = Enum.GetValues<ConvAlgorithm>().Select(a => Time(c.Dims, a)).ToArray();
            Correlation forward = Correlation.Forward(c.Dims, CpuVector), input = Correlation.InputGradient(c.Dims, CpuVector);
            Console.WriteLine($"{c,-36} forward {Row(times.Select(t => t.Forward), ConvChoice.Fastest.For(forward, CpuVector))}  " +
                $"input gradient {Row(times.Select(t => t.Input), ConvChoice.Fastest.For(input, CpuVector))}  weight gradient {Row(times.Select(t => t.Weight), ConvChoice.Fastest.For(forward, CpuVector))}");
        }
        return 0;
    }

    private static int CpuVector => Fathom.Devices.CpuSettings.VectorBits / 32;

    private static string Row(IEnumerable<double> seconds, ConvAlgorithm chosen) =>
        string.Join(" ", seconds.Select((s, i) => $"{s * 1e6,7:F1}{((ConvAlgorithm)i == chosen ? "*" : " ")}"));

    private static (double Forward, double Input, double Weight) Time(ConvDims d, ConvAlgorithm algorithm)
    {
        const ImageOrder last = ImageOrder.ChannelsLast;
        const double budget = 0.03;
        ConvKernels<float> kernels = Conv.ForFloat(Isa.Current, ConvChoice.Always(algorithm));
        using Scratch<float> sx = RandomNumbers.Rent(d.InputCount), sw = RandomNumbers.Rent(d.WeightCount), sy = RandomNumbers.Rent(d.OutputCount);
        using Scratch<float> sgw = RandomNumbers.Rent(d.WeightCount);
        float* x = sx.Pointer, w = sw.Pointer, y = sy.Pointer, gw = sgw.Pointer;
        return (Timing.Best(() => kernels.Forward(d, x, last, w, null, y, last), budget), Timing.Best(() => kernels.InputGradient(d, y, last, w, x, last), budget),
            Timing.Best(() => kernels.WeightGradient(d, x, last, y, last, gw), budget));
    }
}
