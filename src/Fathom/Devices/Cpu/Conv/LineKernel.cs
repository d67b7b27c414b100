using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>A stretch of source elements for the first pixel of a line, and the row of a block of packed weights that the first of them meets.</summary>
/// <param name="Source">Address of the first element for the first pixel.</param>
/// <param name="WeightRow">The row of weights; the elements after it meet the rows after it.</param>
internal readonly record struct LineSegment(nint Source, nint WeightRow);

/// <summary>
/// The micro-kernel for pixels side by side in a line, whose sources lie at a constant distance: <c>M</c> pixels by <c>NV</c> vectors of lanes, held in registers over all segments.
/// <code>dst[i][lane] = bias[lane] + sum over segments, e of source[segment][i * step + e] * weight[segment][e][lane]</code>
/// Where channels are few, finding addresses tap by tap would cost as much as multiplying (see <see cref="GatherKernel{V, T, NV}"/>); here a tile costs a pointer a segment.
/// <para>
/// Two vectors wide a tile is up to <c>V.TileRows</c> pixels tall, one vector wide twice that: 24 sums of 32 registers with AVX-512, 12 of 16 elsewhere. One vector wide, a step of 24
/// multiply-adds loads 25 times, which a core that does two of each in a cycle takes in 12.5 cycles; half as tall it would be 13 loads for 12.
/// </para>
/// </summary>
internal static unsafe class LineKernel
{
    /// <summary>Makes a tile.</summary>
    /// <param name="segment">What to sum over.</param>
    /// <param name="segments">How many segments.</param>
    /// <param name="run">Elements of each.</param>
    /// <param name="shift">Elements from the line's first pixel to the tile's.</param>
    /// <param name="step">Elements from one pixel's source to the next.</param>
    /// <param name="weight">The block of packed weights, as wide as the tile.</param>
    /// <param name="bias">What the sums start from, as many elements as the tile is wide; or null for zeros.</param>
    /// <param name="dst">Where lanes start.</param>
    /// <param name="offsets">Elements from there for each pixel.</param>
    /// <param name="lanes">Lanes to store; only the last vector may have fewer than all. Negative: all, past the caches, to addresses aligned to a vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<V, T, NV, M>(LineSegment* segment, int segments, nint run, nint shift, nint step, T* weight, T* bias, T* dst, nint* offsets, int lanes)
        where V : struct, ILanes<V, T> where T : unmanaged where NV : IConstant where M : IConstant
    {
        V u = bias == null ? default : V.Load(bias), v = NV.N < 2 || bias == null ? default : V.Load(bias + V.Count);
        V a0 = u, a1 = u, a2 = u, a3 = u, a4 = u, a5 = u, a6 = u, a7 = u, a8 = u, a9 = u, aA = u, aB = u;
        // The second vector of the same pixels, or the only vector of TileRows more pixels.
        V b0 = NV.N > 1 ? v : u, b1 = b0, b2 = b0, b3 = b0, b4 = b0, b5 = b0, b6 = b0, b7 = b0, b8 = b0, b9 = b0, bA = b0, bB = b0;

        // Pixels are addressed as 0 to 3 steps from three (or six) pointers: few enough registers that none is spilled.
        nint step2 = 2 * step, step3 = 3 * step;
        for (LineSegment* end = segment + segments; segment != end; segment++)
        {
            T* w = weight + segment->WeightRow * (NV.N * V.Count);
            T* p0 = (T*)segment->Source + shift, p4 = p0 + 4 * step, p8 = p4 + 4 * step;
            T* q0 = p0 + V.TileRows * step, q4 = q0 + 4 * step, q8 = q4 + 4 * step;
            for (nint e = run; e != 0; e--)
            {
                u = V.Load(w);
                if (NV.N > 1) v = V.Load(w + V.Count);
                w += NV.N * V.Count;
                if (M.N > 0) Step<V, T, NV>(p0, 0, q0, M.N > V.TileRows, u, v, ref a0, ref b0);
                if (M.N > 1) Step<V, T, NV>(p0, step, q0, M.N > V.TileRows + 1, u, v, ref a1, ref b1);
                if (M.N > 2) Step<V, T, NV>(p0, step2, q0, M.N > V.TileRows + 2, u, v, ref a2, ref b2);
                if (M.N > 3) Step<V, T, NV>(p0, step3, q0, M.N > V.TileRows + 3, u, v, ref a3, ref b3);
                if (M.N > 4) Step<V, T, NV>(p4, 0, q4, M.N > V.TileRows + 4, u, v, ref a4, ref b4);
                if (M.N > 5) Step<V, T, NV>(p4, step, q4, M.N > V.TileRows + 5, u, v, ref a5, ref b5);
                if (V.TileRows > 6)
                {
                    if (M.N > 6) Step<V, T, NV>(p4, step2, q4, M.N > V.TileRows + 6, u, v, ref a6, ref b6);
                    if (M.N > 7) Step<V, T, NV>(p4, step3, q4, M.N > V.TileRows + 7, u, v, ref a7, ref b7);
                    if (M.N > 8) Step<V, T, NV>(p8, 0, q8, M.N > V.TileRows + 8, u, v, ref a8, ref b8);
                    if (M.N > 9) Step<V, T, NV>(p8, step, q8, M.N > V.TileRows + 9, u, v, ref a9, ref b9);
                    if (M.N > 10) Step<V, T, NV>(p8, step2, q8, M.N > V.TileRows + 10, u, v, ref aA, ref bA);
                    if (M.N > 11) Step<V, T, NV>(p8, step3, q8, M.N > V.TileRows + 11, u, v, ref aB, ref bB);
                }
                p0++;
                if (M.N > 4) p4++;
                if (M.N > 8) p8++;
                if (M.N > V.TileRows) q0++;
                if (M.N > V.TileRows + 4) q4++;
                if (M.N > V.TileRows + 8) q8++;
            }
        }

        if (M.N > 0) Put<V, T, NV>(a0, b0, dst, offsets, 0, M.N > V.TileRows, lanes);
        if (M.N > 1) Put<V, T, NV>(a1, b1, dst, offsets, 1, M.N > V.TileRows + 1, lanes);
        if (M.N > 2) Put<V, T, NV>(a2, b2, dst, offsets, 2, M.N > V.TileRows + 2, lanes);
        if (M.N > 3) Put<V, T, NV>(a3, b3, dst, offsets, 3, M.N > V.TileRows + 3, lanes);
        if (M.N > 4) Put<V, T, NV>(a4, b4, dst, offsets, 4, M.N > V.TileRows + 4, lanes);
        if (M.N > 5) Put<V, T, NV>(a5, b5, dst, offsets, 5, M.N > V.TileRows + 5, lanes);
        if (V.TileRows > 6)
        {
            if (M.N > 6) Put<V, T, NV>(a6, b6, dst, offsets, 6, M.N > V.TileRows + 6, lanes);
            if (M.N > 7) Put<V, T, NV>(a7, b7, dst, offsets, 7, M.N > V.TileRows + 7, lanes);
            if (M.N > 8) Put<V, T, NV>(a8, b8, dst, offsets, 8, M.N > V.TileRows + 8, lanes);
            if (M.N > 9) Put<V, T, NV>(a9, b9, dst, offsets, 9, M.N > V.TileRows + 9, lanes);
            if (M.N > 10) Put<V, T, NV>(aA, bA, dst, offsets, 10, M.N > V.TileRows + 10, lanes);
            if (M.N > 11) Put<V, T, NV>(aB, bB, dst, offsets, 11, M.N > V.TileRows + 11, lanes);
        }
    }

    /// <summary>One element of one pixel, and of the pixel <c>V.TileRows</c> further on where the tile is that tall.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<V, T, NV>(T* p, nint at, T* q, bool tall, V u, V v, ref V a, ref V b) where V : struct, ILanes<V, T> where T : unmanaged where NV : IConstant
    {
        if (NV.N > 1)
        {
            V x = V.All(p[at]);
            a = V.MultiplyAdd(x, u, a);
            b = V.MultiplyAdd(x, v, b);
        }
        else
        {
            a = V.MultiplyAddAll(p, at, u, a);
            if (tall) b = V.MultiplyAddAll(q, at, u, b);
        }
    }

    /// <summary>Stores what <see cref="Step"/> has summed. Whole vectors take one comparison: what a tile does besides multiplying has to be little.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<V, T, NV>(V a, V b, T* dst, nint* offsets, int i, bool tall, int lanes) where V : struct, ILanes<V, T> where T : unmanaged where NV : IConstant
    {
        T* to = dst + offsets[i], second = NV.N > 1 ? to + V.Count : tall ? dst + offsets[i + V.TileRows] : null;
        if (lanes == NV.N * V.Count)
        {
            V.Store(a, to);
            if (NV.N > 1 || tall) V.Store(b, second);
        }
        else if (lanes < 0)
        {
            V.StoreStream(a, to);
            if (NV.N > 1 || tall) V.StoreStream(b, second);
        }
        else
        {
            if (NV.N > 1) V.Store(a, to);
            else V.StoreFirst(a, to, lanes);
            if (NV.N > 1 || tall) V.StoreFirst(b, second, lanes - (NV.N - 1) * V.Count);
        }
    }
}

/// <summary>The compiled forms of <see cref="LineKernel"/>, by the number of pixels and vectors, and how a line is cut into tiles for them.</summary>
internal static unsafe class LineKernels<V, T> where V : struct, ILanes<V, T> where T : unmanaged
{
    private static readonly delegate*<LineSegment*, int, nint, nint, nint, T*, T*, T*, nint*, int, void>[] Table =
    [
        &LineKernel.Run<V, T, N2, N1>, &LineKernel.Run<V, T, N2, N2>, &LineKernel.Run<V, T, N2, N3>, &LineKernel.Run<V, T, N2, N4>,
        &LineKernel.Run<V, T, N2, N5>, &LineKernel.Run<V, T, N2, N6>, &LineKernel.Run<V, T, N2, N7>, &LineKernel.Run<V, T, N2, N8>,
        &LineKernel.Run<V, T, N2, N9>, &LineKernel.Run<V, T, N2, N10>, &LineKernel.Run<V, T, N2, N11>, &LineKernel.Run<V, T, N2, N12>,
        &LineKernel.Run<V, T, N1, N1>, &LineKernel.Run<V, T, N1, N2>, &LineKernel.Run<V, T, N1, N3>, &LineKernel.Run<V, T, N1, N4>,
        &LineKernel.Run<V, T, N1, N5>, &LineKernel.Run<V, T, N1, N6>, &LineKernel.Run<V, T, N1, N7>, &LineKernel.Run<V, T, N1, N8>,
        &LineKernel.Run<V, T, N1, N9>, &LineKernel.Run<V, T, N1, N10>, &LineKernel.Run<V, T, N1, N11>, &LineKernel.Run<V, T, N1, N12>,
        &LineKernel.Run<V, T, N1, N13>, &LineKernel.Run<V, T, N1, N14>, &LineKernel.Run<V, T, N1, N15>, &LineKernel.Run<V, T, N1, N16>,
        &LineKernel.Run<V, T, N1, N17>, &LineKernel.Run<V, T, N1, N18>, &LineKernel.Run<V, T, N1, N19>, &LineKernel.Run<V, T, N1, N20>,
        &LineKernel.Run<V, T, N1, N21>, &LineKernel.Run<V, T, N1, N22>, &LineKernel.Run<V, T, N1, N23>, &LineKernel.Run<V, T, N1, N24>,
    ];

    // Makes a whole line of so many pixels, in tiles of 1 or 2 vectors; the arguments are those of the kernel. Tiles differ in height by a pixel at most: as many pixels as there are, none
    // twice (of equal tiles, the tallest, 56 pixels would take 60, a fifteenth more).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(int pixels, int vectors, LineSegment* segment, int segments, nint run, nint step, T* weight, T* bias, T* dst, nint* offsets, int lanes)
    {
        int most = vectors == 2 ? V.TileRows : 2 * V.TileRows, tiles = (pixels + most - 1) / most, table = (vectors == 2 ? 0 : 12) - 1;
        (int rows, int taller) = Math.DivRem(pixels, tiles);
        for (int t = 0, first = 0; t < tiles; t++)
        {
            int height = t < taller ? rows + 1 : rows;
            Table[table + height](segment, segments, run, first * step, step, weight, bias, dst, offsets + first, lanes);
            first += height;
        }
    }
}
