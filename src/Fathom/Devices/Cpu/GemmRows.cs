using System.Numerics;
using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>
/// Few rows times a matrix that no cache holds, whose rows are contiguous, as the input gradient of a large dense layer on a small batch: the time is that of
/// reading b once.
/// </summary>
/// <remarks>
/// From the outside in: jobs of <see cref="StripsPerJob"/> strips of columns, a strip being one tile wide, so that what is read of a row of b is 2 KB in one
/// piece; blocks of <see cref="Depth"/> rows of b, packed strip by strip into 32 KB, which the caches keep however b's rows lie; strips; tiles of rows, two at least. While a
/// strip is multiplied the same strip of the next block is fetched, a line with each step of k: evenly, since a burst would hold up the loads beside it. Sums stay
/// beside the block and are written out at the end.
/// </remarks>
internal static unsafe class GemmRows<V, T> where V : struct, ILanes<V, T> where T : unmanaged, INumber<T>
{
    /// <summary>More rows than this keep the processor busy enough for the general way.</summary>
    public const int MaxRows = 47;

    const int CacheBytes = 4 << 20;             // b of at least this size counts as being in memory
    // Measured at 16 x 6272 x 4096: 4, 8 and 16 strips of 16 rows 7.4, 6.0 and 5.9 ms; 8 strips of 32 and 64 rows 6.4 and 7.2 ms. Unpacked, strip by strip, 10.9 ms.
    const int StripsPerJob = 16, Depth = 16;

    static int Width => 2 * V.Count;

    /// <summary>Whether this is the way for such a product.</summary>
    public static bool Fits(in GemmArgs<T> g) => g.BCol == 1 && g.M <= MaxRows && (long)g.N * g.K * sizeof(T) >= CacheBytes && g.N >= StripsPerJob * Width;

    public static void Run(in GemmArgs<T> args)
    {
        int tiles = Math.Max(Divide(args.M, V.TileRows), Math.Min(args.M, 2));
        using var rows = Scratch.Rent<T>((long)args.M * args.K);
        PackRows(args, tiles, rows.Pointer);
        int strips = Divide(args.N, Width);
        var job = new Job { Args = args, Rows = rows.Pointer, Strips = strips, Tiles = tiles, Jobs = Divide(strips, StripsPerJob) };
        Threads.For(job.Jobs, ref job);
    }

    /// <summary>The rows of a, block by block of k, in each tile by tile in the order in which the micro-kernel reads them.</summary>
    static void PackRows(in GemmArgs<T> g, int tiles, T* target)
    {
        for (int k = 0; k < g.K; k += Depth)
            for (int t = 0; t < tiles; t++)
            {
                int depth = Math.Min(Depth, g.K - k), from = g.M * t / tiles, height = g.M * (t + 1) / tiles - from;
                GemmPack<V, T>.Strip(g.A + from * g.ARow + k * g.ACol, g.ARow, g.ACol, height, depth, target, height);
                target += height * depth;
            }
    }

    static int Divide(int count, int size) => (int)(((long)count + size - 1) / size);

    struct Job : IJob
    {
        public GemmArgs<T> Args;
        public T* Rows;
        public int Strips, Tiles, Jobs;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int index)
        {
            int first = (int)((long)Strips * index / Jobs), strips = (int)((long)Strips * (index + 1) / Jobs) - first;
            int column = first * Width, columns = Math.Min(Args.N - column, strips * Width);
            using var block = Scratch.Rent<T>(strips * Width * Depth);
            using var sums = Scratch.Rent<T>(strips * Width * Args.M);
            new Span<T>(block.Pointer, strips * Width * Depth).Clear();      // what lies beyond the last column stays zero
            for (int k = 0; k < Args.K; k += Depth)
            {
                T* b = Args.B + k * Args.BRow + column;
                int depth = Math.Min(Depth, Args.K - k);
                PackBlock(b, depth, columns, block.Pointer);
                Multiply(strips, depth, Rows + (nint)k * Args.M, block.Pointer, sums.Pointer, k > 0, b, k + depth < Args.K);
            }
            Write(sums.Pointer, column, columns);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        readonly void PackBlock(T* b, int depth, int columns, T* block)
        {
            for (int p = 0; p < depth; p++, b += Args.BRow)
            {
                T* to = block + p * Width;
                int j = 0;
                for (; j + Width <= columns; j += Width, to += Width * Depth)
                {
                    V.Store(V.Load(b + j), to);
                    V.Store(V.Load(b + j + V.Count), to + V.Count);
                }
                for (int l = 0; j < columns; j++, l++) to[l] = b[j];
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        readonly void Multiply(int strips, int depth, T* rows, T* block, T* sums, bool accumulate, T* b, bool hasNext)
        {
            for (int s = 0; s < strips; s++, block += Width * Depth)
            {
                T* a = rows;
                for (int t = 0; t < Tiles; t++)
                {
                    int height = Args.M * (t + 1) / Tiles - Args.M * t / Tiles;
                    bool fetch = hasNext && t < 2;
                    GemmTiles<V, T>.For(height, 2)(depth, a, 1, height, block, Width, sums, Width, accumulate ? TileWrite.Add : TileWrite.Over,
                        fetch ? b + Depth * Args.BRow + s * Width + t * V.Count : block, fetch ? Args.BRow : 0);
                    a += height * depth;
                    sums += height * Width;
                }
            }
        }

        /// <summary>From the order of strips to that of C.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        readonly void Write(T* sums, int column, int columns)
        {
            for (int j = 0; j < columns; j += Width)
                for (int i = 0; i < Args.M; i++, sums += Width)
                    for (int l = 0; l < Width && j + l < columns; l += V.Count)
                    {
                        int count = Math.Min(V.Count, columns - j - l);
                        T* c = Args.C + i * Args.CRow + column + j + l;
                        V x = V.Load(sums + l);
                        V.StoreFirst(Args.Accumulate ? V.Add(V.LoadFirst(c, count), x) : x, c, count);
                    }
            Gemm.AddBias(Args, 0, Args.M, column, column + columns);
        }
    }
}
