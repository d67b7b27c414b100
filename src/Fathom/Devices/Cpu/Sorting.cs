using System.Numerics;
using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>An element as an unsigned number that sorts as it does: -0 with 0, NaN after infinity.</summary>
internal interface ISortKey<T> where T : unmanaged
{
    /// <summary>Whether the key fits into 32 bits, so that key and position sort together as one number.</summary>
    static abstract bool IsShort { get; }
    static abstract ulong Of(T x);
}

internal readonly struct SingleKey : ISortKey<float>
{
    public static bool IsShort => true;

    public static ulong Of(float x)
    {
        if (float.IsNaN(x)) return uint.MaxValue;
        int bits = BitConverter.SingleToInt32Bits(x + 0f);
        return (uint)(bits ^ ((bits >> 31) | int.MinValue));
    }
}

internal readonly struct DoubleKey : ISortKey<double>
{
    public static bool IsShort => false;

    public static ulong Of(double x)
    {
        if (double.IsNaN(x)) return ulong.MaxValue;
        long bits = BitConverter.DoubleToInt64Bits(x + 0.0);
        return (ulong)(bits ^ ((bits >> 63) | long.MinValue));
    }
}

internal readonly struct Int64Key : ISortKey<long>
{
    public static bool IsShort => false;
    public static ulong Of(long x) => (ulong)(x ^ long.MinValue);
}

internal readonly struct Int32Key : ISortKey<int>
{
    public static bool IsShort => true;
    public static ulong Of(int x) => (uint)(x ^ int.MinValue);
}

internal readonly struct ByteKey : ISortKey<byte>
{
    public static bool IsShort => true;
    public static ulong Of(byte x) => x;
}

/// <summary>Positions in sorted order, line by line along an axis; equal elements keep their order.</summary>
internal static unsafe class Sorting
{
    public static void Run<T, K>(Tensor x, Tensor y, int axis, bool descending) where T : unmanaged where K : struct, ISortKey<T>
    {
        if (y.Count == 0) return;
        LoopPlan plan = LoopPlan.For(x.Shape.With(axis, 1), y.Strides, sizeof(long), x.Strides, sizeof(T));
        Job<T, K> job = new()
        {
            Plan = plan, X = x.Bytes(), Y = y.Bytes(), StepX = x.Strides[axis], StepY = y.Strides[axis], Length = x.Shape[axis], Wanted = y.Shape[axis], Flip = descending ? ulong.MaxValue : 0,
        };
        long lines = plan.Inner * plan.Rows;
        job.Group = Math.Max(1, 8192 / Math.Max(1, job.Length));
        job.Lines = lines;
        Threads.For(checked((int)((lines + job.Group - 1) / job.Group)), ref job);
    }

    const int Few = 32;

    struct Job<T, K> : IJob where T : unmanaged where K : struct, ISortKey<T>
    {
        public LoopPlan Plan;
        public byte* X, Y;
        public long StepX, StepY, Lines, Group;
        public int Length, Wanted;
        public ulong Flip;

        public void Run(int index)
        {
            using var keys = Scratch.Rent<ulong>(Length);
            using var positions = Scratch.Rent<int>(K.IsShort ? 0 : Length);
            long last = Math.Min(Lines, (index + 1) * Group), inner = Plan.Inner;
            for (long line = index * Group; line < last; line++)
            {
                Operands at = Plan.At(new() { P0 = Y, P1 = X }, line / inner);
                T* x = (T*)(at.P1 + line % inner * Plan.S1[0]);
                long* y = (long*)(at.P0 + line % inner * Plan.S0[0]);
                if (Wanted <= Few && Wanted < Length / 4) Best(x, y, new(keys.Pointer, Wanted));
                else if (K.IsShort) Together(x, y, new(keys.Pointer, Length));
                else Apart(x, y, new(keys.Pointer, Length), new(positions.Pointer, Length));
            }
        }

        /// <summary>A few of many: each element is compared with the worst of the best so far, and seldom gets further.</summary>
        readonly void Best(T* x, long* y, Span<ulong> keys)
        {
            if (keys.Length == 0) return;
            int have = 0;
            for (int i = 0; i < Length; i++)
            {
                ulong key = K.Of(x[i * StepX]) ^ Flip;
                if (have == keys.Length && key >= keys[^1]) continue;
                int at = have < keys.Length ? have++ : have - 1;
                for (; at > 0 && key < keys[at - 1]; at--) (keys[at], y[at * StepY]) = (keys[at - 1], y[(at - 1) * StepY]);
                (keys[at], y[at * StepY]) = (key, i);
            }
        }

        /// <summary>Key and position in one number: equal keys sort by position.</summary>
        readonly void Together(T* x, long* y, Span<ulong> keys)
        {
            for (int i = 0; i < keys.Length; i++) keys[i] = ((K.Of(x[i * StepX]) ^ (uint)Flip) << 32) | (uint)i;
            if (Wanted < keys.Length / 4) Smallest(keys, Wanted);
            keys[..(Wanted < keys.Length / 4 ? Wanted : keys.Length)].Sort();
            for (int i = 0; i < Wanted; i++) y[i * StepY] = (uint)keys[i];
        }

        /// <summary>Sorts the positions by their keys, then runs of equal keys by position.</summary>
        readonly void Apart(T* x, long* y, Span<ulong> keys, Span<int> positions)
        {
            for (int i = 0; i < keys.Length; i++) (keys[i], positions[i]) = (K.Of(x[i * StepX]) ^ Flip, i);
            keys.Sort(positions);
            for (int begin = 0, end; begin < keys.Length; begin = end)
            {
                for (end = begin + 1; end < keys.Length && keys[end] == keys[begin];) end++;
                if (end - begin > 1) positions[begin..end].Sort();
            }
            for (int i = 0; i < Wanted; i++) y[i * StepY] = positions[i];
        }
    }

    /// <summary>Moves the n smallest of distinct keys to the front, in any order: quickselect with the median of three, plain sorting should it do badly.</summary>
    static void Smallest(Span<ulong> keys, int n)
    {
        int low = 0, high = keys.Length - 1;
        for (int round = 0; low < high; round++)
        {
            if (round == 64) { keys[low..(high + 1)].Sort(); return; }
            ulong a = keys[low], b = keys[low + (high - low) / 2], c = keys[high];
            ulong pivot = Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
            int i = low, j = high;
            while (i <= j)
            {
                while (keys[i] < pivot) i++;
                while (keys[j] > pivot) j--;
                if (i > j) break;
                (keys[i], keys[j]) = (keys[j], keys[i]);
                i++;
                j--;
            }
            if (n - 1 <= j) high = j;
            else if (n - 1 >= i) low = i;
            else return;
        }
    }
}
