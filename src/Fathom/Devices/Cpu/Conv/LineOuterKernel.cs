using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>
/// The micro-kernel of the weight gradient line by line: <c>G</c> rows of the kernel by <c>E</c> elements of each row's run, by <c>NV</c> vectors of lanes, held in registers over some lines of pixels:
/// <code>sum[g][e][lane] += source[line][g][pixel * step + e] * gradient[line][pixel][lane]</code>
/// Each pixel's gradient is loaded once for all of them. 28 sums are what 32 registers allow, 12 of 16: so G * E is up to 14 (6) with two vectors, where each source element is copied to
/// all lanes once for two multiply-adds; with one vector up to 28 (12), and every multiply-add copies its own, straight from memory. 8 sums or more keep
/// the multiply-adds from waiting for each other.
/// </summary>
internal static unsafe class LineOuterKernel
{
    /// <summary>Adds the products of some lines to a tile of sums.</summary>
    /// <param name="lines">Lines, one below the other.</param>
    /// <param name="pixels">Pixels of a line.</param>
    /// <param name="x">The first source element of the first pixel for the tile's first row.</param>
    /// <param name="row">Elements to the same for the next row of the tile.</param>
    /// <param name="line">Elements from a line's source to the next one's.</param>
    /// <param name="step">Elements from a pixel's source to the next one's.</param>
    /// <param name="gradient">The first pixel's lanes; the pixels of all lines follow each other.</param>
    /// <param name="pixel">Elements from a pixel's lanes to the next one's.</param>
    /// <param name="lanes">Lanes in use; only the last vector may have fewer than all.</param>
    /// <param name="sum">The tile: E times NV vectors for each row.</param>
    /// <param name="sumRow">Elements from one of its rows to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<V, T, NV, E, G>(nint lines, nint pixels, T* x, nint row, nint line, nint step, T* gradient, nint pixel, int lanes, T* sum, nint sumRow)
        where V : struct, ILanes<V, T> where T : unmanaged where NV : IConstant where E : IConstant where G : IConstant
    {
        // The second vector of the same sums, or sums of their own.
        V a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default, a8 = default, a9 = default, aA = default, aB = default, aC = default, aD = default;
        V b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default, b6 = default, b7 = default, b8 = default, b9 = default, bA = default, bB = default, bC = default, bD = default;
        int last = lanes - (NV.N - 1) * V.Count;
        for (; lines != 0; lines--, x += line)
        {
            T* p0 = x, p1 = p0 + row, p2 = p1 + row, p3 = p2 + row, p4 = p3 + row;
            for (nint i = pixels; i != 0; i--)
            {
                T* end = gradient + (NV.N - 1) * V.Count;
                V v = last == V.Count ? V.Load(end) : V.LoadFirst(end, last), u = NV.N > 1 ? V.Load(gradient) : v;
                gradient += pixel;
                if (E.N * G.N > 0) Step<V, T, NV, E, G>(0, p0, p1, p2, p3, p4, u, v, ref a0, ref b0);
                if (E.N * G.N > 1) Step<V, T, NV, E, G>(1, p0, p1, p2, p3, p4, u, v, ref a1, ref b1);
                if (E.N * G.N > 2) Step<V, T, NV, E, G>(2, p0, p1, p2, p3, p4, u, v, ref a2, ref b2);
                if (E.N * G.N > 3) Step<V, T, NV, E, G>(3, p0, p1, p2, p3, p4, u, v, ref a3, ref b3);
                if (E.N * G.N > 4) Step<V, T, NV, E, G>(4, p0, p1, p2, p3, p4, u, v, ref a4, ref b4);
                if (E.N * G.N > 5) Step<V, T, NV, E, G>(5, p0, p1, p2, p3, p4, u, v, ref a5, ref b5);
                if (E.N * G.N > 6) Step<V, T, NV, E, G>(6, p0, p1, p2, p3, p4, u, v, ref a6, ref b6);
                if (E.N * G.N > 7) Step<V, T, NV, E, G>(7, p0, p1, p2, p3, p4, u, v, ref a7, ref b7);
                if (E.N * G.N > 8) Step<V, T, NV, E, G>(8, p0, p1, p2, p3, p4, u, v, ref a8, ref b8);
                if (E.N * G.N > 9) Step<V, T, NV, E, G>(9, p0, p1, p2, p3, p4, u, v, ref a9, ref b9);
                if (E.N * G.N > 10) Step<V, T, NV, E, G>(10, p0, p1, p2, p3, p4, u, v, ref aA, ref bA);
                if (E.N * G.N > 11) Step<V, T, NV, E, G>(11, p0, p1, p2, p3, p4, u, v, ref aB, ref bB);
                if (E.N * G.N > 12) Step<V, T, NV, E, G>(12, p0, p1, p2, p3, p4, u, v, ref aC, ref bC);
                if (E.N * G.N > 13) Step<V, T, NV, E, G>(13, p0, p1, p2, p3, p4, u, v, ref aD, ref bD);
                p0 += step;
                if (G.N > 1) p1 += step;
                if (G.N > 2) p2 += step;
                if (G.N > 3) p3 += step;
                if (G.N > 4) p4 += step;
            }
        }

        if (E.N * G.N > 0) Add<V, T, NV, E, G>(a0, b0, sum, sumRow, 0);
        if (E.N * G.N > 1) Add<V, T, NV, E, G>(a1, b1, sum, sumRow, 1);
        if (E.N * G.N > 2) Add<V, T, NV, E, G>(a2, b2, sum, sumRow, 2);
        if (E.N * G.N > 3) Add<V, T, NV, E, G>(a3, b3, sum, sumRow, 3);
        if (E.N * G.N > 4) Add<V, T, NV, E, G>(a4, b4, sum, sumRow, 4);
        if (E.N * G.N > 5) Add<V, T, NV, E, G>(a5, b5, sum, sumRow, 5);
        if (E.N * G.N > 6) Add<V, T, NV, E, G>(a6, b6, sum, sumRow, 6);
        if (E.N * G.N > 7) Add<V, T, NV, E, G>(a7, b7, sum, sumRow, 7);
        if (E.N * G.N > 8) Add<V, T, NV, E, G>(a8, b8, sum, sumRow, 8);
        if (E.N * G.N > 9) Add<V, T, NV, E, G>(a9, b9, sum, sumRow, 9);
        if (E.N * G.N > 10) Add<V, T, NV, E, G>(aA, bA, sum, sumRow, 10);
        if (E.N * G.N > 11) Add<V, T, NV, E, G>(aB, bB, sum, sumRow, 11);
        if (E.N * G.N > 12) Add<V, T, NV, E, G>(aC, bC, sum, sumRow, 12);
        if (E.N * G.N > 13) Add<V, T, NV, E, G>(aD, bD, sum, sumRow, 13);
    }

    /// <summary>Sum i, and its second vector or sum i + 14. Where they read is known when the kernel is compiled.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<V, T, NV, E, G>(int i, T* p0, T* p1, T* p2, T* p3, T* p4, V u, V v, ref V a, ref V b)
        where V : struct, ILanes<V, T> where T : unmanaged where NV : IConstant where E : IConstant where G : IConstant
    {
        if (NV.N > 1)
        {
            V x = V.All(Row<T, E>(i, p0, p1, p2, p3, p4)[i % E.N]);
            a = V.MultiplyAdd(x, u, a);
            b = V.MultiplyAdd(x, v, b);
        }
        else
        {
            a = V.MultiplyAddAll(Row<T, E>(i, p0, p1, p2, p3, p4), i % E.N, u, a);
            if (E.N * G.N > i + Half) b = V.MultiplyAddAll(Row<T, E>(i + Half, p0, p1, p2, p3, p4), (i + Half) % E.N, u, b);
        }
    }

    private const int Half = 14;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T* Row<T, E>(int i, T* p0, T* p1, T* p2, T* p3, T* p4) where T : unmanaged where E : IConstant =>
        i / E.N == 0 ? p0 : i / E.N == 1 ? p1 : i / E.N == 2 ? p2 : i / E.N == 3 ? p3 : p4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<V, T, NV, E, G>(V a, V b, T* sum, nint sumRow, int i) where V : struct, ILanes<V, T> where T : unmanaged where NV : IConstant where E : IConstant where G : IConstant
    {
        T* to = sum + i / E.N * sumRow + i % E.N * NV.N * V.Count;
        V.Store(V.Add(V.Load(to), a), to);
        if (NV.N == 1 && E.N * G.N <= i + Half) return;
        to = NV.N > 1 ? to + V.Count : sum + (i + Half) / E.N * sumRow + (i + Half) % E.N * V.Count;
        V.Store(V.Add(V.Load(to), b), to);
    }
}

/// <summary>The compiled forms of <see cref="LineOuterKernel"/>, by vectors, elements and rows of a tile; each is compiled when first called.</summary>
internal static unsafe class LineOuterKernels<V, T> where V : struct, ILanes<V, T> where T : unmanaged
{
    /// <summary>The most elements and the most rows of a tile.</summary>
    public static int MostElements => V.TileRows > 6 ? 14 : 6;

    /// <inheritdoc cref="MostElements"/>
    public const int MostRows = 5;

    /// <summary>Elements times rows that registers have room for, so many vectors wide.</summary>
    public static int Sums(int vectors) => MostElements * (vectors == 1 ? 2 : 1);

    /// <summary>The kernel for a tile.</summary>
    public static delegate*<nint, nint, T*, nint, nint, nint, T*, nint, int, T*, nint, void> For(int vectors, int elements, int rows) => vectors == 2 ? For<N2>(elements, rows) : For<N1>(elements, rows);

    private static delegate*<nint, nint, T*, nint, nint, nint, T*, nint, int, T*, nint, void> For<NV>(int elements, int rows) where NV : IConstant => elements switch
    {
        1 => For<NV, N1>(rows), 2 => For<NV, N2>(rows), 3 => For<NV, N3>(rows), 4 => For<NV, N4>(rows), 5 => For<NV, N5>(rows), 6 => For<NV, N6>(rows), 7 => For<NV, N7>(rows),
        8 => For<NV, N8>(rows), 9 => For<NV, N9>(rows), 10 => For<NV, N10>(rows), 11 => For<NV, N11>(rows), 12 => For<NV, N12>(rows), 13 => For<NV, N13>(rows), _ => For<NV, N14>(rows),
    };

    private static delegate*<nint, nint, T*, nint, nint, nint, T*, nint, int, T*, nint, void> For<NV, E>(int rows) where NV : IConstant where E : IConstant => rows switch
    {
        1 => &LineOuterKernel.Run<V, T, NV, E, N1>,
        2 => &LineOuterKernel.Run<V, T, NV, E, N2>,
        3 => &LineOuterKernel.Run<V, T, NV, E, N3>,
        4 => &LineOuterKernel.Run<V, T, NV, E, N4>,
        _ => &LineOuterKernel.Run<V, T, NV, E, N5>,
    };
}
