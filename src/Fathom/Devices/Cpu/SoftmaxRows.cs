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

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int index)
        {
            long last = Math.Min(Rows, (index + 1L) * Group);
            for (long row = (long)index * Group; row < last; row++) Row(X + row * N, Y + row * N, N, Log);
        }

        /// <summary>Three passes: the maximum; the sum of e^(x - maximum); the result.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        static void Row(T* x, T* y, int n, bool log)
        {
            T max = RowJoin<T, V>.Max(x, n), total = RowJoin<T, V>.Total(x, n, max);
            if (log) Subtracted(x, y, n, max, LogOf(total));
            else RowJoin<T, V>.Scaled(x, y, n, max, Inverse(total));
        }

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        static T LogOf(T x) => RowJoin.Scalar(SimdMath.Log(V1<T>.Create(x)));

        static T Inverse(T x) => RowJoin.Scalar(V1<T>.Const(1) / V1<T>.Create(x));

        /// <summary>y = x - maximum - the logarithm of the total.</summary>
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        static void Subtracted(T* x, T* y, int n, T maximum, T logTotal)
        {
            V max = V.Create(maximum), log = V.Create(logTotal);
            int i = 0;
            for (; i + V.Width <= n; i += V.Width) (V.Load(x + i) - max - log).Store(y + i);
            for (; i < n; i++) y[i] = RowJoin.Scalar(V1<T>.Load(x + i) - V1<T>.Create(maximum) - V1<T>.Create(logTotal));
        }
    }
}
