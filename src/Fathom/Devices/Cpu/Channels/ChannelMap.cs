using System.Runtime.CompilerServices;
using Fathom.Devices.Cpu.Simd;

namespace Fathom.Devices.Cpu;

/// <summary>An element of <see cref="ChannelOperands{T}.Out"/> from those of the matrices at its place and those of the tables at its column.</summary>
internal interface IChannelMap
{
    /// <summary>How many matrices are read, A first.</summary>
    static abstract int Matrices { get; }
    /// <summary>How many tables are read, P first.</summary>
    static abstract int Tables { get; }
    /// <summary>The formula; what is not read is zero.</summary>
    static abstract V Of<V>(V a, V b, V p, V q, V r, V s, V u) where V : struct, ISimd<V>;
}

/// <summary>Runs an <see cref="IChannelMap"/> over a matrix.</summary>
internal static unsafe class ChannelMap
{
    /// <summary>Computes the whole matrix. Tables have <paramref name="columns"/> elements.</summary>
    public static void Run<T, K>(long rows, int columns, in ChannelOperands<T> at) where T : unmanaged where K : struct, IChannelMap
    {
        switch (Elementwise.Width)
        {
            case SimdWidth.V512: Run<T, V512<T>, K>(rows, columns, at); break;
            case SimdWidth.V256: Run<T, V256<T>, K>(rows, columns, at); break;
            case SimdWidth.V128: Run<T, V128<T>, K>(rows, columns, at); break;
            default: Run<T, V1<T>, K>(rows, columns, at); break;
        }
    }

    static void Run<T, V, K>(long rows, int columns, ChannelOperands<T> at) where T : unmanaged where V : struct, ISimd<V, T> where K : struct, IChannelMap
    {
        if (rows == 0 || columns == 0) return;
        ChannelRows cut = new(rows, columns, V.Width, maxParts: 4096);
        using var tables = Scratch.Rent<T>((long)K.Tables * cut.Width);
        ChannelTables.Widen(ref at, K.Tables, columns, cut, tables.Pointer);
        Job<T, V, K> job = new() { At = at, Cut = cut };
        Threads.For(cut.Parts, ref job);
    }

    struct Job<T, V, K> : IJob where T : unmanaged where V : struct, ISimd<V, T> where K : struct, IChannelMap
    {
        public ChannelOperands<T> At;
        public ChannelRows Cut;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int part)
        {
            ChannelOperands<T> row = At;                        // a copy: what is written below might be the job itself, for all the compiler knows
            long width = Cut.Width;
            (long first, long end) = Cut.RowsOf(part);
            row.A += first * width;
            row.Out += first * width;
            if (K.Matrices > 1) row.B += first * width;
            for (long left = Math.Min(end * width, Cut.Count) - first * width; left > 0; left -= width)
            {
                long n = Math.Min(width, left), whole = n - n % V.Width;
                Columns<V>(0, whole, row.A, row.B, row.Out, row.P, row.Q, row.R, row.S, row.U);
                if (whole < n) Columns<V1<T>>(whole, n, row.A, row.B, row.Out, row.P, row.Q, row.R, row.S, row.U);
                row.A += width;
                row.Out += width;
                if (K.Matrices > 1) row.B += width;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Columns<W>(long c, long end, T* a, T* b, T* to, T* p, T* q, T* r, T* s, T* u) where W : struct, ISimd<W, T>
        {
            for (; c < end; c += W.Width)
                K.Of(W.Load(a + c), K.Matrices > 1 ? W.Load(b + c) : W.Zero, K.Tables > 0 ? W.Load(p + c) : W.Zero, K.Tables > 1 ? W.Load(q + c) : W.Zero,
                    K.Tables > 2 ? W.Load(r + c) : W.Zero, K.Tables > 3 ? W.Load(s + c) : W.Zero, K.Tables > 4 ? W.Load(u + c) : W.Zero).Store(to + c);
        }
    }
}

internal static unsafe class ChannelTables
{
    /// <summary>Repeats the tables to the width of joined rows.</summary>
    public static void Widen<T>(ref ChannelOperands<T> at, int tables, int columns, in ChannelRows cut, T* room) where T : unmanaged
    {
        if (tables > 0) at.P = Repeat(at.P, columns, cut.Fold, room);
        if (tables > 1) at.Q = Repeat(at.Q, columns, cut.Fold, room + cut.Width);
        if (tables > 2) at.R = Repeat(at.R, columns, cut.Fold, room + 2L * cut.Width);
        if (tables > 3) at.S = Repeat(at.S, columns, cut.Fold, room + 3L * cut.Width);
        if (tables > 4) at.U = Repeat(at.U, columns, cut.Fold, room + 4L * cut.Width);
    }

    static T* Repeat<T>(T* table, int columns, int fold, T* to) where T : unmanaged
    {
        if (fold == 1) return table;
        ReadOnlySpan<T> from = new(table, columns);
        for (int i = 0; i < fold; i++) from.CopyTo(new Span<T>(to + (long)i * columns, columns));
        return to;
    }
}
