using System.Runtime.CompilerServices;
using Fathom.Devices.Cpu.Simd;

namespace Fathom.Devices.Cpu;

/// <summary>One pass over all parameters, their gradients and what the optimiser keeps: everything is read and written once, and the threads are called once.</summary>
internal static unsafe partial class UpdateLoop
{
    // The parameters count as one row of elements, each beginning at a multiple of 64, cut into parts of this length: some 4 microseconds of work.
    const int Chunk = 16384;

    // Up to here, divided by the formula's cost, one thread does it all: what it wrote last is still in its own cache, from which another thread would have to fetch it.
    const long AlonePerStep = 1 << 19;

    public static void Run<T, K>(ReadOnlySpan<UpdateEntry<K>> entries) where T : unmanaged where K : unmanaged, IUpdateKernel
    {
        switch (Elementwise.Width)
        {
            case SimdWidth.V512: Run<T, V512<T>, K>(entries); break;
            case SimdWidth.V256: Run<T, V256<T>, K>(entries); break;
            case SimdWidth.V128: Run<T, V128<T>, K>(entries); break;
            default: Run<T, V1<T>, K>(entries); break;
        }
    }

    static void Run<T, V, K>(ReadOnlySpan<UpdateEntry<K>> entries) where T : unmanaged where V : struct, ISimd<V, T> where K : unmanaged, IUpdateKernel
    {
        using var rows = Scratch.Rent<Row<T, K>>(entries.Length);
        long total = 0;
        int count = 0;
        for (int i = 0; i < entries.Length; i++)
        {
            ref readonly UpdateEntry<K> e = ref entries[i];
            ThinProduct? product = ProductOf(e.G);
            Row<T, K> row = new()
            {
                Kernel = e.Kernel, Start = total, Count = e.P.Count, P = e.P.Ptr<T>(), G = PointerTo(product is null ? e.G : null),
                A = PointerTo(e.A), B = PointerTo(e.B), C = PointerTo(e.C),
            };
            if (product is not null)
            {
                Run<T, V, K>(row, product);
                continue;
            }
            rows.Pointer[count++] = row;
            total += (e.P.Count + 63) & ~63L;
        }
        var job = new Job<T, V, K> { Rows = rows.Pointer, Count = count, Step = total <= AlonePerStep / K.Cost ? Math.Max(total, 1) : Chunk };
        Threads.For((int)((total + job.Step - 1) / job.Step), ref job);

        static T* PointerTo(Tensor? t) => t is null ? null : t.Ptr<T>();

        static ThinProduct? ProductOf(Tensor g) => g.Storage!.Product is { } p && g.Count == (long)p.Rows * p.Columns ? p : null;
    }

    /// <summary>A parameter and where it begins in the row of all of them.</summary>
    struct Row<T, K> where T : unmanaged where K : unmanaged
    {
        public K Kernel;
        public long Start, Count;
        public T* P, G, A, B, C;
    }

    struct Job<T, V, K> : IJob where T : unmanaged where V : struct, ISimd<V, T> where K : unmanaged, IUpdateKernel
    {
        public Row<T, K>* Rows;
        public int Count;
        public long Step;

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public void Run(int index)
        {
            long from = index * Step, to = from + Step;
            for (int i = FirstThatEndsAfter(from); i < Count && Rows[i].Start < to; i++)
                Update(Rows + i, Math.Max(0, from - Rows[i].Start), Math.Min(Rows[i].Count, to - Rows[i].Start));
        }

        readonly int FirstThatEndsAfter(long position)
        {
            int low = 0, high = Count;
            while (low < high)
            {
                int middle = (low + high) / 2;
                if (Rows[middle].Start + Rows[middle].Count > position) high = middle;
                else low = middle + 1;
            }
            return low;
        }

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public static void Update(Row<T, K>* row, long i, long end)
        {
            K kernel = row->Kernel;
            Rates<V> rates = kernel.RatesAs<V>();
            T* p = row->P, g = row->G, a = row->A, b = row->B, c = row->C;
            for (; i + V.Width <= end; i += V.Width) One(kernel, rates, p + i, g + i, a + i, b + i, c + i);
            if (i < end) Tail(row, i, (int)(end - i));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void One(in K kernel, in Rates<V> rates, T* p, T* g, T* a, T* b, T* c)
        {
            V vp = V.Load(p), va = default, vb = default, vc = default;
            if (K.States > 0) va = V.Load(a);
            if (K.States > 1) vb = V.Load(b);
            if (K.States > 2) vc = V.Load(c);
            kernel.Invoke(ref vp, V.Load(g), ref va, ref vb, ref vc, rates);
            vp.Store(p);
            if (K.States > 0) va.Store(a);
            if (K.States > 1) vb.Store(b);
            if (K.States > 2) vc.Store(c);
        }

        /// <summary>The last elements, fewer than a vector, by way of buffers.</summary>
        static void Tail(Row<T, K>* row, long i, int n)
        {
            T* p = stackalloc T[5 * V.Width], g = p + V.Width, a = g + V.Width, b = a + V.Width, c = b + V.Width;
            new Span<T>(p, 5 * V.Width).Clear();
            Copy(row->P, p);
            Copy(row->G, g);
            Copy(row->A, a);
            Copy(row->B, b);
            Copy(row->C, c);
            One(row->Kernel, row->Kernel.RatesAs<V>(), p, g, a, b, c);
            Back(p, row->P);
            Back(a, row->A);
            Back(b, row->B);
            Back(c, row->C);

            void Copy(T* from, T* to)
            {
                if (from is not null) Unsafe.CopyBlockUnaligned(to, from + i, (uint)(n * sizeof(T)));
            }

            void Back(T* from, T* to)
            {
                if (to is not null) Unsafe.CopyBlockUnaligned(to + i, from, (uint)(n * sizeof(T)));
            }
        }
    }
}
