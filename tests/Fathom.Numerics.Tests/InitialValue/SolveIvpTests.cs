using Fathom.Numerics.InitialValue;

namespace Fathom.Numerics.Tests.InitialValue;

public class SolveIvpTests
{
    static readonly AdaptiveOptions Tight = new() { RelativeTolerance = 1e-10, AbsoluteTolerance = 1e-12 };

    static InitialValueProblem Decay(double end = 1) => new((t, y) => -y, 0, 1, end);

    [Theory]
    [InlineData("euler", 1)]
    [InlineData("midpoint", 2)]
    [InlineData("rk4", 4)]
    public void Fixed_steps_have_their_order(string method, int order)
    {
        double[] errors = [.. new[] { 32, 64 }.Select(n => Math.Abs(Fixed(method, n).Last[0] - Math.Exp(-1)))];
        Assert.InRange(Math.Log2(errors[0] / errors[1]), order - 0.15, order + 0.15);

        static IvpSolution Fixed(string method, int n) => method switch
        {
            "euler" => SolveIvp.Euler(Decay(), n),
            "midpoint" => SolveIvp.Midpoint(Decay(), n),
            _ => SolveIvp.RungeKutta4(Decay(), n),
        };
    }

    [Fact]
    public void Fixed_steps_match_the_hand_computed_ones()
    {
        Assert.Equal(0.25, SolveIvp.Euler(Decay(), 2).Last[0], 15);                       // (1 - 1/2)^2
        Assert.Equal(0.390625, SolveIvp.Midpoint(Decay(), 2).Last[0], 15);                // (1 - 1/2 + 1/8)^2
        double rk4 = 1 - 0.5 + 0.125 - 1.0 / 48 + 1.0 / 384;
        Assert.Equal(rk4 * rk4, SolveIvp.RungeKutta4(Decay(), 2).Last[0], 15);
    }

    [Fact]
    public void Dense_output_is_near_the_solution_between_steps()
    {
        foreach (IvpSolution s in new[] { SolveIvp.DormandPrince(Decay(5), Tight), SolveIvp.Radau(Decay(5), Tight) })
            for (double t = 0; t <= 5; t += 0.037) Assert.Equal(Math.Exp(-t), s.At(t)[0], 8);
    }

    [Fact]
    public void Backwards_undoes_forwards()
    {
        IvpSolution s = SolveIvp.DormandPrince(new((t, y) => y * Math.Cos(t), 3, Math.Exp(Math.Sin(3)), 0), Tight);
        Assert.Equal(1, s.Last[0], 8);
        Assert.Equal(Math.Exp(Math.Sin(1.5)), s.At(1.5)[0], 8);
        Assert.Throws<ArgumentOutOfRangeException>(() => s.At(3.1));
    }

    [Fact]
    public void Higher_order_is_reduced()
    {
        IvpSolution s = SolveIvp.DormandPrince(InitialValueProblem.HigherOrder((t, y) => -y[0], 0, [0, 1], Math.PI / 2), Tight);
        Assert.Equal(1, s.Last[0], 9);
        Assert.Equal(0, s.Last[1], 9);
    }

    [Fact]
    public void A_bouncing_ball_lands_and_stops()
    {
        var top = new IvpEvent("top", (t, y) => y[1], EventDirection.Falling);
        var never = new IvpEvent("bottom", (t, y) => y[1], EventDirection.Rising);
        var ground = new IvpEvent("ground", (t, y) => y[0], EventDirection.Falling, Terminal: true);
        IvpSolution s = SolveIvp.DormandPrince(InitialValueProblem.HigherOrder((t, y) => -9.81, 0, [0, 10], 100), new() { Events = [top, never, ground] });
        Assert.Equal(IvpStop.Event, s.Stop);
        Assert.Equal(["top", "ground"], s.Events.Select(e => e.Event.Name));
        Assert.Equal(10 / 9.81, s.Events[0].T, 10);
        Assert.Equal(20 / 9.81, s.LastTime, 10);
        Assert.Equal(0, s.Last[0], 9);
    }

    [Fact]
    public void Blow_up_is_reported_where_it_happens()
    {
        foreach (Func<InitialValueProblem, AdaptiveOptions?, IvpSolution> method in new[] { SolveIvp.DormandPrince, (Func<InitialValueProblem, AdaptiveOptions?, IvpSolution>)SolveIvp.Radau })
        {
            IvpSolution s = method(new((t, y) => y * y, 0, 1, 2), new());
            Assert.Equal(IvpStop.BlowUp, s.Stop);
            Assert.Equal(1, s.LastTime, 3);
        }
        Assert.Equal(IvpStop.BlowUp, SolveIvp.DormandPrince(new((t, y) => y, 0, 1, 1000)).Stop);
        Assert.Equal(IvpStop.BlowUp, SolveIvp.Euler(new((t, y) => y * y, 0, 1, 10), 100).Stop);
    }

    [Fact]
    public void A_jump_to_nothing_is_reported()
    {
        IvpSolution s = SolveIvp.DormandPrince(new((t, y) => t < 0.5 ? 1 : double.NaN, 0, 0, 1));
        Assert.Equal(IvpStop.NonFinite, s.Stop);
        Assert.Equal(0.5, s.LastTime, 9);
        Assert.Equal(IvpStop.NonFinite, SolveIvp.DormandPrince(new((t, y) => double.NaN, 0, 0, 1)).Stop);
        Assert.Equal(IvpStop.NonFinite, SolveIvp.Radau(new((t, y) => double.NaN, 0, 0, 1)).Stop);
    }

    [Fact]
    public void Stiffness_is_reported_and_radau_takes_it()
    {
        var problem = new InitialValueProblem((t, y) => -1e6 * (y - Math.Cos(t)), 0, 0, 10);
        Assert.Equal(IvpStop.TooStiff, SolveIvp.DormandPrince(problem).Stop);
        Assert.Equal(IvpStop.MaxSteps, SolveIvp.DormandPrince(problem, new() { StiffnessCheck = 0, MaxSteps = 3000 }).Stop);
        IvpSolution s = SolveIvp.Radau(problem);
        Assert.True(s.Succeeded);
        Assert.Equal(Math.Cos(10), s.Last[0], 5);
        Assert.True(s.Work.Accepted < 200, $"{s.Work}");
    }

    [Fact]
    public void Van_der_pol_with_an_automatic_jacobian_matches_the_reference()
    {
        // The reference is of Hairer and Wanner's test set for stiff solvers: epsilon = 1e-6, time 2, which is mu = 1000 over 2000 in the unscaled form.
        IvpSolution s = SolveIvp.Radau(InitialValueProblem.OverTensors(
            (t, y) => Tensor.Cat([y[1..2], 1000 * (1 - y[0..1] * y[0..1]) * y[1..2] - y[0..1]]), 0, [2, 0], 2000), Tight with { RelativeTolerance = 1e-8 });
        Assert.True(s.Succeeded, s.Message);
        Assert.Equal(1.706167732170483, s.Last[0], 6);
        Assert.Equal(-0.8928097010247975e-3, s.Last[1], 8);
        Assert.True(s.Work.Jacobians > 5);
    }

    [Fact]
    public void Robertson_matches_the_reference()
    {
        // Hairer and Wanner's test set, at t = 40 and t = 1e11 (the limit of the set's last output).
        var problem = new InitialValueProblem((t, y) =>
        {
            double a = 0.04 * y[0], b = 1e4 * y[1] * y[2], c = 3e7 * y[1] * y[1];
            return [-a + b, a - b - c, c];
        }, 0, [1, 0, 0], 1e11);
        IvpSolution s = SolveIvp.Radau(problem, Tight with { AbsoluteTolerance = 1e-16 });
        Assert.True(s.Succeeded, s.Message);
        double[] at40 = s.At(40);
        Assert.Equal(0.7158270687194, at40[0], 8);
        Assert.Equal(0.9185534764558e-5, at40[1], 12);
        Assert.InRange(s.Last[0] / 0.2083340149701255e-7, 1 - 1e-4, 1 + 1e-4);
        Assert.InRange(s.Last[1] / 0.8333360770334713e-13, 1 - 1e-4, 1 + 1e-4);
    }

    [Fact]
    public void Finite_differences_and_tensors_give_the_same_solution()
    {
        var lambda = new InitialValueProblem((t, y) => [y[1], -100 * y[1] - 99 * Math.Sin(y[0])], 0, [1, 0], 5);
        var tensor = InitialValueProblem.OverTensors((t, y) => Tensor.Cat([y[1..2], -100 * y[1..2] - 99 * y[0..1].Sin()]), 0, [1, 0], 5);
        double[] a = SolveIvp.Radau(lambda, Tight).Last, b = SolveIvp.Radau(tensor, Tight).Last, c = SolveIvp.DormandPrince(tensor, Tight).Last;
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(a[i], b[i], 8);
            Assert.Equal(a[i], c[i], 8);
        }
    }

    [Fact]
    public void Steps_are_told_and_work_is_bounded()
    {
        int accepted = 0, rejected = 0;
        IvpSolution s = SolveIvp.DormandPrince(DetestTests.Problem("D5"), new() { OnStep = step => _ = step.Accepted ? accepted++ : rejected++ });
        Assert.Equal((s.Work.Accepted, s.Work.Rejected), (accepted, rejected));
        Assert.True(rejected > 0);
        Assert.Equal(s.Times.Count, accepted + 1);
        s = SolveIvp.DormandPrince(DetestTests.Problem("D5"), new() { MaxEvaluations = 100 });
        Assert.Equal(IvpStop.MaxEvaluations, s.Stop);
        Assert.InRange(s.Work.Evaluations, 100, 110);
        using var source = new CancellationTokenSource();
        s = SolveIvp.Radau(DetestTests.Problem("D5"), new() { Cancellation = source.Token, OnStep = step => { if (step.T > 1) source.Cancel(); } });
        Assert.Equal(IvpStop.Cancelled, s.Stop);
        Assert.InRange(s.LastTime, 1, 10);
    }

    [Fact]
    public void Control_of_the_whole_error_says_when_it_cannot_and_keeps_events_and_limits()
    {
        var orbit = DetestTests.Problem("D5");
        Assert.Equal(IvpStop.ToleranceNotReached, SolveIvp.ToGlobalTolerance(orbit, new() { RelativeTolerance = 1e-13, AbsoluteTolerance = 1e-13, MaxSteps = 1_000_000 }).Stop);
        IvpSolution s = SolveIvp.ToGlobalTolerance(orbit, new() { MaxEvaluations = 5000 });
        Assert.Equal(IvpStop.MaxEvaluations, s.Stop);
        Assert.InRange(s.Work.Evaluations, 5000, 5010);
        // Half an orbit of eccentricity 0.9 from the near side: the far side is reached at pi.
        var far = new IvpEvent("far side", (t, y) => y[1], EventDirection.Falling, Terminal: true);
        s = SolveIvp.ToGlobalTolerance(orbit, new() { Events = [far] });
        Assert.Equal(IvpStop.Event, s.Stop);
        Assert.Equal(Math.PI, s.LastTime, 5);
    }

    [Fact]
    public void The_longest_step_is_kept()
    {
        double longest = 0;
        SolveIvp.DormandPrince(Decay(10), new() { MaxStep = 0.05, OnStep = s => longest = Math.Max(longest, s.H) });
        Assert.InRange(longest, 0.049, 0.05051);
    }

    [Fact]
    public void Senseless_input_is_refused_with_its_name()
    {
        Assert.Contains("initial[1] is NaN", Assert.Throws<ArgumentException>(() => new InitialValueProblem((t, y) => y, 0, [1, double.NaN], 1)).Message);
        Assert.Contains("start and end are both 2", Assert.Throws<ArgumentException>(() => new InitialValueProblem((t, y) => y, 2, 1, 2)).Message);
        Assert.Contains("RelativeTolerance is 0", Assert.Throws<ArgumentException>(() => SolveIvp.DormandPrince(Decay(), new() { RelativeTolerance = 0 })).Message);
        Assert.Contains("2 absolute tolerances for 1", Assert.Throws<ArgumentException>(() => SolveIvp.Radau(Decay(), new() { AbsoluteTolerances = [1e-3, 1e-3] })).Message);
        Assert.Contains("IvpOptions instead", Assert.Throws<ArgumentException>(() => SolveIvp.Euler(Decay(), 3, new AdaptiveOptions())).Message);
        Assert.Contains("returned 1 values for a state of 2", Assert.Throws<ArgumentException>(() => SolveIvp.Euler(new((t, y) => [1], 0, [1, 2], 1), 3)).Message);
    }

    [Fact]
    public void Constants_are_found_from_known_values()
    {
        Assert.Equal(5 - 8, IntegrationConstant.Of(x => 3 * x * x, 2, 5), 10);                          // y = x^3 + c
        Assert.Equal(3 / Math.Exp(-2), IntegrationConstant.InFamily((x, c) => c * Math.Exp(-x), 2, 3), 10);
        Assert.Equal(2, IntegrationConstant.InFamily((x, c) => Math.Exp(c * x), 1, Math.Exp(2)), 10);
        Assert.Contains("does not depend on c", Assert.Throws<ArithmeticException>(() => IntegrationConstant.InFamily((x, c) => x, 2, 3)).Message);
        Assert.Contains("the solution has grown", Assert.Throws<ArithmeticException>(() => IntegrationConstant.Of(x => 1 / (x * x), 1, 1, -1)).Message);
    }
}
