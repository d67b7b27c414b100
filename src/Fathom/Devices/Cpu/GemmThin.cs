using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>Blocks of a <see cref="ThinProduct"/>, with the bits that they have in the whole.</summary>
internal static unsafe class GemmThin
{
    /// <summary>A multiple of this many elements has room for whole vectors of any width.</summary>
    public const int Lanes = 16;

    /// <summary>
    /// Computes some rows of some columns into <paramref name="c"/>, whose rows have room for whole vectors. Meanwhile the same block of <paramref name="beside"/>, where a matrix
    /// of the result's size begins, is fetched: it will be needed next.
    /// </summary>
    public static void Block<T>(in ThinFactors<T> f, int row, int rows, int column, int columns, T* c, nint cRow, T* beside) where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            ref ThinFactors<float> s = ref Unsafe.As<ThinFactors<T>, ThinFactors<float>>(ref Unsafe.AsRef(in f));
            if (Isa.Current == SimdWidth.V512) Block<Singlex16, float>(s, row, rows, column, columns, (float*)c, cRow, (float*)beside);
            else if (Isa.Current == SimdWidth.V256) Block<Singlex8, float>(s, row, rows, column, columns, (float*)c, cRow, (float*)beside);
            else if (Isa.Current == SimdWidth.V128) Block<Singlex4, float>(s, row, rows, column, columns, (float*)c, cRow, (float*)beside);
            else Block<Lane<float>, float>(s, row, rows, column, columns, (float*)c, cRow, (float*)beside);
            return;
        }
        ref ThinFactors<double> d = ref Unsafe.As<ThinFactors<T>, ThinFactors<double>>(ref Unsafe.AsRef(in f));
        if (Isa.Current == SimdWidth.V512) Block<Doublex8, double>(d, row, rows, column, columns, (double*)c, cRow, (double*)beside);
        else if (Isa.Current == SimdWidth.V256) Block<Doublex4, double>(d, row, rows, column, columns, (double*)c, cRow, (double*)beside);
        else if (Isa.Current == SimdWidth.V128) Block<Doublex2, double>(d, row, rows, column, columns, (double*)c, cRow, (double*)beside);
        else Block<Lane<double>, double>(d, row, rows, column, columns, (double*)c, cRow, (double*)beside);
    }

    static void Block<V, T>(in ThinFactors<T> f, int row, int rows, int column, int columns, T* c, nint cRow, T* beside) where V : struct, ILanes<V, T> where T : unmanaged
    {
        for (int i = 0; i < rows; i += V.TileRows)
            Tiles<V, T>(f, row + i, Math.Min(V.TileRows, rows - i), column, columns, c + i * cRow, cRow, beside);
    }

    /// <summary>The rows of one tile. Each call of the micro-kernel fetches the next part of the block, evenly, since a burst would hold up the loads beside it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tiles<V, T>(in ThinFactors<T> f, int row, int rows, int column, int columns, T* c, nint cRow, T* beside) where V : struct, ILanes<V, T> where T : unmanaged
    {
        T* a = stackalloc T[rows * f.Depth];
        GemmPack<V, T>.Strip(f.A + row, 1, f.ARow, rows, f.Depth, a, rows);
        beside += (nint)row * f.Columns + column;
        for (int j = 0; j < columns; j += 2 * V.Count)
        {
            (nint down, nint along) = Math.DivRem((nint)rows * j, columns);
            GemmTiles<V, T>.For(rows, columns - j > V.Count ? 2 : 1)(f.Depth, a, 1, rows, f.B + column + j, f.BRow, c + j, cRow, TileWrite.Over,
                beside + down * f.Columns + along, 64 / sizeof(T));
        }
    }
}
