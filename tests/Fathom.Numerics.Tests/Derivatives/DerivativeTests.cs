using System.Linq.Expressions;

namespace Fathom.Numerics.Tests.Derivatives;

public class DerivativeTests
{
    /// <summary>Name, lambda, point and the first three derivatives worked out by hand.</summary>
    public static TheoryData<string, Expression<Func<double, double>>, double, double[]> Table => new()
    {
        { "cube", x => x * x * x - 2 * x, 1.5, [3 * 2.25 - 2, 9, 6] },
        { "sin", x => Math.Sin(x), 0.7, [Math.Cos(0.7), -Math.Sin(0.7), -Math.Cos(0.7)] },
        { "exp", x => Math.Exp(2 * x), 0.3, [2 * Math.Exp(0.6), 4 * Math.Exp(0.6), 8 * Math.Exp(0.6)] },
        { "log", x => Math.Log(x), 2, [0.5, -0.25, 0.25] },
        { "reciprocal", x => 1 / x, 2, [-0.25, 0.25, -0.375] },
        { "power", x => Math.Pow(x, 2.5), 4, [20, 7.5, 0.9375] },
        { "sqrt", x => Math.Sqrt(x), 4, [0.25, -1.0 / 32, 3.0 / 256] },
        { "tanh", x => Math.Tanh(x), 0, [1, 0, -2] },
        { "atan", x => Math.Atan(x), 1, [0.5, -0.5, 0.5] },
        { "branch", x => x > 0 ? x * x : -x, -3, [-1, 0, 0] },
        { "constant", x => 4, 1, [0, 0, 0] },
        { "log in base 2", x => Math.Log(x, 2), 1, [1 / Math.Log(2), -1 / Math.Log(2), 2 / Math.Log(2)] },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Lambdas_over_doubles(string name, Expression<Func<double, double>> f, double x, double[] derivatives)
    {
        for (int order = 1; order <= 3; order++) Near(derivatives[order - 1], Derivative.Of(f, order)(x), 1e-13, $"{name}, order {order}");
        Assert.Equal(f.Compile()(x), Derivative.UpTo(f, x, 0)[0], 1e-14);
    }

    [Fact]
    public void A_lambda_may_use_what_it_captures()
    {
        double a = 3;
        int n = 4;
        Func<double, double> d = Derivative.Of(x => a * Math.Pow(x, n));
        Assert.Equal(96, d(2), 1e-12);
        a = 1;
        Assert.Equal(32, d(2), 1e-12);
    }

    [Fact]
    public void A_function_over_tensors_and_high_orders()
    {
        Assert.Equal(6, Derivative.Of(x => x * x)(3));
        Assert.Equal(40320, Derivative.Of(x => x.Pow(8), 8)(0.5), 1e-8);
        double[] all = Derivative.UpTo(x => x.Sin() * x.Exp(), 0, 8);      // Taylor: every fourth derivative is -4 times the function
        Assert.Equal([0, 1, 2, 2, 0, -4, -8, -8, 0], all.Select(v => Math.Round(v, 9)));
    }

    [Fact]
    public void Element_by_element()
    {
        double[] x = [0, 0.5, 2];
        Assert.Equal(x.Select(v => -Math.Sin(v)), Derivative.Elementwise(t => t.Sin(), 2)(Tensor.From(x)).ToArray<double>(), (a, b) => Math.Abs(a - b) < 1e-15);
    }

    [Fact]
    public void Gradients_Jacobians_and_Hessians()
    {
        Assert.Equal([2 * 3.0 * 2, 9], Derivative.Gradient(x => x[0] * x[0] * x[1])([3, 2]));
        Assert.Equal([2 * 3.0 * 2, 9], Derivative.Gradient((x, y) => x * x * y)(3, 2));
        Assert.Equal(new double[,] { { 4, 6 }, { 6, 0 } }, Derivative.Hessian((x, y) => x * x * y)(3, 2));
        Assert.Equal(new double[,] { { 4, 6 }, { 6, 0 } }, Derivative.Hessian(x => x[0] * x[0] * x[1])([3, 2]));
        Assert.Equal(new double[,] { { 2, 3 }, { 1, 1 }, { 6, 0 } }, Derivative.Jacobian(x => Tensor.Stack([x[0] * x[1], x[0] + x[1], x[0] * x[0]]))([3, 2]));
    }

    [Fact]
    public void What_cannot_be_traced_is_named()
    {
        Func<double, double> opaque = x => x;
        var e = Assert.Throws<NotSupportedException>(() => Derivative.Of(x => opaque(x))(1));
        Assert.Contains("FiniteDifference", e.Message);
        Assert.Contains("opaque", e.Message);
    }

    [Fact]
    public void Points_must_be_finite() => Assert.Throws<ArgumentException>(() => Derivative.Of(x => x * x)(double.NaN));

    [Theory]
    [InlineData(1, 1e-11)]
    [InlineData(2, 1e-9)]
    [InlineData(3, 1e-7)]
    [InlineData(4, 1e-5)]
    public void Differences_estimate_their_own_error(int order, double enough)
    {
        DerivativeComparison c = Derivative.Compare(x => Math.Exp(x) * Math.Sin(x), 0.8, order);
        Assert.True(c.Agree, c.ToString());
        Assert.True(c.Difference < enough, c.ToString());
    }

    [Fact]
    public void Differences_shrink_into_the_domain()
    {
        DifferenceEstimate d = FiniteDifference.Derivative(Math.Log, 0.01);
        Assert.Equal(100, d.Value, 1e-6);
        Assert.True(Math.Abs(d.Value - 100) <= d.Error);
    }

    [Fact]
    public void Differences_stop_for_reasons()
    {
        Assert.Equal(StopReason.NotFinite, FiniteDifference.Derivative(x => double.NaN, 1).Stop);
        Assert.Equal(StopReason.MaxEvaluations, FiniteDifference.Derivative(Math.Sin, 1, 1, new() { MaxEvaluations = 5 }).Stop);
        Assert.Equal(StopReason.Cancelled, FiniteDifference.Derivative(Math.Sin, 1, 1, new() { Cancellation = new(true) }).Stop);
        int calls = 0;
        FiniteDifference.Derivative(Math.Sin, 1, 1, new() { OnIteration = _ => calls++ });
        Assert.True(calls > 2);
    }

    static void Near(double expected, double got, double tolerance, string what) =>
        Assert.True(Math.Abs(expected - got) <= tolerance * Math.Max(1, Math.Abs(expected)), $"{what}: {got} for {expected}");
}
