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
            long width = Cut.Width, whole = width - width % V.Width;
            (long first, long end) = Cut.RowsOf(part);
            ChannelOperands<T> row = At;                        // a copy: what is written below might be the job itself, for all the compiler knows
            Advance(ref row, first * width);
            long left = Math.Min(end * width, Cut.Count) - first * width;
            for (; left >= 4 * width; left -= 4 * width)
            {
                Four<V>(0, whole, width, row.A, row.B, row.C, row.Out, row.P, row.Q, row.R, s1, s2);
                if (whole < width) Four<V1<T>>(whole, width, width, row.A, row.B, row.C, row.Out, row.P, row.Q, row.R, s1, s2);
                Advance(ref row, 4 * width);
            }
            for (; left > 0; left -= width)
            {
                long n = Math.Min(width, left), vectors = n - n % V.Width;
                One<V>(0, vectors, row.A, row.B, row.C, row.Out, row.P, row.Q, row.R, s1, s2);
                if (vectors < n) One<V1<T>>(vectors, n, row.A, row.B, row.C, row.Out, row.P, row.Q, row.R, s1, s2);
                Advance(ref row, width);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Advance(ref ChannelOperands<T> row, long elements)
        {
            row.A += elements;
            if (K.Matrices > 1) row.B += elements;
            if (K.Matrices > 2) row.C += elements;
            if (K.Stores) row.Out += elements;
        }

        /// <summary>Adds four rows.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Four<W>(long c, long end, long w, T* a, T* b, T* y, T* to, T* p, T* q, T* r, T* s1, T* s2) where W : struct, ISimd<W, T>
        {
            for (; c < end; c += W.Width)
            {
                W vp = K.Tables > 0 ? W.Load(p + c) : W.Zero, vq = K.Tables > 1 ? W.Load(q + c) : W.Zero, vr = K.Tables > 2 ? W.Load(r + c) : W.Zero;
                W b0 = B<W>(b, c), b1 = B<W>(b, c + w), b2 = B<W>(b, c + 2 * w), b3 = B<W>(b, c + 3 * w);
                W u0 = Term(a, b0, y, to, c, vp, vq, vr), u1 = Term(a, b1, y, to, c + w, vp, vq, vr);
                W u2 = Term(a, b2, y, to, c + 2 * w, vp, vq, vr), u3 = Term(a, b3, y, to, c + 3 * w, vp, vq, vr);
                (W.Load(s1 + c) + ((u0 + u1) + (u2 + u3))).Store(s1 + c);
                if (!K.IsPair) continue;
                W even = W.MultiplyAdd(u0, K.Factor(u0, b0, vp), W.Load(s2 + c)), odd = u1 * K.Factor(u1, b1, vp);
                even = W.MultiplyAdd(u2, K.Factor(u2, b2, vp), even);
                odd = W.MultiplyAdd(u3, K.Factor(u3, b3, vp), odd);
                (even + odd).Store(s2 + c);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void One<W>(long c, long end, T* a, T* b, T* y, T* to, T* p, T* q, T* r, T* s1, T* s2) where W : struct, ISimd<W, T>
        {
            for (; c < end; c += W.Width)
            {
                W vp = K.Tables > 0 ? W.Load(p + c) : W.Zero, vq = K.Tables > 1 ? W.Load(q + c) : W.Zero, vr = K.Tables > 2 ? W.Load(r + c) : W.Zero;
                W vb = B<W>(b, c), u = Term(a, vb, y, to, c, vp, vq, vr);
                (W.Load(s1 + c) + u).Store(s1 + c);
                if (K.IsPair) W.MultiplyAdd(u, K.Factor(u, vb, vp), W.Load(s2 + c)).Store(s2 + c);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static W B<W>(T* b, long i) where W : struct, ISimd<W, T> => K.Matrices > 1 ? W.Load(b + i) : W.Zero;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static W Term<W>(T* a, W b, T* y, T* to, long i, W p, W q, W r) where W : struct, ISimd<W, T>
        {
            W u = K.Term(W.Load(a + i), b, K.Matrices > 2 ? W.Load(y + i) : W.Zero, p, q, r);
            if (K.Stores) u.Store(to + i);
            return u;
        }
    }
}
