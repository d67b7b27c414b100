using System.Numerics;
using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>
/// A vector times a matrix, <c>y[j] = sum over p of x[p] b[p, j]</c>, which reads every element of b once: nothing is packed, and
/// the speed is that of reading b. Used where one side of a product is a single row or column.
/// </summary>
internal static unsafe class GemmVector<V, T> where V : struct, ILanes<V, T> where T : unmanaged, INumber<T>
{
    // Elements of b per job: about 5 microseconds of reading from the second-level cache.
    private const int MinElementsPerJob = 1 << 17;

    /// <summary>
    /// Computes n results. One of the strides of b must be 1. <paramref name="bias"/> holds a value for each result and
    /// <paramref name="common"/> one for all of them, its element <paramref name="commonIndex"/>; either may be null.
    /// </summary>
    public static void Run(int n, int k, T* x, nint xStep, T* b, nint bRow, nint bCol, T* y, nint yStep, bool accumulate, T* bias, T* common, int commonIndex)
    {
        bool direct = yStep == 1 && !accumulate && bias == null && common == null, dense = xStep == 1;
        using var xCopy = Scratch.Rent<T>(dense ? 0 : k);
        using var sums = Scratch.Rent<T>(direct ? 0 : n);
        if (!dense) for (int p = 0; p < k; p++) xCopy.Pointer[p] = x[p * xStep];

        var job = new Job { N = n, K = k, X = dense ? x : xCopy.Pointer, B = b, BRow = bRow, BCol = bCol, Y = direct ? y : sums.Pointer };
        job.Jobs = (int)Math.Clamp((long)n * k / MinElementsPerJob, 1, Divide(n, 8 * V.Count));
        Threads.For(job.Jobs, ref job);

        if (direct) return;
        for (int j = 0; j < n; j++)
        {
            T sum = sums.Pointer[j];
            if (accumulate) sum = y[j * yStep] + sum;
            if (bias != null) sum += bias[j];
            if (common != null) sum += common[commonIndex];
            y[j * yStep] = sum;
        }
    }

    private static int Divide(int count, int size) => (int)(((long)count + size - 1) / size);

    private struct Job : IJob
    {
        public int N, K, Jobs;
        public T* X, B, Y;
        public nint BRow, BCol;

        public readonly void Run(int index)
        {
            int groups = Divide(N, 8 * V.Count);
            int from = (int)((long)groups * index / Jobs) * 8 * V.Count, to = Math.Min(N, (int)((long)groups * (index + 1) / Jobs) * 8 * V.Count);
            if (BCol == 1) SumRows(to - from, K, X, B + from, BRow, Y + from);
            else Dots(to - from, K, X, B + from * BCol, BCol, Y + from);
        }
    }

    /// <summary>Rows of b are contiguous: y is the sum of them, each times its x. Eight vectors of y are kept in registers at a time.</summary>
    private static void SumRows(int n, int k, T* x, T* b, nint bRow, T* y)
    {
        int j = 0;
        for (; j + 8 * V.Count <= n; j += 8 * V.Count) SumRows8(k, x, b + j, bRow, y + j);
        for (; j + V.Count <= n; j += V.Count) SumRows1(k, x, b + j, bRow, y + j);
        if (j == n) return;
        if (n >= V.Count) SumRows1(k, x, b + n - V.Count, bRow, y + n - V.Count);     // the last vector overlaps its neighbour and repeats its results
        else SumRowsNarrow(n, k, x, b, bRow, y);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumRows8(int k, T* x, T* b, nint bRow, T* y)
    {
        V y0 = default, y1 = default, y2 = default, y3 = default, y4 = default, y5 = default, y6 = default, y7 = default;
        for (int p = 0; p < k; p++, b += bRow)
        {
            V xp = V.All(x[p]);
            y0 = V.MultiplyAdd(xp, V.Load(b), y0);
            y1 = V.MultiplyAdd(xp, V.Load(b + V.Count), y1);
            y2 = V.MultiplyAdd(xp, V.Load(b + 2 * V.Count), y2);
            y3 = V.MultiplyAdd(xp, V.Load(b + 3 * V.Count), y3);
            y4 = V.MultiplyAdd(xp, V.Load(b + 4 * V.Count), y4);
            y5 = V.MultiplyAdd(xp, V.Load(b + 5 * V.Count), y5);
            y6 = V.MultiplyAdd(xp, V.Load(b + 6 * V.Count), y6);
            y7 = V.MultiplyAdd(xp, V.Load(b + 7 * V.Count), y7);
        }
        V.Store(y0, y);
        V.Store(y1, y + V.Count);
        V.Store(y2, y + 2 * V.Count);
        V.Store(y3, y + 3 * V.Count);
        V.Store(y4, y + 4 * V.Count);
        V.Store(y5, y + 5 * V.Count);
        V.Store(y6, y + 6 * V.Count);
        V.Store(y7, y + 7 * V.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumRows1(int k, T* x, T* b, nint bRow, T* y)
    {
        V sum = default;
        for (int p = 0; p < k; p++, b += bRow) sum = V.MultiplyAdd(V.All(x[p]), V.Load(b), sum);
        V.Store(sum, y);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumRowsNarrow(int n, int k, T* x, T* b, nint bRow, T* y)
    {
        new Span<T>(y, n).Clear();
        for (int p = 0; p < k; p++, b += bRow)
            for (int j = 0; j < n; j++) y[j] = T.MultiplyAddEstimate(x[p], b[j], y[j]);
    }

    /// <summary>Columns of b are contiguous: each y is a dot product. Four at a time share the loads of x.</summary>
    private static void Dots(int n, int k, T* x, T* b, nint bCol, T* y)
    {
        int j = 0;
        for (; j + 4 <= n; j += 4) Dots4(k, x, b + j * bCol, bCol, y + j);
        for (; j < n; j++) y[j] = Dot(k, x, b + j * bCol);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dots4(int k, T* x, T* b0, nint bCol, T* y)
    {
        T* b1 = b0 + bCol, b2 = b1 + bCol, b3 = b2 + bCol;
        V s0 = default, s1 = default, s2 = default, s3 = default, t0 = default, t1 = default, t2 = default, t3 = default;
        int p = 0;
        for (; p + 2 * V.Count <= k; p += 2 * V.Count)
        {
            V xs = V.Load(x + p), xt = V.Load(x + p + V.Count);
            s0 = V.MultiplyAdd(xs, V.Load(b0 + p), s0);
            s1 = V.MultiplyAdd(xs, V.Load(b1 + p), s1);
            s2 = V.MultiplyAdd(xs, V.Load(b2 + p), s2);
            s3 = V.MultiplyAdd(xs, V.Load(b3 + p), s3);
            t0 = V.MultiplyAdd(xt, V.Load(b0 + p + V.Count), t0);
            t1 = V.MultiplyAdd(xt, V.Load(b1 + p + V.Count), t1);
            t2 = V.MultiplyAdd(xt, V.Load(b2 + p + V.Count), t2);
            t3 = V.MultiplyAdd(xt, V.Load(b3 + p + V.Count), t3);
        }
        y[0] = Finish(s0, t0, k - p, x + p, b0 + p);
        y[1] = Finish(s1, t1, k - p, x + p, b1 + p);
        y[2] = Finish(s2, t2, k - p, x + p, b2 + p);
        y[3] = Finish(s3, t3, k - p, x + p, b3 + p);
    }

    /// <summary>One dot product, added up in the same order as in <see cref="Dots4"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T Dot(int k, T* x, T* b)
    {
        V s = default, t = default;
        int p = 0;
        for (; p + 2 * V.Count <= k; p += 2 * V.Count)
        {
            s = V.MultiplyAdd(V.Load(x + p), V.Load(b + p), s);
            t = V.MultiplyAdd(V.Load(x + p + V.Count), V.Load(b + p + V.Count), t);
        }
        return Finish(s, t, k - p, x + p, b + p);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Finish(V s, V t, int k, T* x, T* b)
    {
        T sum = GemmDots<V, T>.Sum(V.Add(s, t));
        for (int p = 0; p < k; p++) sum = T.MultiplyAddEstimate(x[p], b[p], sum);
        return sum;
    }
}
