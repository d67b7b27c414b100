using Fathom.Devices.Cpu;

namespace Fathom.Tests.Cpu;

/// <summary>Passes over channels-last images against loops in double, at every width, with few and many channels, and with tails of rows and channels.</summary>
[Collection("ThreadCount")]
public unsafe class ChannelRowsTests
{
    public static TheoryData<int, int> Sizes() => new()
    {
        { 1, 1 }, { 2, 3 }, { 5, 6 }, { 7, 16 }, { 9, 5 }, { 40, 64 }, { 50, 70 }, { 333, 100 }, { 5000, 33 }, { 3000, 6 }, { 20001, 1 }, { 700, 129 }, { 3, 1030 }, { 21, 1025 },
    };

    [Theory, MemberData(nameof(Sizes))]
    public void Statistics_agree_with_two_passes_in_double(int rows, int columns)
    {
        float[] x = Values(rows * columns, shift: 1000);           // a mean far from 0 must not spoil the variance
        float[] first = [], firstVariance = [];
        foreach (SimdWidth width in Widths)
        {
            foreach (int threads in new[] { 1, 2, 3 })
            {
                var (mean, variance) = With(width, threads, () => Statistics(x, rows, columns));
                for (int c = 0; c < columns; c++)
                {
                    double m = Enumerable.Range(0, rows).Average(r => (double)x[r * columns + c]);
                    double v = Enumerable.Range(0, rows).Average(r => Math.Pow(x[r * columns + c] - m, 2));
                    Assert.Equal(m, mean[c], 1e-6 * Math.Abs(m) + 1e-6);
                    Assert.Equal(v, variance[c], 1e-5 * (v + 1e-3));
                }
                if (threads == 1) (first, firstVariance) = (mean, variance);
                Assert.Equal(first, mean);
                Assert.Equal(firstVariance, variance);
            }
        }
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Sums_of_products_agree_with_loops(int rows, int columns)
    {
        Matrices m = new(rows, columns);
        foreach (SimdWidth width in Widths)
        {
            double[] totals = new double[columns];
            With(width, 2, () => m.Sum<Totals>(totals, []));
            for (int c = 0; c < columns; c++) Assert.Equal(Enumerable.Range(0, rows).Sum(r => (double)m.A[r * columns + c]), totals[c], 1e-6 * rows + 1e-5);
            CheckSums<Products>(m, width, i => m.A[i]);
            CheckSums<ProductsWherePositive>(m, width, i => m.B[i] * m.Q[i % columns] + m.R[i % columns] > 0 ? m.A[i] : 0);
            float[] gated = CheckSums<ProductsOfRectified>(m, width, i => m.C[i] > 0 ? m.A[i] : 0);
            for (int i = 0; i < gated.Length; i++) Assert.Equal(m.C[i] > 0 ? m.A[i] : 0, gated[i]);
        }
    }

    static float[] CheckSums<K>(Matrices m, SimdWidth width, Func<int, double> term) where K : struct, IChannelSums
    {
        int columns = m.P.Length, rows = m.A.Length / columns;
        double[] sum = new double[columns], product = new double[columns];
        float[] stored = With(width, 2, () => m.Sum<K>(sum, product));
        for (int c = 0; c < columns; c++)
        {
            int[] places = [.. Enumerable.Range(0, rows).Select(r => r * columns + c)];
            Assert.Equal(places.Sum(term), sum[c], 1e-6 * rows + 1e-5);
            Assert.Equal(places.Sum(i => term(i) * (m.B[i] - m.P[c])), product[c], 1e-6 * rows + 1e-5);
        }
        return stored;
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Maps_agree_with_loops(int rows, int columns)
    {
        Matrices m = new(rows, columns);
        foreach (SimdWidth width in Widths)
        {
            CheckMap<Affine>(m, width, (i, c) => m.A[i] * m.P[c] + m.Q[c]);
            CheckMap<AffineRelu>(m, width, (i, c) => Math.Max(m.A[i] * m.P[c] + m.Q[c], 0));
            CheckMap<AffineAdd>(m, width, (i, c) => m.A[i] * m.P[c] + m.Q[c] + m.B[i]);
            CheckMap<AffineAddRelu>(m, width, (i, c) => Math.Max(m.A[i] * m.P[c] + m.Q[c] + m.B[i], 0));
            CheckMap<Combined>(m, width, (i, c) => m.A[i] * m.P[c] + m.B[i] * m.Q[c] + m.R[c]);
            CheckMap<CombinedWherePositive>(m, width, (i, c) => (m.B[i] * m.S[c] + m.U[c] > 0 ? m.A[i] : 0) * m.P[c] + m.B[i] * m.Q[c] + m.R[c]);
            CheckMap<Scaled>(m, width, (i, c) => m.A[i] * m.P[c]);
            CheckMap<ScaledWherePositive>(m, width, (i, c) => (m.B[i] * m.P[c] + m.Q[c] > 0 ? m.A[i] : 0) * m.P[c]);
        }
    }

    static void CheckMap<K>(Matrices m, SimdWidth width, Func<int, int, double> formula) where K : struct, IChannelMap
    {
        float[] got = With(width, 2, () => m.Map<K>(inPlace: false)), inPlace = With(width, 3, () => m.Map<K>(inPlace: true));
        for (int i = 0; i < got.Length; i++)
            Assert.True(Math.Abs(formula(i, i % m.P.Length) - got[i]) < 1e-4, $"{typeof(K).Name} at {width}: element {i} is {got[i]}, not {formula(i, i % m.P.Length)}");
        Assert.Equal(got, inPlace);
    }

    [Fact]
    public void A_rectifier_passes_NaN_on_and_its_gradient_does_not()
    {
        float[] x = [float.NaN, -1, 0, 2, float.PositiveInfinity, float.NegativeInfinity], one = [1, 1, 1, 1, 1, 1], zero = new float[6], got = new float[6], gradient = new float[6];
        foreach (SimdWidth width in Widths)
        {
            With(width, 1, () =>
            {
                fixed (float* px = x, p1 = one, p0 = zero, py = got, pg = gradient)
                {
                    ChannelMap.Run<float, AffineRelu>(1, 6, new() { A = px, P = p1, Q = p0, Out = py });
                    ChannelMap.Run<float, ScaledWherePositive>(1, 6, new() { A = p1, B = px, P = p1, Q = p0, Out = pg });
                }
                return 0;
            });
            Assert.Equal([float.NaN, 0, 0, 2, float.PositiveInfinity, 0], got);
            Assert.Equal([0, 0, 0, 1, 1, 0], gradient);
        }
    }

    static IEnumerable<SimdWidth> Widths => Enum.GetValues<SimdWidth>().Where(Isa.IsSupported);

    delegate void Pass(ChannelOperands<float> at);

    /// <summary>Matrices and tables of values around zero, none near enough to it for rounding to decide a sign.</summary>
    sealed class Matrices(int rows, int columns)
    {
        public readonly float[] A = Values(rows * columns, 0.1f), B = Values(rows * columns, 0.2f), C = Values(rows * columns, 0.03f);
        public readonly float[] P = Values(columns, 0.7f), Q = Values(columns, -0.8f), R = Values(columns, 0.05f), S = Values(columns, 0.9f), U = Values(columns, -0.02f);

        /// <summary>What a map writes, perhaps over the first matrix.</summary>
        public float[] Map<K>(bool inPlace) where K : struct, IChannelMap
        {
            float[] result = inPlace ? [.. A] : new float[rows * columns];
            Use(result, at => ChannelMap.Run<float, K>(rows, columns, inPlace ? at with { A = at.Out } : at));
            return result;
        }

        /// <summary>What sums store.</summary>
        public float[] Sum<K>(double[] first, double[] second) where K : struct, IChannelSums
        {
            float[] result = new float[rows * columns];
            Use(result, at => ChannelSums.Run<float, K>(rows, columns, at, first, second));
            return result;
        }

        void Use(float[] result, Pass pass)
        {
            fixed (float* a = A, b = B, c = C, p = P, q = Q, r = R, s = S, u = U, to = result)
                pass(new() { A = a, B = b, C = c, P = p, Q = q, R = r, S = s, U = u, Out = to });
        }
    }

    static (float[], float[]) Statistics(float[] x, int rows, int columns)
    {
        float[] mean = new float[columns], variance = new float[columns];
        fixed (float* px = x, pm = mean, pv = variance) BatchNormRows.Statistics(px, rows, columns, pm, pv);
        return (mean, variance);
    }

    static T With<T>(SimdWidth width, int threads, Func<T> f)
    {
        (SimdWidth before, int count) = (Elementwise.Width, Threads.Count);
        (Elementwise.Width, Threads.Count) = (width, threads);
        try { return f(); }
        finally { (Elementwise.Width, Threads.Count) = (before, count); }
    }

    static float[] Values(int n, float shift)
    {
        float[] v = new float[n];
        for (int i = 0; i < n; i++) v[i] = shift + (float)((i + 1) * 0.6180339887498949 % 1) - 0.5f;
        return v;
    }
}
