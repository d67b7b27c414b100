using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Fathom.Devices.Cpu;

/// <summary>
/// The micro-kernel for groups of channels no wider than a vector: <c>M</c> destination positions by one vector of lanes, held in registers over all taps. The source
/// elements of neighbouring positions lie one vector apart (<see cref="GroupFrame{V, T}"/>), so that one pointer serves all of them.
/// <para>
/// One vector of weights serves M multiply-adds, each of which needs a broadcast of its own: M + 1 loads for M multiply-adds, of which a core does two
/// each in a cycle. With 24 positions that is 96 % of the multiply-add rate; with 12, as many as in <see cref="GatherKernel{V, T, NV}"/>, 92 % at best, and a
/// pointer for each position has to be fetched for every tap of 16 elements.
/// </para>
/// </summary>
internal static unsafe class GroupKernel<V, T, M> where V : struct, ILanes<V, T> where T : unmanaged where M : struct, IConstant
{
    /// <summary>dst[offset[i]][lane] = bias[lane] + sum over taps and their runs of source[tap][i][e] * weight[tap][e][lane].</summary>
    /// <param name="taps">Where taps read, in bytes from <paramref name="source"/>, and their rows of weights.</param>
    /// <param name="count">Number of taps.</param>
    /// <param name="run">Source elements per tap.</param>
    /// <param name="source">First position.</param>
    /// <param name="weight">The group's packed weights.</param>
    /// <param name="bias">A vector that the sums start from, or null.</param>
    /// <param name="dst">First destination element of the group.</param>
    /// <param name="offsets">Elements from there to each position's lanes.</param>
    /// <param name="lanes">Lanes to store.</param>
    /// <param name="fetch">What to fetch into the second-level cache meanwhile, a line for each source element of each tap.</param>
    /// <param name="fetchStep">Elements from one such line to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(TapStep* taps, int count, nint run, T* source, T* weight, T* bias, T* dst, nint* offsets, int lanes, T* fetch, nint fetchStep)
    {
        V u = bias == null ? default : V.Load(bias);
        V a0 = u, a1 = u, a2 = u, a3 = u, a4 = u, a5 = u, a6 = u, a7 = u, a8 = u, a9 = u, a10 = u, a11 = u;
        V a12 = u, a13 = u, a14 = u, a15 = u, a16 = u, a17 = u, a18 = u, a19 = u, a20 = u, a21 = u, a22 = u, a23 = u;
        for (TapStep* end = taps + count; taps != end; taps++)
        {
            T* p = (T*)((nint)source + taps->Shift), w = weight + taps->WeightRow * V.Count;
            for (T* stop = p + run; p != stop; p++, w += V.Count, fetch += fetchStep)
            {
                if (Sse.IsSupported) Sse.Prefetch1(fetch);
                u = V.Load(w);
                if (M.N > 0) a0 = V.MultiplyAdd(V.All(p[0]), u, a0);
                if (M.N > 1) a1 = V.MultiplyAdd(V.All(p[V.Count]), u, a1);
                if (M.N > 2) a2 = V.MultiplyAdd(V.All(p[2 * V.Count]), u, a2);
                if (M.N > 3) a3 = V.MultiplyAdd(V.All(p[3 * V.Count]), u, a3);
                if (M.N > 4) a4 = V.MultiplyAdd(V.All(p[4 * V.Count]), u, a4);
                if (M.N > 5) a5 = V.MultiplyAdd(V.All(p[5 * V.Count]), u, a5);
                if (M.N > 6) a6 = V.MultiplyAdd(V.All(p[6 * V.Count]), u, a6);
                if (M.N > 7) a7 = V.MultiplyAdd(V.All(p[7 * V.Count]), u, a7);
                if (M.N > 8) a8 = V.MultiplyAdd(V.All(p[8 * V.Count]), u, a8);
                if (M.N > 9) a9 = V.MultiplyAdd(V.All(p[9 * V.Count]), u, a9);
                if (M.N > 10) a10 = V.MultiplyAdd(V.All(p[10 * V.Count]), u, a10);
                if (M.N > 11) a11 = V.MultiplyAdd(V.All(p[11 * V.Count]), u, a11);
                if (M.N > 12) a12 = V.MultiplyAdd(V.All(p[12 * V.Count]), u, a12);
                if (M.N > 13) a13 = V.MultiplyAdd(V.All(p[13 * V.Count]), u, a13);
                if (M.N > 14) a14 = V.MultiplyAdd(V.All(p[14 * V.Count]), u, a14);
                if (M.N > 15) a15 = V.MultiplyAdd(V.All(p[15 * V.Count]), u, a15);
                if (M.N > 16) a16 = V.MultiplyAdd(V.All(p[16 * V.Count]), u, a16);
                if (M.N > 17) a17 = V.MultiplyAdd(V.All(p[17 * V.Count]), u, a17);
                if (M.N > 18) a18 = V.MultiplyAdd(V.All(p[18 * V.Count]), u, a18);
                if (M.N > 19) a19 = V.MultiplyAdd(V.All(p[19 * V.Count]), u, a19);
                if (M.N > 20) a20 = V.MultiplyAdd(V.All(p[20 * V.Count]), u, a20);
                if (M.N > 21) a21 = V.MultiplyAdd(V.All(p[21 * V.Count]), u, a21);
                if (M.N > 22) a22 = V.MultiplyAdd(V.All(p[22 * V.Count]), u, a22);
                if (M.N > 23) a23 = V.MultiplyAdd(V.All(p[23 * V.Count]), u, a23);
            }
        }
        if (M.N > 0) Store(a0, dst + offsets[0], lanes);
        if (M.N > 1) Store(a1, dst + offsets[1], lanes);
        if (M.N > 2) Store(a2, dst + offsets[2], lanes);
        if (M.N > 3) Store(a3, dst + offsets[3], lanes);
        if (M.N > 4) Store(a4, dst + offsets[4], lanes);
        if (M.N > 5) Store(a5, dst + offsets[5], lanes);
        if (M.N > 6) Store(a6, dst + offsets[6], lanes);
        if (M.N > 7) Store(a7, dst + offsets[7], lanes);
        if (M.N > 8) Store(a8, dst + offsets[8], lanes);
        if (M.N > 9) Store(a9, dst + offsets[9], lanes);
        if (M.N > 10) Store(a10, dst + offsets[10], lanes);
        if (M.N > 11) Store(a11, dst + offsets[11], lanes);
        if (M.N > 12) Store(a12, dst + offsets[12], lanes);
        if (M.N > 13) Store(a13, dst + offsets[13], lanes);
        if (M.N > 14) Store(a14, dst + offsets[14], lanes);
        if (M.N > 15) Store(a15, dst + offsets[15], lanes);
        if (M.N > 16) Store(a16, dst + offsets[16], lanes);
        if (M.N > 17) Store(a17, dst + offsets[17], lanes);
        if (M.N > 18) Store(a18, dst + offsets[18], lanes);
        if (M.N > 19) Store(a19, dst + offsets[19], lanes);
        if (M.N > 20) Store(a20, dst + offsets[20], lanes);
        if (M.N > 21) Store(a21, dst + offsets[21], lanes);
        if (M.N > 22) Store(a22, dst + offsets[22], lanes);
        if (M.N > 23) Store(a23, dst + offsets[23], lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(V v, T* to, int lanes)
    {
        if (lanes == V.Count) V.Store(v, to);
        else V.StoreFirst(v, to, lanes);
    }
}

/// <summary>The compiled forms of <see cref="GroupKernel{V, T, M}"/> for one vector width, by number of positions.</summary>
internal static unsafe class GroupKernels<V, T> where V : struct, ILanes<V, T> where T : unmanaged
{
    /// <summary>Positions that registers have room for: twice as many as rows of a tile that is two vectors wide.</summary>
    public static int MaxPositions => 2 * V.TileRows;

    private static readonly delegate*<TapStep*, int, nint, T*, T*, T*, T*, nint*, int, T*, nint, void>[] Table =
    [
        &GroupKernel<V, T, N1>.Run, &GroupKernel<V, T, N2>.Run, &GroupKernel<V, T, N3>.Run, &GroupKernel<V, T, N4>.Run,
        &GroupKernel<V, T, N5>.Run, &GroupKernel<V, T, N6>.Run, &GroupKernel<V, T, N7>.Run, &GroupKernel<V, T, N8>.Run,
        &GroupKernel<V, T, N9>.Run, &GroupKernel<V, T, N10>.Run, &GroupKernel<V, T, N11>.Run, &GroupKernel<V, T, N12>.Run,
        &GroupKernel<V, T, N13>.Run, &GroupKernel<V, T, N14>.Run, &GroupKernel<V, T, N15>.Run, &GroupKernel<V, T, N16>.Run,
        &GroupKernel<V, T, N17>.Run, &GroupKernel<V, T, N18>.Run, &GroupKernel<V, T, N19>.Run, &GroupKernel<V, T, N20>.Run,
        &GroupKernel<V, T, N21>.Run, &GroupKernel<V, T, N22>.Run, &GroupKernel<V, T, N23>.Run, &GroupKernel<V, T, N24>.Run,
    ];

    /// <summary>The kernel for so many positions. It is compiled when first called.</summary>
    public static delegate*<TapStep*, int, nint, T*, T*, T*, T*, nint*, int, T*, nint, void> For(int positions) => Table[positions - 1];
}
