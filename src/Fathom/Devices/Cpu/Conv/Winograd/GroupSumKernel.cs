using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>
/// The micro-kernel of the weight gradient by Winograd's algorithm for groups of channels no wider than a vector, one frequency: the products of all <c>M</c> channels of the input by one vector
/// of the gradient's, summed over tiles, all sums in registers: <code>sum[i][lane] (+)= input[tile][i] * gradient[tile][lane]</code>
/// 16 multiply-adds need 17 loads, of which a core does two each in a cycle; in register tiles of 8 (<see cref="GemmTiles{V, T}"/>) it would be 18, and twice the calls.
/// </summary>
internal static unsafe class GroupSumKernel<V, T, M> where V : struct, ILanes<V, T> where T : unmanaged where M : struct, IConstant
{
    /// <summary>Sums the products.</summary>
    /// <param name="tiles">Tiles.</param>
    /// <param name="a">The input's channels of the first tile.</param>
    /// <param name="aTile">Elements from there to the next tile's.</param>
    /// <param name="b">The gradient's channels of the first tile.</param>
    /// <param name="bTile">Elements from there to the next tile's.</param>
    /// <param name="c">M sums, a vector each.</param>
    /// <param name="accumulate">Whether to go on from what is there.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(nint tiles, T* a, nint aTile, T* b, nint bTile, T* c, bool accumulate)
    {
        V a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        V a8 = default, a9 = default, a10 = default, a11 = default, a12 = default, a13 = default, a14 = default, a15 = default;
        if (accumulate)
        {
            if (M.N > 0) a0 = V.Load(c);
            if (M.N > 1) a1 = V.Load(c + V.Count);
            if (M.N > 2) a2 = V.Load(c + 2 * V.Count);
            if (M.N > 3) a3 = V.Load(c + 3 * V.Count);
            if (M.N > 4) a4 = V.Load(c + 4 * V.Count);
            if (M.N > 5) a5 = V.Load(c + 5 * V.Count);
            if (M.N > 6) a6 = V.Load(c + 6 * V.Count);
            if (M.N > 7) a7 = V.Load(c + 7 * V.Count);
            if (M.N > 8) a8 = V.Load(c + 8 * V.Count);
            if (M.N > 9) a9 = V.Load(c + 9 * V.Count);
            if (M.N > 10) a10 = V.Load(c + 10 * V.Count);
            if (M.N > 11) a11 = V.Load(c + 11 * V.Count);
            if (M.N > 12) a12 = V.Load(c + 12 * V.Count);
            if (M.N > 13) a13 = V.Load(c + 13 * V.Count);
            if (M.N > 14) a14 = V.Load(c + 14 * V.Count);
            if (M.N > 15) a15 = V.Load(c + 15 * V.Count);
        }
        for (; tiles != 0; tiles--, a += aTile, b += bTile)
        {
            V u = V.Load(b);
            if (M.N > 0) a0 = V.MultiplyAddAll(a, 0, u, a0);
            if (M.N > 1) a1 = V.MultiplyAddAll(a, 1, u, a1);
            if (M.N > 2) a2 = V.MultiplyAddAll(a, 2, u, a2);
            if (M.N > 3) a3 = V.MultiplyAddAll(a, 3, u, a3);
            if (M.N > 4) a4 = V.MultiplyAddAll(a, 4, u, a4);
            if (M.N > 5) a5 = V.MultiplyAddAll(a, 5, u, a5);
            if (M.N > 6) a6 = V.MultiplyAddAll(a, 6, u, a6);
            if (M.N > 7) a7 = V.MultiplyAddAll(a, 7, u, a7);
            if (M.N > 8) a8 = V.MultiplyAddAll(a, 8, u, a8);
            if (M.N > 9) a9 = V.MultiplyAddAll(a, 9, u, a9);
            if (M.N > 10) a10 = V.MultiplyAddAll(a, 10, u, a10);
            if (M.N > 11) a11 = V.MultiplyAddAll(a, 11, u, a11);
            if (M.N > 12) a12 = V.MultiplyAddAll(a, 12, u, a12);
            if (M.N > 13) a13 = V.MultiplyAddAll(a, 13, u, a13);
            if (M.N > 14) a14 = V.MultiplyAddAll(a, 14, u, a14);
            if (M.N > 15) a15 = V.MultiplyAddAll(a, 15, u, a15);
        }
        if (M.N > 0) V.Store(a0, c);
        if (M.N > 1) V.Store(a1, c + V.Count);
        if (M.N > 2) V.Store(a2, c + 2 * V.Count);
        if (M.N > 3) V.Store(a3, c + 3 * V.Count);
        if (M.N > 4) V.Store(a4, c + 4 * V.Count);
        if (M.N > 5) V.Store(a5, c + 5 * V.Count);
        if (M.N > 6) V.Store(a6, c + 6 * V.Count);
        if (M.N > 7) V.Store(a7, c + 7 * V.Count);
        if (M.N > 8) V.Store(a8, c + 8 * V.Count);
        if (M.N > 9) V.Store(a9, c + 9 * V.Count);
        if (M.N > 10) V.Store(a10, c + 10 * V.Count);
        if (M.N > 11) V.Store(a11, c + 11 * V.Count);
        if (M.N > 12) V.Store(a12, c + 12 * V.Count);
        if (M.N > 13) V.Store(a13, c + 13 * V.Count);
        if (M.N > 14) V.Store(a14, c + 14 * V.Count);
        if (M.N > 15) V.Store(a15, c + 15 * V.Count);
    }
}

/// <summary>The compiled forms of <see cref="GroupSumKernel{V, T, M}"/> for one vector width, by number of channels.</summary>
internal static unsafe class GroupSumKernels<V, T> where V : struct, ILanes<V, T> where T : unmanaged
{
    private static readonly delegate*<nint, T*, nint, T*, nint, T*, bool, void>[] Table =
    [
        &GroupSumKernel<V, T, N1>.Run, &GroupSumKernel<V, T, N2>.Run, &GroupSumKernel<V, T, N3>.Run, &GroupSumKernel<V, T, N4>.Run,
        &GroupSumKernel<V, T, N5>.Run, &GroupSumKernel<V, T, N6>.Run, &GroupSumKernel<V, T, N7>.Run, &GroupSumKernel<V, T, N8>.Run,
        &GroupSumKernel<V, T, N9>.Run, &GroupSumKernel<V, T, N10>.Run, &GroupSumKernel<V, T, N11>.Run, &GroupSumKernel<V, T, N12>.Run,
        &GroupSumKernel<V, T, N13>.Run, &GroupSumKernel<V, T, N14>.Run, &GroupSumKernel<V, T, N15>.Run, &GroupSumKernel<V, T, N16>.Run,
    ];

    /// <summary>The kernel for so many channels, 1 to 16. It is compiled when first called.</summary>
    public static delegate*<nint, T*, nint, T*, nint, T*, bool, void> For(int channels) => Table[channels - 1];
}
