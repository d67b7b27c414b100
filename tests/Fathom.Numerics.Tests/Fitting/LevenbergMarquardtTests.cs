namespace Fathom.Numerics.Tests.Fitting;

public class LevenbergMarquardtTests
{
    static readonly double[] MisraX = [77.6, 114.9, 141.1, 190.8, 239.9, 289.0, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760.0];
    static readonly double[] MisraY = [10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.40, 75.47, 81.78];

    /// <summary>Misra1a of the Statistical Reference Datasets, from both of its starting points.</summary>
    [Theory]
    [InlineData(500, 0.0001)]
    [InlineData(250, 0.0005)]
    public void Misra1a(double b1, double b2)
    {
        NonlinearFit fit = LevenbergMarquardt.Fit((b, x) => b[0] * (1 - (-b[1] * x).Exp()), MisraX, MisraY, [b1, b2]);
        Assert.Equal(StopReason.Converged, fit.Stop);
        Assert.Equal(2.3894212918E+02, fit.Parameters[0], 2e-8);
        Assert.Equal(5.5015643181E-04, fit.Parameters[1], 1e-13);
        Assert.Equal(1.2455138894E-01, fit.SumOfSquares, 1e-11);
        Assert.Equal(2.7070075241E+00, fit.StandardErrors[0], 1e-8);
        Assert.Equal(7.2668688436E-06, fit.StandardErrors[1], 1e-14);
    }

    static Tensor Rosenbrock(Tensor x) => Tensor.Stack([10 * (x[1] - x[0] * x[0]), 1 - x[0]]);

    [Fact]
    public void Rosenbrock_free_and_bounded()
    {
        NonlinearFit free = LevenbergMarquardt.Minimise(Rosenbrock, [-1.2, 1]);
        Assert.Equal(StopReason.Converged, free.Stop);
        Assert.Equal([1, 1], free.Parameters, (a, b) => Math.Abs(a - b) < 1e-10);
        NonlinearFit bounded = LevenbergMarquardt.Minimise(Rosenbrock, [-1.2, 1], new() { Bounds = new([double.NegativeInfinity, double.NegativeInfinity], [0.5, 10]) });
        Assert.Equal(StopReason.Converged, bounded.Stop);
        Assert.Equal([0.5, 0.25], bounded.Parameters, (a, b) => Math.Abs(a - b) < 1e-9);
        NonlinearFit held = LevenbergMarquardt.Minimise(Rosenbrock, [-1.2, 1], new() { Bounds = new([-0.5, -10], [-0.5, 10]) });
        Assert.Equal([-0.5, 0.25], held.Parameters, (a, b) => Math.Abs(a - b) < 1e-9);
    }

    [Fact]
    public void Stops_for_reasons_and_reports()
    {
        List<NonlinearIteration> seen = [];
        Assert.Equal(StopReason.MaxIterations, LevenbergMarquardt.Minimise(Rosenbrock, [-1.2, 1], new() { MaxIterations = 3, OnIteration = seen.Add }).Stop);
        Assert.Equal([1, 2, 3], seen.Select(i => i.Number));
        Assert.True(seen[2].ResidualNorm < seen[0].ResidualNorm);
        Assert.Equal(StopReason.MaxEvaluations, LevenbergMarquardt.Minimise(Rosenbrock, [-1.2, 1], new() { MaxEvaluations = 4 }).Stop);
        using var source = new CancellationTokenSource();
        NonlinearFit cancelled = LevenbergMarquardt.Minimise(Rosenbrock, [-1.2, 1], new() { OnIteration = i => source.Cancel(), Cancellation = source.Token });
        Assert.Equal(StopReason.Cancelled, cancelled.Stop);
        Assert.True(cancelled.ResidualNorm < 4.9);      // the best so far is kept
    }

    [Fact]
    public void Wrong_input_is_refused_with_reasons()
    {
        Assert.Contains("not finite at the first guess", Assert.Throws<ArgumentException>(() => LevenbergMarquardt.Minimise(x => x.Log(), [-1])).Message);
        Assert.Contains("bounds for 2 parameters, a start of 1", Assert.Throws<ArgumentException>(() => LevenbergMarquardt.Minimise(x => x, [1], new() { Bounds = Bounds.All(2, 0, 1) })).Message);
        Assert.Contains("start[0]", Assert.Throws<ArgumentException>(() => LevenbergMarquardt.Minimise(x => x, [double.NaN])).Message);
        Assert.Contains("tensor operations", Assert.Throws<ArgumentException>(() => LevenbergMarquardt.Minimise(x => Tensor.Ones(2), [1])).Message);
    }

    [Fact]
    public void Steps_outside_the_domain_are_shortened()
    {
        NonlinearFit fit = LevenbergMarquardt.Minimise(x => x.Log() - 3, [0.001]);      // a full step would be far away; negative arguments give NaN
        Assert.Equal(Math.Exp(3), fit.Parameters[0], 1e-9);
    }
}
