using System.Runtime.CompilerServices;
using Fathom.Devices.Cpu.Simd;

namespace Fathom.Devices.Cpu;

/// <summary>
/// Cross-entropy of softmax(x) with class indices, a sample a row: the loss -x[t] + max + log sum e^(x - max), and the gradient of it,
/// (softmax(x) - onehot(t)) times a scale. Samples of an ignored class count as 0.
/// </summary>
internal static unsafe class CrossEntropyRows
{
    const int Grain = 4096;                 // elements that are worth handing to another thread

    /// <summary>losses[i] for each row i of x.</summary>
    public static void Forward<T>(Tensor x, Tensor target, long ignore, Tensor losses) where T : unmanaged =>
        Run(new Geometry<T> { X = x.Ptr<T>(), Target = target.Ptr<long>(), Out = losses.Ptr<T>(), N = x.Shape[1], Rows = x.Shape[0], Ignore = ignore });

    /// <summary>gx for each row, all times the scalar <paramref name="scale"/>.</summary>
    public static void Gradient<T>(Tensor x, Tensor target, long ignore, Tensor scale, Tensor gx) where T : unmanaged =>
        Run(new Geometry<T> { X = x.Ptr<T>(), Target = target.Ptr<long>(), Out = gx.Ptr<T>(), Scale = scale.Ptr<T>(), N = x.Shape[1], Rows = x.Shape[0], Ignore = ignore });

    static void Run<T>(in Geometry<T> g) where T : unmanaged
    {
        if (g.Rows == 0) return;
        switch (Elementwise.Width)
        {
            case SimdWidth.V512: Run<T, V512<T>>(g); break;
            case SimdWidth.V256: Run<T, V256<T>>(g); break;
            case SimdWidth.V128: Run<T, V128<T>>(g); break;
            default: Run<T, V1<T>>(g); break;
        }
    }

    static void Run<T, V>(in Geometry<T> g) where T : unmanaged where V : struct, ISimd<V, T>
    {
        int group = Math.Max(1, Grain / Math.Max(g.N, 1) / V.Width) * V.Width;
        Job<T, V> job = new() { G = g, Group = group };
        Threads.For((g.Rows + group - 1) / group, ref job);
    }

    struct Geometry<T> where T : unmanaged
    {
        public T* X, Out, Scale;            // without a scale the losses are computed, with one the gradient
        public long* Target;
        public long Ignore;
        public int N, Rows;
    }

    struct Job<T, V> : IJob where T : unmanaged where V : struct, ISimd<V, T>
    {
        public Geometry<T> G;
        public int Group;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int index)
        {
            int first = index * Group, last = (int)Math.Min(G.Rows, (index + 1L) * Group);
            if (V.Width > 1 && G.N is > 0 and <= CrossEntropyBlock<T, V>.MaxClasses)
                for (int row = first; row < last; row += V.Width) Block(row, Math.Min(V.Width, last - row));
            else
                for (int row = first; row < last; row++) Row(row);
        }

        void Row(int row)
        {
            long t = G.Target[row];
            T* x = G.X + (long)row * G.N;
            if (G.Scale == null) G.Out[row] = t == G.Ignore ? default : Loss(x, G.N, t);
            else if (t == G.Ignore) new Span<T>(G.Out + (long)row * G.N, G.N).Clear();
            else Gradient(x, G.Out + (long)row * G.N, G.N, t, *G.Scale);
        }

        /// <summary>Up to a vector's width of samples.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void Block(int row, int rows)
        {
            T* x = G.X + (long)row * G.N;
            long* target = G.Target + row;
            if (G.Scale == null)
            {
                T* picked = stackalloc T[2 * V.Width], losses = picked + V.Width;
                for (int r = 0; r < rows; r++) picked[r] = target[r] == G.Ignore ? default : x[(long)r * G.N + target[r]];
                CrossEntropyBlock<T, V>.Losses(x, G.N, rows, picked, losses);
                for (int r = 0; r < rows; r++) G.Out[row + r] = target[r] == G.Ignore ? default : losses[r];
                return;
            }
            T* gx = G.Out + (long)row * G.N;
            CrossEntropyBlock<T, V>.Gradients(x, gx, G.N, rows, *G.Scale);
            for (int r = 0; r < rows; r++, gx += G.N)
                if (target[r] == G.Ignore) new Span<T>(gx, G.N).Clear();
                else (V1<T>.Load(gx + target[r]) - V1<T>.Create(*G.Scale)).Store(gx + target[r]);
        }

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        static T Loss(T* x, int n, long t)
        {
            T max = RowJoin<T, V>.Max(x, n), total = RowJoin<T, V>.Total(x, n, max);
            return RowJoin.Scalar(SimdMath.Log(V1<T>.Create(total)) - (V1<T>.Load(x + t) - V1<T>.Create(max)));
        }

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        static void Gradient(T* x, T* gx, int n, long t, T scale)
        {
            T max = RowJoin<T, V>.Max(x, n), total = RowJoin<T, V>.Total(x, n, max);
            RowJoin<T, V>.Scaled(x, gx, n, max, RowJoin.Scalar(V1<T>.Create(scale) / V1<T>.Create(total)));
            (V1<T>.Load(gx + t) - V1<T>.Create(scale)).Store(gx + t);
        }
    }
}
