using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>
/// The micro-kernel of the weight gradient line by line: <c>G</c> rows of the kernel by <c>E</c> elements of each row's run, one vector of lanes, held in registers over some lines of pixels:
/// <code>sum[g][e][lane] += source[line][g][pixel * step + e] * gradient[line][pixel][lane]</code>
/// Each pixel's gradient is loaded once for all of them, and every multiply-add takes its source element, copied to all lanes, straight from memory: G * E + 1 loads for G * E
/// multiply-adds. 28 sums are what 32 registers allow (one holds the gradient), 12 of 16; 8 or more keep the multiply-adds from waiting for each other.
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
    /// <param name="lanes">Lanes in use.</param>
    /// <param name="sum">The tile: E vectors for each row.</param>
    /// <param name="sumRow">Elements from one of its rows to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<V, T, E, G>(nint lines, nint pixels, T* x, nint row, nint line, nint step, T* gradient, nint pixel, int lanes, T* sum, nint sumRow)
        where V : struct, ILanes<V, T> where T : unmanaged where E : INumber where G : INumber
    {
        V a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default, a8 = default, a9 = default;
        V a10 = default, a11 = default, a12 = default, a13 = default, a14 = default, a15 = default, a16 = default, a17 = default, a18 = default, a19 = default;
        V a20 = default, a21 = default, a22 = default, a23 = default, a24 = default, a25 = default, a26 = default, a27 = default;
        for (; lines != 0; lines--, x += line)
        {
            T* p0 = x, p1 = p0 + row, p2 = p1 + row, p3 = p2 + row, p4 = p3 + row;
            for (nint i = pixels; i != 0; i--)
            {
                V g = lanes == V.Count ? V.Load(gradient) : V.LoadFirst(gradient, lanes);
                gradient += pixel;
                if (E.N * G.N > 0) a0 = V.MultiplyAdd(V.All(At<T, E>(0, p0, p1, p2, p3, p4)), g, a0);
                if (E.N * G.N > 1) a1 = V.MultiplyAdd(V.All(At<T, E>(1, p0, p1, p2, p3, p4)), g, a1);
                if (E.N * G.N > 2) a2 = V.MultiplyAdd(V.All(At<T, E>(2, p0, p1, p2, p3, p4)), g, a2);
                if (E.N * G.N > 3) a3 = V.MultiplyAdd(V.All(At<T, E>(3, p0, p1, p2, p3, p4)), g, a3);
                if (E.N * G.N > 4) a4 = V.MultiplyAdd(V.All(At<T, E>(4, p0, p1, p2, p3, p4)), g, a4);
                if (E.N * G.N > 5) a5 = V.MultiplyAdd(V.All(At<T, E>(5, p0, p1, p2, p3, p4)), g, a5);
                if (E.N * G.N > 6) a6 = V.MultiplyAdd(V.All(At<T, E>(6, p0, p1, p2, p3, p4)), g, a6);
                if (E.N * G.N > 7) a7 = V.MultiplyAdd(V.All(At<T, E>(7, p0, p1, p2, p3, p4)), g, a7);
                if (E.N * G.N > 8) a8 = V.MultiplyAdd(V.All(At<T, E>(8, p0, p1, p2, p3, p4)), g, a8);
                if (E.N * G.N > 9) a9 = V.MultiplyAdd(V.All(At<T, E>(9, p0, p1, p2, p3, p4)), g, a9);
                if (E.N * G.N > 10) a10 = V.MultiplyAdd(V.All(At<T, E>(10, p0, p1, p2, p3, p4)), g, a10);
                if (E.N * G.N > 11) a11 = V.MultiplyAdd(V.All(At<T, E>(11, p0, p1, p2, p3, p4)), g, a11);
                if (E.N * G.N > 12) a12 = V.MultiplyAdd(V.All(At<T, E>(12, p0, p1, p2, p3, p4)), g, a12);
                if (E.N * G.N > 13) a13 = V.MultiplyAdd(V.All(At<T, E>(13, p0, p1, p2, p3, p4)), g, a13);
                if (E.N * G.N > 14) a14 = V.MultiplyAdd(V.All(At<T, E>(14, p0, p1, p2, p3, p4)), g, a14);
                if (E.N * G.N > 15) a15 = V.MultiplyAdd(V.All(At<T, E>(15, p0, p1, p2, p3, p4)), g, a15);
                if (E.N * G.N > 16) a16 = V.MultiplyAdd(V.All(At<T, E>(16, p0, p1, p2, p3, p4)), g, a16);
                if (E.N * G.N > 17) a17 = V.MultiplyAdd(V.All(At<T, E>(17, p0, p1, p2, p3, p4)), g, a17);
                if (E.N * G.N > 18) a18 = V.MultiplyAdd(V.All(At<T, E>(18, p0, p1, p2, p3, p4)), g, a18);
                if (E.N * G.N > 19) a19 = V.MultiplyAdd(V.All(At<T, E>(19, p0, p1, p2, p3, p4)), g, a19);
                if (E.N * G.N > 20) a20 = V.MultiplyAdd(V.All(At<T, E>(20, p0, p1, p2, p3, p4)), g, a20);
                if (E.N * G.N > 21) a21 = V.MultiplyAdd(V.All(At<T, E>(21, p0, p1, p2, p3, p4)), g, a21);
                if (E.N * G.N > 22) a22 = V.MultiplyAdd(V.All(At<T, E>(22, p0, p1, p2, p3, p4)), g, a22);
                if (E.N * G.N > 23) a23 = V.MultiplyAdd(V.All(At<T, E>(23, p0, p1, p2, p3, p4)), g, a23);
                if (E.N * G.N > 24) a24 = V.MultiplyAdd(V.All(At<T, E>(24, p0, p1, p2, p3, p4)), g, a24);
                if (E.N * G.N > 25) a25 = V.MultiplyAdd(V.All(At<T, E>(25, p0, p1, p2, p3, p4)), g, a25);
                if (E.N * G.N > 26) a26 = V.MultiplyAdd(V.All(At<T, E>(26, p0, p1, p2, p3, p4)), g, a26);
                if (E.N * G.N > 27) a27 = V.MultiplyAdd(V.All(At<T, E>(27, p0, p1, p2, p3, p4)), g, a27);
                p0 += step;
                if (G.N > 1) p1 += step;
                if (G.N > 2) p2 += step;
                if (G.N > 3) p3 += step;
                if (G.N > 4) p4 += step;
            }
        }

        if (E.N * G.N > 0) Add<V, T, E>(a0, sum, sumRow, 0);
        if (E.N * G.N > 1) Add<V, T, E>(a1, sum, sumRow, 1);
        if (E.N * G.N > 2) Add<V, T, E>(a2, sum, sumRow, 2);
        if (E.N * G.N > 3) Add<V, T, E>(a3, sum, sumRow, 3);
        if (E.N * G.N > 4) Add<V, T, E>(a4, sum, sumRow, 4);
        if (E.N * G.N > 5) Add<V, T, E>(a5, sum, sumRow, 5);
        if (E.N * G.N > 6) Add<V, T, E>(a6, sum, sumRow, 6);
        if (E.N * G.N > 7) Add<V, T, E>(a7, sum, sumRow, 7);
        if (E.N * G.N > 8) Add<V, T, E>(a8, sum, sumRow, 8);
        if (E.N * G.N > 9) Add<V, T, E>(a9, sum, sumRow, 9);
        if (E.N * G.N > 10) Add<V, T, E>(a10, sum, sumRow, 10);
        if (E.N * G.N > 11) Add<V, T, E>(a11, sum, sumRow, 11);
        if (E.N * G.N > 12) Add<V, T, E>(a12, sum, sumRow, 12);
        if (E.N * G.N > 13) Add<V, T, E>(a13, sum, sumRow, 13);
        if (E.N * G.N > 14) Add<V, T, E>(a14, sum, sumRow, 14);
        if (E.N * G.N > 15) Add<V, T, E>(a15, sum, sumRow, 15);
        if (E.N * G.N > 16) Add<V, T, E>(a16, sum, sumRow, 16);
        if (E.N * G.N > 17) Add<V, T, E>(a17, sum, sumRow, 17);
        if (E.N * G.N > 18) Add<V, T, E>(a18, sum, sumRow, 18);
        if (E.N * G.N > 19) Add<V, T, E>(a19, sum, sumRow, 19);
        if (E.N * G.N > 20) Add<V, T, E>(a20, sum, sumRow, 20);
        if (E.N * G.N > 21) Add<V, T, E>(a21, sum, sumRow, 21);
        if (E.N * G.N > 22) Add<V, T, E>(a22, sum, sumRow, 22);
        if (E.N * G.N > 23) Add<V, T, E>(a23, sum, sumRow, 23);
        if (E.N * G.N > 24) Add<V, T, E>(a24, sum, sumRow, 24);
        if (E.N * G.N > 25) Add<V, T, E>(a25, sum, sumRow, 25);
        if (E.N * G.N > 26) Add<V, T, E>(a26, sum, sumRow, 26);
        if (E.N * G.N > 27) Add<V, T, E>(a27, sum, sumRow, 27);
    }

    /// <summary>Element i % E of row i / E; both are known when the kernel is compiled.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T At<T, E>(int i, T* p0, T* p1, T* p2, T* p3, T* p4) where T : unmanaged where E : INumber =>
        i / E.N == 0 ? p0[i % E.N] : i / E.N == 1 ? p1[i % E.N] : i / E.N == 2 ? p2[i % E.N] : i / E.N == 3 ? p3[i % E.N] : p4[i % E.N];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<V, T, E>(V a, T* sum, nint sumRow, int i) where V : struct, ILanes<V, T> where T : unmanaged where E : INumber
    {
        T* to = sum + i / E.N * sumRow + i % E.N * V.Count;
        V.Store(V.Add(V.Load(to), a), to);
    }
}

/// <summary>The compiled forms of <see cref="LineOuterKernel"/>, by elements and rows of a tile; each is compiled when first called.</summary>
internal static unsafe class LineOuterKernels<V, T> where V : struct, ILanes<V, T> where T : unmanaged
{
    /// <summary>The most elements and the most rows of a tile.</summary>
    public const int MostElements = 14, MostRows = 5;

    /// <summary>Sums that registers have room for.</summary>
    public static int Sums => V.TileRows > 6 ? 28 : 12;

    /// <summary>The kernel for a tile.</summary>
    public static delegate*<nint, nint, T*, nint, nint, nint, T*, nint, int, T*, nint, void> For(int elements, int rows) => elements switch
    {
        1 => Of<N1>(rows), 2 => Of<N2>(rows), 3 => Of<N3>(rows), 4 => Of<N4>(rows), 5 => Of<N5>(rows), 6 => Of<N6>(rows), 7 => Of<N7>(rows),
        8 => Of<N8>(rows), 9 => Of<N9>(rows), 10 => Of<N10>(rows), 11 => Of<N11>(rows), 12 => Of<N12>(rows), 13 => Of<N13>(rows), _ => Of<N14>(rows),
    };

    private static delegate*<nint, nint, T*, nint, nint, nint, T*, nint, int, T*, nint, void> Of<E>(int rows) where E : INumber => rows switch
    {
        1 => &LineOuterKernel.Run<V, T, E, N1>,
        2 => &LineOuterKernel.Run<V, T, E, N2>,
        3 => &LineOuterKernel.Run<V, T, E, N3>,
        4 => &LineOuterKernel.Run<V, T, E, N4>,
        _ => &LineOuterKernel.Run<V, T, E, N5>,
    };
}
