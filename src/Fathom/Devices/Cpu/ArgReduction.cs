using System.Numerics;
using Fathom.Devices.Cpu.Simd;

namespace Fathom.Devices.Cpu;

/// <summary>
/// Where along an axis the largest or smallest element stands: the first of equal ones, NaN before all. Long rows are looked through in blocks by their
/// extremes, and only the winning block element by element.
/// </summary>
internal static unsafe class ArgReduction
{
    public static void Run<T>(Tensor x, Tensor y, int axis, bool largest) where T : unmanaged, INumber<T>
    {
        if (largest) Run<T, Larger>(x, y, axis);
        else Run<T, Smaller>(x, y, axis);
    }

    static void Run<T, O>(Tensor x, Tensor y, int axis) where T : unmanaged, INumber<T> where O : struct, IOrder
    {
        switch (Elementwise.Width)
        {
            case SimdWidth.V512: Run<T, V512<T>, O>(x, y, axis); break;
            case SimdWidth.V256: Run<T, V256<T>, O>(x, y, axis); break;
            case SimdWidth.V128: Run<T, V128<T>, O>(x, y, axis); break;
            default: Run<T, V1<T>, O>(x, y, axis); break;
        }
    }

    static void Run<T, V, O>(Tensor x, Tensor y, int axis) where T : unmanaged, INumber<T> where V : struct, ISimd<V, T> where O : struct, IOrder
    {
        LoopPlan plan = LoopPlan.For(y.Shape, y.Strides, sizeof(long), x.Strides, sizeof(T));
        plan.Run(new Operands { P0 = y.Bytes(), P1 = x.Bytes() }, new Body<T, V, O>(x.Shape[axis], x.Strides[axis]), x.Shape[axis]);
    }

    interface IOrder
    {
        /// <summary>Whether a number takes the place of the best so far.</summary>
        static abstract bool Beats<T>(T x, T best) where T : unmanaged, INumber<T>;
        /// <summary>The better of two, NaN if either is.</summary>
        static abstract V Better<V>(V a, V b) where V : struct, ISimd<V>;
    }

    readonly struct Larger : IOrder
    {
        public static bool Beats<T>(T x, T best) where T : unmanaged, INumber<T> => x > best;
        public static V Better<V>(V a, V b) where V : struct, ISimd<V> => V.Max(a, b);
    }

    readonly struct Smaller : IOrder
    {
        public static bool Beats<T>(T x, T best) where T : unmanaged, INumber<T> => x < best;
        public static V Better<V>(V a, V b) where V : struct, ISimd<V> => V.Min(a, b);
    }

    readonly struct Body<T, V, O>(int length, long stride) : IRowBody where T : unmanaged, INumber<T> where V : struct, ISimd<V, T> where O : struct, IOrder
    {
        const int Block = 256;

        public void Row(long n, in Operands at, in LoopPlan plan)
        {
            long sy = plan.S0[0], sx = plan.S1[0];
            if (sx == sizeof(T) && stride != 1)
            {
                for (long i = 0; i < n; i += Block) Columns((int)Math.Min(Block, n - i), (T*)at.P1 + i, at.P0 + i * sy, sy);
                return;
            }
            for (long i = 0; i < n; i++)
            {
                T* x = (T*)(at.P1 + i * sx);
                *(long*)(at.P0 + i * sy) = stride == 1 && length > 2 * V.Width ? Blocks(x) : First(x, length);
            }
        }

        /// <summary>Element by element.</summary>
        long First(T* x, long n)
        {
            T best = *x;
            if (T.IsNaN(best)) return 0;
            long at = 0;
            for (long t = 1; t < n; t++)
            {
                T v = x[t * stride];
                if (O.Beats(v, best)) (best, at) = (v, t);
                else if (T.IsNaN(v)) return t;
            }
            return at;
        }

        long Blocks(T* x)
        {
            T best = *x;
            long block = 0;
            for (long b = 0; b < length; b += Block)
            {
                T top = Extreme(x + b, Math.Min(Block, length - b));
                if (T.IsNaN(top)) return b + First(x + b, Math.Min(Block, length - b));
                if (O.Beats(top, best)) (best, block) = (top, b);
            }
            return block + First(x + block, Math.Min(Block, length - block));
        }

        /// <summary>The extreme of a block of at least one element.</summary>
        static T Extreme(T* x, long n)
        {
            int w = V.Width;
            T* lanes = stackalloc T[V.Width];
            V best = V.Create(*x);
            long i = 0;
            for (; i + w <= n; i += w) best = O.Better(best, V.Load(x + i));
            for (; i < n; i++) best = O.Better(best, V.Create(x[i]));
            best.Store(lanes);
            T top = lanes[0];
            for (int k = 1; k < w; k++)
                if (T.IsNaN(lanes[k]) || O.Beats(lanes[k], top)) top = T.IsNaN(top) ? top : lanes[k];
            return top;
        }

        /// <summary>Neighbouring results side by side, so that memory is read in order.</summary>
        void Columns(int n, T* x, byte* y, long sy)
        {
            T* best = stackalloc T[Block];
            int* at = stackalloc int[Block];
            for (int i = 0; i < n; i++) (best[i], at[i]) = (x[i], 0);
            for (int t = 1; t < length; t++)
            {
                T* row = x + t * stride;
                for (int i = 0; i < n; i++)
                    if (O.Beats(row[i], best[i]) || (T.IsNaN(row[i]) && !T.IsNaN(best[i]))) (best[i], at[i]) = (row[i], t);
            }
            for (int i = 0; i < n; i++) *(long*)(y + i * sy) = at[i];
        }
    }
}
