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
            (long row, long end) = Cut.RowsOf(part);
            for (; row < end; row++)
            {
                long start = row * Cut.Width;
                long n = Math.Min(Cut.Width, Cut.Count - start), c = 0;
                for (; c + V.Width <= n; c += V.Width) Of<V>(start + c, c).Store(At.Out + start + c);
                for (; c < n; c++) Of<V1<T>>(start + c, c).Store(At.Out + start + c);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        readonly W Of<W>(long i, long c) where W : struct, ISimd<W, T> => K.Of(
            W.Load(At.A + i), K.Matrices > 1 ? W.Load(At.B + i) : W.Zero,
            K.Tables > 0 ? W.Load(At.P + c) : W.Zero, K.Tables > 1 ? W.Load(At.Q + c) : W.Zero, K.Tables > 2 ? W.Load(At.R + c) : W.Zero,
            K.Tables > 3 ? W.Load(At.S + c) : W.Zero, K.Tables > 4 ? W.Load(At.U + c) : W.Zero);
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
