using System.Numerics;
using Fathom.Devices.Cpu;

namespace Fathom.Tests.Cpu;

/// <summary>
/// Every kernel width against the formula as three loops. Most inputs are small whole numbers, so that any order of summation gives the same
/// exact result and a wrong element cannot hide in a tolerance.
/// </summary>
[Collection(nameof(ThreadCount))]
public sealed unsafe class GemmTests : IDisposable
{
    private const int Margin = 3;
    private readonly int _threads = Threads.Count;
    private readonly GuardedMemory _a = new(1 << 24), _b = new(1 << 24), _c = new(1 << 24);
    private readonly Random _random = new(7);

    public void Dispose()
    {
        Threads.Count = _threads;
        _a.Dispose();
        _b.Dispose();
        _c.Dispose();
    }

    public static TheoryData<string> Widths => [.. Enum.GetValues<SimdWidth>().Where(Isa.IsSupported).Select(w => w.ToString())];

    /// <summary>How a matrix lies in memory.</summary>
    public enum Lie { Rows, Transposed, PaddedRows, EveryThird, RepeatedRow, RepeatedColumn, Backwards }

    private static readonly (Lie A, Lie B)[] Lies =
    [
        (Lie.Rows, Lie.Rows), (Lie.Transposed, Lie.Rows), (Lie.Rows, Lie.Transposed), (Lie.Transposed, Lie.Transposed), (Lie.PaddedRows, Lie.PaddedRows),
        (Lie.EveryThird, Lie.EveryThird), (Lie.RepeatedRow, Lie.RepeatedColumn), (Lie.RepeatedColumn, Lie.RepeatedRow), (Lie.Backwards, Lie.Backwards),
    ];

    private readonly struct Matrix<T>(T* p, nint row, nint column) where T : unmanaged
    {
        public readonly T* P = p;
        public readonly nint Row = row, Column = column;
        public ref T this[int i, int j] => ref P[i * Row + j * Column];
    }

    private Matrix<T> Place<T>(GuardedMemory memory, int rows, int columns, Lie lie) where T : unmanaged, INumber<T>
    {
        (nint row, nint column) = lie switch
        {
            Lie.Rows => (columns, 1),
            Lie.Transposed => (1, rows),
            Lie.PaddedRows => (columns + 5, 1),
            Lie.EveryThird => (3 * columns, 3),
            Lie.RepeatedRow => (0, 1),
            Lie.RepeatedColumn => (1, 0),
            _ => ((nint)(-columns), (nint)(-1)),
        };
        long last = rows == 0 || columns == 0 ? -1 : Math.Abs((rows - 1) * row + (columns - 1) * column);
        T* p = _random.Next(2) == 0 ? memory.AtStart<T>(last + 1) : memory.AtEnd<T>(last + 1);
        for (long i = 0; i <= last; i++) p[i] = T.CreateChecked(_random.Next(-4, 5));
        return new(lie == Lie.Backwards && last >= 0 ? p + last : p, row, column);
    }

    private void Check<T>(int m, int n, int k, Lie lieA, Lie lieB, SimdWidth width, bool accumulate = false, bool columnBias = false, bool rowBias = false)
        where T : unmanaged, INumber<T>
    {
        Matrix<T> a = Place<T>(_a, m, k, lieA), b = Place<T>(_b, k, n, lieB);
        T[] biases = [.. Enumerable.Range(0, m + n).Select(_ => T.CreateChecked(_random.Next(-4, 5)))];
        int cRow = n + Margin;
        long cells = m == 0 || n == 0 ? 0 : (long)(m - 1) * cRow + n;
        T* c = _random.Next(2) == 0 ? _c.AtStart<T>(cells) : _c.AtEnd<T>(cells);
        T sentinel = T.CreateChecked(99);
        for (long i = 0; i < cells; i++) c[i] = sentinel;

        fixed (T* bias = biases)
            Gemm.Run(new GemmArgs<T>
            {
                M = m, N = n, K = k, A = a.P, ARow = a.Row, ACol = a.Column, B = b.P, BRow = b.Row, BCol = b.Column, C = c, CRow = cRow, Accumulate = accumulate,
                ColumnBias = columnBias ? bias : null, RowBias = rowBias ? bias + n : null,
            }, width);

        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                T expected = accumulate ? sentinel : T.Zero;
                for (int p = 0; p < k; p++) expected += a[i, p] * b[p, j];
                if (columnBias) expected += biases[j];
                if (rowBias) expected += biases[n + i];
                if (c[(long)i * cRow + j] != expected)
                    Assert.Fail($"{typeof(T).Name} {width} {m}x{n}x{k} a {lieA}, b {lieB}: element ({i}, {j}) is {c[(long)i * cRow + j]}, expected {expected}");
            }
            for (int j = n; j < cRow && (long)i * cRow + j < cells; j++)
                Assert.True(c[(long)i * cRow + j] == sentinel, $"{width} {m}x{n}x{k}: wrote beyond row {i}, at column {j}");
        }
    }

    private void CheckAllTails<T>(SimdWidth width) where T : unmanaged, INumber<T>
    {
        int turn = 0;
        foreach (int m in new[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 27 })
            foreach (int n in new[] { 0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 48, 70 })
                foreach (int k in new[] { 0, 1, 2, 3, 4, 7, 33 })
                    foreach ((Lie lieA, Lie lieB) in Lies)
                        Check<T>(m, n, k, lieA, lieB, width, accumulate: turn++ % 3 == 0, columnBias: turn % 5 == 0, rowBias: turn % 7 == 0);
    }

    [Theory, MemberData(nameof(Widths))]
    public void All_tails_and_layouts_in_single_precision(string isa) => CheckAllTails<float>(Enum.Parse<SimdWidth>(isa));

    [Theory, MemberData(nameof(Widths))]
    public void All_tails_and_layouts_in_double_precision(string isa) => CheckAllTails<double>(Enum.Parse<SimdWidth>(isa));

    /// <summary>Sizes beyond every block: depth, rows per job, packed or unpacked operands, several jobs.</summary>
    [Theory, MemberData(nameof(Widths))]
    public void Sizes_beyond_the_blocks(string isa)
    {
        var width = Enum.Parse<SimdWidth>(isa);
        Threads.Count = 3;
        foreach ((int m, int n, int k) in new[] { (100, 130, 1300), (300, 20, 333), (50, 300, 321), (14, 600, 650), (1, 1000, 501), (1000, 1, 257), (2, 515, 129), (3, 7, 5000), (200, 10, 9000), (16, 301, 1003), (1061, 5, 1001), (19, 1301, 850), (2, 1300, 870), (500, 1301, 5) })
            foreach ((Lie lieA, Lie lieB) in Lies)
            {
                if (Math.Max((long)m * k, (long)n * k) * 3 * sizeof(float) > 1 << 24 && lieA == Lie.EveryThird) continue;
                Check<float>(m, n, k, lieA, lieB, width, accumulate: lieA == Lie.Rows, columnBias: true, rowBias: true);
                if (Math.Max(m, n) * (long)k < 1 << 18) Check<double>(m, n, k, lieA, lieB, width, rowBias: true);
            }
    }

    /// <summary>More columns than are packed at one time.</summary>
    [Theory, MemberData(nameof(Widths))]
    public void Columns_beyond_a_panel(string isa)
    {
        var width = Enum.Parse<SimdWidth>(isa);
        Threads.Count = 2;
        Check<float>(49, 2200, 1030, Lie.Rows, Lie.Rows, width, columnBias: true);
        Check<float>(13, 2200, 1030, Lie.Transposed, Lie.Transposed, width, accumulate: true);
    }

    /// <summary>Results that are written past the caches, and ones as large that cannot be, since their rows are not aligned.</summary>
    [Theory, MemberData(nameof(Widths))]
    public void Results_larger_than_the_caches(string isa)
    {
        const int M = 2900, N = 2912, K = 3;
        var width = Enum.Parse<SimdWidth>(isa);
        using var c = Scratch.Rent<float>((long)M * (N + 1));
        float[] a = Whole(M * K), b = Whole(K * N);
        foreach (int cRow in new[] { N, N + 1 })
        {
            fixed (float* pa = a, pb = b)
                Gemm.Run(new GemmArgs<float> { M = M, N = N, K = K, A = pa, ARow = 1, ACol = M, B = pb, BRow = N, BCol = 1, C = c.Pointer, CRow = cRow }, width);
            for (int i = 0; i < M; i++)
                for (int j = 0; j < N; j++)
                    if (c.Pointer[(long)i * cRow + j] != a[i] * b[j] + a[M + i] * b[N + j] + a[2 * M + i] * b[2 * N + j]) Assert.Fail($"row {i}, column {j}, rows {cRow} apart");
        }
    }

    [Fact]
    public void Integers()
    {
        foreach (int m in new[] { 0, 1, 5, 80 })
            foreach (int n in new[] { 0, 1, 6, 70 })
                foreach (int k in new[] { 0, 1, 9, 60 })
                    foreach ((Lie lieA, Lie lieB) in Lies)
                    {
                        Check<int>(m, n, k, lieA, lieB, SimdWidth.Scalar, accumulate: k == 9, columnBias: n == 6, rowBias: m == 5);
                        Check<long>(m, n, k, lieA, lieB, SimdWidth.Scalar, accumulate: k == 1);
                    }
    }

    /// <summary>Rounding stays within the bound for a sum of k products, whatever its order: k eps times the sum of absolute values.</summary>
    [Theory, MemberData(nameof(Widths))]
    public void Real_numbers_within_the_rounding_bound(string isa)
    {
        var width = Enum.Parse<SimdWidth>(isa);
        foreach ((int m, int n, int k) in new[] { (37, 45, 800), (1, 40, 800), (40, 1, 800), (2, 30, 500) })
            foreach (bool transposed in new[] { false, true })
            {
                float[] a = Normal(m * k), b = Normal(k * n), c = new float[m * n];
                (nint bRow, nint bCol) = transposed ? (1, k) : (n, 1);
                Multiply(m, n, k, a, k, 1, b, bRow, bCol, c, width);
                for (int i = 0; i < m; i++)
                    for (int j = 0; j < n; j++)
                    {
                        double sum = 0, size = 0;
                        for (int p = 0; p < k; p++)
                        {
                            double term = (double)a[i * k + p] * b[p * bRow + j * bCol];
                            sum += term;
                            size += Math.Abs(term);
                        }
                        Assert.InRange(c[i * n + j], sum - k * 6e-8 * size, sum + k * 6e-8 * size);
                    }
            }
    }

    /// <summary>Thread counts divide rows and columns differently; the bits of the result may not show it.</summary>
    [Theory, MemberData(nameof(Widths))]
    public void Bits_do_not_depend_on_the_thread_count(string isa)
    {
        var width = Enum.Parse<SimdWidth>(isa);
        foreach ((int m, int n, int k) in new[] { (130, 150, 333), (25, 700, 200), (700, 9, 300), (1, 3001, 400), (3001, 1, 400), (2, 1500, 300) })
            foreach (bool transposed in new[] { false, true })
            {
                float[] a = Normal(m * k), b = Normal(k * n);
                float[]? first = null;
                foreach (int threads in new[] { 1, 2, 3, 5 })
                {
                    Threads.Count = threads;
                    var c = new float[m * n];
                    Multiply(m, n, k, a, transposed ? 1 : k, transposed ? m : 1, b, transposed ? 1 : n, transposed ? k : 1, c, width);
                    first ??= c;
                    Assert.True(first.AsSpan().SequenceEqual(c), $"{m}x{n}x{k} with {threads} threads");
                }
            }
    }

    /// <summary>Zero times infinity, and anything times NaN, is NaN: wherever the formula has one, so has the result, and nowhere else.</summary>
    [Theory, MemberData(nameof(Widths))]
    public void Nan_and_infinity_spread_as_in_the_formula(string isa)
    {
        var width = Enum.Parse<SimdWidth>(isa);
        foreach ((int m, int n, int k) in new[] { (14, 35, 20), (1, 35, 40), (35, 1, 40), (2, 9, 40), (60, 10, 330) })
            foreach (bool transposed in new[] { false, true })
                foreach (float special in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
                {
                    float[] a = new float[m * k], b = new float[k * n], c = new float[m * n];
                    for (int i = 0; i < a.Length; i++) a[i] = i % 3;
                    for (int i = 0; i < b.Length; i++) b[i] = i % 4 - 1;
                    a[(m - 1) * k + k / 2] = special;
                    b[(transposed ? (n - 1) * k + k - 1 : (k - 1) * n + n - 1)] = special;
                    Multiply(m, n, k, a, k, 1, b, transposed ? 1 : n, transposed ? k : 1, c, width);
                    for (int i = 0; i < m; i++)
                        for (int j = 0; j < n; j++)
                        {
                            float expected = 0;
                            for (int p = 0; p < k; p++) expected += a[i * k + p] * b[transposed ? j * k + p : p * n + j];
                            Assert.Equal(expected, c[i * n + j]);
                        }
                }
    }

    [Theory, MemberData(nameof(Widths))]
    public void A_result_is_overwritten_even_where_it_held_nan(string isa)
    {
        var width = Enum.Parse<SimdWidth>(isa);
        foreach ((int m, int n, int k) in new[] { (13, 33, 4), (1, 33, 4), (33, 1, 4), (5, 5, 0) })
        {
            float[] a = new float[m * k], b = new float[k * n], c = new float[m * n];
            Array.Fill(c, float.NaN);
            Multiply(m, n, k, a, k, 1, b, n, 1, c, width);
            Assert.All(c, x => Assert.Equal(0f, x));
        }
    }

    [Theory, MemberData(nameof(Widths))]
    public void Batches(string isa)
    {
        var width = Enum.Parse<SimdWidth>(isa);
        Threads.Count = 3;
        foreach ((int batch, int m, int n, int k) in new[] { (0, 2, 2, 2), (1, 3, 4, 5), (7, 3, 4, 5), (5, 1, 20, 30), (40, 30, 40, 50), (3, 200, 250, 300) })
            foreach ((bool oneA, bool oneB, bool accumulate) in new[] { (false, false, false), (true, false, false), (false, true, false), (false, true, true), (true, true, false) })
            {
                float[] a = Whole(Math.Max(1, batch) * m * k), b = Whole(Math.Max(1, batch) * k * n), c = new float[batch * m * n + 1];
                Array.Fill(c, 5);
                fixed (float* pa = a, pb = b, pc = c)
                    GemmBatch.Run(new GemmArgs<float>
                    {
                        M = m, N = n, K = k, A = pa, ARow = k, ACol = 1, B = pb, BRow = n, BCol = 1, C = pc, CRow = n, Accumulate = accumulate,
                    }, batch, oneA ? 0 : m * k, oneB ? 0 : k * n, m * n, width);
                for (int q = 0; q < batch; q++)
                    for (int i = 0; i < m; i++)
                        for (int j = 0; j < n; j++)
                        {
                            float expected = accumulate ? 5 : 0;
                            for (int p = 0; p < k; p++) expected += a[(oneA ? 0 : q * m * k) + i * k + p] * b[(oneB ? 0 : q * k * n) + p * n + j];
                            if (c[q * m * n + i * n + j] != expected) Assert.Fail($"batch {batch} of {m}x{n}x{k}: product {q}, element ({i}, {j})");
                        }
                Assert.Equal(5, c[^1]);
            }
    }

    [Fact]
    public void Products_inside_jobs_and_from_many_threads()
    {
        Threads.Count = 3;
        const int Size = 150;
        float[] a = Whole(Size * Size), b = Whole(Size * Size), expected = new float[Size * Size];
        Multiply(Size, Size, Size, a, Size, 1, b, Size, 1, expected, SimdWidth.Scalar);
        Parallel.For(0, 16, _ =>
        {
            for (int repeat = 0; repeat < 5; repeat++)
            {
                var c = new float[Size * Size];
                Multiply(Size, Size, Size, a, Size, 1, b, Size, 1, c, Isa.Current);
                Assert.True(expected.AsSpan().SequenceEqual(c));
            }
        });
    }

    [Fact]
    public void Negative_sizes_are_refused()
    {
        float x = 0;
        float* p = &x;
        Assert.Throws<ArgumentOutOfRangeException>(() => Gemm.Run(-1, 1, 1, p, 1, 1, p, 1, 1, p, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Gemm.Run(1, 1, -1, p, 1, 1, p, 1, 1, p, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Gemm.RunBatch(-1, 1, 1, 1, p, 0, 1, 1, p, 0, 1, 1, p, 0, 1));
    }

    private static void Multiply(int m, int n, int k, float[] a, nint aRow, nint aCol, float[] b, nint bRow, nint bCol, float[] c, SimdWidth width)
    {
        fixed (float* pa = a, pb = b, pc = c)
            Gemm.Run(new GemmArgs<float> { M = m, N = n, K = k, A = pa, ARow = aRow, ACol = aCol, B = pb, BRow = bRow, BCol = bCol, C = pc, CRow = n }, width);
    }

    private float[] Normal(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(_random.NextDouble() + _random.NextDouble() - 1))];

    private float[] Whole(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)_random.Next(-4, 5))];
}
