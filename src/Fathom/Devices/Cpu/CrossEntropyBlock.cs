using System.Runtime.CompilerServices;
using Fathom.Devices.Cpu.Simd;

namespace Fathom.Devices.Cpu;

/// <summary>
/// Cross-entropy with few classes: as many samples at a time as a vector has lanes, one in each, so that a vector holds one class of all of them and nothing is
/// joined across lanes. With 10 classes, row by row took six times as long: a vector is not filled, and every step waits for the one before.
/// </summary>
internal static unsafe class CrossEntropyBlock<T, V> where T : unmanaged where V : struct, ISimd<V, T>
{
    /// <summary>More classes than this fill vectors well enough by themselves.</summary>
    public const int MaxClasses = 32;

    /// <summary>The losses of up to a vector's width of samples, whether they count or not.</summary>
    /// <param name="x">Their rows of <paramref name="n"/> scores.</param>
    /// <param name="n">How many classes.</param>
    /// <param name="rows">How many samples.</param>
    /// <param name="picked">The score of the right class of each, a vector.</param>
    /// <param name="losses">Where the losses go, a vector.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Losses(T* x, int n, int rows, T* picked, T* losses)
    {
        T* columns = stackalloc T[MaxClasses * V.Width];
        V max = Columns(x, n, rows, columns), total = V.Zero;
        for (int c = 0; c < n; c++) total += SimdMath.Exp(V.Load(columns + c * V.Width) - max);
        Finish(total, V.Load(picked) - max, losses);
    }

    /// <summary>gx = e^(x - maximum) / total times <paramref name="scale"/>, for up to a vector's width of samples.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Gradients(T* x, T* gx, int n, int rows, T scale)
    {
        T* columns = stackalloc T[MaxClasses * V.Width];
        V max = Columns(x, n, rows, columns), total = V.Zero;
        for (int c = 0; c < n; c++)
        {
            V e = SimdMath.Exp(V.Load(columns + c * V.Width) - max);
            e.Store(columns + c * V.Width);
            total += e;
        }
        V factor = V.Create(scale) / total;
        for (int c = 0; c < n; c++) (V.Load(columns + c * V.Width) * factor).Store(columns + c * V.Width);
        for (int r = 0; r < rows; r++, gx += n)
            for (int c = 0; c < n; c++) gx[c] = columns[c * V.Width + r];
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Finish(V total, V above, T* losses) => (SimdMath.Log(total) - above).Store(losses);

    /// <summary>Lays the scores out class by class, lanes without a sample at 0, and gives each sample's maximum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Columns(T* x, int n, int rows, T* columns)
    {
        if (rows < V.Width) new Span<T>(columns, n * V.Width).Clear();
        for (int r = 0; r < rows; r++, x += n)
            for (int c = 0; c < n; c++) columns[c * V.Width + r] = x[c];
        V max = V.Load(columns);
        for (int c = 1; c < n; c++) max = V.MaxNative(max, V.Load(columns + c * V.Width));     // of NaN any: see RowJoin.Max
        return max;
    }
}
