using System.Runtime.CompilerServices;
using Fathom.Devices.Cpu;

namespace Fathom.Cli.Bench;

/// <summary>The rate of single-precision multiply-adds that the machine reaches with everything in registers: the limit of any matrix product.</summary>
internal static unsafe class FmaRate
{
    private const int Steps = 4000, Chains = 12;

    /// <summary>Floating-point operations a second (a multiply-add is two) of all <see cref="Threads.Count"/> threads together.</summary>
    /// <param name="width">The vectors' width.</param>
    /// <param name="budget">Seconds to spend.</param>
    public static double Measure(SimdWidth width, double budget = 1.0) => width switch
    {
        SimdWidth.V512 => Measure<Singlex16>(budget),
        SimdWidth.V256 => Measure<Singlex8>(budget),
        SimdWidth.V128 => Measure<Singlex4>(budget),
        _ => Measure<Lane<float>>(budget),
    };

    private static double Measure<V>(double budget) where V : struct, ILanes<V, float>
    {
        int threads = Threads.Count;
        double seconds = Timing.Best(() =>
        {
            var job = new Job<V>();
            Threads.For(threads, ref job);
        }, budget);
        return 2.0 * Chains * V.Count * Steps * threads / seconds;
    }

    private struct Job<V> : IJob where V : struct, ILanes<V, float>
    {
        public readonly void Run(int index)
        {
            float* sink = stackalloc float[V.Count];
            Chain<V>(0.5f, 1f, sink);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Chain<V>(float factor, float term, float* sink) where V : struct, ILanes<V, float>
    {
        V x = V.All(factor), y = V.All(term);
        V s0 = x, s1 = x, s2 = x, s3 = x, s4 = x, s5 = x, s6 = x, s7 = x, s8 = x, s9 = x, s10 = x, s11 = x;
        for (int i = 0; i < Steps; i++)
        {
            s0 = V.MultiplyAdd(s0, x, y);
            s1 = V.MultiplyAdd(s1, x, y);
            s2 = V.MultiplyAdd(s2, x, y);
            s3 = V.MultiplyAdd(s3, x, y);
            s4 = V.MultiplyAdd(s4, x, y);
            s5 = V.MultiplyAdd(s5, x, y);
            s6 = V.MultiplyAdd(s6, x, y);
            s7 = V.MultiplyAdd(s7, x, y);
            s8 = V.MultiplyAdd(s8, x, y);
            s9 = V.MultiplyAdd(s9, x, y);
            s10 = V.MultiplyAdd(s10, x, y);
            s11 = V.MultiplyAdd(s11, x, y);
        }
        V.Store(V.Add(V.Add(V.Add(s0, s1), V.Add(s2, s3)), V.Add(V.Add(V.Add(s4, s5), V.Add(s6, s7)), V.Add(V.Add(s8, s9), V.Add(s10, s11)))), sink);
    }
}
