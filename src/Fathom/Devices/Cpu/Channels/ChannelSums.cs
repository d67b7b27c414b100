using System.Runtime.CompilerServices;
using Fathom.Devices.Cpu.Simd;

namespace Fathom.Devices.Cpu;

/// <summary>Two sums over each column: of a term u, and of u times another.</summary>
internal interface IChannelSums
{
    /// <summary>How many matrices are read, A first.</summary>
    static abstract int Matrices { get; }
    /// <summary>How many tables are read, P first.</summary>
    static abstract int Tables { get; }
    /// <summary>Whether u is written to <see cref="ChannelOperands{T}.Out"/>.</summary>
    static abstract bool Stores { get; }
    /// <summary>Whether there is a second sum.</summary>
    static abstract bool IsPair { get; }
    /// <summary>The term u; what is not read is zero.</summary>
    static abstract V Term<V>(V a, V b, V c, V p, V q, V r) where V : struct, ISimd<V>;
    /// <summary>What u is multiplied by in the second sum.</summary>
    static abstract V Factor<V>(V term, V b, V p) where V : struct, ISimd<V>;
}

/// <summary>Runs <see cref="IChannelSums"/> over a matrix.</summary>
/// <remarks>
/// Four rows are added to a row of sums in the first-level cache, then the next four, so every matrix is read in the order of memory. The sums of a part
/// are of the element type, parts are joined in double in their order, and parts follow from the shape alone: the same bits for any number of threads.
/// </remarks>
internal static unsafe class ChannelSums
{
    const int MaxParts = 64;

    /// <summary>Sets both arrays, of a number for each column, to the sums; the second stays as it is where there is but one.</summary>
    public static void Run<T, K>(long rows, int columns, in ChannelOperands<T> at, double[] first, double[] second) where T : unmanaged where K : struct, IChannelSums
    {
        switch (Elementwise.Width)
        {
            case SimdWidth.V512: Run<T, V512<T>, K>(rows, columns, at, first, second); break;
            case SimdWidth.V256: Run<T, V256<T>, K>(rows, columns, at, first, second); break;
            case SimdWidth.V128: Run<T, V128<T>, K>(rows, columns, at, first, second); break;
            default: Run<T, V1<T>, K>(rows, columns, at, first, second); break;
        }
    }

    static void Run<T, V, K>(long rows, int columns, ChannelOperands<T> at, double[] first, double[] second)
        where T : unmanaged where V : struct, ISimd<V, T> where K : struct, IChannelSums
    {
        Array.Clear(first);
        if (K.IsPair) Array.Clear(second);
        if (rows == 0 || columns == 0) return;
        ChannelRows cut = new(rows, columns, V.Width, MaxParts);
        using var scratch = Scratch.Rent<T>((2L * cut.Parts + K.Tables) * cut.Width);
        T* tables = scratch.Pointer + 2L * cut.Parts * cut.Width;
        ChannelTables.Widen(ref at, K.Tables, columns, cut, tables);
        Job<T, V, K> job = new() { At = at, Cut = cut, Sums = scratch.Pointer };
        Threads.For(cut.Parts, ref job);
        for (int part = 0; part < cut.Parts; part++)
        {
            T* sums = scratch.Pointer + 2L * part * cut.Width;
            Join(sums, cut, first);
            if (K.IsPair) Join(sums + cut.Width, cut, second);
        }
    }

    static void Join<T>(T* sums, in ChannelRows cut, double[] total) where T : unmanaged
    {
        for (int i = 0, f = 0; f < cut.Fold; f++)
            for (int c = 0; c < total.Length; c++, i++) total[c] += Number<T>.ToDouble(sums[i]);
    }

    struct Job<T, V, K> : IJob where T : unmanaged where V : struct, ISimd<V, T> where K : struct, IChannelSums
    {
        public ChannelOperands<T> At;
        public ChannelRows Cut;
        public T* Sums;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int part)
        {
            T* s1 = Sums + 2L * part * Cut.Width, s2 = s1 + Cut.Width;
            new Span<T>(s1, 2 * Cut.Width).Clear();
            (long row, long end) = Cut.RowsOf(part);
            long whole = Cut.Count / Cut.Width;
            for (; row + 4 <= Math.Min(end, whole); row += 4)
            {
                long start = row * Cut.Width, c = 0;
                for (; c + V.Width <= Cut.Width; c += V.Width) Four<V>(start + c, c, s1, s2);
                for (; c < Cut.Width; c++) Four<V1<T>>(start + c, c, s1, s2);
            }
            for (; row < end; row++)
            {
                long start = row * Cut.Width, n = Math.Min(Cut.Width, Cut.Count - start), c = 0;
                for (; c + V.Width <= n; c += V.Width) One<V>(start + c, c, s1, s2);
                for (; c < n; c++) One<V1<T>>(start + c, c, s1, s2);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        readonly void Four<W>(long i, long c, T* s1, T* s2) where W : struct, ISimd<W, T>
        {
            int w = Cut.Width;
            W p = K.Tables > 0 ? W.Load(At.P + c) : W.Zero, q = K.Tables > 1 ? W.Load(At.Q + c) : W.Zero, r = K.Tables > 2 ? W.Load(At.R + c) : W.Zero;
            W b0 = B<W>(i), b1 = B<W>(i + w), b2 = B<W>(i + 2 * w), b3 = B<W>(i + 3 * w);
            W u0 = Term(i, b0, p, q, r), u1 = Term(i + w, b1, p, q, r), u2 = Term(i + 2 * w, b2, p, q, r), u3 = Term(i + 3 * w, b3, p, q, r);
            (W.Load(s1 + c) + ((u0 + u1) + (u2 + u3))).Store(s1 + c);
            if (!K.IsPair) return;
            W even = W.MultiplyAdd(u0, K.Factor(u0, b0, p), W.Load(s2 + c)), odd = u1 * K.Factor(u1, b1, p);
            even = W.MultiplyAdd(u2, K.Factor(u2, b2, p), even);
            odd = W.MultiplyAdd(u3, K.Factor(u3, b3, p), odd);
            (even + odd).Store(s2 + c);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        readonly void One<W>(long i, long c, T* s1, T* s2) where W : struct, ISimd<W, T>
        {
            W p = K.Tables > 0 ? W.Load(At.P + c) : W.Zero, q = K.Tables > 1 ? W.Load(At.Q + c) : W.Zero, r = K.Tables > 2 ? W.Load(At.R + c) : W.Zero;
            W b = B<W>(i), u = Term(i, b, p, q, r);
            (W.Load(s1 + c) + u).Store(s1 + c);
            if (K.IsPair) W.MultiplyAdd(u, K.Factor(u, b, p), W.Load(s2 + c)).Store(s2 + c);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        readonly W B<W>(long i) where W : struct, ISimd<W, T> => K.Matrices > 1 ? W.Load(At.B + i) : W.Zero;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        readonly W Term<W>(long i, W b, W p, W q, W r) where W : struct, ISimd<W, T>
        {
            W u = K.Term(W.Load(At.A + i), b, K.Matrices > 2 ? W.Load(At.C + i) : W.Zero, p, q, r);
            if (K.Stores) u.Store(At.Out + i);
            return u;
        }
    }
}
