using System.Diagnostics;
using Fathom.Devices.Cpu;

namespace Fathom.Cli.Bench;

/// <summary>
/// The rate at which a thread reads what it wrote itself, and what its neighbour wrote. Where the cores share a last-level cache the two are alike; where they do not (several groups of cores on a chip, or a
/// virtual machine whose processors were placed so, which may change from minute to minute) the second is a half to a third, and kernels in which threads exchange data take longer.
/// </summary>
internal static unsafe class CacheRate
{
    // More than a second-level cache holds, less than a part of the last level.
    private const int Count = 1 << 20;
    private const int Turns = 51;

    /// <summary>Bytes a second of one of <see cref="Threads.Count"/> threads that all read at the same time: medians.</summary>
    public static (double Own, double Other) Measure(SimdWidth width) => width switch
    {
        SimdWidth.V512 => Measure<Singlex16>(),
        SimdWidth.V256 => Measure<Singlex8>(),
        SimdWidth.V128 => Measure<Singlex4>(),
        _ => Measure<Lane<float>>(),
    };

    private static (double Own, double Other) Measure<V>() where V : struct, ILanes<V, float>
    {
        int threads = Threads.Count;
        using Scratch<float> data = Scratch.Rent<float>((long)threads * Count), sums = Scratch.Rent<float>(threads * V.Count);
        return (Rate<V>(data.Pointer, sums.Pointer, 0), Rate<V>(data.Pointer, sums.Pointer, 1));
    }

    /// <summary>Every thread reads its part after it, or the neighbour so many places on, has written it. A thread has the same job in every call.</summary>
    private static double Rate<V>(float* data, float* sums, int distance) where V : struct, ILanes<V, float>
    {
        int threads = Threads.Count;
        var write = new WriteJob<V>(data, distance, threads);
        var read = new ReadJob<V>(data, sums);
        double[] seconds = new double[Turns];
        for (int turn = 0; turn < Turns; turn++)
        {
            Threads.For(threads, ref write);
            long start = Stopwatch.GetTimestamp();
            Threads.For(threads, ref read);
            seconds[turn] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        Array.Sort(seconds);
        return 1.0 * sizeof(float) * Count / seconds[Turns / 2];
    }

    private readonly struct WriteJob<V>(float* data, int distance, int threads) : IJob where V : struct, ILanes<V, float>
    {
        public void Run(int index) => new Span<float>(data + (nint)((index + distance) % threads) * Count, Count).Fill(1);
    }

    private readonly struct ReadJob<V>(float* data, float* sums) : IJob where V : struct, ILanes<V, float>
    {
        public void Run(int index) => MemoryRate.Read<V>(data + (nint)index * Count, Count, sums + index * V.Count);
    }
}
