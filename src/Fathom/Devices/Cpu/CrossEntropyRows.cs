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
        int group = Math.Max(1, Grain / Math.Max(g.N, 1));
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
            int last = (int)Math.Min(G.Rows, (index + 1L) * Group);
            for (int row = index * Group; row < last; row++)
            {
                long t = G.Target[row];
                if (G.Scale == null) G.Out[row] = t == G.Ignore ? default : Loss(G.X + (long)row * G.N, G.N, t);
                else if (t == G.Ignore) new Span<T>(G.Out + (long)row * G.N, G.N).Clear();
                else Gradient(G.X + (long)row * G.N, G.Out + (long)row * G.N, G.N, t, *G.Scale);
            }
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
