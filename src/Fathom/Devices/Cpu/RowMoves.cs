using System.Numerics;
using System.Numerics.Tensors;

namespace Fathom.Devices.Cpu;

/// <summary>Where the rows that index tensors pick lie in a strided tensor: a start for each row, and the pieces that a row is made of.</summary>
internal sealed class RowWalk
{
    /// <summary>Where each row starts.</summary>
    public readonly long[] Starts;
    /// <summary>Where each piece of a row lies, from its start.</summary>
    public readonly long[] Pieces;
    /// <summary>Elements of a piece and their distance.</summary>
    public readonly long Length, Step;

    public long RowLength => Pieces.Length * Length;

    /// <param name="starts">Where each row starts.</param>
    /// <param name="sizes">The sizes of a row.</param>
    /// <param name="strides">Their distances in memory.</param>
    public RowWalk(long[] starts, ReadOnlySpan<int> sizes, ReadOnlySpan<long> strides)
    {
        Starts = starts;
        int inner = sizes.Length;
        (Length, Step) = (1, 1);
        for (; inner > 0; inner--)                          // the last axes join into pieces as long as they lie evenly
        {
            int size = sizes[inner - 1];
            if (Length > 1 && size > 1 && strides[inner - 1] != Length * Step) break;
            if (Length == 1 && size > 1) Step = strides[inner - 1];
            Length *= size;
        }
        Pieces = [0];
        for (int i = inner - 1; i >= 0; i--)
        {
            long[] before = Pieces;
            Pieces = new long[before.Length * sizes[i]];
            for (int k = 0; k < Pieces.Length; k++) Pieces[k] = k / before.Length * strides[i] + before[k % before.Length];
        }
    }
}

/// <summary>Copies between rows picked by index and rows that lie one after another.</summary>
internal static unsafe class RowMoves
{
    const long Grain = 32768;               // elements worth handing to another thread

    public static void Gather<T>(T* x, T* rows, RowWalk walk) where T : unmanaged
    {
        if (walk.RowLength == 0) return;
        long perJob = Math.Max(1, Grain / walk.RowLength);
        var job = new GatherJob<T> { X = x, Rows = rows, Walk = walk, PerJob = perJob };
        Threads.For((int)((walk.Starts.Length + perJob - 1) / perJob), ref job);
    }

    struct GatherJob<T> : IJob where T : unmanaged
    {
        public T* X, Rows;
        public RowWalk Walk;
        public long PerJob;

        public void Run(int index)
        {
            RowWalk w = Walk;
            long end = Math.Min(w.Starts.Length, (index + 1) * PerJob);
            T* to = Rows + index * PerJob * w.RowLength;
            for (long r = index * PerJob; r < end; r++)
                foreach (long piece in w.Pieces)
                {
                    T* from = X + w.Starts[r] + piece;
                    if (w.Step == 1 && w.Length > 1) Buffer.MemoryCopy(from, to, w.Length * sizeof(T), w.Length * sizeof(T));
                    else for (long i = 0; i < w.Length; i++) to[i] = from[i * w.Step];
                    to += w.Length;
                }
        }
    }

    /// <summary>In the order of the rows, on one thread: a later row wins over an earlier one at the same place.</summary>
    public static void Scatter<T>(T* rows, T* y, RowWalk w) where T : unmanaged
    {
        foreach (long start in w.Starts)
            foreach (long piece in w.Pieces)
            {
                T* to = y + start + piece;
                for (long i = 0; i < w.Length; i++) to[i * w.Step] = rows[i];
                rows += w.Length;
            }
    }

    /// <summary>Each thread takes some columns of all rows, so that the order of the additions to one place is always that of the rows.</summary>
    public static void ScatterAdd<T>(T* rows, T* y, RowWalk walk) where T : unmanaged, INumber<T>
    {
        const long width = 256;
        bool large = walk.RowLength * walk.Starts.Length > Grain;
        long columns = walk.Pieces.Length > 1 ? walk.Pieces.Length : walk.Length;
        long perJob = !large ? columns : walk.Pieces.Length > 1 ? Math.Max(1, width / Math.Max(walk.Length, 1)) : width;
        if (columns == 0) return;
        var job = new ScatterAddJob<T> { Rows = rows, Y = y, Walk = walk, PerJob = perJob };
        Threads.For((int)((columns + perJob - 1) / perJob), ref job);
    }

    struct ScatterAddJob<T> : IJob where T : unmanaged, INumber<T>
    {
        public T* Rows, Y;
        public RowWalk Walk;
        public long PerJob;

        public void Run(int index)
        {
            RowWalk w = Walk;
            bool byPiece = w.Pieces.Length > 1;
            long begin = index * PerJob, end = Math.Min(byPiece ? w.Pieces.Length : w.Length, begin + PerJob);
            for (long r = 0; r < w.Starts.Length; r++)
            {
                T* from = Rows + r * w.RowLength, to = Y + w.Starts[r];
                if (!byPiece) { Add(from + begin, to + w.Pieces[0] + begin * w.Step, end - begin, w.Step); continue; }
                for (long p = begin; p < end; p++) Add(from + p * w.Length, to + w.Pieces[p], w.Length, w.Step);
            }
        }

        static void Add(T* from, T* to, long n, long step)
        {
            if (step == 1 && n >= 8)
            {
                Span<T> y = new(to, (int)n);
                TensorPrimitives.Add(y, new ReadOnlySpan<T>(from, (int)n), y);
                return;
            }
            for (long i = 0; i < n; i++) to[i * step] += from[i];
        }
    }
}
