using System.Runtime.CompilerServices;
using Fathom.Devices.Cpu.Simd;

namespace Fathom.Devices.Cpu;

/// <summary>
/// Sums and their kin over any axes. The terms of a result are cut into parts by the shape alone, each part is added up in a fixed order, and the
/// parts are joined pairwise: the same bits for any thread count, and an error that grows with the logarithm of the number of parts.
/// </summary>
internal static unsafe class Reduction
{
    public static void Run<T, K>(Tensor x, Tensor y, K k) where T : unmanaged where K : struct, IReduceKernel
    {
        switch (Elementwise.Width)
        {
            case SimdWidth.V512: Reduction<T, V512<T>, K>.Run(x, y, k); break;
            case SimdWidth.V256: Reduction<T, V256<T>, K>.Run(x, y, k); break;
            case SimdWidth.V128: Reduction<T, V128<T>, K>.Run(x, y, k); break;
            default: Reduction<T, V1<T>, K>.Run(x, y, k); break;
        }
    }
}

internal static unsafe class Reduction<T, V, K> where T : unmanaged where V : struct, ISimd<V, T> where K : struct, IReduceKernel
{
    static int Leaf => 64 * V.Width;    // terms added in one run before parts are joined pairwise: 16 to each lane of four sums
    const long PartTerms = 16384;       // terms that make a part of their own
    const int Columns = 256;            // neighbouring results computed together
    const int DenseSums = 256;          // sums under way where rows are short

    public static void Run(Tensor x, Tensor y, K k)
    {
        if (y.Count == 0) return;
        if (x.Count == 0) { FillIdentity(y, k); return; }
        ReducePlan plan = ReducePlan.For(x, y);
        long outputs = plan.Outputs, terms = plan.Terms;
        bool rows = plan.AlongRows;
        int parts = Parts(plan, rows, outputs);
        using var scratch = Scratch.Rent<T>(parts > 1 ? parts * outputs : 1);
        Job job = new() { Plan = plan, K = k, X = x.Ptr<T>(), Y = y.Ptr<T>(), Partial = parts > 1 ? scratch.Pointer : null, Parts = parts, Outputs = outputs, AlongRows = rows };
        job.Blocks = rows ? Math.Min(outputs, Math.Max(1, outputs * terms / (2 * PartTerms))) : ColumnBlocks(plan);
        long jobs = job.Blocks * parts;
        if (x.Count < 2 * PartTerms) for (int i = 0; i < jobs; i++) job.Run(i);
        else Threads.For(checked((int)jobs), ref job);
        if (parts > 1) Join(plan, scratch.Pointer, y.Ptr<T>(), parts, outputs, k);
    }

    /// <summary>How many parts the terms of one result are cut into: fixed by the shape, at most 64, only where results are few.</summary>
    static int Parts(in ReducePlan plan, bool rows, long outputs)
    {
        long terms = plan.Terms;
        long independent = rows ? outputs : ColumnBlocks(plan);
        long perResult = rows ? PartTerms : Math.Max(64, PartTerms / Math.Min(plan.KeptSize[0], Columns));
        if (independent >= 64 && terms < 64 * perResult) return 1;
        return (int)Math.Clamp(terms / perResult, 1, 64);
    }

    static long ColumnBlocks(in ReducePlan plan) => plan.Outputs / plan.KeptSize[0] * ((plan.KeptSize[0] + Columns - 1) / Columns);

    static void FillIdentity(Tensor y, K k)
    {
        T* lanes = stackalloc T[V.Width];
        k.Identity<V>().Store(lanes);
        Elementwise.Fill(y, lanes[0]);
    }

    static void Join(in ReducePlan plan, T* partial, T* y, int parts, long outputs, K k)
    {
        for (int step = 1; step < parts; step *= 2)
            for (int p = 0; p + step < parts; p += 2 * step)
                Combine(partial + p * outputs, partial + (p + step) * outputs, outputs, k);
        for (long o = 0; o < outputs; o++) y[plan.OffsetY(o)] = partial[o];
    }

    /// <summary>a = combine(a, b) over n elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Combine(T* a, T* b, long n, K k)
    {
        long i = 0, w = V.Width;
        for (; i + w <= n; i += w) k.Combine(V.Load(a + i), V.Load(b + i)).Store(a + i);
        T* lanes = stackalloc T[V.Width];
        for (; i < n; i++)
        {
            k.Combine(V.Create(a[i]), V.Create(b[i])).Store(lanes);
            a[i] = lanes[0];
        }
    }

    struct Job : IJob
    {
        public ReducePlan Plan;
        public K K;
        public T* X, Y, Partial;
        public int Parts;
        public long Outputs, Blocks;
        public bool AlongRows;

        public void Run(int index)
        {
            long block = index % Blocks;
            int part = (int)(index / Blocks);
            if (AlongRows) RunRows(block, part);
            else RunColumns(block, part);
        }

        /// <summary>A range of results, each the reduction of runs of neighbours in memory.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void RunRows(long block, int part)
        {
            long inner = Plan.ReducedRank == 0 ? 1 : Plan.ReducedSize[0], outer = Plan.Terms / inner, stride = Plan.ReducedRank == 0 ? 1 : Plan.ReducedX[0];
            bool cutRow = outer < Parts;
            (long row0, long row1) = cutRow ? (0, outer) : (outer * part / Parts, outer * (part + 1) / Parts);
            (long begin, long end) = cutRow ? (inner * part / Parts & ~15L, part + 1 == Parts ? inner : inner * (part + 1) / Parts & ~15L) : (0, inner);
            long last = Outputs * (block + 1) / Blocks;
            T* lanes = stackalloc T[V.Width];
            for (long o = Outputs * block / Blocks; o < last; o++)
            {
                T* x = X + Plan.OffsetX(o);
                V sum = K.Identity<V>();
                for (long r = row0; r < row1; r++)
                    sum = K.Combine(sum, Row(x + Plan.OffsetTerm(r, 1) + begin * stride, end - begin, stride));
                T result = Fold(lanes, sum);
                if (Partial != null) Partial[part * Outputs + o] = result;
                else Y[Plan.OffsetY(o)] = result;
            }
        }

        /// <summary>Pairwise over runs of <see cref="Leaf"/> terms.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        readonly V Row(T* x, long n, long stride)
        {
            if (n <= Leaf) return stride == 1 ? Run4(x, n) : Gathered(x, (int)n, stride);
            long half = (n / 2 + Leaf - 1) / Leaf * Leaf;
            return K.Combine(Row(x, half, stride), Row(x + half * stride, n - half, stride));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        readonly V Run4(T* x, long n)
        {
            int w = V.Width;
            V a = K.Identity<V>(), b = a, c = a, d = a;
            long i = 0;
            for (; i + 4 * w <= n; i += 4 * w)
            {
                a = K.Combine(a, V.Load(x + i));
                b = K.Combine(b, V.Load(x + i + w));
                c = K.Combine(c, V.Load(x + i + 2 * w));
                d = K.Combine(d, V.Load(x + i + 3 * w));
            }
            for (; i + w <= n; i += w) a = K.Combine(a, V.Load(x + i));
            if (i < n)
            {
                T* tail = stackalloc T[V.Width];
                K.Identity<V>().Store(tail);
                Unsafe.CopyBlockUnaligned(tail, x + i, (uint)(n - i) * (uint)sizeof(T));
                b = K.Combine(b, V.Load(tail));
            }
            return K.Combine(K.Combine(a, b), K.Combine(c, d));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        readonly V Gathered(T* x, int n, long stride)
        {
            T* buffer = stackalloc T[Leaf];
            for (int i = 0; i < n; i++) buffer[i] = x[i * stride];
            return Run4(buffer, n);
        }

        /// <summary>The lanes of a vector joined pairwise, each half with the other.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        readonly T Fold(T* lanes, V v)
        {
            v.Store(lanes);
            int w = V.Width;
            if (Unsafe.SizeOf<V>() == 64) K.Combine(V256<T>.Load(lanes), V256<T>.Load(lanes + (w /= 2))).Store(lanes);
            if (Unsafe.SizeOf<V>() >= 32) K.Combine(V128<T>.Load(lanes), V128<T>.Load(lanes + (w /= 2))).Store(lanes);
            for (w /= 2; w > 0; w /= 2)
                for (int i = 0; i < w; i++) K.Combine(V1<T>.Load(lanes + i), V1<T>.Load(lanes + i + w)).Store(lanes + i);
            return lanes[0];
        }

        /// <summary>A block of neighbouring results, term after term.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        readonly void RunColumns(long block, int part)
        {
            long width = Plan.KeptSize[0], perRow = (width + Columns - 1) / Columns;
            long outer = block / perRow, first = block % perRow * Columns;
            int n = (int)Math.Min(Columns, width - first);
            T* sums = stackalloc T[Columns + 64];
            T* buffer = stackalloc T[Columns + 64];
            T* x = X + Plan.OffsetX(outer, 1) + first * Plan.KeptX[0];
            long begin = Plan.Terms * part / Parts, end = Plan.Terms * (part + 1) / Parts;
            Sum(x, begin, end, n, sums, buffer);
            if (Partial != null)
            {
                Unsafe.CopyBlockUnaligned(Partial + part * Outputs + outer * width + first, sums, (uint)(n * sizeof(T)));
                return;
            }
            T* y = Y + Plan.OffsetY(outer, 1) + first * Plan.KeptY[0];
            for (int i = 0; i < n; i++) y[i * Plan.KeptY[0]] = sums[i];
        }

        /// <summary>Adds up terms for n neighbouring results, run by run of evenly spaced rows.</summary>
        readonly void Sum(T* x, long begin, long end, int n, T* sums, T* buffer)
        {
            if (Plan.KeptX[0] == 1 && n <= Columns / 2 && Plan.ReducedRank == 1 && Plan.ReducedX[0] == n)
            {
                SumDense(x + begin * n, end - begin, n, sums);
                return;
            }
            int w = V.Width, padded = (n + w - 1) / w * w;
            V identity = K.Identity<V>();
            for (int i = 0; i < padded; i += w) identity.Store(sums + i);
            long inner = Plan.ReducedRank == 0 ? 1 : Plan.ReducedSize[0], stride = Plan.ReducedRank == 0 ? 0 : Plan.ReducedX[0];
            for (long t = begin; t < end;)
            {
                long rows = Math.Min(inner - t % inner, end - t);
                T* row = x + Plan.OffsetTerm(t);
                if (Plan.KeptX[0] == 1) AddRows(row, stride, rows, n, sums, buffer);
                else AddScattered(row, stride, rows, n, sums, buffer);
                t += rows;
            }
        }

        /// <summary>
        /// Rows of few results that lie one after the other, such as the channels of pixels: as many rows at a time, a power of two, as make whole vectors
        /// and enough of them that none waits for its own last addition; at the end the halves are joined until one row is left.
        /// </summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        readonly void SumDense(T* x, long rows, int n, T* sums)
        {
            int together = 1;
            while (n * together % V.Width != 0 || n * together < DenseSums) together *= 2;
            int size = n * together;
            T* wide = stackalloc T[size];
            for (int i = 0; i < size; i += V.Width) K.Identity<V>().Store(wide + i);
            for (long row = 0; row < rows; row += together) Combine(wide, x + row * n, Math.Min(together, rows - row) * n, K);
            while ((size /= 2) >= n) Combine(wide, wide + size, size, K);
            Unsafe.CopyBlockUnaligned(sums, wide, (uint)(n * sizeof(T)));
        }

        /// <summary>Rows of neighbours. Four vectors of sums are kept in registers at a time.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        readonly void AddRows(T* x, long stride, long rows, int n, T* sums, T* buffer)
        {
            int w = V.Width, i = 0;
            for (; i + 4 * w <= n; i += 4 * w)
            {
                V a = V.Load(sums + i), b = V.Load(sums + i + w), c = V.Load(sums + i + 2 * w), d = V.Load(sums + i + 3 * w);
                T* row = x + i;
                for (long r = 0; r < rows; r++, row += stride)
                {
                    a = K.Combine(a, V.Load(row));
                    b = K.Combine(b, V.Load(row + w));
                    c = K.Combine(c, V.Load(row + 2 * w));
                    d = K.Combine(d, V.Load(row + 3 * w));
                }
                a.Store(sums + i);
                b.Store(sums + i + w);
                c.Store(sums + i + 2 * w);
                d.Store(sums + i + 3 * w);
            }
            for (; i < n; i += w)
            {
                // A last vector may reach beyond the row, into lanes that nobody reads, but not beyond the last element of the last row.
                int rest = Math.Min(w, n - i);
                long direct = rest == w ? rows : stride <= 0 ? 0 : Math.Clamp(((rows - 1) * stride + rest - w) / stride + 1, 0, (rows - 1) * stride + rest < w ? 0 : rows);
                V a = V.Load(sums + i);
                T* row = x + i;
                for (long r = 0; r < direct; r++, row += stride) a = K.Combine(a, V.Load(row));
                for (long r = direct; r < rows; r++, row += stride)
                {
                    Unsafe.CopyBlockUnaligned(buffer, row, (uint)(rest * sizeof(T)));
                    a = K.Combine(a, V.Load(buffer));
                }
                a.Store(sums + i);
            }
        }

        /// <summary>Rows whose elements lie apart.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        readonly void AddScattered(T* x, long stride, long rows, int n, T* sums, T* buffer)
        {
            for (long r = 0; r < rows; r++, x += stride)
            {
                for (int i = 0; i < n; i++) buffer[i] = x[i * Plan.KeptX[0]];
                for (int i = 0; i < n; i += V.Width) K.Combine(V.Load(sums + i), V.Load(buffer + i)).Store(sums + i);
            }
        }
    }
}
