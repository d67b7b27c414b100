using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Fathom.Devices.Cpu;

/// <summary>
/// Products of which one side has few rows and both sides are contiguous along k, as a dense layer's on a small batch or with few outputs: every
/// result is a dot product, and nothing is packed.
/// </summary>
/// <remarks>
/// A tile of 4 by 4 dot products takes eight loads for sixteen multiply-adds. The four long rows of a tile are walked in pieces of <see cref="Depth"/>, 64 KB
/// together, which stay in the second-level cache while all the few rows pass by (16 KB were 4% slower at 16 x 4096 x 6272); the sums of a piece are kept in memory
/// meanwhile. Rows missing at an edge are stood in for by repeating the first.
/// </remarks>
internal static unsafe class GemmDots<V, T> where V : struct, ILanes<V, T> where T : unmanaged, INumber<T>
{
    /// <summary>More rows than this are packed more cheaply than they are read again and again.</summary>
    public const int MaxRows = 24;

    static int Depth => 16384 / sizeof(T);

    const int MinElementsPerJob = 1 << 15;          // of the long side

    /// <summary>y[i, j] = sum over p of few[i, p] many[j, p], for i below <paramref name="m"/>, at most <see cref="MaxRows"/>, and j below n.</summary>
    public static void Run(int m, int n, int k, T* few, nint fewRow, T* many, nint manyRow, T* y, nint yRow, nint yCol, bool accumulate, T* fewBias, T* manyBias)
    {
        Job job = new()
        {
            M = m, N = n, K = k, Few = few, FewRow = fewRow, Many = many, ManyRow = manyRow, Y = y, YRow = yRow, YCol = yCol,
            Accumulate = accumulate, FewBias = fewBias, ManyBias = manyBias,
        };
        int groups = (n + 3) / 4;
        job.Jobs = (int)Math.Clamp((long)n * k / MinElementsPerJob, 1, groups);
        Threads.For(job.Jobs, ref job);
    }

    struct Job : IJob
    {
        public int M, N, K, Jobs;
        public T* Few, Many, Y, FewBias, ManyBias;
        public nint FewRow, ManyRow, YRow, YCol;
        public bool Accumulate;

        public readonly void Run(int index)
        {
            int groups = (N + 3) / 4;
            T* sums = stackalloc T[4 * MaxRows * V.Count];
            int last = (int)((long)groups * (index + 1) / Jobs);
            for (int g = (int)((long)groups * index / Jobs); g < last; g++) Columns(4 * g, sums);
        }

        /// <summary>All results of four of the many rows.</summary>
        readonly void Columns(int j, T* sums)
        {
            int width = Math.Min(4, N - j), tiles = (M + 3) / 4;
            new Span<T>(sums, 16 * tiles * V.Count).Clear();
            for (int p = 0; p < K; p += Depth)
                for (int t = 0; t < tiles; t++)
                    Tile(Math.Min(Depth, K - p), Few + 4 * t * FewRow + p, RowStep(FewRow, M - 4 * t), Many + j * ManyRow + p, RowStep(ManyRow, width), sums + 16 * t * V.Count);
            for (int i = 0; i < M; i++)
                for (int c = 0; c < width; c++) Store(i, j + c, Sum(V.Load(sums + (4 * i + c) * V.Count)));
        }

        readonly void Store(int i, int j, T sum)
        {
            T* y = Y + i * YRow + j * YCol;
            if (FewBias != null) sum += FewBias[i];
            if (ManyBias != null) sum += ManyBias[j];
            *y = Accumulate ? *y + sum : sum;
        }
    }

    /// <summary>Distances to rows 1, 2 and 3 of a tile; 0, the first row again, for those that are not there.</summary>
    static (nint, nint, nint) RowStep(nint row, int rows) => (rows > 1 ? row : 0, rows > 2 ? 2 * row : 0, rows > 3 ? 3 * row : 0);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tile(int k, T* a, (nint, nint, nint) aRows, T* b, (nint, nint, nint) bRows, T* sums)
    {
        T* a1 = a + aRows.Item1, a2 = a + aRows.Item2, a3 = a + aRows.Item3, b1 = b + bRows.Item1, b2 = b + bRows.Item2, b3 = b + bRows.Item3;
        V s00 = At(0), s01 = At(1), s02 = At(2), s03 = At(3), s10 = At(4), s11 = At(5), s12 = At(6), s13 = At(7);
        V s20 = At(8), s21 = At(9), s22 = At(10), s23 = At(11), s30 = At(12), s31 = At(13), s32 = At(14), s33 = At(15);
        int p = 0;
        for (; p + V.Count <= k; p += V.Count)
        {
            V x0 = V.Load(a + p), x1 = V.Load(a1 + p), x2 = V.Load(a2 + p), x3 = V.Load(a3 + p), y = V.Load(b + p);
            s00 = V.MultiplyAdd(x0, y, s00); s10 = V.MultiplyAdd(x1, y, s10); s20 = V.MultiplyAdd(x2, y, s20); s30 = V.MultiplyAdd(x3, y, s30);
            y = V.Load(b1 + p);
            s01 = V.MultiplyAdd(x0, y, s01); s11 = V.MultiplyAdd(x1, y, s11); s21 = V.MultiplyAdd(x2, y, s21); s31 = V.MultiplyAdd(x3, y, s31);
            y = V.Load(b2 + p);
            s02 = V.MultiplyAdd(x0, y, s02); s12 = V.MultiplyAdd(x1, y, s12); s22 = V.MultiplyAdd(x2, y, s22); s32 = V.MultiplyAdd(x3, y, s32);
            y = V.Load(b3 + p);
            s03 = V.MultiplyAdd(x0, y, s03); s13 = V.MultiplyAdd(x1, y, s13); s23 = V.MultiplyAdd(x2, y, s23); s33 = V.MultiplyAdd(x3, y, s33);
        }
        if (p < k)
        {
            int rest = k - p;
            V x0 = V.LoadFirst(a + p, rest), x1 = V.LoadFirst(a1 + p, rest), x2 = V.LoadFirst(a2 + p, rest), x3 = V.LoadFirst(a3 + p, rest), y = V.LoadFirst(b + p, rest);
            s00 = V.MultiplyAdd(x0, y, s00); s10 = V.MultiplyAdd(x1, y, s10); s20 = V.MultiplyAdd(x2, y, s20); s30 = V.MultiplyAdd(x3, y, s30);
            y = V.LoadFirst(b1 + p, rest);
            s01 = V.MultiplyAdd(x0, y, s01); s11 = V.MultiplyAdd(x1, y, s11); s21 = V.MultiplyAdd(x2, y, s21); s31 = V.MultiplyAdd(x3, y, s31);
            y = V.LoadFirst(b2 + p, rest);
            s02 = V.MultiplyAdd(x0, y, s02); s12 = V.MultiplyAdd(x1, y, s12); s22 = V.MultiplyAdd(x2, y, s22); s32 = V.MultiplyAdd(x3, y, s32);
            y = V.LoadFirst(b3 + p, rest);
            s03 = V.MultiplyAdd(x0, y, s03); s13 = V.MultiplyAdd(x1, y, s13); s23 = V.MultiplyAdd(x2, y, s23); s33 = V.MultiplyAdd(x3, y, s33);
        }
        Put(s00, 0); Put(s01, 1); Put(s02, 2); Put(s03, 3); Put(s10, 4); Put(s11, 5); Put(s12, 6); Put(s13, 7);
        Put(s20, 8); Put(s21, 9); Put(s22, 10); Put(s23, 11); Put(s30, 12); Put(s31, 13); Put(s32, 14); Put(s33, 15);

        V At(int i) => V.Load(sums + i * V.Count);
        void Put(V v, int i) => V.Store(v, sums + i * V.Count);
    }

    /// <summary>The sum over the lanes, in an order that depends on the width only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Sum(V x) => Unsafe.SizeOf<V>() switch
    {
        64 => Vector512.Sum(Unsafe.BitCast<V, Vector512<T>>(x)),
        32 => Vector256.Sum(Unsafe.BitCast<V, Vector256<T>>(x)),
        16 => Vector128.Sum(Unsafe.BitCast<V, Vector128<T>>(x)),
        _ => Unsafe.BitCast<V, T>(x),
    };
}
