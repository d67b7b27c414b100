using Fathom.Cli.Bench;
using Fathom.Devices.Cpu;

namespace Fathom.Bench;

/// <summary>The passes of batch normalisation over channels-last images, each repeated on the same memory, beside the bytes that it reads and writes.</summary>
internal static unsafe class ChannelBench
{
    private static readonly (int Rows, int Columns)[] Sizes = [(512, 64), (4608, 64), (18432, 64), (73728, 64), (4608, 128), (1152, 256), (288, 512), (128 * 784, 6), (16 * 112 * 112, 32)];

    public static int Run(string[] options) => BenchOptions.ForEachThreadCount("channels", options, Run);

    private static void Run(int threads, string only)
    {
        Threads.Count = threads;
        Console.WriteLine($"{Isa.Current}, threads {threads}; microseconds (GB/s)");
        foreach ((int rows, int columns) in Sizes)
            if (Name(rows, columns).Contains(only, StringComparison.Ordinal)) Time(rows, columns);
    }

    private static string Name(int rows, int columns) => $"{rows} x {columns}";

    private static void Time(int rows, int columns)
    {
        long n = (long)rows * columns;
        using var sa = RandomNumbers.Rent(n);
        using var sb = RandomNumbers.Rent(n);
        using var sc = RandomNumbers.Rent(n);
        using var so = RandomNumbers.Rent(n);
        using var st = RandomNumbers.Rent(5L * columns);
        float* t = st.Pointer;
        ChannelOperands<float> at = new() { A = sa.Pointer, B = sb.Pointer, C = sc.Pointer, Out = so.Pointer, P = t, Q = t + columns, R = t + 2 * columns, S = t + 3 * columns, U = t + 4 * columns };
        ChannelOperands<float> inPlace = at with { Out = at.A };
        double[] s1 = new double[columns], s2 = new double[columns];
        Console.Write($"{Name(rows, columns),-12} {n * 4 / 1e6,6:F2} MB");
        Show("statistics", 1, () => ChannelSums.Run<float, Deviations>(rows, columns, at, s1, s2));
        Show("result", 2, () => ChannelMap.Run<float, AffineRelu>(rows, columns, at));
        Show("with residual", 3, () => ChannelMap.Run<float, AffineAddRelu>(rows, columns, at));
        Show("sums", 2, () => ChannelSums.Run<float, ProductsWherePositive>(rows, columns, at, s1, s2));
        Show("sums, stored", 4, () => ChannelSums.Run<float, ProductsOfRectified>(rows, columns, inPlace, s1, s2));
        Show("gradient in place", 3, () => ChannelMap.Run<float, CombinedWherePositive>(rows, columns, inPlace));
        Console.WriteLine();

        void Show(string what, int passes, Action pass)
        {
            double seconds = Timing.Best(pass);
            Console.Write($"  {what} {seconds * 1e6:F0} ({4e-9 * passes * n / seconds:F0})");
        }
    }
}
