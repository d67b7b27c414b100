using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Fathom.Devices.Cpu;

/// <summary>
/// The micro-kernel: a tile of C, R rows by C vectors (both known when the kernel is compiled), kept in registers while k runs.
/// <code>c[i, j] (+)= sum over p of a[i, p] b[p, j]</code>
/// Each step of k loads one row of b (two vectors), broadcasts R elements of a, and does 2 R multiply-adds that do not depend on one another.
/// A multiply-add takes about 4 cycles and two start per cycle, so at least 8 must be under way: 12 x 2 and 6 x 2 tiles have 24 and 12. The tile
/// is as tall as the register file allows (24 sums + 2 of b + 1 of a of 32 registers; 12 + 2 + 1 of 16), which makes the fewest loads per
/// multiply-add: 14 for 24, or 8 for 12, where the processor does two loads per multiply-add pair.
/// </summary>
internal static unsafe class GemmTile
{
    /// <summary>
    /// Computes a tile. <paramref name="a"/> may have any strides; the rows of <paramref name="b"/> and <paramref name="c"/> are contiguous and whole
    /// vectors wide. Products are added in the order of k, in one chain per element, so an element has the same bits wherever it lies in a tile.
    /// Each step also fetches the line at <paramref name="next"/>, which then moves on by <paramref name="nextStep"/>, into the second-level cache: what will be needed
    /// soon and lies too far apart for the processor to foresee. Any address will do.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<V, T, R, C>(int k, T* a, nint aRow, nint aCol, T* b, nint bRow, T* c, nint cRow, TileWrite write, T* next, nint nextStep)
        where V : struct, ILanes<V, T> where T : unmanaged where R : IConstant where C : IConstant
    {
        V c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        V c40 = default, c41 = default, c50 = default, c51 = default, c60 = default, c61 = default, c70 = default, c71 = default;
        V c80 = default, c81 = default, c90 = default, c91 = default, cA0 = default, cA1 = default, cB0 = default, cB1 = default;

        // Rows are addressed as 0 to 3 strides from three pointers: few enough registers that none is spilled, whatever the stride.
        nint aRow2 = 2 * aRow, aRow3 = 3 * aRow;
        T* a4 = a + 4 * aRow, a8 = a + 8 * aRow;
        for (; k > 0; k--)
        {
            V b0 = V.Load(b), b1 = C.N > 1 ? V.Load(b + V.Count) : default;
            Row<V, T, C>(a[0], b0, b1, ref c00, ref c01);
            if (R.N > 1) Row<V, T, C>(a[aRow], b0, b1, ref c10, ref c11);
            if (R.N > 2) Row<V, T, C>(a[aRow2], b0, b1, ref c20, ref c21);
            if (R.N > 3) Row<V, T, C>(a[aRow3], b0, b1, ref c30, ref c31);
            if (R.N > 4) Row<V, T, C>(a4[0], b0, b1, ref c40, ref c41);
            if (R.N > 5) Row<V, T, C>(a4[aRow], b0, b1, ref c50, ref c51);
            if (R.N > 6) Row<V, T, C>(a4[aRow2], b0, b1, ref c60, ref c61);
            if (R.N > 7) Row<V, T, C>(a4[aRow3], b0, b1, ref c70, ref c71);
            if (R.N > 8) Row<V, T, C>(a8[0], b0, b1, ref c80, ref c81);
            if (R.N > 9) Row<V, T, C>(a8[aRow], b0, b1, ref c90, ref c91);
            if (R.N > 10) Row<V, T, C>(a8[aRow2], b0, b1, ref cA0, ref cA1);
            if (R.N > 11) Row<V, T, C>(a8[aRow3], b0, b1, ref cB0, ref cB1);
            a += aCol;
            if (R.N > 4) a4 += aCol;
            if (R.N > 8) a8 += aCol;
            b += bRow;
            if (Sse.IsSupported) Sse.Prefetch1(next);
            next += nextStep;
        }

        Put<V, T, C>(c00, c01, c, write);
        if (R.N > 1) Put<V, T, C>(c10, c11, c += cRow, write);
        if (R.N > 2) Put<V, T, C>(c20, c21, c += cRow, write);
        if (R.N > 3) Put<V, T, C>(c30, c31, c += cRow, write);
        if (R.N > 4) Put<V, T, C>(c40, c41, c += cRow, write);
        if (R.N > 5) Put<V, T, C>(c50, c51, c += cRow, write);
        if (R.N > 6) Put<V, T, C>(c60, c61, c += cRow, write);
        if (R.N > 7) Put<V, T, C>(c70, c71, c += cRow, write);
        if (R.N > 8) Put<V, T, C>(c80, c81, c += cRow, write);
        if (R.N > 9) Put<V, T, C>(c90, c91, c += cRow, write);
        if (R.N > 10) Put<V, T, C>(cA0, cA1, c += cRow, write);
        if (R.N > 11) Put<V, T, C>(cB0, cB1, c += cRow, write);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row<V, T, C>(T a, V b0, V b1, ref V c0, ref V c1)
        where V : struct, ILanes<V, T> where T : unmanaged where C : IConstant
    {
        V x = V.All(a);
        c0 = V.MultiplyAdd(x, b0, c0);
        if (C.N > 1) c1 = V.MultiplyAdd(x, b1, c1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<V, T, C>(V c0, V c1, T* c, TileWrite write)
        where V : struct, ILanes<V, T> where T : unmanaged where C : IConstant
    {
        if (write == TileWrite.Stream)
        {
            V.StoreStream(c0, c);
            if (C.N > 1) V.StoreStream(c1, c + V.Count);
            return;
        }
        V.Store(write == TileWrite.Add ? V.Add(V.Load(c), c0) : c0, c);
        if (C.N > 1) V.Store(write == TileWrite.Add ? V.Add(V.Load(c + V.Count), c1) : c1, c + V.Count);
    }
}

/// <summary>What a tile does to the memory of its result.</summary>
internal enum TileWrite
{
    /// <summary>Writes over it.</summary>
    Over,

    /// <summary>Adds to it.</summary>
    Add,

    /// <summary>Writes over it past the caches, whose lines would first be read from memory. Needs addresses aligned to a vector.</summary>
    Stream,
}

/// <summary>The compiled forms of <see cref="GemmTile"/> for one vector width, by number of rows and vectors.</summary>
internal static unsafe class GemmTiles<V, T> where V : struct, ILanes<V, T> where T : unmanaged
{
    private static readonly delegate*<int, T*, nint, nint, T*, nint, T*, nint, TileWrite, T*, nint, void>[] Table =
    [
        &GemmTile.Run<V, T, N1, N1>, &GemmTile.Run<V, T, N1, N2>, &GemmTile.Run<V, T, N2, N1>, &GemmTile.Run<V, T, N2, N2>,
        &GemmTile.Run<V, T, N3, N1>, &GemmTile.Run<V, T, N3, N2>, &GemmTile.Run<V, T, N4, N1>, &GemmTile.Run<V, T, N4, N2>,
        &GemmTile.Run<V, T, N5, N1>, &GemmTile.Run<V, T, N5, N2>, &GemmTile.Run<V, T, N6, N1>, &GemmTile.Run<V, T, N6, N2>,
        &GemmTile.Run<V, T, N7, N1>, &GemmTile.Run<V, T, N7, N2>, &GemmTile.Run<V, T, N8, N1>, &GemmTile.Run<V, T, N8, N2>,
        &GemmTile.Run<V, T, N9, N1>, &GemmTile.Run<V, T, N9, N2>, &GemmTile.Run<V, T, N10, N1>, &GemmTile.Run<V, T, N10, N2>,
        &GemmTile.Run<V, T, N11, N1>, &GemmTile.Run<V, T, N11, N2>, &GemmTile.Run<V, T, N12, N1>, &GemmTile.Run<V, T, N12, N2>,
    ];

    /// <summary>The kernel for a tile of 1 to 12 rows and 1 or 2 vectors. It is compiled when first called.</summary>
    public static delegate*<int, T*, nint, nint, T*, nint, T*, nint, TileWrite, T*, nint, void> For(int rows, int vectors) => Table[2 * rows + vectors - 3];
}
