using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>
/// The micro-kernel of the weight gradient: a tile of <c>M</c> source elements (at most <c>V.TileRows</c>) by <c>NV</c> vectors of lanes, held in registers over
/// a list of pixels: <c>sum[i][lane] += src[pixel][i] * gradient[pixel][lane]</c>. Multiply-adds and loads stand as in <see cref="GatherKernel{V, T, NV}"/>.
/// </summary>
internal static unsafe class OuterKernel<V, T, NV, M> where V : struct, ILanes<V, T> where T : unmanaged where NV : struct, IConstant where M : struct, IConstant
{
    /// <summary>Adds the pixels' outer products to a tile of sums.</summary>
    /// <param name="count">Pixels.</param>
    /// <param name="pixels">For each pixel: address of the first source element of the tap, address of the gradient's lanes.</param>
    /// <param name="shift">Bytes to add to every source address.</param>
    /// <param name="sum">The tile: M rows, NV vectors wide, one after the other.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(nint count, nint* pixels, nint shift, T* sum)
    {
        nint vector = V.Count, width = NV.N * vector;
        V a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default, a8 = default, a9 = default, a10 = default, a11 = default;
        V b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default, b6 = default, b7 = default, b8 = default, b9 = default, b10 = default, b11 = default;
        V u, v = default;
        for (nint* end = pixels + 2 * count; pixels != end; pixels += 2)
        {
            T* x = (T*)(pixels[0] + shift), g = (T*)pixels[1];
            u = V.Load(g);
            if (NV.N > 1) v = V.Load(g + vector);
            if (M.N > 0) { V y = V.All(x[0]); a0 = V.MultiplyAdd(y, u, a0); if (NV.N > 1) b0 = V.MultiplyAdd(y, v, b0); }
            if (M.N > 1) { V y = V.All(x[1]); a1 = V.MultiplyAdd(y, u, a1); if (NV.N > 1) b1 = V.MultiplyAdd(y, v, b1); }
            if (M.N > 2) { V y = V.All(x[2]); a2 = V.MultiplyAdd(y, u, a2); if (NV.N > 1) b2 = V.MultiplyAdd(y, v, b2); }
            if (M.N > 3) { V y = V.All(x[3]); a3 = V.MultiplyAdd(y, u, a3); if (NV.N > 1) b3 = V.MultiplyAdd(y, v, b3); }
            if (M.N > 4) { V y = V.All(x[4]); a4 = V.MultiplyAdd(y, u, a4); if (NV.N > 1) b4 = V.MultiplyAdd(y, v, b4); }
            if (M.N > 5) { V y = V.All(x[5]); a5 = V.MultiplyAdd(y, u, a5); if (NV.N > 1) b5 = V.MultiplyAdd(y, v, b5); }
            if (M.N > 6) { V y = V.All(x[6]); a6 = V.MultiplyAdd(y, u, a6); if (NV.N > 1) b6 = V.MultiplyAdd(y, v, b6); }
            if (M.N > 7) { V y = V.All(x[7]); a7 = V.MultiplyAdd(y, u, a7); if (NV.N > 1) b7 = V.MultiplyAdd(y, v, b7); }
            if (M.N > 8) { V y = V.All(x[8]); a8 = V.MultiplyAdd(y, u, a8); if (NV.N > 1) b8 = V.MultiplyAdd(y, v, b8); }
            if (M.N > 9) { V y = V.All(x[9]); a9 = V.MultiplyAdd(y, u, a9); if (NV.N > 1) b9 = V.MultiplyAdd(y, v, b9); }
            if (M.N > 10) { V y = V.All(x[10]); a10 = V.MultiplyAdd(y, u, a10); if (NV.N > 1) b10 = V.MultiplyAdd(y, v, b10); }
            if (M.N > 11) { V y = V.All(x[11]); a11 = V.MultiplyAdd(y, u, a11); if (NV.N > 1) b11 = V.MultiplyAdd(y, v, b11); }
        }
        if (M.N > 0) Add(a0, b0, sum + 0 * width);
        if (M.N > 1) Add(a1, b1, sum + 1 * width);
        if (M.N > 2) Add(a2, b2, sum + 2 * width);
        if (M.N > 3) Add(a3, b3, sum + 3 * width);
        if (M.N > 4) Add(a4, b4, sum + 4 * width);
        if (M.N > 5) Add(a5, b5, sum + 5 * width);
        if (M.N > 6) Add(a6, b6, sum + 6 * width);
        if (M.N > 7) Add(a7, b7, sum + 7 * width);
        if (M.N > 8) Add(a8, b8, sum + 8 * width);
        if (M.N > 9) Add(a9, b9, sum + 9 * width);
        if (M.N > 10) Add(a10, b10, sum + 10 * width);
        if (M.N > 11) Add(a11, b11, sum + 11 * width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(V a, V b, T* sum)
    {
        V.Store(V.Add(V.Load(sum), a), sum);
        if (NV.N > 1) V.Store(V.Add(V.Load(sum + V.Count), b), sum + V.Count);
    }
}
