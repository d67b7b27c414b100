using Fathom.Devices;
using Fathom.Devices.Cpu;

namespace Fathom.Cli.Bench;

/// <summary>
/// What this machine can do at most, multiply-adds from registers and data from memory, and beside it what matrix products and convolutions reach at
/// the shapes of the workloads.
/// </summary>
/// <param name="workloads">Whose shapes.</param>
/// <param name="seconds">How long to measure each rate; the machine's own rates four times as long.</param>
/// <param name="output">Told each rate as soon as it is known.</param>
/// <param name="stop">Cancelled by Ctrl-C.</param>
internal sealed class LimitsReport(IReadOnlyList<Workload> workloads, double seconds, TextWriter output, CancellationToken stop)
{
    double _limit;

    /// <summary>Measures with so many threads.</summary>
    public void Run(int threads)
    {
        CpuSettings.ThreadCount = threads;
        _limit = FmaRate.Measure(Isa.Current, 4 * seconds);
        stop.ThrowIfCancellationRequested();
        (double triad, double read) = MemoryRate.Measure(Isa.Current, 4 * seconds);
        output.WriteLine($"{ProcessorName.Read()}, {CpuSettings.VectorBits}-bit vectors, {threads} {(threads == 1 ? "thread" : "threads")}");
        output.WriteLine($"  multiply-adds     {_limit / 1e9,6:F0} GFLOP/s, everything in registers: the limit that shares are of");
        output.WriteLine($"  memory, triad     {triad / 1e9,6:F0} GB/s (a = b + s c)");
        output.WriteLine($"  memory, reading   {read / 1e9,6:F0} GB/s");
        if (threads > 1)
        {
            (double own, double other) = CacheRate.Measure(Isa.Current);
            output.WriteLine($"  caches            {own / 1e9,6:F0} GB/s a thread of what it wrote, {other / 1e9:F0} of what another wrote");
        }
        Products("squares", KernelShapes.Squares);
        foreach (Workload w in workloads)
        {
            Products(w.Name, KernelShapes.Products(w.Name));
            Convolutions(w.Name, KernelShapes.Convolutions(w.Name));
        }
        output.WriteLine();
    }

    void Products(string title, IReadOnlyList<GemmCase> cases)
    {
        if (cases.Count == 0) return;
        output.WriteLine($"\n  {title,-40}        us  GFLOP/s  share    GB/s");
        foreach (GemmCase c in cases)
        {
            stop.ThrowIfCancellationRequested();
            double time = c.Time(seconds), bytes = sizeof(float) * ((double)c.M * c.K + (double)c.K * c.N + (double)c.M * c.N);
            output.WriteLine($"  {c,-40} {time * 1e6,9:F1} {c.Flops / time / 1e9,8:F0} {c.Flops / time / _limit,6:P0} {bytes / time / 1e9,7:F0}");
        }
    }

    /// <summary>Padded taps count as operations, so kernels that skip them may pass the limit.</summary>
    void Convolutions(string title, IReadOnlyList<ConvCase> cases)
    {
        if (cases.Count == 0) return;
        output.WriteLine($"\n  {title,-40}     forward: us, share    input gradient   weight gradient");
        foreach (ConvCase c in cases)
        {
            stop.ThrowIfCancellationRequested();
            bool isFirst = c.Dims.C == 1;
            (double forward, double inputGradient, double weightGradient) = c.Time(seconds, inputGradient: !isFirst);
            output.WriteLine($"  {c,-40} {Rate(c, forward)} {(isFirst ? new string(' ', 17) : Rate(c, inputGradient))} {Rate(c, weightGradient)}");
        }
    }

    string Rate(ConvCase c, double time) => $"{time * 1e6,10:F0} {c.Dims.Flops / time / _limit,6:P0}";
}
