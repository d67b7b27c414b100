using System.Numerics;

namespace Fathom.Devices.Cpu;

/// <summary>Running sums along an axis: a line is added up from its first element to its last by one thread, floats in double.</summary>
internal static unsafe class RunningSum
{
    const int Block = 256;

    public static void Run<T, A>(Tensor x, Tensor y, int axis) where T : unmanaged, INumber<T> where A : unmanaged, INumber<A>
    {
        if (y.Count == 0) return;
        LoopPlan plan = LoopPlan.For(y.Shape.With(axis, 1), y.Strides, sizeof(T), x.Strides, sizeof(T));
        plan.Run(new Operands { P0 = y.Bytes(), P1 = x.Bytes() }, new Body<T, A>(x, y, axis), y.Shape[axis]);
    }

    readonly struct Body<T, A>(Tensor x, Tensor y, int axis) : IRowBody where T : unmanaged, INumber<T> where A : unmanaged, INumber<A>
    {
        readonly long length = y.Shape[axis], stepX = x.Strides[axis] * sizeof(T), stepY = y.Strides[axis] * sizeof(T);

        public void Row(long n, in Operands at, in LoopPlan plan)
        {
            if (plan.S0[0] == sizeof(T) && plan.S1[0] == sizeof(T))
            {
                for (long i = 0; i < n; i += Block) Columns((int)Math.Min(Block, n - i), at.P1 + i * sizeof(T), at.P0 + i * sizeof(T));
                return;
            }
            for (long i = 0; i < n; i++) Line(at.P1 + i * plan.S1[0], at.P0 + i * plan.S0[0]);
        }

        void Line(byte* from, byte* to)
        {
            A sum = A.Zero;
            for (long t = 0; t < length; t++, from += stepX, to += stepY)
            {
                sum += A.CreateTruncating(*(T*)from);
                *(T*)to = T.CreateTruncating(sum);
            }
        }

        /// <summary>Neighbouring lines side by side, so that memory is read in order.</summary>
        void Columns(int n, byte* from, byte* to)
        {
            A* sums = stackalloc A[Block];
            new Span<A>(sums, n).Clear();
            for (long t = 0; t < length; t++, from += stepX, to += stepY)
                for (int i = 0; i < n; i++)
                {
                    sums[i] += A.CreateTruncating(((T*)from)[i]);
                    ((T*)to)[i] = T.CreateTruncating(sums[i]);
                }
        }
    }
}
