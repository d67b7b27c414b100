using System.Runtime.CompilerServices;
using Fathom.Devices.Cpu.Simd;

namespace Fathom.Devices.Cpu;

/// <summary>Softmax and its logarithm, row by row. A row is the unit of work, so the result does not depend on the number of threads.</summary>
internal static unsafe class SoftmaxRows
{
    const int Grain = 4096;                 // elements that are worth handing to another thread

    public static void Run<T>(Tensor x, Tensor y, bool log) where T : unmanaged
    {
        int n = x.Shape[^1];
        if (x.Count == 0) return;
        switch (Elementwise.Width)
        {
            case SimdWidth.V512: Run<T, V512<T>>(x, y, n, log); break;
            case SimdWidth.V256: Run<T, V256<T>>(x, y, n, log); break;
            case SimdWidth.V128: Run<T, V128<T>>(x, y, n, log); break;
            default: Run<T, V1<T>>(x, y, n, log); break;
        }
    }

    static void Run<T, V>(Tensor x, Tensor y, int n, bool log) where T : unmanaged where V : struct, ISimd<V, T>
    {
        long rows = x.Count / n;
        int group = Math.Max(1, Grain / n);
        var job = new Job<T, V> { X = x.Ptr<T>(), Y = y.Ptr<T>(), N = n, Rows = rows, Group = group, Log = log };
        Threads.For((int)((rows + group - 1) / group), ref job);
    }

    struct Job<T, V> : IJob where T : unmanaged where V : struct, ISimd<V, T>
    {
        public T* X, Y;
        public int N, Group;
        public long Rows;
        public bool Log;

        public void Run(int index)
        {
            long last = Math.Min(Rows, (index + 1L) * Group);
            for (long row = (long)index * Group; row < last; row++) Row(X + row * N, Y + row * N, N, Log);
        }

        /// <summary>Three passes: the maximum; the sum of e^(x - maximum); the result. The last, partial vector is padded with minus infinity.</summary>
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        static void Row(T* x, T* y, int n, bool log)
        {
            int whole = n - n % V.Width;
            V rest = RowJoin<T, V>.Rest(x, n, whole);
            (V max, V total) = RowJoin<T, V>.MaxAndTotal(x, whole, rest);
            V logTotal = SimdMath.Log(total), scale = V.One / total;
            for (int i = 0; i < whole; i += V.Width) Result(V.Load(x + i)).Store(y + i);
            T* tail = stackalloc T[V.Width];
            Result(rest).Store(tail);
            Unsafe.CopyBlockUnaligned(y + whole, tail, (uint)((n - whole) * sizeof(T)));

            V Result(V v) => log ? v - max - logTotal : SimdMath.Exp(v - max) * scale;
        }
    }
}
