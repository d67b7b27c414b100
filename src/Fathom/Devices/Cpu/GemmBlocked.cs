using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Fathom.Devices.Cpu;

/// <summary>
/// The general matrix product: C is computed in tiles that stay in registers (<see cref="GemmTile"/>), from operands repacked into strips
/// (<see cref="GemmPack{V, T}"/>) that stay in cache. From the outside in:
/// <list type="number">
/// <item>columns of b and a depth of k, so that the packed part of b is at most <see cref="PackedBytes"/>: in the last-level cache, shared by all threads;</item>
/// <item>jobs, each a block of rows times a block of columns; threads take them as they come;</item>
/// <item>blocks of k of <see cref="DepthBlock"/> or less: the job packs its rows of a, at most <see cref="RowTiles"/> tiles high, which stay in the second-level cache;</item>
/// <item>strips of b, one tile wide: the strip stays in the first-level cache while</item>
/// <item>tiles go down the rows.</item>
/// </list>
/// The order is that of Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008).
/// </summary>
internal static unsafe class GemmBlocked<V, T> where V : struct, ILanes<V, T> where T : unmanaged, INumber<T>
{
    // A strip of b two vectors wide takes 128 bytes per k at 512 bits: 40 KB of the first-level cache at most, half that at 256 bits.
    // Loads and stores of C between blocks then take 1/80 of the time of the multiply-adds. 200 to 600 measured within 3 % of each other.
    private const int DepthBlock = 320;

    // 16 tiles of 12 rows x 320 x 4 bytes = 240 KB of the second-level cache, which has 512 KB or more where vectors are wide.
    private const int RowTiles = 16;

    // What is packed of b at one time, and how deep. 8 MB is a part of most last-level caches, and little beside a training step's memory.
    private const int PackedBytes = 8 << 20, MaxDepth = 4096;

    // From this many rows on packing b pays, where b could also be read as it lies: packed, each strip of b is used by 4 tiles or more.
    private const int PackBFromRows = 48;

    // From this many strips of b on packing a pays. Below, a is read as it lies: 1 and 4 measured 5 % slower at 8 strips, where packing costs most.
    private const int PackAFromStrips = 12;

    // Up to this k a tile of C takes longer to write than to compute, or about as long. All of b's rows are in the second-level cache then, for up to some 2,000 columns.
    private const int ShallowDepth = 64;

    // Results of this size are larger than most last-level caches, and are written past them.
    private const int StreamBytes = 32 << 20;

    // From this depth on a tile takes long enough for its part of C to come from the last-level cache meanwhile.
    private const int FetchFromDepth = 64;

    // Less than this does not pay for handing it to another thread: about 5 microseconds of multiply-adds.
    private const double MinFlopsPerJob = 500_000;
    private const int LineBytes = 64;
    private const int MinElementsPerPackJob = 1 << 14;

    // More jobs than threads, so that a thread held up by the system does not hold up the others.
    private const int JobsPerThread = 4;

    private static int StripWidth => 2 * V.Count;

    public static void Run(in GemmArgs<T> args)
    {
        int depth = Math.Min(args.K, MaxDepth);
        int stripsAtOnce = Math.Max(1, PackedBytes / (depth * StripWidth * sizeof(T)));
        int strips = Divide(args.N, StripWidth);
        int firstPacked = FirstPacked(args, strips);
        using var packed = Scratch.Rent<T>((long)Math.Min(stripsAtOnce, strips - firstPacked) * StripWidth * depth);
        for (int strip = 0; strip < strips; strip += stripsAtOnce)
            for (int k = 0; k < args.K; k += depth)
            {
                var panel = new Panel
                {
                    Args = args, StripFrom = strip, StripTo = Math.Min(strips, strip + stripsAtOnce), FirstPacked = Math.Max(strip, firstPacked),
                    K = k, Depth = Math.Min(depth, args.K - k), Packed = packed.Pointer,
                };
                panel.Pack();
                panel.Multiply();
            }
    }

    /// <summary>
    /// The first strip that must be packed. With few rows, and rows of b contiguous, b is read as it lies, all but a last strip that is not
    /// whole vectors wide and so could be overrun.
    /// </summary>
    private static int FirstPacked(in GemmArgs<T> args, int strips) =>
        args.BCol != 1 || args.M >= PackBFromRows ? 0
        : args.N % V.Count == 0 ? strips
        : strips - 1;

    private static int Divide(int count, int size) => (int)(((long)count + size - 1) / size);

    /// <summary>The strips of b and the depth of k that are dealt with at one time.</summary>
    private struct Panel
    {
        public GemmArgs<T> Args;
        public int StripFrom, StripTo, FirstPacked, K, Depth;
        public T* Packed;
        private int _stripsPerPackJob, _rowBlocks, _columnBlocks;

        public void Pack()
        {
            if (FirstPacked >= StripTo) return;
            _stripsPerPackJob = Math.Max(1, MinElementsPerPackJob / (StripWidth * Depth));
            var job = new PackJob { Panel = this };
            Threads.For(Divide(StripTo - FirstPacked, _stripsPerPackJob), ref job);
        }

        public void Multiply()
        {
            double flops = 2.0 * Args.M * Math.Min(Args.N, (double)(StripTo - StripFrom) * StripWidth) * Depth;
            int threads = Threads.Free;
            int jobs = threads == 1 ? 1 : (int)Math.Clamp(flops / MinFlopsPerJob, 1, JobsPerThread * threads);
            int tiles = Divide(Args.M, V.TileRows);
            _rowBlocks = Math.Clamp(jobs, Divide(tiles, RowTiles), Divide(tiles, 3));
            _columnBlocks = Math.Min(StripTo - StripFrom, Divide(jobs, _rowBlocks));
            var job = new TileJob { Panel = this };
            if (jobs > 1) Threads.For(_rowBlocks * _columnBlocks, ref job);
            else for (int i = 0; i < _rowBlocks * _columnBlocks; i++) job.Run(i);
        }

        /// <summary>Columns of a strip: all of its width except in the last one.</summary>
        private readonly int Columns(int strip) => Math.Min(StripWidth, Args.N - strip * StripWidth);

        private static int Vectors(int columns) => Divide(columns, V.Count);

        private readonly T* PackedStrip(int strip) => Packed + (nint)(strip - FirstPacked) * StripWidth * Depth;

        public readonly void PackStrips(int index)
        {
            int from = FirstPacked + index * _stripsPerPackJob;
            for (int strip = from; strip < Math.Min(StripTo, from + _stripsPerPackJob); strip++)
            {
                int columns = Columns(strip);
                T* b = Args.B + K * Args.BRow + (nint)strip * StripWidth * Args.BCol;
                GemmPack<V, T>.Strip(b, Args.BCol, Args.BRow, columns, Depth, PackedStrip(strip), Vectors(columns) * V.Count);
            }
        }

        /// <summary>Computes one block of C: its rows and strips follow from the index.</summary>
        public readonly void MultiplyBlock(int index)
        {
            (int rowBlock, int columnBlock) = Math.DivRem(index, _columnBlocks);
            int tiles = Divide(Args.M, V.TileRows);
            int rowFrom = Part(tiles, rowBlock, _rowBlocks) * V.TileRows;
            int rowTo = Math.Min(Args.M, Part(tiles, rowBlock + 1, _rowBlocks) * V.TileRows);
            int stripFrom = StripFrom + Part(StripTo - StripFrom, columnBlock, _columnBlocks);
            int stripTo = StripFrom + Part(StripTo - StripFrom, columnBlock + 1, _columnBlocks);

            int blocks = Divide(Depth, DepthBlock), most = Divide(Depth, blocks);
            bool pack = stripTo - stripFrom >= PackAFromStrips;
            using var rows = Scratch.Rent<T>(pack ? (long)(rowTo - rowFrom) * most : 0);
            for (int block = 0; block < blocks; block++)
            {
                int k = Part(Depth, block, blocks), depth = Part(Depth, block + 1, blocks) - k;
                if (pack) PackRows(rowFrom, rowTo, K + k, depth, rows.Pointer);
                T* packedRows = pack ? rows.Pointer : null;
                if (Args.K <= ShallowDepth) MultiplyShallow(stripFrom, stripTo, rowFrom, rowTo, depth, packedRows);
                else MultiplyDeep(stripFrom, stripTo, rowFrom, rowTo, k, depth, packedRows);
            }
            if (K + Depth == Args.K) Gemm.AddBias(Args, rowFrom, rowTo, stripFrom * StripWidth, (int)Math.Min(Args.N, (long)stripTo * StripWidth));
        }

        /// <summary>Start of part <paramref name="index"/> of <paramref name="parts"/> nearly equal parts.</summary>
        private static int Part(int count, int index, int parts) => (int)((long)count * index / parts);

        private readonly void PackRows(int from, int to, int k, int depth, T* target)
        {
            for (int i = from; i < to; i += V.TileRows)
            {
                int rows = Math.Min(V.TileRows, to - i);
                GemmPack<V, T>.Strip(Args.A + i * Args.ARow + k * Args.ACol, Args.ARow, Args.ACol, rows, depth, target, rows);
                target += (nint)rows * depth;
            }
        }

        /// <summary>
        /// Where k is short the time is that of writing C, so tiles go along its rows: what lies side by side is written one after another.
        /// </summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void MultiplyShallow(int stripFrom, int stripTo, int rowFrom, int rowTo, int depth, T* packedRows)
        {
            int vector = V.Count * sizeof(T), strips = stripTo - stripFrom, columns = Math.Min(Args.N, stripTo * StripWidth) - stripFrom * StripWidth;
            bool stream = (long)Args.M * Args.N * sizeof(T) >= StreamBytes && !Args.Accumulate && (nint)Args.C % vector == 0 && Args.CRow * sizeof(T) % vector == 0;
            for (int i = rowFrom; i < rowTo; i += V.TileRows)
            {
                // The first strip fetches the next rows of a, the others those of C.
                int next = i + V.TileRows;
                var a = new Ahead(Args.A + next * Args.ARow, 0, 1);
                var c = new Ahead(Args.C + next * Args.CRow + stripFrom * StripWidth, V.TileRows * columns, strips - 1);
                for (int strip = stripFrom; strip < stripTo; strip++)
                {
                    MultiplyStrip(strip, i, Math.Min(rowTo, next), 0, depth, packedRows == null ? null : packedRows + (nint)(i - rowFrom) * depth,
                        stream ? TileWrite.Stream : TileWrite.Over, ref strip == stripFrom ? ref a : ref c);
                }
            }
            if (stream && Sse.IsSupported) Sse.StoreFence();
        }

        /// <summary>
        /// Strip by strip, tiles going down the rows. Meanwhile the next strip of b is fetched or, where the columns of a lie side by side (the weight gradient of
        /// few channels) and are read as they lie, the next block of them: they are read across, which no prefetcher foresees.
        /// </summary>
        private readonly void MultiplyDeep(int stripFrom, int stripTo, int rowFrom, int rowTo, int k, int depth, T* packedRows)
        {
            int tiles = Divide(rowTo - rowFrom, V.TileRows);
            bool across = packedRows == null && Args.ARow == 1;
            var ahead = new Ahead(Args.A + (K + k + depth) * Args.ACol + rowFrom, depth * Args.ACol, (stripTo - stripFrom) * tiles);
            if (Args.NextB != null) ahead.Alternate(Args.NextB + (K + k) * Args.BRow, depth * Args.BRow);
            for (int strip = stripFrom; strip < stripTo; strip++)
            {
                if (!across) ahead = new Ahead(PackedStrip(strip + 1) + (nint)k * StripWidth, (nint)depth * StripWidth, tiles);
                MultiplyStrip(strip, rowFrom, rowTo, k, depth, packedRows, TileWrite.Over, ref ahead);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void MultiplyStrip(int strip, int rowFrom, int rowTo, int k, int depth, T* packedRows, TileWrite first, ref Ahead ahead)
        {
            int columns = Columns(strip), vectors = Vectors(columns), width = vectors * V.Count;
            bool isPacked = strip >= FirstPacked;
            T* b = isPacked ? PackedStrip(strip) + (nint)k * width : Args.B + (K + k) * Args.BRow + (nint)strip * StripWidth;
            nint bRow = isPacked ? width : Args.BRow;
            bool accumulate = Args.Accumulate || K + k > 0;
            TileWrite write = accumulate ? TileWrite.Add : first;
            T* edge = stackalloc T[columns < width ? V.TileRows * StripWidth : 0];
            for (int i = rowFrom; i < rowTo; i += V.TileRows)
            {
                int rows = Math.Min(V.TileRows, rowTo - i);
                bool direct = packedRows == null;
                T* a = direct ? Args.A + i * Args.ARow + (K + k) * Args.ACol : packedRows + (nint)(i - rowFrom) * depth;
                (nint aRow, nint aCol) = direct ? (Args.ARow, Args.ACol) : (1, rows);
                T* c = Args.C + i * Args.CRow + (nint)strip * StripWidth;
                var tile = GemmTiles<V, T>.For(rows, vectors);
                if (depth >= FetchFromDepth) FetchTile(c, Args.CRow, rows);
                if (columns == width)
                {
                    tile(depth, a, aRow, aCol, b, bRow, c, Args.CRow, write, ahead.Next(), LineBytes / sizeof(T));
                }
                else
                {
                    tile(depth, a, aRow, aCol, b, bRow, edge, width, TileWrite.Over, ahead.Next(), LineBytes / sizeof(T));
                    CopyEdge(edge, width, rows, columns, c, Args.CRow, accumulate);
                }
            }
        }

        /// <summary>Rows of C are far apart: what a tile will be added to is asked for before its products are.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void FetchTile(T* c, nint cRow, int rows)
        {
            if (!Sse.IsSupported) return;
            for (; rows > 0; rows--, c += cRow)
            {
                Sse.Prefetch0(c);
                Sse.Prefetch0(c + V.Count);
            }
        }

        /// <summary>Writes the part of a tile that lies inside C.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void CopyEdge(T* edge, int width, int rows, int columns, T* c, nint cRow, bool accumulate)
        {
            for (int i = 0; i < rows; i++, edge += width, c += cRow)
                for (int j = 0; j < columns; j += V.Count)
                {
                    int count = Math.Min(V.Count, columns - j);
                    V x = V.Load(edge + j);
                    V.StoreFirst(accumulate ? V.Add(V.LoadFirst(c + j, count), x) : x, c + j, count);
                }
        }
    }

    /// <summary>Memory that will be needed soon, fetched part by part by the calls of a micro-kernel, a line with each of its steps.</summary>
    private struct Ahead(T* from, nint elements, int calls)
    {
        private int _call;
        private T* _other;
        private nint _otherElements;

        /// <summary>Every second call fetches from other memory.</summary>
        public void Alternate(T* other, nint count)
        {
            _other = other;
            _otherElements = count;
        }

        public T* Next()
        {
            if (calls == 0) return from;
            int call = _call++;
            return _other != null && (call & 1) != 0 ? _other + _otherElements * call / calls : from + elements * call / calls;
        }
    }

    private struct PackJob : IJob
    {
        public Panel Panel;
        public readonly void Run(int index) => Panel.PackStrips(index);
    }

    private struct TileJob : IJob
    {
        public Panel Panel;
        public readonly void Run(int index) => Panel.MultiplyBlock(index);
    }
}
