using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Fathom.Devices.Cpu;

/// <summary>
/// Products of which one side has few rows and both sides are contiguous along k, as a dense layer's on a small batch or with few outputs: every
/// result is a dot product, and the long side is read once, as it lies.
/// </summary>
/// <remarks>
/// From the outside in: a panel of some of the many rows; a piece of k so short that the few rows' part of it stays in
/// the first-level cache; four of the many rows; tiles of the few rows (<see cref="DotTile"/>). The few rows are read again from the second-level cache once a
/// panel. The rows of the many are far apart in memory, so the processor's own prefetching starts anew with each: while a piece is multiplied, the next one of
/// the same rows is fetched, evenly, since a burst would hold up the loads beside it. Sums stay in memory between pieces.
/// </remarks>
internal static unsafe class GemmDots<V, T> where V : struct, ILanes<V, T> where T : unmanaged, INumber<T>
{
    /// <summary>More rows than this are packed more cheaply than they are read again and again.</summary>
    public const int MaxRows = 24;

    // Where the many rows come from memory: few pieces and tall panels, 16 KB and 32 rows. Measured at 16 x 4096 x 6272: panels of 8, 16, 32 and 64 rows 6.7, 5.8,
    // 5.3 and 5.2 ms; 8, 16, 24 and 32 KB 7.0, 5.3, 6.4 and 7.5 ms. Where they are in a cache: long pieces, and panels whose sums stay in the first level,
    // 32 KB and 8 rows (256 x 10 x 784 20 us against 25, 16 x 256 x 784 36 against 43).
    const int ManyRows = 32, ManyRowsInCache = 8;
    const int FewBytes = 16 << 10, FewBytesInCache = 32 << 10;

    // Bytes of the long side that count as memory, and from which it pays to lay the few rows' pieces out one after another.
    const int CacheBytes = 4 << 20, PackBytes = 1 << 20;

    const int MinElementsPerJob = 1 << 15;          // of the long side

    /// <summary>y[i, j] = sum over p of few[i, p] many[j, p], for i below <paramref name="m"/>, at most <see cref="MaxRows"/>, and j below n.</summary>
    public static void Run(int m, int n, int k, T* few, nint fewRow, T* many, nint manyRow, T* y, nint yRow, nint yCol, bool accumulate, T* fewBias, T* manyBias)
    {
        long bytes = (long)n * k * sizeof(T);
        bool inCache = bytes < CacheBytes, pack = bytes >= PackBytes;
        int panelRows = inCache ? ManyRowsInCache : ManyRows, fewBytes = inCache ? FewBytesInCache : FewBytes;
        int pieces = Divide(k, Math.Max(1, fewBytes / (m * V.Count * sizeof(T))) * V.Count), depth = Divide(Divide(k, pieces), V.Count) * V.Count;
        using var packed = Scratch.Rent<T>(pack ? (long)m * pieces * depth : 0);
        if (pack) Pack(m, k, few, fewRow, packed.Pointer, depth);
        Job job = new()
        {
            M = m, N = n, K = k, PanelRows = panelRows, Depth = depth, Few = pack ? packed.Pointer : few, FewRow = pack ? depth : fewRow, FewPiece = pack ? m * depth : depth,
            Many = many, ManyRow = manyRow, Y = y, YRow = yRow, YCol = yCol, Accumulate = accumulate, FewBias = fewBias, ManyBias = manyBias,
        };
        job.Jobs = (int)Math.Clamp((long)n * k / MinElementsPerJob, 1, Divide(n, panelRows));
        Threads.For(job.Jobs, ref job);
    }

    /// <summary>Pieces one after another, so that rows whose distance is a power of two do not push each other out of the cache.</summary>
    static void Pack(int m, int k, T* few, nint fewRow, T* packed, int depth)
    {
        for (int p = 0; p < k; p += depth)
            for (int i = 0; i < m; i++, packed += depth)
                new ReadOnlySpan<T>(few + i * fewRow + p, Math.Min(depth, k - p)).CopyTo(new Span<T>(packed, depth));
    }

    static int Divide(int count, int size) => (count + size - 1) / size;

    struct Job : IJob
    {
        public int M, N, K, PanelRows, Depth, Jobs;
        public T* Few, Many, Y, FewBias, ManyBias;
        public nint FewRow, FewPiece, ManyRow, YRow, YCol;
        public bool Accumulate;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int index)
        {
            int panels = Divide(N, PanelRows), tiles = Divide(M, DotTiles<V, T>.MaxRows);
            int* starts = stackalloc int[MaxRows + 1];
            for (int t = 0; t <= tiles; t++) starts[t] = M * t / tiles;
            T* sums = stackalloc T[PanelRows * M * V.Count];
            int last = (int)((long)panels * (index + 1) / Jobs);
            for (int panel = (int)((long)panels * index / Jobs); panel < last; panel++) Panel(panel * PanelRows, tiles, starts, sums);
        }

        /// <summary>All results of some of the many rows. The sums of a group of four lie row after row of the few.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        readonly void Panel(int j, int tiles, int* starts, T* sums)
        {
            int rows = Math.Min(PanelRows, N - j);
            T* few = Few;
            for (int p = 0; p < K; p += Depth, few += FewPiece)
            {
                int depth = Math.Min(Depth, K - p);
                nint next = p + Depth < K ? Depth : PanelRows * ManyRow - p;
                for (int group = 0; group < rows; group += 4)
                {
                    T* b = Many + (j + group) * ManyRow + p;
                    for (int t = 0; t < tiles; t++)
                    {
                        int i = starts[t], height = starts[t + 1] - i, fetch = 4 * t / tiles, fetches = 4 * (t + 1) / tiles - fetch;
                        DotTiles<V, T>.For(height)(depth, few + i * FewRow, FewRow, b, ManyRow, rows - group,
                            b + next + fetch * ManyRow, fetches, sums + (group * M + 4 * i) * V.Count, p > 0);
                    }
                }
            }
            for (int group = 0; group < rows; group += 4) Finish(j + group, Math.Min(4, rows - group), sums + group * M * V.Count);
        }

        /// <summary>Sums over the lanes, adds the biases and writes the results of a group of four.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        readonly void Finish(int j, int count, T* sums)
        {
            T* four = stackalloc T[4];
            for (int i = 0; i < M; i++, sums += 4 * V.Count)
            {
                DotTile.Sum4<V, T>(sums, four);
                T* y = Y + i * YRow + j * YCol;
                for (int c = 0; c < count; c++, y += YCol)
                {
                    T sum = four[c];
                    if (FewBias != null) sum += FewBias[i];
                    if (ManyBias != null) sum += ManyBias[j + c];
                    *y = Accumulate ? *y + sum : sum;
                }
            }
        }
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
