namespace Fathom.Devices.Cpu;

/// <summary>Pointers to the current element of up to four operands.</summary>
internal unsafe struct Operands
{
    public byte* P0, P1, P2, P3;
}

/// <summary>What to do with one row of n elements; the inner strides are in bytes.</summary>
internal unsafe interface IRowBody
{
    void Row(long n, in Operands at, in LoopPlan plan);
}

/// <summary>
/// How to walk several operands of one shape: axes sorted so that the first operand (the result) runs through memory in order, and joined where
/// all operands allow it. Most tensors come out as a single row. Strides are in bytes, 0 where an operand is broadcast.
/// </summary>
internal unsafe struct LoopPlan
{
    public const int MaxRank = 16;

    public int Rank;
    public fixed long Sizes[MaxRank];           // innermost first
    public fixed long S0[MaxRank], S1[MaxRank], S2[MaxRank], S3[MaxRank];

    public readonly long Inner => Rank == 0 ? 1 : Sizes[0];

    public readonly long Rows
    {
        get
        {
            long n = 1;
            for (int i = 1; i < Rank; i++) n *= Sizes[i];
            return n;
        }
    }

    /// <summary>A plan over <paramref name="shape"/>; absent operands have null strides.</summary>
    public static LoopPlan For(Shape shape, long[] s0, int size0, long[]? s1, int size1, long[]? s2 = null, int size2 = 0, long[]? s3 = null, int size3 = 0)
    {
        if (shape.Rank > MaxRank) throw ShapeException.For("loop", $"{shape} has rank {shape.Rank}; at most {MaxRank} axes are supported");
        LoopPlan p = default;
        Span<int> order = stackalloc int[MaxRank];
        int kept = SortAxes(shape, s0, s1, order);
        for (int i = 0; i < kept; i++)
        {
            int axis = order[i];
            long d = shape.Span[axis], a = s0[axis] * size0, b = s1 is null ? 0 : s1[axis] * size1, c = s2 is null ? 0 : s2[axis] * size2, e = s3 is null ? 0 : s3[axis] * size3;
            int last = p.Rank - 1;
            if (last >= 0 && a == p.S0[last] * p.Sizes[last] && b == p.S1[last] * p.Sizes[last] && c == p.S2[last] * p.Sizes[last] && e == p.S3[last] * p.Sizes[last])
            {
                p.Sizes[last] *= d;
                continue;
            }
            (p.Sizes[p.Rank], p.S0[p.Rank], p.S1[p.Rank], p.S2[p.Rank], p.S3[p.Rank]) = (d, a, b, c, e);
            p.Rank++;
        }
        return p;
    }

    /// <summary>The axes longer than 1, the smallest stride of the result first; ties by the first source.</summary>
    static int SortAxes(Shape shape, long[] s0, long[]? s1, Span<int> order)
    {
        int kept = 0;
        for (int axis = shape.Rank - 1; axis >= 0; axis--)
        {
            if (shape.Span[axis] == 1) continue;
            int at = kept++;
            for (; at > 0 && Before(axis, order[at - 1]); at--) order[at] = order[at - 1];
            order[at] = axis;
        }
        return kept;

        bool Before(int a, int b) => s0[a] != s0[b] ? s0[a] < s0[b] : s1 is not null && s1[a] < s1[b];
    }

    /// <summary>Moves the operands to the start of a row.</summary>
    public readonly Operands At(Operands start, long row)
    {
        for (int i = 1; i < Rank; i++)
        {
            long index = row % Sizes[i];
            row /= Sizes[i];
            start.P0 += index * S0[i];
            start.P1 += index * S1[i];
            start.P2 += index * S2[i];
            start.P3 += index * S3[i];
        }
        return start;
    }

    readonly Operands Along(Operands row, long i)
    {
        row.P0 += i * S0[0];
        row.P1 += i * S1[0];
        row.P2 += i * S2[0];
        row.P3 += i * S3[0];
        return row;
    }

    /// <summary>Runs the body over all rows, on several threads where the work pays. What a row computes does not depend on how it is cut.</summary>
    public readonly void Run<TBody>(Operands start, TBody body, int cost) where TBody : struct, IRowBody
    {
        long inner = Inner, rows = Rows;
        if (inner == 0 || rows == 0) return;
        long chunk = Math.Max(Grain / cost, 1024);
        if (inner * rows <= 2 * chunk)
        {
            for (long r = 0; r < rows; r++) body.Row(inner, At(start, r), this);
            return;
        }
        long perRow = Math.Max(1, inner / chunk), group = perRow > 1 ? 1 : Math.Max(1, chunk / inner);
        var job = new Job<TBody> { Plan = this, Start = start, Body = body, PerRow = perRow, Group = group, Rows = rows };
        Threads.For((int)(perRow > 1 ? rows * perRow : (rows + group - 1) / group), ref job);
    }

    const long Grain = 32768;                   // additions that are worth handing to another thread

    struct Job<TBody> : IJob where TBody : struct, IRowBody
    {
        public LoopPlan Plan;
        public Operands Start;
        public TBody Body;
        public long PerRow, Group, Rows;

        public void Run(int index)
        {
            if (PerRow > 1)
            {
                long row = index / PerRow, part = index % PerRow;
                long begin = Cut(part), end = Cut(part + 1);
                Body.Row(end - begin, Plan.Along(Plan.At(Start, row), begin), Plan);
                return;
            }
            long last = Math.Min(Rows, (index + 1) * Group);
            for (long r = index * Group; r < last; r++) Body.Row(Plan.Inner, Plan.At(Start, r), Plan);
        }

        /// <summary>Where part i of a row begins, at a multiple of 64 elements.</summary>
        readonly long Cut(long i) => i == PerRow ? Plan.Sizes[0] : (Plan.Sizes[0] * i / PerRow) & ~63L;
    }
}
