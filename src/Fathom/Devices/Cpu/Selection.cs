using System.Numerics;
using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>
/// Gather and scatter along an axis. Where one position serves a whole run of neighbours, as for rows of an embedding, the run is copied or added
/// at once. Scatter works on lines along the axis, each by one thread from its first element to its last, so that no two threads meet.
/// </summary>
internal static unsafe class Selection
{
    public static void Gather<T>(Tensor x, Tensor index, int axis, Tensor y) where T : unmanaged
    {
        long[] sx = [.. x.Strides];
        sx[axis] = 0;
        LoopPlan plan = LoopPlan.For(y.Shape, y.Strides, sizeof(T), sx, sizeof(T), index.Strides, sizeof(long));
        plan.Run(new Operands { P0 = y.Bytes(), P1 = x.Bytes(), P2 = index.Bytes() }, new GatherBody<T>(x.Strides[axis], x.Shape[axis]), 2);
    }

    public static void Scatter<T>(Tensor x, Tensor index, int axis, Tensor y) where T : unmanaged =>
        Lines<T>(x, index, axis, y).Run(At(x, index, y), new ScatterBody<T, Put<T>>(x, index, axis, y), Math.Max(1, x.Shape[axis]));

    public static void ScatterAdd<T>(Tensor x, Tensor index, int axis, Tensor y) where T : unmanaged, INumber<T> =>
        Lines<T>(x, index, axis, y).Run(At(x, index, y), new ScatterBody<T, Accumulate<T>>(x, index, axis, y), Math.Max(1, x.Shape[axis]));

    static LoopPlan Lines<T>(Tensor x, Tensor index, int axis, Tensor y) where T : unmanaged =>
        LoopPlan.For(x.Shape.With(axis, 1), y.Strides, sizeof(T), x.Strides, sizeof(T), index.Strides, sizeof(long));

    static Operands At(Tensor x, Tensor index, Tensor y) => new() { P0 = y.Bytes(), P1 = x.Bytes(), P2 = index.Bytes() };

    readonly struct GatherBody<T>(long stride, int size) : IRowBody where T : unmanaged
    {
        public void Row(long n, in Operands at, in LoopPlan plan)
        {
            long sy = plan.S0[0], sx = plan.S1[0], si = plan.S2[0];
            if (n == 1 || si == 0) { new MoveBody<T>().Row(n, at with { P1 = at.P1 + Checked(*(long*)at.P2) * stride * sizeof(T) }, plan); return; }
            byte* y = at.P0, x = at.P1, index = at.P2;
            for (long i = 0; i < n; i++, y += sy, x += sx, index += si) *(T*)y = ((T*)x)[Checked(*(long*)index) * stride];
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        long Checked(long position) => (ulong)position < (ulong)size ? position : throw Positions.Outside("gather", position, size);
    }

    interface IPlace<T> where T : unmanaged
    {
        static abstract string Name { get; }
        static abstract void One(T* y, T x);
        static abstract void Run(T* y, T* x, long n);
    }

    readonly struct Put<T> : IPlace<T> where T : unmanaged
    {
        public static string Name => "scatter";
        public static void One(T* y, T x) => *y = x;
        public static void Run(T* y, T* x, long n) => Buffer.MemoryCopy(x, y, n * sizeof(T), n * sizeof(T));
    }

    readonly struct Accumulate<T> : IPlace<T> where T : unmanaged, INumber<T>
    {
        public static string Name => "scatter_add";
        public static void One(T* y, T x) => *y += x;

        public static void Run(T* y, T* x, long n)
        {
            long i = 0;
            for (; i + Vector<T>.Count <= n; i += Vector<T>.Count) Vector.Store(Vector.Load(y + i) + Vector.Load(x + i), y + i);
            for (; i < n; i++) y[i] += x[i];
        }
    }

    readonly struct ScatterBody<T, P>(Tensor x, Tensor index, int axis, Tensor y) : IRowBody where T : unmanaged where P : struct, IPlace<T>
    {
        readonly long length = x.Shape[axis], stepX = x.Strides[axis] * sizeof(T), stepIndex = index.Strides[axis] * sizeof(long), stepY = y.Strides[axis] * sizeof(T);
        readonly int size = y.Shape[axis];

        public void Row(long n, in Operands at, in LoopPlan plan)
        {
            if (n > 1 && plan.S2[0] == 0 && plan.S0[0] == sizeof(T) && plan.S1[0] == sizeof(T)) { Runs(n, at); return; }
            for (long i = 0; i < n; i++)
            {
                byte* from = at.P1 + i * plan.S1[0], position = at.P2 + i * plan.S2[0], to = at.P0 + i * plan.S0[0];
                for (long t = 0; t < length; t++, from += stepX, position += stepIndex) P.One((T*)(to + Checked(*(long*)position) * stepY), *(T*)from);
            }
        }

        /// <summary>Neighbouring lines that share their positions.</summary>
        void Runs(long n, in Operands at)
        {
            byte* from = at.P1, position = at.P2;
            for (long t = 0; t < length; t++, from += stepX, position += stepIndex) P.Run((T*)(at.P0 + Checked(*(long*)position) * stepY), (T*)from, n);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        long Checked(long position) => (ulong)position < (ulong)size ? position : throw Positions.Outside(P.Name, position, size);
    }
}
