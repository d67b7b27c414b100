using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Fathom.Cli.Bench;
using Fathom.Devices.Cpu;

namespace Fathom.Bench;

/// <summary>
/// Convolutions of the networks of <c>fathom bench</c> beside PyTorch's, shape by shape and pass by pass: one side straight after the
/// other, medians. PyTorch (<c>../peers/conv.py --serve</c>) times both of its memory orders and answers with the faster one.
/// </summary>
internal static unsafe class PeerBench
{
    private static readonly (string Network, ConvCase[] Cases)[] Networks =
    [
        ("lenet-28-b128", [new(128, 1, 28, 6, 5, pad: 2), new(128, 6, 14, 16, 5)]),
        ("resnet18-96-b32", [
            new(32, 1, 96, 64, 7, 2, 3), new(32, 3, 96, 64, 7, 2, 3), new(32, 64, 24, 64, 3, pad: 1), new(32, 64, 24, 128, 3, 2, 1), new(32, 64, 24, 128, 1, 2),
            new(32, 128, 12, 128, 3, pad: 1), new(32, 128, 12, 256, 3, 2, 1), new(32, 128, 12, 256, 1, 2), new(32, 256, 6, 256, 3, pad: 1),
            new(32, 256, 6, 512, 3, 2, 1), new(32, 256, 6, 512, 1, 2), new(32, 512, 3, 512, 3, pad: 1)]),
        ("resnext18-96-b32", [
            new(32, 64, 24, 64, 1), new(32, 64, 24, 64, 3, pad: 1, groups: 4), new(32, 64, 24, 128, 1), new(32, 128, 24, 128, 3, 2, 1, 8),
            new(32, 128, 12, 128, 1), new(32, 128, 12, 128, 3, pad: 1, groups: 8), new(32, 128, 12, 256, 1), new(32, 256, 12, 256, 3, 2, 1, 16),
            new(32, 256, 6, 256, 1), new(32, 256, 6, 256, 3, pad: 1, groups: 16), new(32, 256, 6, 512, 1), new(32, 512, 6, 512, 3, 2, 1, 32),
            new(32, 512, 3, 512, 1), new(32, 512, 3, 512, 3, pad: 1, groups: 32)]),
        ("vgg-slim-224-b16", [
            new(16, 1, 224, 16, 3, pad: 1), new(16, 16, 112, 32, 3, pad: 1), new(16, 32, 56, 64, 3, pad: 1), new(16, 64, 56, 64, 3, pad: 1),
            new(16, 64, 28, 128, 3, pad: 1), new(16, 128, 28, 128, 3, pad: 1), new(16, 128, 14, 128, 3, pad: 1)]),
        ("few channels", [
            new(16, 2, 112, 12, 3, pad: 1), new(16, 2, 112, 24, 5, pad: 2), new(32, 3, 64, 32, 3, pad: 1), new(64, 1, 33, 8, 3, pad: 1), new(32, 3, 65, 20, 5, 2, 2), new(16, 8, 56, 64, 3, pad: 1),
            new(16, 32, 56, 3, 3, pad: 1), new(16, 12, 56, 12, 5, pad: 2)]),
    ];

    private static readonly string[] Passes = ["forward", "input gradient", "weight gradient"];

    private static string Header(double budget) => $"""
        # Convolutions beside PyTorch

        Milliseconds, medians, both sides in turns in one sitting, written by `dotnet run -c Release --project bench/Fathom.Bench -- peer --budget {budget} --out FILE`. Single precision, no bias;
        Fathom channels-last, PyTorch in its faster memory order, its results in memory that it had used before. The ratio is Fathom's time over PyTorch's: below 1, Fathom is faster.


        """;

    public static int Run(string[] options)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        (string python, string only, double budget, string? file) = ("/usr/bin/python3", "", 0.05, null);
        for (int i = 0; i < options.Length; i += 2)
        {
            string? value = i + 1 < options.Length ? options[i + 1] : null;
            if (options[i] == "--python" && value is not null) python = value;
            else if (options[i] == "--only" && value is not null) only = value;
            else if (options[i] == "--out" && value is not null) file = value;
            else if (options[i] == "--budget" && double.TryParse(value, out budget) && budget > 0) { }
            else
            {
                Console.Error.WriteLine($"{options[i]} is not an option of peer, or lacks its value; known are --python, --only, --budget SECONDS (for a pass of one side) and --out FILE");
                return 2;
            }
        }
        try
        {
            Compare(python, only, budget, file);
            return 0;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException)
        {
            Console.Error.WriteLine($"{e.Message} (Python: {python}; another one with --python FILE)");
            return 1;
        }
    }

    private static void Compare(string python, string only, double budget, string? file)
    {
        var table = new StringBuilder("| network | batch, C, size -> K, kernel | pass | Fathom, 1 thread | PyTorch | ratio | Fathom, 2 threads | PyTorch | ratio |\n|---|---|---|---|---|---|---|---|---|\n");
        Console.Write(table);
        using Process peer = Start(python);
        WarmUp(only);
        Ask(peer, Networks[0].Cases[0], 2, 0.01);       // until it has started
        foreach ((string network, ConvCase[] cases) in Networks)
            foreach (ConvCase c in cases)
            {
                if (!$"{network} {c}".Contains(only, StringComparison.Ordinal)) continue;
                string rows = Rows(peer, network, c, budget);
                Console.Write(rows);
                table.Append(rows);
            }
        peer.StandardInput.Close();
        peer.WaitForExit();
        if (file is not null) File.WriteAllText(file, Header(budget) + table);
    }

    /// <summary>Runs all passes to be timed, and waits until the runtime has compiled them for good.</summary>
    private static void WarmUp(string only)
    {
        for (int round = 0; round < 2; round++)
        {
            foreach ((string network, ConvCase[] cases) in Networks)
                foreach (ConvCase c in cases)
                    if ($"{network} {c}".Contains(only, StringComparison.Ordinal)) Own(c, 2, 0.02);
            Thread.Sleep(300);
        }
    }

    /// <summary>The lines of a shape, a line for each pass.</summary>
    private static string Rows(Process peer, string network, ConvCase c, double budget)
    {
        var cells = new string[Passes.Length];
        foreach (int threads in (int[])[1, 2])
        {
            Thread.Sleep(20);
            // Fathom goes first: what ran just before it was PyTorch on one thread, or it needs one core itself, so that no idle thread of the peer spins beside it.
            double[] own = Own(c, threads, budget), others = Ask(peer, c, threads, budget);
            for (int i = 0; i < Passes.Length; i++) cells[i] += $" {own[i] * 1e3:F3} | {others[i] * 1e3:F3} | {own[i] / others[i]:F2} |";
        }
        var text = new StringBuilder();
        for (int i = 0; i < Passes.Length; i++) text.Append($"| {network} | {c.ToString()["conv ".Length..]} | {Passes[i]} |{cells[i]}\n");
        return text.ToString();
    }

    private static double[] Own(ConvCase c, int threads, double budget)
    {
        const ImageOrder last = ImageOrder.ChannelsLast;
        Threads.Count = threads;
        ConvDims d = c.Dims;
        using Scratch<float> sx = RandomNumbers.Rent(d.InputCount), sw = RandomNumbers.Rent(d.WeightCount), sy = RandomNumbers.Rent(d.OutputCount);
        using Scratch<float> sgx = RandomNumbers.Rent(d.InputCount), sgw = RandomNumbers.Rent(d.WeightCount), sgy = RandomNumbers.Rent(d.OutputCount);
        float* x = sx.Pointer, w = sw.Pointer, y = sy.Pointer, gx = sgx.Pointer, gw = sgw.Pointer, gy = sgy.Pointer;
        return
        [
            Median(() => Conv.Forward(d, x, last, w, null, y, last), budget),
            Median(() => Conv.InputGradient(d, gy, last, w, gx, last), budget),
            Median(() => Conv.WeightGradient(d, x, last, gy, last, gw), budget),
        ];
    }

    /// <summary>Median seconds of a call: a fifth of the budget to warm up, then at least three calls.</summary>
    private static double Median(Action work, double budget)
    {
        long start = Stopwatch.GetTimestamp();
        do work(); while (Stopwatch.GetElapsedTime(start).TotalSeconds < budget / 5);
        var times = new List<double>();
        start = Stopwatch.GetTimestamp();
        while (times.Count < 3 || Stopwatch.GetElapsedTime(start).TotalSeconds < budget)
        {
            long t = Stopwatch.GetTimestamp();
            work();
            times.Add(Stopwatch.GetElapsedTime(t).TotalSeconds);
        }
        times.Sort();
        return times[times.Count / 2];
    }

    private static double[] Ask(Process peer, ConvCase c, int threads, double budget)
    {
        ConvDims d = c.Dims;
        peer.StandardInput.WriteLine($"{threads} {budget} {d.N} {d.C} {d.H} {d.K} {d.R} {d.StrideH} {d.PadH} {d.Groups}");
        peer.StandardInput.Flush();
        string line = peer.StandardOutput.ReadLine() ?? throw new InvalidOperationException("the peer process ended: is PyTorch installed for this Python?");
        return [.. line.Split(' ').Select(double.Parse)];
    }

    private static Process Start(string python, [CallerFilePath] string here = "")
    {
        var start = new ProcessStartInfo(python) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(Path.GetDirectoryName(here)!, "..", "peers", "conv.py"));
        start.ArgumentList.Add("--serve");
        // Its results lie in memory that was used before, as Fathom's do, rather than in fresh pages.
        start.Environment["MALLOC_MMAP_MAX_"] = "0";
        start.Environment["MALLOC_TRIM_THRESHOLD_"] = start.Environment["MALLOC_TOP_PAD_"] = $"{1 << 30}";
        return Process.Start(start)!;
    }
}
