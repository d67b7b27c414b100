using Fathom.Devices.Cpu;

namespace Fathom.Tests.Cpu;

/// <summary>Batch normalisation's kernels against sums in double, at every width, with and without tails of channels.</summary>
[Collection("ThreadCount")]
public unsafe class BatchNormRowsTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(7, 16)]
    [InlineData(50, 70)]
    [InlineData(5000, 33)]
    [InlineData(700, 129)]
    public void Statistics_agree_with_two_passes_in_double(int rows, int columns)
    {
        float[] x = Values(rows * columns, shift: 1000);           // a mean far from 0 must not spoil the variance
        float[] first = [], firstVariance = [];
        foreach (SimdWidth width in Enum.GetValues<SimdWidth>().Where(Isa.IsSupported))
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

    [Theory]
    [InlineData(1, 1)]
    [InlineData(9, 5)]
    [InlineData(40, 64)]
    [InlineData(333, 100)]
    public void Sums_and_maps_agree_with_loops(int rows, int columns)
    {
        float[] g = Values(rows * columns, 0), x = Values(rows * columns, 2), p = Values(columns, 1), q = Values(columns, -1), r = Values(columns, 3);
        foreach (SimdWidth width in Enum.GetValues<SimdWidth>().Where(Isa.IsSupported))
        {
            double[] sum = new double[columns], product = new double[columns];
            float[] combined = new float[g.Length], scaled = new float[g.Length];
            With(width, 2, () =>
            {
                fixed (float* pg = g, px = x, pp = p, pq = q, pr = r, pc = combined, ps = scaled)
                {
                    BatchNormRows.GradientSums(pg, px, pp, rows, columns, sum, product);
                    BatchNormRows.Combine(pg, px, pp, pq, pr, pc, rows, columns);
                    BatchNormRows.Scale(px, pp, pq, ps, rows, columns);
                }
                return 0;
            });
            for (int c = 0; c < columns; c++)
            {
                Assert.Equal(Enumerable.Range(0, rows).Sum(i => (double)g[i * columns + c]), sum[c], 1e-3);
                Assert.Equal(Enumerable.Range(0, rows).Sum(i => (double)g[i * columns + c] * (x[i * columns + c] - p[c])), product[c], 1e-3);
            }
            for (int i = 0; i < g.Length; i++)
            {
                int c = i % columns;
                Assert.Equal(g[i] * p[c] + x[i] * q[c] + r[c], combined[i], 1e-4);
                Assert.Equal(x[i] * p[c] + q[c], scaled[i], 1e-4);
            }
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
        for (int i = 0; i < n; i++) v[i] = shift + (float)(i * 0.6180339887498949 % 1) - 0.5f;
        return v;
    }
}
