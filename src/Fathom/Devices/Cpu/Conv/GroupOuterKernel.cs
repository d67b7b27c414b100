using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Fathom.Devices.Cpu;

/// <summary>
/// The micro-kernel of the weight gradient for groups of channels no wider than a vector: <c>TAPS</c> taps of a row by <c>K</c> channels of the gradient, one vector of source channels
/// each, held in registers over rows of positions:
/// <code>sum[k][tap][lane] += x[position + tap][lane] * g[position][k]</code>
/// As in <see cref="GroupKernel{V, T, M}"/> positions lie one vector apart on both sides. The source stands in the lanes because then one copy of g[k] to all lanes serves every
/// tap and one load of x every k: 3 x 8 multiply-adds need 11 loads, where 16 source channels by a vector of g need 17 loads for 16, more than two a cycle. 3 x 8 sums
/// and 3 sources take 28 of 32 registers, 3 x 4 and 3 take 15 of 16.
/// </summary>
internal static unsafe class GroupOuterKernel
{
    /// <summary>Adds the positions' outer products to the sums.</summary>
    /// <param name="rows">For each row the elements from <paramref name="x"/> and from <paramref name="g"/> to its first position.</param>
    /// <param name="rowCount">Rows.</param>
    /// <param name="positions">Positions in a row.</param>
    /// <param name="x">The frame of the source, where the first tap reads.</param>
    /// <param name="tap1">Elements from there to where the second tap reads.</param>
    /// <param name="tap2">The same for the third.</param>
    /// <param name="g">The frame of the gradient.</param>
    /// <param name="sum">A vector for each tap, for each k.</param>
    /// <param name="next">Elements from the sums of a k to those of the next.</param>
    /// <param name="fetch">What to fetch into the second-level cache meanwhile, a line at each position.</param>
    /// <param name="fetchStep">Elements from one such line to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<V, T, TAPS, K>(nint* rows, int rowCount, nint positions, T* x, nint tap1, nint tap2, T* g, T* sum, nint next, T* fetch, nint fetchStep)
        where V : struct, ILanes<V, T> where T : unmanaged where TAPS : struct, IConstant where K : struct, IConstant
    {
        V a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        V b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default, b6 = default, b7 = default;
        V c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
        for (nint* end = rows + 2 * rowCount; rows != end; rows += 2)
        {
            T* p = x + rows[0], q = g + rows[1];
            for (T* stop = q + positions * V.Count; q != stop; p += V.Count, q += V.Count, fetch += fetchStep)
            {
                if (Sse.IsSupported) Sse.Prefetch1(fetch);
                V x0 = V.Load(p), x1 = TAPS.N > 1 ? V.Load(p + tap1) : default, x2 = TAPS.N > 2 ? V.Load(p + tap2) : default;
                if (K.N > 0) Step<V, T, TAPS>(q, 0, x0, x1, x2, ref a0, ref b0, ref c0);
                if (K.N > 1) Step<V, T, TAPS>(q, 1, x0, x1, x2, ref a1, ref b1, ref c1);
                if (K.N > 2) Step<V, T, TAPS>(q, 2, x0, x1, x2, ref a2, ref b2, ref c2);
                if (K.N > 3) Step<V, T, TAPS>(q, 3, x0, x1, x2, ref a3, ref b3, ref c3);
                if (K.N > 4) Step<V, T, TAPS>(q, 4, x0, x1, x2, ref a4, ref b4, ref c4);
                if (K.N > 5) Step<V, T, TAPS>(q, 5, x0, x1, x2, ref a5, ref b5, ref c5);
                if (K.N > 6) Step<V, T, TAPS>(q, 6, x0, x1, x2, ref a6, ref b6, ref c6);
                if (K.N > 7) Step<V, T, TAPS>(q, 7, x0, x1, x2, ref a7, ref b7, ref c7);
            }
        }
        if (K.N > 0) Add<V, T, TAPS>(a0, b0, c0, sum);
        if (K.N > 1) Add<V, T, TAPS>(a1, b1, c1, sum + next);
        if (K.N > 2) Add<V, T, TAPS>(a2, b2, c2, sum + 2 * next);
        if (K.N > 3) Add<V, T, TAPS>(a3, b3, c3, sum + 3 * next);
        if (K.N > 4) Add<V, T, TAPS>(a4, b4, c4, sum + 4 * next);
        if (K.N > 5) Add<V, T, TAPS>(a5, b5, c5, sum + 5 * next);
        if (K.N > 6) Add<V, T, TAPS>(a6, b6, c6, sum + 6 * next);
        if (K.N > 7) Add<V, T, TAPS>(a7, b7, c7, sum + 7 * next);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<V, T, TAPS>(T* g, nint k, V x0, V x1, V x2, ref V a, ref V b, ref V c) where V : struct, ILanes<V, T> where T : unmanaged where TAPS : struct, IConstant
    {
        V u = V.All(g[k]);
        a = V.MultiplyAdd(u, x0, a);
        if (TAPS.N > 1) b = V.MultiplyAdd(u, x1, b);
        if (TAPS.N > 2) c = V.MultiplyAdd(u, x2, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<V, T, TAPS>(V a, V b, V c, T* sum) where V : struct, ILanes<V, T> where T : unmanaged where TAPS : struct, IConstant
    {
        V.Store(V.Add(V.Load(sum), a), sum);
        if (TAPS.N > 1) V.Store(V.Add(V.Load(sum + V.Count), b), sum + V.Count);
        if (TAPS.N > 2) V.Store(V.Add(V.Load(sum + 2 * V.Count), c), sum + 2 * V.Count);
    }
}

/// <summary>The compiled forms of <see cref="GroupOuterKernel"/> for one vector width, by numbers of taps and of gradient channels.</summary>
internal static unsafe class GroupOuterKernels<V, T> where V : struct, ILanes<V, T> where T : unmanaged
{
    /// <summary>Taps that a kernel takes.</summary>
    public const int MaxTaps = 3;

    /// <summary>Gradient channels that registers have room for.</summary>
    public static int MaxChannels => V.TileRows > 6 ? 8 : 4;

    private static readonly delegate*<nint*, int, nint, T*, nint, nint, T*, T*, nint, T*, nint, void>[] Table =
    [
        &GroupOuterKernel.Run<V, T, N1, N1>, &GroupOuterKernel.Run<V, T, N1, N2>, &GroupOuterKernel.Run<V, T, N1, N3>, &GroupOuterKernel.Run<V, T, N1, N4>,
        &GroupOuterKernel.Run<V, T, N1, N5>, &GroupOuterKernel.Run<V, T, N1, N6>, &GroupOuterKernel.Run<V, T, N1, N7>, &GroupOuterKernel.Run<V, T, N1, N8>,
        &GroupOuterKernel.Run<V, T, N2, N1>, &GroupOuterKernel.Run<V, T, N2, N2>, &GroupOuterKernel.Run<V, T, N2, N3>, &GroupOuterKernel.Run<V, T, N2, N4>,
        &GroupOuterKernel.Run<V, T, N2, N5>, &GroupOuterKernel.Run<V, T, N2, N6>, &GroupOuterKernel.Run<V, T, N2, N7>, &GroupOuterKernel.Run<V, T, N2, N8>,
        &GroupOuterKernel.Run<V, T, N3, N1>, &GroupOuterKernel.Run<V, T, N3, N2>, &GroupOuterKernel.Run<V, T, N3, N3>, &GroupOuterKernel.Run<V, T, N3, N4>,
        &GroupOuterKernel.Run<V, T, N3, N5>, &GroupOuterKernel.Run<V, T, N3, N6>, &GroupOuterKernel.Run<V, T, N3, N7>, &GroupOuterKernel.Run<V, T, N3, N8>,
    ];

    /// <summary>The kernel for so many taps, 1 to 3, and channels, 1 to 8. It is compiled when first called.</summary>
    public static delegate*<nint*, int, nint, T*, nint, nint, T*, T*, nint, T*, nint, void> For(int taps, int channels) => Table[8 * (taps - 1) + channels - 1];
}
