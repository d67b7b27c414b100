using System.Runtime.CompilerServices;
using Fathom.Devices.Cpu.Simd;

namespace Fathom.Devices.Cpu;

/// <summary>What softmax and cross-entropy share: the last, partial vector of a row, the row's maximum, and the sum of e^(x - maximum).</summary>
internal static unsafe class RowJoin<T, V> where T : unmanaged where V : struct, ISimd<V, T>
{
    /// <summary>The elements after the whole vectors, padded with minus infinity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Rest(T* x, int n, int whole)
    {
        T* tail = stackalloc T[V.Width];
        V.Const(double.NegativeInfinity).Store(tail);
        Unsafe.CopyBlockUnaligned(tail, x + whole, (uint)((n - whole) * sizeof(T)));
        return V.Load(tail);
    }

    /// <summary>The maximum and the sum of e^(x - maximum) over a row, each in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (V Max, V Total) MaxAndTotal(T* x, int whole, V rest)
    {
        V best = rest;
        for (int i = 0; i < whole; i += V.Width) best = V.Max(best, V.Load(x + i));
        V max = Across<MaxOf>(best);
        V sum = SimdMath.Exp(rest - max);
        for (int i = 0; i < whole; i += V.Width) sum += SimdMath.Exp(V.Load(x + i) - max);
        return (max, Across<SumOf>(sum));
    }

    /// <summary>All lanes joined, in every lane.</summary>
    static V Across<F>(V v) where F : struct, IJoin
    {
        T* lanes = stackalloc T[V.Width];
        v.Store(lanes);
        V joined = V.Create(lanes[0]);
        for (int i = 1; i < V.Width; i++) joined = F.Join(joined, V.Create(lanes[i]));
        return joined;
    }

    interface IJoin
    {
        static abstract V Join(V a, V b);
    }

    struct MaxOf : IJoin { public static V Join(V a, V b) => V.Max(a, b); }
    struct SumOf : IJoin { public static V Join(V a, V b) => a + b; }
}
