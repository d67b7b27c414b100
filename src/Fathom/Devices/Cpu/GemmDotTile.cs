using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Fathom.Devices.Cpu;

/// <summary>
/// The micro-kernel of <see cref="GemmDots{V, T}"/>: the dot products of R rows with four, as vectors that are not yet summed over their lanes.
/// Each step of one vector along k loads R + 4 vectors for 4 R multiply-adds: 10 for 24, where the processor does two of each at a time. R rows stay in registers
/// while the four pass: 24 sums, 6 rows and one of the four are 31 of 32 registers; with R = 3 it is 16 of 16.
/// </summary>
internal static unsafe class DotTile
{
    /// <param name="k">Length along k.</param>
    /// <param name="a">R rows, <paramref name="aRow"/> apart.</param>
    /// <param name="aRow">Their distance.</param>
    /// <param name="b">Up to four rows; the first stands in for those beyond <paramref name="bRows"/>.</param>
    /// <param name="bRow">Their distance.</param>
    /// <param name="bRows">How many there are, at least 1.</param>
    /// <param name="next">What to fetch into the second-level cache meanwhile: rows as long as b's and as far apart.</param>
    /// <param name="nextRows">How many, 0 to 4.</param>
    /// <param name="sums">R x 4 vectors: where the sums go.</param>
    /// <param name="resume">Whether to go on from the sums that are there.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<V, T, R>(int k, T* a, nint aRow, T* b, nint bRow, int bRows, T* next, int nextRows, T* sums, bool resume)
        where V : struct, ILanes<V, T> where T : unmanaged where R : IConstant
    {
        V s00 = default, s01 = default, s02 = default, s03 = default, s10 = default, s11 = default, s12 = default, s13 = default;
        V s20 = default, s21 = default, s22 = default, s23 = default, s30 = default, s31 = default, s32 = default, s33 = default;
        V s40 = default, s41 = default, s42 = default, s43 = default, s50 = default, s51 = default, s52 = default, s53 = default;
        if (resume)
        {
            Get<V, T>(sums, 0, ref s00, ref s01, ref s02, ref s03);
            if (R.N > 1) Get<V, T>(sums, 1, ref s10, ref s11, ref s12, ref s13);
            if (R.N > 2) Get<V, T>(sums, 2, ref s20, ref s21, ref s22, ref s23);
            if (R.N > 3) Get<V, T>(sums, 3, ref s30, ref s31, ref s32, ref s33);
            if (R.N > 4) Get<V, T>(sums, 4, ref s40, ref s41, ref s42, ref s43);
            if (R.N > 5) Get<V, T>(sums, 5, ref s50, ref s51, ref s52, ref s53);
        }
        T* b1 = bRows > 1 ? b + bRow : b, b2 = bRows > 2 ? b + 2 * bRow : b, b3 = bRows > 3 ? b + 3 * bRow : b;
        nint aRow2 = 2 * aRow;
        T* a3 = a + 3 * aRow;
        for (; k >= V.Count; k -= V.Count)
        {
            V x0 = V.Load(a), x1 = R.N > 1 ? V.Load(a + aRow) : default, x2 = R.N > 2 ? V.Load(a + aRow2) : default;
            V x3 = R.N > 3 ? V.Load(a3) : default, x4 = R.N > 4 ? V.Load(a3 + aRow) : default, x5 = R.N > 5 ? V.Load(a3 + aRow2) : default;
            Column<V, T, R>(V.Load(b), x0, x1, x2, x3, x4, x5, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50);
            Column<V, T, R>(V.Load(b1), x0, x1, x2, x3, x4, x5, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Column<V, T, R>(V.Load(b2), x0, x1, x2, x3, x4, x5, ref s02, ref s12, ref s22, ref s32, ref s42, ref s52);
            Column<V, T, R>(V.Load(b3), x0, x1, x2, x3, x4, x5, ref s03, ref s13, ref s23, ref s33, ref s43, ref s53);
            if (nextRows > 0) Fetch(next, bRow, nextRows);
            next += V.Count;
            a += V.Count;
            if (R.N > 3) a3 += V.Count;
            b += V.Count;
            b1 += V.Count;
            b2 += V.Count;
            b3 += V.Count;
        }
        Put<V, T>(sums, 0, s00, s01, s02, s03);
        if (R.N > 1) Put<V, T>(sums, 1, s10, s11, s12, s13);
        if (R.N > 2) Put<V, T>(sums, 2, s20, s21, s22, s23);
        if (R.N > 3) Put<V, T>(sums, 3, s30, s31, s32, s33);
        if (R.N > 4) Put<V, T>(sums, 4, s40, s41, s42, s43);
        if (R.N > 5) Put<V, T>(sums, 5, s50, s51, s52, s53);
        if (k > 0) AddRest<V, T>(k, a, aRow, R.N, b, b1, b2, b3, sums);
    }

    /// <summary>The last steps, fewer than a vector has lanes. A method of its own, since calls inside the kernel would take the sums out of their registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void AddRest<V, T>(int k, T* a, nint aRow, int rows, T* b, T* b1, T* b2, T* b3, T* sums) where V : struct, ILanes<V, T> where T : unmanaged
    {
        V y0 = V.LoadFirst(b, k), y1 = V.LoadFirst(b1, k), y2 = V.LoadFirst(b2, k), y3 = V.LoadFirst(b3, k);
        for (; rows > 0; rows--, a += aRow, sums += 4 * V.Count)
        {
            V x = V.LoadFirst(a, k);
            V.Store(V.MultiplyAdd(x, y0, V.Load(sums)), sums);
            V.Store(V.MultiplyAdd(x, y1, V.Load(sums + V.Count)), sums + V.Count);
            V.Store(V.MultiplyAdd(x, y2, V.Load(sums + 2 * V.Count)), sums + 2 * V.Count);
            V.Store(V.MultiplyAdd(x, y3, V.Load(sums + 3 * V.Count)), sums + 3 * V.Count);
        }
    }

    /// <summary>The sums over the lanes of four vectors, in an order that depends on the width only: halves are added until four lanes are left, and those transposed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Sum4<V, T>(T* vectors, T* sums) where V : struct, ILanes<V, T> where T : unmanaged, INumber<T>
    {
        if (typeof(T) != typeof(float) || Unsafe.SizeOf<V>() < 16)
        {
            for (int c = 0; c < 4; c++) sums[c] = GemmDots<V, T>.Sum(V.Load(vectors + c * V.Count));
            return;
        }
        Vector128<float> x = Fold(V.Load(vectors)), y = Fold(V.Load(vectors + V.Count)), z = Fold(V.Load(vectors + 2 * V.Count)), w = Fold(V.Load(vectors + 3 * V.Count));
        Vector128<float> xz = GemmPack.ZipLow(x, z) + GemmPack.ZipHigh(x, z), yw = GemmPack.ZipLow(y, w) + GemmPack.ZipHigh(y, w);      // lanes 0 + 2 and 1 + 3: x z x z
        (GemmPack.ZipLow(xz, yw) + GemmPack.ZipHigh(xz, yw)).Store((float*)sums);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector128<float> Fold(V v)
        {
            if (Unsafe.SizeOf<V>() == 16) return Unsafe.BitCast<V, Vector128<float>>(v);
            Vector256<float> half = Unsafe.SizeOf<V>() == 32 ? Unsafe.BitCast<V, Vector256<float>>(v)
                : Unsafe.BitCast<V, Vector512<float>>(v).GetLower() + Unsafe.BitCast<V, Vector512<float>>(v).GetUpper();
            return half.GetLower() + half.GetUpper();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Column<V, T, R>(V y, V x0, V x1, V x2, V x3, V x4, V x5, ref V s0, ref V s1, ref V s2, ref V s3, ref V s4, ref V s5)
        where V : struct, ILanes<V, T> where T : unmanaged where R : IConstant
    {
        s0 = V.MultiplyAdd(x0, y, s0);
        if (R.N > 1) s1 = V.MultiplyAdd(x1, y, s1);
        if (R.N > 2) s2 = V.MultiplyAdd(x2, y, s2);
        if (R.N > 3) s3 = V.MultiplyAdd(x3, y, s3);
        if (R.N > 4) s4 = V.MultiplyAdd(x4, y, s4);
        if (R.N > 5) s5 = V.MultiplyAdd(x5, y, s5);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Fetch<T>(T* p, nint row, int rows) where T : unmanaged
    {
        if (!Sse.IsSupported) return;
        Sse.Prefetch1(p);
        if (rows > 1) Sse.Prefetch1(p + row);
        if (rows <= 2) return;
        Sse.Prefetch1(p + 2 * row);
        if (rows > 3) Sse.Prefetch1(p + 3 * row);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Get<V, T>(T* sums, int row, ref V s0, ref V s1, ref V s2, ref V s3) where V : struct, ILanes<V, T> where T : unmanaged
    {
        sums += 4 * row * V.Count;
        (s0, s1, s2, s3) = (V.Load(sums), V.Load(sums + V.Count), V.Load(sums + 2 * V.Count), V.Load(sums + 3 * V.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Put<V, T>(T* sums, int row, V s0, V s1, V s2, V s3) where V : struct, ILanes<V, T> where T : unmanaged
    {
        sums += 4 * row * V.Count;
        V.Store(s0, sums);
        V.Store(s1, sums + V.Count);
        V.Store(s2, sums + 2 * V.Count);
        V.Store(s3, sums + 3 * V.Count);
    }
}

/// <summary>The compiled forms of <see cref="DotTile"/> for one vector width, by number of rows.</summary>
internal static unsafe class DotTiles<V, T> where V : struct, ILanes<V, T> where T : unmanaged
{
    private static readonly delegate*<int, T*, nint, T*, nint, int, T*, int, T*, bool, void>[] Table =
        [&DotTile.Run<V, T, N1>, &DotTile.Run<V, T, N2>, &DotTile.Run<V, T, N3>, &DotTile.Run<V, T, N4>, &DotTile.Run<V, T, N5>, &DotTile.Run<V, T, N6>];

    /// <summary>Rows of the largest tile.</summary>
    public static int MaxRows => V.TileRows / 2;

    /// <summary>The kernel for a tile of 1 to 6 rows. It is compiled when first called.</summary>
    public static delegate*<int, T*, nint, T*, nint, int, T*, int, T*, bool, void> For(int rows) => Table[rows - 1];
}
