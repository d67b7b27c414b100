using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>One tap of a tile.</summary>
/// <param name="WeightRow">The row of a block of packed weights where the tap starts.</param>
/// <param name="Shift">Bytes to add to the rows' addresses.</param>
internal readonly record struct TapStep(nint WeightRow, nint Shift);

/// <summary>A tile of destination pixels, as many as <c>V.TileRows</c>, and where their taps read.</summary>
internal unsafe struct GatherTile
{
    /// <summary>The taps that read inside the image for any of the pixels.</summary>
    public TapStep* Taps;

    /// <summary>For the first tap, a source address for each pixel.</summary>
    public nint* Rows;

    /// <summary>Entries from one tap's addresses to the next tap's; 0 where all taps share one set of addresses and differ in their shift.</summary>
    public nint Advance;

    /// <summary>For each pixel the address of its first destination element.</summary>
    public nint* Dst;

    /// <summary>Number of taps.</summary>
    public int TapCount;

    /// <summary>Pixels to store. Addresses of the others must be readable.</summary>
    public int Live;
}

/// <summary>
/// The micro-kernel of a convolution and its input gradient: <c>V.TileRows</c> destination pixels (12 with AVX-512) by <c>NV</c> vectors of lanes, held in
/// registers over all taps. Row i's source elements for a tap are found through a table of pointers, so that any stride, padding and width run
/// through the same code and nothing is copied: a padded tap points at zeros.
/// <para>
/// Per element of a run and two vectors of lanes: 2 loads of weights, 12 broadcasts, 24 multiply-adds. A core that does two of each in a cycle is bound by the multiply-adds.
/// </para>
/// </summary>
internal static unsafe class GatherKernel<V, T, NV> where V : struct, ILanes<V, T> where T : unmanaged where NV : struct, IConstant
{
    /// <summary>dst[i][lane] = bias[lane] + sum over taps and runs of src[tap][i][e] * weight[tap][e][lane].</summary>
    /// <param name="tile">The destination pixels and where their taps read.</param>
    /// <param name="run">Source elements per tap.</param>
    /// <param name="shift">Elements to add to every source address: where the group of channels starts in a pixel.</param>
    /// <param name="weight">The block of packed weights.</param>
    /// <param name="bias">What the sums start from, as many elements as the block is wide; or null for zeros.</param>
    /// <param name="dstShift">Elements to add to every destination address: where the lanes start in a pixel.</param>
    /// <param name="lanes">Lanes to store.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in GatherTile tile, nint run, nint shift, T* weight, T* bias, nint dstShift, int lanes)
    {
        nint vector = V.Count, width = NV.N * vector;
        V u = bias == null ? default : V.Load(bias), v = NV.N < 2 || bias == null ? default : V.Load(bias + vector);
        V a0 = u, a1 = u, a2 = u, a3 = u, a4 = u, a5 = u, a6 = u, a7 = u, a8 = u, a9 = u, a10 = u, a11 = u;
        V b0 = v, b1 = v, b2 = v, b3 = v, b4 = v, b5 = v, b6 = v, b7 = v, b8 = v, b9 = v, b10 = v, b11 = v;

        nint* rows = tile.Rows;
        nint advance = tile.Advance;
        TapStep* end = tile.Taps + tile.TapCount;
        for (TapStep* tap = tile.Taps; tap != end; tap++, rows += advance)
        {
            T* w = weight + tap->WeightRow * width;
            nint at = tap->Shift + shift * sizeof(T);
            T* p0 = (T*)(rows[0] + at);
            T* p1 = (T*)(rows[1] + at);
            T* p2 = (T*)(rows[2] + at);
            T* p3 = (T*)(rows[3] + at);
            T* p4 = (T*)(rows[4] + at);
            T* p5 = (T*)(rows[5] + at);
            T* p6 = V.TileRows > 6 ? (T*)(rows[6] + at) : null;
            T* p7 = V.TileRows > 6 ? (T*)(rows[7] + at) : null;
            T* p8 = V.TileRows > 6 ? (T*)(rows[8] + at) : null;
            T* p9 = V.TileRows > 6 ? (T*)(rows[9] + at) : null;
            T* p10 = V.TileRows > 6 ? (T*)(rows[10] + at) : null;
            T* p11 = V.TileRows > 6 ? (T*)(rows[11] + at) : null;
            for (nint e = 0; e < run; e++, w += width)
            {
                u = V.Load(w);
                if (NV.N > 1) v = V.Load(w + vector);
                { V x = V.All(p0[e]); a0 = V.MultiplyAdd(x, u, a0); if (NV.N > 1) b0 = V.MultiplyAdd(x, v, b0); }
                { V x = V.All(p1[e]); a1 = V.MultiplyAdd(x, u, a1); if (NV.N > 1) b1 = V.MultiplyAdd(x, v, b1); }
                { V x = V.All(p2[e]); a2 = V.MultiplyAdd(x, u, a2); if (NV.N > 1) b2 = V.MultiplyAdd(x, v, b2); }
                { V x = V.All(p3[e]); a3 = V.MultiplyAdd(x, u, a3); if (NV.N > 1) b3 = V.MultiplyAdd(x, v, b3); }
                { V x = V.All(p4[e]); a4 = V.MultiplyAdd(x, u, a4); if (NV.N > 1) b4 = V.MultiplyAdd(x, v, b4); }
                { V x = V.All(p5[e]); a5 = V.MultiplyAdd(x, u, a5); if (NV.N > 1) b5 = V.MultiplyAdd(x, v, b5); }
                if (V.TileRows > 6) { V x = V.All(p6[e]); a6 = V.MultiplyAdd(x, u, a6); if (NV.N > 1) b6 = V.MultiplyAdd(x, v, b6); }
                if (V.TileRows > 6) { V x = V.All(p7[e]); a7 = V.MultiplyAdd(x, u, a7); if (NV.N > 1) b7 = V.MultiplyAdd(x, v, b7); }
                if (V.TileRows > 6) { V x = V.All(p8[e]); a8 = V.MultiplyAdd(x, u, a8); if (NV.N > 1) b8 = V.MultiplyAdd(x, v, b8); }
                if (V.TileRows > 6) { V x = V.All(p9[e]); a9 = V.MultiplyAdd(x, u, a9); if (NV.N > 1) b9 = V.MultiplyAdd(x, v, b9); }
                if (V.TileRows > 6) { V x = V.All(p10[e]); a10 = V.MultiplyAdd(x, u, a10); if (NV.N > 1) b10 = V.MultiplyAdd(x, v, b10); }
                if (V.TileRows > 6) { V x = V.All(p11[e]); a11 = V.MultiplyAdd(x, u, a11); if (NV.N > 1) b11 = V.MultiplyAdd(x, v, b11); }
            }
        }

        T** dst = (T**)tile.Dst;
        int live = tile.Live;
        bool whole = lanes == width;
        if (live > 0) Store(a0, b0, dst[0] + dstShift, lanes, whole);
        if (live > 1) Store(a1, b1, dst[1] + dstShift, lanes, whole);
        if (live > 2) Store(a2, b2, dst[2] + dstShift, lanes, whole);
        if (live > 3) Store(a3, b3, dst[3] + dstShift, lanes, whole);
        if (live > 4) Store(a4, b4, dst[4] + dstShift, lanes, whole);
        if (live > 5) Store(a5, b5, dst[5] + dstShift, lanes, whole);
        if (V.TileRows > 6 && live > 6) Store(a6, b6, dst[6] + dstShift, lanes, whole);
        if (V.TileRows > 6 && live > 7) Store(a7, b7, dst[7] + dstShift, lanes, whole);
        if (V.TileRows > 6 && live > 8) Store(a8, b8, dst[8] + dstShift, lanes, whole);
        if (V.TileRows > 6 && live > 9) Store(a9, b9, dst[9] + dstShift, lanes, whole);
        if (V.TileRows > 6 && live > 10) Store(a10, b10, dst[10] + dstShift, lanes, whole);
        if (V.TileRows > 6 && live > 11) Store(a11, b11, dst[11] + dstShift, lanes, whole);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(V a, V b, T* to, int lanes, bool whole)
    {
        if (whole)
        {
            V.Store(a, to);
            if (NV.N > 1) V.Store(b, to + V.Count);
        }
        else
        {
            if (NV.N == 1) V.StoreFirst(a, to, lanes);
            else
            {
                V.Store(a, to);     // A block two vectors wide has lanes in its second.
                V.StoreFirst(b, to + V.Count, lanes - V.Count);
            }
        }
    }
}
