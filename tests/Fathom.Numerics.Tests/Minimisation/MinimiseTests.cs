using Fathom.Numerics.Minimisation;

namespace Fathom.Numerics.Tests.Minimisation;

public class MinimiseTests
{
    static double Rosenbrock(double[] x) => 100 * Math.Pow(x[1] - x[0] * x[0], 2) + Math.Pow(1 - x[0], 2);

    static Tensor RosenbrockOverTensors(Tensor x) => 100 * (x[1..2] - x[0..1] * x[0..1]).Square().Sum() + (1 - x[0..1]).Square().Sum();

    public static TheoryData<string> Methods() => ["powell", "nelder-mead", "bfgs", "lbfgs"];

    static MinimiserMethod Method(string name) => name switch
    {
        "powell" => Minimise.Powell,
        "nelder-mead" => Minimise.NelderMead,
        "bfgs" => Minimise.Bfgs,
        _ => Minimise.Lbfgs,
    };

    [Fact]
    public void Gradients_are_automatic_over_tensors_and_differences_over_doubles()
    {
        foreach (Minimum m in new[]
        {
            Minimise.Bfgs(RosenbrockOverTensors, [-1.2, 1]), Minimise.Lbfgs(RosenbrockOverTensors, [-1.2, 1]),
            Minimise.Bfgs(Objective.Of(Rosenbrock), [-1.2, 1]), Minimise.Lbfgs(Objective.Of(Rosenbrock), [-1.2, 1]),
        })
        {
            Assert.Equal(StopReason.Converged, m.Stop);
            Assert.Equal(1, m.X[0], 6);
            Assert.Equal(1, m.X[1], 6);
        }
        Assert.True(Minimise.Bfgs(RosenbrockOverTensors, [-1.2, 1]).Evaluations < Minimise.Bfgs(Objective.Of(Rosenbrock), [-1.2, 1]).Evaluations);
    }

    [Theory, MemberData(nameof(Methods))]
    public void Bounds_are_kept_and_reached(string name)
    {
        // With x0 at most 0.5 the valley ends at (0.5, 0.25); with x1 at least 2 at about (1.4139, 2).
        bool outside = false;
        Minimum m = Method(name)(Objective.Of(x => { outside |= x[0] > 0.5; return Rosenbrock(x); }), [-1.2, 1], new() { Bounds = new([-2, -2], [0.5, 2]) });
        Assert.False(outside);
        Assert.Equal(0.5, m.X[0], 5);
        Assert.Equal(0.25, m.X[1], 5);
        m = Method(name)(Objective.Of(Rosenbrock), [1.5, 3], new() { Bounds = new([-10, 2], [10, 10]) });
        Assert.Equal(2, m.X[1], 6);
        Assert.InRange(m.X[0], 1.41, 1.4142);
    }

    [Theory, MemberData(nameof(Methods))]
    public void Work_is_told_bounded_and_cancellable(string name)
    {
        var told = new List<MinimiseProgress>();
        Minimum m = Method(name)(Objective.Of(Rosenbrock), [-1.2, 1], new() { OnIteration = told.Add });
        Assert.Equal(Enumerable.Range(1, m.Iterations), told.Select(t => t.Iteration));
        Assert.True(told.Zip(told.Skip(1)).All(p => p.Second.Value <= p.First.Value));
        m = Method(name)(Objective.Of(Rosenbrock), [-1.2, 1], new() { MaxEvaluations = 20 });
        Assert.Equal((StopReason.MaxEvaluations, 20), (m.Stop, m.Evaluations));
        Assert.Equal(Rosenbrock(m.X), m.Value);
        Assert.Equal(StopReason.MaxIterations, Method(name)(Objective.Of(Rosenbrock), [-1.2, 1], new() { MaxIterations = 2 }).Stop);
        using var source = new CancellationTokenSource();
        m = Method(name)(Objective.Of(Rosenbrock), [-1.2, 1], new() { Cancellation = source.Token, OnIteration = p => source.Cancel() });
        Assert.Equal((StopReason.Cancelled, 1), (m.Stop, m.Iterations));
    }

    [Theory, MemberData(nameof(Methods))]
    public void What_is_not_finite_or_falls_for_ever_is_said_so(string name)
    {
        Assert.Equal(StopReason.NotFinite, Method(name)(Objective.Of(x => double.NaN), [1]).Stop);
        Assert.Equal(StopReason.Unbounded, Method(name)(Objective.Of(x => -Math.Exp(x[0])), [1], new() { Step = 1 }).Stop);
        // A wall of not-a-number beside the minimum only turns the search back.
        Minimum m = Method(name)(Objective.Of(x => x[0] - Math.Log(x[0])), [3]);
        Assert.Equal(1, m.X[0], 4);
    }

    [Theory, MemberData(nameof(Methods))]
    public void Senseless_input_is_refused(string name)
    {
        Objective f = Objective.Of(Rosenbrock);
        Assert.Contains("start[1] is NaN", Assert.Throws<ArgumentException>(() => Method(name)(f, [1, double.NaN])).Message);
        Assert.Contains("lies outside the bounds", Assert.Throws<ArgumentException>(() => Method(name)(f, [1, 5], new() { Bounds = Bounds.All(2, -1, 1) })).Message);
        Assert.Contains("bounds for 3 variables", Assert.Throws<ArgumentException>(() => Method(name)(f, [1, 1], new() { Bounds = Bounds.All(3, -1, 1) })).Message);
        Assert.Contains("must not be above", Assert.Throws<ArgumentException>(() => Bounds.All(2, 1, -1)).Message);
    }

    [Fact]
    public void Brackets_hold_the_minimum_between()
    {
        foreach (double start in new[] { -40.0, 0, 2.9, 50 })
        {
            MinimumBracket b = Minimise.Bracket(x => Math.Pow(x - 3, 2), start);
            Assert.Equal(StopReason.Converged, b.Stop);
            Assert.True(b.Low <= 3 && 3 <= b.High && b.Low < b.Middle && b.Middle < b.High);
        }
        Assert.Equal(StopReason.Unbounded, Minimise.Bracket(x => -x, 0).Stop);
        Assert.Equal(StopReason.NotFinite, Minimise.Bracket(x => double.NaN, 0).Stop);
        Assert.Equal(StopReason.MaxEvaluations, Minimise.Bracket(x => -x, 0, options: new() { MaxEvaluations = 5 }).Stop);
        Assert.Contains("the step is 0", Assert.Throws<ArgumentException>(() => Minimise.Bracket(x => x, 0, 0)).Message);
    }

    [Fact]
    public void Sections_find_minima_of_one_variable()
    {
        // Kiusalaas's example of a beam: 1.6 x^3 + 3 x^2 - 2 x has its minimum at 0.27349.
        Func<double, double> f = x => 1.6 * x * x * x + 3 * x * x - 2 * x;
        double exact = (-6 + Math.Sqrt(36 + 4 * 4.8 * 2)) / 9.6;
        LineMinimum golden = Minimise.GoldenSection(f, 0, 1), brent = Minimise.Brent(f, 0, 1);
        Assert.Equal(exact, golden.X, 7);
        Assert.Equal(exact, brent.X, 7);
        Assert.True(brent.Evaluations < golden.Evaluations / 2, $"{brent.Evaluations} {golden.Evaluations}");
        Assert.Equal(1, Minimise.Brent(x => -x, 0, 1).X, 6);
        Assert.Equal(1, Minimise.GoldenSection(x => -x, 0, 1).X, 6);
        Assert.Contains("from 1 to 0 is empty", Assert.Throws<ArgumentException>(() => Minimise.Brent(f, 1, 0)).Message);
        Assert.Equal(StopReason.MaxEvaluations, Minimise.GoldenSection(f, 0, 1, new() { MaxEvaluations = 7 }).Stop);
    }

    [Fact]
    public void Many_variables_are_no_trouble_for_limited_memory()
    {
        double[] start = [.. Enumerable.Range(0, 500).Select(i => i % 2 == 0 ? -1.2 : 1)];
        Minimum m = Minimise.Lbfgs(x =>
        {
            Tensor p = x.Reshape(250, 2), a = p[.., 0..1], b = p[.., 1..2];
            return (100 * (b - a * a).Square() + (1 - a).Square()).Sum();
        }, start);
        Assert.Equal(StopReason.Converged, m.Stop);
        Assert.All(m.X, v => Assert.Equal(1, v, 5));
    }
}
