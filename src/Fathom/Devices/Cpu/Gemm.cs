using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>
/// Matrix products on the CPU: <c>c[i, j] = sum over p of a[i, p] b[p, j]</c>, over raw memory with strides in elements.
/// <para>
/// Results have the same bits for any number of threads: work is divided over rows and columns only, and the products of one element are
/// always added in the same order. (They depend on the vector width and on the shape, which choose the kernel.) NaN and infinity spread
/// as in the formula: nothing is skipped because the other factor is zero.
/// </para>
/// <para>
/// Which kernel does what: <see cref="GemmBlocked{V, T}"/> is the general one; a vector times a matrix goes to
/// <see cref="GemmVector{V, T}"/>; few rows, both sides contiguous along k, to <see cref="GemmDots{V, T}"/>; few rows times a matrix larger than the caches to <see cref="GemmRows{V, T}"/>; integers go to a plain loop, <see cref="GemmPlain"/>.
/// </para>
/// </summary>
internal static unsafe class Gemm
{
    /// <summary>One product; see <see cref="GemmArgs{T}"/> for the arguments. T is float, double, or an integer (which wraps around).</summary>
    public static void Run<T>(int m, int n, int k, T* a, nint aRow, nint aCol, T* b, nint bRow, nint bCol, T* c, nint cRow,
        bool accumulate = false, T* columnBias = null, T* rowBias = null) where T : unmanaged, INumber<T> =>
        Run(new GemmArgs<T>
        {
            M = m, N = n, K = k, A = a, ARow = aRow, ACol = aCol, B = b, BRow = bRow, BCol = bCol, C = c, CRow = cRow,
            Accumulate = accumulate, ColumnBias = columnBias, RowBias = rowBias,
        }, Isa.Current);

    /// <summary>
    /// <paramref name="batch"/> products of one shape, whose matrices start the given numbers of elements apart. Zero repeats an input;
    /// the results must not overlap.
    /// </summary>
    public static void RunBatch<T>(int batch, int m, int n, int k, T* a, nint aBatch, nint aRow, nint aCol, T* b, nint bBatch, nint bRow, nint bCol,
        T* c, nint cBatch, nint cRow, bool accumulate = false) where T : unmanaged, INumber<T> =>
        GemmBatch.Run(new GemmArgs<T>
        {
            M = m, N = n, K = k, A = a, ARow = aRow, ACol = aCol, B = b, BRow = bRow, BCol = bCol, C = c, CRow = cRow, Accumulate = accumulate,
        }, batch, aBatch, bBatch, cBatch, Isa.Current);

    /// <summary>One product with kernels of a given width, which the processor must support.</summary>
    internal static void Run<T>(in GemmArgs<T> args, SimdWidth width) where T : unmanaged, INumber<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(args.M);
        ArgumentOutOfRangeException.ThrowIfNegative(args.N);
        ArgumentOutOfRangeException.ThrowIfNegative(args.K);
        if (args.M == 0 || args.N == 0) return;
        if (args.K == 0) RunEmptySum(args);
        else if (typeof(T) != typeof(float) && typeof(T) != typeof(double)) GemmPlain.Run(args);
        else if (typeof(T) == typeof(float)) RunSingle(Unsafe.As<GemmArgs<T>, GemmArgs<float>>(ref Unsafe.AsRef(in args)), width);
        else RunDouble(Unsafe.As<GemmArgs<T>, GemmArgs<double>>(ref Unsafe.AsRef(in args)), width);
    }

    private static void RunSingle(in GemmArgs<float> args, SimdWidth width)
    {
        if (width == SimdWidth.V512) Run<Singlex16, float>(args);
        else if (width == SimdWidth.V256) Run<Singlex8, float>(args);
        else if (width == SimdWidth.V128) Run<Singlex4, float>(args);
        else Run<Lane<float>, float>(args);
    }

    private static void RunDouble(in GemmArgs<double> args, SimdWidth width)
    {
        if (width == SimdWidth.V512) Run<Doublex8, double>(args);
        else if (width == SimdWidth.V256) Run<Doublex4, double>(args);
        else if (width == SimdWidth.V128) Run<Doublex2, double>(args);
        else Run<Lane<double>, double>(args);
    }

    /// <summary>One product of floats or doubles, not empty in any direction, with vectors of type <typeparamref name="V"/>.</summary>
    internal static void Run<V, T>(in GemmArgs<T> args) where V : struct, ILanes<V, T> where T : unmanaged, INumber<T>
    {
        bool bothStrided = args.BCol != 1 && args.BRow != 1;
        if (args.M == 1 && !bothStrided)
            GemmVector<V, T>.Run(args.N, args.K, args.A, args.ACol, args.B, args.BRow, args.BCol, args.C, 1, args.Accumulate, args.ColumnBias, args.RowBias, 0);
        else if (args.N == 1 && (args.ARow == 1 || args.ACol == 1))
            GemmVector<V, T>.Run(args.M, args.K, args.B, args.BRow, args.A, args.ACol, args.ARow, args.C, args.CRow, args.Accumulate, args.RowBias, args.ColumnBias, 0);
        else if (args.BRow == 1 && args.ACol == 1 && Math.Min(args.M, args.N) <= GemmDots<V, T>.MaxRows)
            RunDots<V, T>(args);
        else if (GemmRows<V, T>.Fits(args))
            GemmRows<V, T>.Run(args);
        else
            GemmBlocked<V, T>.Run(args);
    }

    /// <summary>The side with fewer rows is the one that is read again and again.</summary>
    private static void RunDots<V, T>(in GemmArgs<T> g) where V : struct, ILanes<V, T> where T : unmanaged, INumber<T>
    {
        if (g.M <= g.N) GemmDots<V, T>.Run(g.M, g.N, g.K, g.A, g.ARow, g.B, g.BCol, g.C, g.CRow, 1, g.Accumulate, g.RowBias, g.ColumnBias);
        else GemmDots<V, T>.Run(g.N, g.M, g.K, g.B, g.BCol, g.A, g.ARow, g.C, 1, g.CRow, g.Accumulate, g.ColumnBias, g.RowBias);
    }

    /// <summary>A sum over nothing is zero.</summary>
    private static void RunEmptySum<T>(in GemmArgs<T> args) where T : unmanaged, INumber<T>
    {
        if (!args.Accumulate)
            for (int i = 0; i < args.M; i++) new Span<T>(args.C + i * args.CRow, args.N).Clear();
        AddBias(args, 0, args.M, 0, args.N);
    }

    /// <summary>Adds the biases to a block of C.</summary>
    internal static void AddBias<T>(in GemmArgs<T> args, int rowFrom, int rowTo, int columnFrom, int columnTo) where T : unmanaged, INumber<T>
    {
        if (args.ColumnBias == null && args.RowBias == null) return;
        int columns = columnTo - columnFrom;
        for (int i = rowFrom; i < rowTo; i++)
        {
            var row = new Span<T>(args.C + i * args.CRow + columnFrom, columns);
            if (args.ColumnBias != null) TensorPrimitives.Add(row, new ReadOnlySpan<T>(args.ColumnBias + columnFrom, columns), row);
            if (args.RowBias != null) TensorPrimitives.Add(row, args.RowBias[i], row);
        }
    }
}
