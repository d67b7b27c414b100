using System.Runtime.CompilerServices;
using Fathom.Devices.Cpu;

namespace Fathom.Cli.Bench;

/// <summary>
/// The rate at which the machine moves data that no cache holds: the limit of element-wise work. a = b + s c over large arrays, as in the STREAM benchmark's
/// triad (McCalpin 1995), and reading alone.
/// </summary>
internal static unsafe class MemoryRate
{
    // Three arrays of 128 MiB: several times the largest last-level caches of a few cores.
    private const long Count = 32L << 20;
    private const int Parts = 64;

    /// <summary>Bytes a second of all <see cref="Threads.Count"/> threads together: the triad's two reads and one write, and reading one array.</summary>
    /// <param name="width">The vectors' width.</param>
    /// <param name="budget">Seconds to spend on each.</param>
    public static (double Triad, double Read) Measure(SimdWidth width, double budget = 1.0) => width switch
    {
        SimdWidth.V512 => Measure<Singlex16>(budget),
        SimdWidth.V256 => Measure<Singlex8>(budget),
        SimdWidth.V128 => Measure<Singlex4>(budget),
        _ => Measure<Lane<float>>(budget),
    };

    private static (double Triad, double Read) Measure<V>(double budget) where V : struct, ILanes<V, float>
    {
        using Scratch<float> a = Scratch.Rent<float>(Count), b = Scratch.Rent<float>(Count), c = Scratch.Rent<float>(Count);
        new Span<float>(b.Pointer, (int)Count).Fill(1);
        new Span<float>(c.Pointer, (int)Count).Fill(2);
        using Scratch<float> sums = Scratch.Rent<float>(Parts * V.Count);
        var triad = new TriadJob<V>(a.Pointer, b.Pointer, c.Pointer);
        var read = new ReadJob<V>(b.Pointer, sums.Pointer);
        double triadSeconds = Timing.Best(() => Threads.For(Parts, ref triad), budget), readSeconds = Timing.Best(() => Threads.For(Parts, ref read), budget);
        return (3.0 * sizeof(float) * Count / triadSeconds, 1.0 * sizeof(float) * Count / readSeconds);
    }

    private readonly struct TriadJob<V>(float* a, float* b, float* c) : IJob where V : struct, ILanes<V, float>
    {
        public void Run(int index)
        {
            const long part = Count / Parts;
            Triad<V>(a + index * part, b + index * part, c + index * part, part);
        }
    }

    private readonly struct ReadJob<V>(float* b, float* sums) : IJob where V : struct, ILanes<V, float>
    {
        public void Run(int index)
        {
            const long part = Count / Parts;
            Read<V>(b + index * part, part, sums + index * V.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Triad<V>(float* a, float* b, float* c, long count) where V : struct, ILanes<V, float>
    {
        V s = V.All(3);
        for (long i = 0; i < count; i += V.Count) V.Store(V.MultiplyAdd(s, V.Load(c + i), V.Load(b + i)), a + i);
    }

    /// <summary>Sums elements, four vectors at a time, into one vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Read<V>(float* b, long count, float* sum) where V : struct, ILanes<V, float>
    {
        V s0 = V.All(0), s1 = s0, s2 = s0, s3 = s0;
        for (long i = 0; i < count; i += 4 * V.Count)
        {
            s0 = V.Add(s0, V.Load(b + i));
            s1 = V.Add(s1, V.Load(b + i + V.Count));
            s2 = V.Add(s2, V.Load(b + i + 2 * V.Count));
            s3 = V.Add(s3, V.Load(b + i + 3 * V.Count));
        }
        V.Store(V.Add(V.Add(s0, s1), V.Add(s2, s3)), sum);
    }
}
