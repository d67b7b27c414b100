using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Fathom.Devices.Cpu;

/// <summary>
/// The general matrix product: C is computed in tiles that stay in registers (<see cref="GemmTile"/>), from operands repacked into strips
/// (<see cref="GemmPack{V, T}"/>) that stay in cache. From the outside in:
/// <list type="number">
/// <item>panels: columns of b and a depth of k of <see cref="MaxDepth"/> or less, so that the packed part of b is at most <see cref="PackedBytes"/>: in the last-level cache, shared by all threads;</item>
/// <item>jobs, each a block of rows times a block of columns: it packs its rows of a, at most <see cref="RowTiles"/> tiles high, which stay in the second-level cache;</item>
/// <item>strips of b, one tile wide: the strip stays in the second-level cache while</item>
/// <item>tiles go down the rows.</item>
/// </list>
/// The order is that of Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008).
/// </summary>
internal static unsafe class GemmBlocked<V, T> where V : struct, ILanes<V, T> where T : unmanaged, INumber<T>
{
    // Depth of a panel. Deep, since what a tile costs beside its multiply-adds it costs once a panel: its part of C is fetched, added to and written, and the micro-kernel
    // begins and ends. A strip of b two vectors wide, 128 KB at 512 bits, is then read from the second-level cache, 15 bytes a cycle with the rows of a, which the
    // processor foresees. Measured at 1024 and 2048 square: 320 deep 86 %, 512 88 %, 1024 90 %; 1152 for
    // 256 x 256 x 1152 tA, whose a is read as it lies, 0.72 ms, twice 576 0.63.
    private const int MaxDepth = 1024;

    // Tiles times depth of a job's rows: 12 rows x 8192 x 4 bytes = 400 KB of the second-level cache, which has 1 MB or more where vectors are as wide; half of that at 256 bits.
    // Measured at a depth of 1024: 4 to 8 tiles alike, 12 slower.
    private const int PackedRowDepth = 8192, MaxRowTiles = 16;

    // What is packed of b at one time. 8 MB is a part of most last-level caches, and little beside a training step's memory.
    private const int PackedBytes = 8 << 20;

    // Rows of b that lie side by side are packed in pieces of as many strips, 1 KB at 512 bits: shorter pieces of rows far apart are slow to read.
    private const int StripsPerPackJob = 8;

    // From this many rows on packing b pays, where b could also be read as it lies: packed, each strip of b is used by 4 tiles or more.
    private const int PackBFromRows = 48;

    // Rows of b as short as this lie close together: read as they lie they are as near as packed ones, and do not collide in cache. Packing them took 4 to 12 % of
    // the weight gradients of 64 and 128 channels, such as 64 x 64 x 576 tA. Measured up to 256 rows; packing is a small part of what many more take.
    private const int ShortRowBytes = 512, PackShortFromRows = 513;

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
        int panels = Divide(args.K, MaxDepth), most = Divide(args.K, panels);
        int stripsAtOnce = Math.Max(1, PackedBytes / (most * StripWidth * sizeof(T)));
        int strips = Divide(args.N, StripWidth);
        int firstPacked = FirstPacked(args, strips);
        using var packed = Scratch.Rent<T>((long)Math.Min(stripsAtOnce, strips - firstPacked) * StripWidth * most);
        for (int strip = 0; strip < strips; strip += stripsAtOnce)
            for (int i = 0; i < panels; i++)
            {
                int k = Part(args.K, i, panels);
                var panel = new Panel
                {
                    Args = args, StripFrom = strip, StripTo = Math.Min(strips, strip + stripsAtOnce), FirstPacked = Math.Max(strip, firstPacked),
                    K = k, Depth = Part(args.K, i + 1, panels) - k, Packed = packed.Pointer,
                };
                panel.Pack();
                panel.Multiply();
            }
    }

    /// <summary>
    /// The first strip that must be packed. With few rows (more if those of b are short), and rows of b contiguous, b is read as it lies, all but a last strip that is not
    /// whole vectors wide and so could be overrun.
    /// </summary>
    private static int FirstPacked(in GemmArgs<T> args, int strips) =>
        args.BCol != 1 || args.M >= (args.BRow * sizeof(T) <= ShortRowBytes ? PackShortFromRows : PackBFromRows) ? 0
        : args.N % V.Count == 0 ? strips
        : strips - 1;

    private static int Divide(int count, int size) => (int)(((long)count + size - 1) / size);

    /// <summary>Start of part <paramref name="index"/> of <paramref name="parts"/> nearly equal parts.</summary>
    private static int Part(int count, int index, int parts) => (int)((long)count * index / parts);

    /// <summary>The most tiles that a job's rows make: fewer the deeper they are.</summary>
    private static int RowTiles(int depth) => Math.Min(PackedRowDepth / depth, MaxRowTiles);

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
            int strips = StripTo - FirstPacked, least = MinElementsPerPackJob / (StripWidth * Depth);
            _stripsPerPackJob = Math.Max(1, Math.Max(least, Math.Min(StripsPerPackJob, strips / Threads.Free)));
            var job = new PackJob { Panel = this };
            Threads.For(Divide(strips, _stripsPerPackJob), ref job);
        }

        public void Multiply()
        {
            double flops = 2.0 * Args.M * Math.Min(Args.N, (double)(StripTo - StripFrom) * StripWidth) * Depth;
            int threads = Threads.Free;
            int jobs = threads == 1 ? 1 : (int)Math.Clamp(flops / MinFlopsPerJob, 1, JobsPerThread * threads);
            int tiles = Divide(Args.M, V.TileRows);
            _rowBlocks = Math.Clamp(jobs, Divide(tiles, RowTiles(Depth)), Divide(tiles, 3));
            if (_rowBlocks > threads) _rowBlocks = Divide(_rowBlocks, threads) * threads;
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
            int from = FirstPacked + index * _stripsPerPackJob, to = Math.Min(StripTo, from + _stripsPerPackJob);
            int columns = (int)Math.Min(Args.N, (long)to * StripWidth) - from * StripWidth, last = Vectors(Columns(to - 1)) * V.Count;
            T* b = Args.B + K * Args.BRow + (nint)from * StripWidth * Args.BCol;
            GemmPack<V, T>.Strips(b, Args.BCol, Args.BRow, columns, Depth, PackedStrip(from), StripWidth, last, StripWidth * Depth);
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

            bool pack = stripTo - stripFrom >= PackAFromStrips;
            using var rows = Scratch.Rent<T>(pack ? (long)(rowTo - rowFrom) * Depth : 0);
            T* packedRows = pack ? rows.Pointer : null;
            if (pack) PackRows(rowFrom, rowTo, rows.Pointer);
            if (Args.K <= ShallowDepth) MultiplyShallow(stripFrom, stripTo, rowFrom, rowTo, packedRows);
            else MultiplyDeep(stripFrom, stripTo, rowFrom, rowTo, packedRows);
            if (K + Depth == Args.K) Gemm.AddBias(Args, rowFrom, rowTo, stripFrom * StripWidth, (int)Math.Min(Args.N, (long)stripTo * StripWidth));
        }

        private readonly void PackRows(int from, int to, T* target) =>
            GemmPack<V, T>.Strips(Args.A + from * Args.ARow + K * Args.ACol, Args.ARow, Args.ACol, to - from, Depth, target, V.TileRows, (to - from) % V.TileRows, V.TileRows * Depth);

        /// <summary>
        /// Where k is short the time is that of writing C, so tiles go along its rows: what lies side by side is written one after another. A tile takes some 800 cycles
        /// or less, so what is the same for all of them is worked out before: through <see cref="MultiplyStrip"/> each costs 40 to 60 more.
        /// </summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void MultiplyShallow(int stripFrom, int stripTo, int rowFrom, int rowTo, T* packedRows)
        {
            int vector = V.Count * sizeof(T), tileRows = V.TileRows, width = StripWidth;
            bool stream = (long)Args.M * Args.N * sizeof(T) >= StreamBytes && !Args.Accumulate && (nint)Args.C % vector == 0 && Args.CRow * sizeof(T) % vector == 0;
            TileWrite first = stream ? TileWrite.Stream : TileWrite.Over, write = Args.Accumulate ? TileWrite.Add : first;
            int whole = FirstPacked <= stripFrom ? Args.N / width : stripFrom;      // strips before this one are packed and as wide as can be
            for (int i = rowFrom; i < rowTo; i += tileRows)
            {
                int next = i + tileRows, rows = Math.Min(tileRows, rowTo - i);
                T* a = packedRows == null ? Args.A + i * Args.ARow : packedRows + (nint)(i - rowFrom) * Depth;
                (nint aRow, nint aCol) = packedRows == null ? (Args.ARow, Args.ACol) : (1, rows);
                T* b = PackedStrip(stripFrom), c = Args.C + i * Args.CRow + (nint)stripFrom * width;
                var tile = GemmTiles<V, T>.For(rows, 2);

                // The first strip fetches the next rows of a, the others those of C.
                T* fetch = Args.A + next * Args.ARow, fetchC = c + tileRows * Args.CRow;
                for (int strip = stripFrom; strip < stripTo; strip++)
                {
                    if (strip < whole)
                    {
                        tile(Depth, a, aRow, aCol, b, width, c, Args.CRow, write, fetch, LineBytes / sizeof(T));
                    }
                    else
                    {
                        var ahead = new Ahead(fetch, 0, 0);
                        MultiplyStrip(strip, i, i + rows, packedRows == null ? null : a, first, ref ahead);
                    }
                    b += (nint)width * Depth;
                    c += width;
                    fetch = fetchC;
                    fetchC += tileRows * width;
                }
            }
            if (stream && Sse.IsSupported) Sse.StoreFence();
        }

        /// <summary>
        /// Strip by strip, tiles going down the rows. Meanwhile the next strip of b is fetched or, where the columns of a lie side by side (the weight gradient of
        /// few channels) and are read as they lie, the next block of them: they are read across, which no prefetcher foresees.
        /// </summary>
        private readonly void MultiplyDeep(int stripFrom, int stripTo, int rowFrom, int rowTo, T* packedRows)
        {
            int tiles = Divide(rowTo - rowFrom, V.TileRows);
            bool across = packedRows == null && Args.ARow == 1;
            var ahead = new Ahead(Args.A + (K + Depth) * Args.ACol + rowFrom, Depth * Args.ACol, (stripTo - stripFrom) * tiles);
            if (Args.NextB != null) ahead.Alternate(Args.NextB + K * Args.BRow, Depth * Args.BRow);
            for (int strip = stripFrom; strip < stripTo; strip++)
            {
                if (!across) ahead = new Ahead(PackedStrip(strip + 1), (nint)Depth * StripWidth, tiles);
                MultiplyStrip(strip, rowFrom, rowTo, packedRows, TileWrite.Over, ref ahead);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void MultiplyStrip(int strip, int rowFrom, int rowTo, T* packedRows, TileWrite first, ref Ahead ahead)
        {
            int columns = Columns(strip), vectors = Vectors(columns), width = vectors * V.Count;
            bool isPacked = strip >= FirstPacked;
            T* b = isPacked ? PackedStrip(strip) : Args.B + K * Args.BRow + (nint)strip * StripWidth;
            nint bRow = isPacked ? width : Args.BRow;
            bool accumulate = Args.Accumulate || K > 0;
            TileWrite write = accumulate ? TileWrite.Add : first;
            T* edge = stackalloc T[columns < width ? V.TileRows * StripWidth : 0];
            for (int i = rowFrom; i < rowTo; i += V.TileRows)
            {
                int rows = Math.Min(V.TileRows, rowTo - i);
                bool direct = packedRows == null;
                T* a = direct ? Args.A + i * Args.ARow + K * Args.ACol : packedRows + (nint)(i - rowFrom) * Depth;
                (nint aRow, nint aCol) = direct ? (Args.ARow, Args.ACol) : (1, rows);
                T* c = Args.C + i * Args.CRow + (nint)strip * StripWidth;
                var tile = GemmTiles<V, T>.For(rows, vectors);
                if (Depth >= FetchFromDepth) FetchTile(c, Args.CRow, rows);
                if (columns == width)
                {
                    tile(Depth, a, aRow, aCol, b, bRow, c, Args.CRow, write, ahead.Next(), LineBytes / sizeof(T));
                }
                else
                {
                    tile(Depth, a, aRow, aCol, b, bRow, edge, width, TileWrite.Over, ahead.Next(), LineBytes / sizeof(T));
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
