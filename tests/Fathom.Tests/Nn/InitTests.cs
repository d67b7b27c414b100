using Fathom.Nn;
using Fathom.Tests.Ops;

namespace Fathom.Tests.Nn;

[Collection(nameof(Alone))]
public class InitTests
{
    static double[] Filled(Init init, params int[] sizes)
    {
        Tensor.Seed(1);
        Tensor t = Tensor.Zeros(new Shape(sizes), DType.Float64);
        init.Fill(t);
        return t.ToArray<double>();
    }

    static double Deviation(double[] v) => Math.Sqrt(v.Sum(x => x * x) / v.Length);

    public static TheoryData<string> Names => ["xavier uniform", "xavier normal", "kaiming uniform", "kaiming normal", "kaiming normal out", "normal", "uniform"];

    [Theory, MemberData(nameof(Names))]
    public void Spread_follows_the_formula(string name)
    {
        (Init init, double deviation, double bound) = name switch                     // of a weight (50, 20, 3, 3): fan in 180, fan out 450
        {
            "xavier uniform" => (Init.XavierUniform(2), 2 * Math.Sqrt(2.0 / 630), 2 * Math.Sqrt(6.0 / 630)),
            "xavier normal" => (Init.XavierNormal(), Math.Sqrt(2.0 / 630), double.PositiveInfinity),
            "kaiming uniform" => (Init.KaimingUniform(), Math.Sqrt(2.0 / 180), Math.Sqrt(6.0 / 180)),
            "kaiming normal" => (Init.KaimingNormal(Gain.Tanh), 5.0 / 3 / Math.Sqrt(180), double.PositiveInfinity),
            "kaiming normal out" => (Init.KaimingNormal(fanOut: true), Math.Sqrt(2.0 / 450), double.PositiveInfinity),
            "normal" => (Init.Normal(0, 0.01), 0.01, double.PositiveInfinity),
            _ => (Init.Uniform(-0.5, 0.5), 0.5 / Math.Sqrt(3), 0.5),
        };
        double[] v = Filled(init, 50, 20, 3, 3);
        Assert.Equal(1, Deviation(v) / deviation, 0.03);
        Assert.InRange(Math.Abs(v.Average()), 0, 0.05 * deviation);
        Assert.InRange(v.Max(), 0.9 * Math.Min(bound, 3 * deviation), bound);
    }

    [Fact]
    public void Constants_are_constant()
    {
        Assert.All(Filled(Init.Zeros, 3), v => Assert.Equal(0, v));
        Assert.All(Filled(Init.Ones, 3), v => Assert.Equal(1, v));
        Assert.All(Filled(Init.Constant(2.5), 2, 2), v => Assert.Equal(2.5, v));
    }

    [Fact]
    public void Defaults_are_those_of_the_field()
    {
        Linear linear = new(300, 100);
        Assert.InRange(linear.Weight.ToArray<float>().Max(), 0.099, 0.1);
        Assert.InRange(linear.Bias!.ToArray<float>().Max(), 0.09, 0.1);
        Conv2d conv = new(64, 5, inputs: 4);
        Assert.InRange(conv.Weight.ToArray<float>().Max(), 0.099, 0.1);
        Assert.InRange(conv.Bias!.ToArray<float>().Max(), 0.08, 0.1);
        ConvTranspose2d up = new(4, 5, inputs: 64);
        Assert.InRange(up.Weight.ToArray<float>().Max(), 0.099, 0.1);
        Assert.Equal(1, Deviation([.. new Embedding(100, 50).Weight.ToArray<double>()]), 0.05);
        Assert.All(new Embedding(4, 3, padding: -1).Weight.ToArray<float>()[9..], v => Assert.Equal(0, v));
    }

    [Fact]
    public void Truncated_normal_stays_within_its_bounds_and_has_their_spread()
    {
        double[] v = Filled(Init.TruncatedNormal(1, 0.5, 0.5, 1.5), 10_000);
        Assert.InRange(v.Min(), 0.5, 0.51);
        Assert.InRange(v.Max(), 1.49, 1.5);
        Assert.Equal(1, v.Average(), 0.01);
        // of a standard normal cut at +-1: sqrt(1 - 2 phi(1) / (2 Phi(1) - 1))
        Assert.Equal(0.5 * 0.53966, Deviation([.. v.Select(x => x - 1)]), 0.005);
    }

    [Theory, InlineData(4, 4), InlineData(7, 3), InlineData(3, 7), InlineData(1, 5), InlineData(6, 1)]
    public void Orthogonal_vectors_are_orthogonal(int rows, int columns)
    {
        double[] q = Filled(Init.Orthogonal(2), rows, columns);
        Tensor m = Tensor.From(q, (rows, columns));
        Tensor gram = rows >= columns ? m.T.MatMul(m) : m.MatMul(m.T);
        double[] g = gram.ToArray<double>();
        int n = Math.Min(rows, columns);
        for (int i = 0; i < n * n; i++) Assert.Equal(i % (n + 1) == 0 ? 4 : 0, g[i], 1e-12);
    }

    [Fact]
    public void The_normal_distribution_is_exact()
    {
        (double X, double P)[] known = [(0, 0.5), (1, 0.841344746068542949), (-1, 0.158655253931457051), (-3, 1.34989803163009452e-3), (-8, 6.22096057427178e-16), (2.5, 0.993790334674223867)];
        foreach ((double x, double p) in known)
        {
            Assert.Equal(1, NormalDistribution.Cumulative(x) / p, 1e-12);
            Assert.Equal(x, NormalDistribution.Quantile(p), 1e-9);
        }
        for (double x = -6; x < 3; x += 0.1) Assert.Equal(x, NormalDistribution.Quantile(NormalDistribution.Cumulative(x)), 1e-9);
        Assert.Equal(double.NegativeInfinity, NormalDistribution.Quantile(0));
    }

    [Fact]
    public void Fans_need_a_matrix() => Assert.Contains("rank 2", Assert.Throws<ShapeException>(() => Filled(Init.XavierUniform(), 5)).Message);
}
