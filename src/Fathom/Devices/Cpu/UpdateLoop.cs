using System.Runtime.CompilerServices;
using Fathom.Devices.Cpu.Simd;

namespace Fathom.Devices.Cpu;

/// <summary>One pass over a parameter, its gradient and what the optimiser keeps: everything is read and written once.</summary>
internal static unsafe class UpdateLoop
{
    const int Chunk = 16384;

    public static void Run<T, K>(Tensor p, Tensor g, Tensor? a, Tensor? b, Tensor? c, K k) where T : unmanaged where K : struct, IUpdateKernel
    {
        switch (Elementwise.Width)
        {
            case SimdWidth.V512: Run<T, V512<T>, K>(p, g, a, b, c, k); break;
            case SimdWidth.V256: Run<T, V256<T>, K>(p, g, a, b, c, k); break;
            case SimdWidth.V128: Run<T, V128<T>, K>(p, g, a, b, c, k); break;
            default: Run<T, V1<T>, K>(p, g, a, b, c, k); break;
        }
        GC.KeepAlive(p);
        GC.KeepAlive(g);
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        GC.KeepAlive(c);
    }

    static void Run<T, V, K>(Tensor p, Tensor g, Tensor? a, Tensor? b, Tensor? c, K k) where T : unmanaged where V : struct, ISimd<V, T> where K : struct, IUpdateKernel
    {
        var job = new Job<T, V, K>
        {
            Kernel = k, Count = p.Count, P = p.Ptr<T>(), G = g.Ptr<T>(),
            A = a is null ? null : a.Ptr<T>(), B = b is null ? null : b.Ptr<T>(), C = c is null ? null : c.Ptr<T>(),
        };
        Threads.For((int)((p.Count + Chunk - 1) / Chunk), ref job);
    }

    struct Job<T, V, K> : IJob where T : unmanaged where V : struct, ISimd<V, T> where K : struct, IUpdateKernel
    {
        public K Kernel;
        public long Count;
        public T* P, G, A, B, C;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public void Run(int index)
        {
            long i = (long)index * Chunk, end = Math.Min(Count, i + Chunk);
            for (; i + V.Width <= end; i += V.Width) Step(P + i, G + i, A + i, B + i, C + i);
            if (i < end) Tail(i, (int)(end - i));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        readonly void Step(T* p, T* g, T* a, T* b, T* c)
        {
            V vp = V.Load(p), va = default, vb = default, vc = default;
            if (K.States > 0) va = V.Load(a);
            if (K.States > 1) vb = V.Load(b);
            if (K.States > 2) vc = V.Load(c);
            Kernel.Invoke(ref vp, V.Load(g), ref va, ref vb, ref vc);
            vp.Store(p);
            if (K.States > 0) va.Store(a);
            if (K.States > 1) vb.Store(b);
            if (K.States > 2) vc.Store(c);
        }

        /// <summary>The last elements, fewer than a vector, by way of buffers.</summary>
        readonly void Tail(long i, int n)
        {
            T* p = stackalloc T[5 * V.Width], g = p + V.Width, a = g + V.Width, b = a + V.Width, c = b + V.Width;
            new Span<T>(p, 5 * V.Width).Clear();
            Copy(P, p);
            Copy(G, g);
            Copy(A, a);
            Copy(B, b);
            Copy(C, c);
            Step(p, g, a, b, c);
            Back(p, P);
            Back(a, A);
            Back(b, B);
            Back(c, C);

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
