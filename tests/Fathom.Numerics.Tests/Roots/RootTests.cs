namespace Fathom.Numerics.Tests.Roots;

public class RootTests
{
    public static TheoryData<string, Func<double, double>, Func<Tensor, Tensor>, double, double, double> Table => new()
    {
        { "square", x => x * x - 2, x => x * x - 2, 0, 2, Math.Sqrt(2) },
        { "cosine", x => Math.Cos(x) - x, x => x.Cos() - x, 0, 1, 0.7390851332151607 },
        { "exponential", x => Math.Exp(x) - 5, x => x.Exp() - 5, -10, 10, Math.Log(5) },
        { "flat", x => Math.Pow(x - 1, 9), x => (x - 1).Pow(9), -1, 4, 1 },
        { "steep", x => Math.Atan(1e4 * (x - 0.3)), x => (1e4 * (x - 0.3)).Atan(), -5, 9, 0.3 },
        { "zero at an end", x => x * (x - 3), x => x * (x - 3), 3, 5, 3 },
        { "zero at zero", x => x * x * x, x => x * x * x, -1, 1.5, 0 },
        { "large", x => x * x * x - 1e27, x => x * x * x - 1e27, 0, 1e12, 1e9 },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Brackets(string name, Func<double, double> f, Func<Tensor, Tensor> g, double low, double high, double root)
    {
        foreach (RootResult r in new[] { Root.Bisection(f, low, high), Root.Brent(f, low, high), Root.Newton(g, low, high) })
        {
            Assert.Equal(StopReason.Converged, r.Stop);
            Assert.True(Math.Abs(r.X - root) <= Math.Max(1e-13, 1e-14 * Math.Abs(root)) + r.Error, $"{name}: {r}");
            Assert.True(r.Error <= 1e-13 * Math.Max(1, Math.Abs(root)), $"{name}: {r}");
        }
    }

    [Fact]
    public void Better_methods_need_less_work()
    {
        int bisection = Root.Bisection(x => Math.Exp(x) - 5, -10, 10).Evaluations;
        int brent = Root.Brent(x => Math.Exp(x) - 5, -10, 10).Evaluations, newton = Root.Newton(x => Math.Exp(x) - 5, 1.0).Evaluations;
        Assert.True(bisection > 45 && brent < 20 && newton < 16, $"{bisection} {brent} {newton}");
    }

    [Fact]
    public void Newton_from_a_point()
    {
        RootResult r = Root.Newton(x => Math.Atan(x) - 0.25, 4.0);        // undamped Newton would run away
        Assert.Equal(StopReason.Converged, r.Stop);
        Assert.Equal(Math.Tan(0.25), r.X, 1e-14);
        Assert.NotEqual(StopReason.Converged, Root.Newton(x => x * x + 1, 0.7).Stop);
        Assert.Equal(StopReason.Singular, Root.Newton(x => x * x + 1, 0.0).Stop);
    }

    [Fact]
    public void Bad_brackets_are_refused_with_reasons()
    {
        Assert.Contains("same sign", Assert.Throws<ArgumentException>(() => Root.Brent(x => x * x + 1, -1, 1)).Message);
        Assert.Contains("f(0) is -Infinity", Assert.Throws<ArgumentException>(() => Root.Bisection(Math.Log, 0, 2)).Message);
        Assert.Contains("low is NaN", Assert.Throws<ArgumentException>(() => Root.Bisection(x => x, double.NaN, 2)).Message);
    }

    [Fact]
    public void Stops_for_reasons_and_reports()
    {
        List<RootIteration> seen = [];
        RootResult r = Root.Bisection(x => x * x - 2, 0, 2, new() { MaxIterations = 5, OnIteration = seen.Add });
        Assert.Equal(StopReason.MaxIterations, r.Stop);
        Assert.Equal([1, 2, 3, 4, 5], seen.Select(i => i.Number));
        Assert.Equal([1, 0.5, 0.25, 0.125, 0.0625], seen.Select(i => i.Width));
        Assert.Equal(StopReason.MaxEvaluations, Root.Brent(x => x * x - 2, 0, 2, new() { MaxEvaluations = 4 }).Stop);
        Assert.Equal(StopReason.Cancelled, Root.Newton(x => x * x - 2, 1.0, new() { Cancellation = new(true) }).Stop);
        Assert.Equal(StopReason.NotFinite, Root.Bisection(x => x == 1 ? double.NaN : x - 1.2, 0, 2).Stop);
    }

    [Fact]
    public void Systems()
    {
        SystemResult r = RootSystem.Newton(x => Tensor.Stack([x[0] * x[0] + x[1] * x[1] - 4, x[0] * x[1] - 1]), [2, 0.3]);
        Assert.Equal(StopReason.Converged, r.Stop);
        Assert.Equal(Math.Sqrt(2 + Math.Sqrt(3)), r.X[0], 1e-14);
        Assert.Equal(1 / r.X[0], r.X[1], 1e-14);
        SystemResult far = RootSystem.Newton(x => Tensor.Stack([10 * (x[1] - x[0] * x[0]), 1 - x[0]]), [-1.2, 1]);
        Assert.Equal([1, 1], far.X, (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void Systems_stop_for_reasons()
    {
        Assert.Equal(StopReason.Singular, RootSystem.Newton(x => Tensor.Stack([x[0] + x[1], 2 * x[0] + 2 * x[1] - 1]), [1, 1]).Stop);
        Assert.NotEqual(StopReason.Converged, RootSystem.Newton(x => x * x + 1, [0.7]).Stop);
        Assert.Equal(StopReason.MaxIterations, RootSystem.Newton(x => x.Atan(), [3], new() { MaxIterations = 1 }).Stop);
        Assert.Contains("1 equations in 2 unknowns", Assert.Throws<ArgumentException>(() => RootSystem.Newton(x => x[0], [1, 2])).Message);
        Assert.Contains("not finite at the start", Assert.Throws<ArgumentException>(() => RootSystem.Newton(x => x.Log(), [-1])).Message);
    }
}
