using Fathom.Numerics.Minimisation;

namespace Fathom.Numerics.Tests.Minimisation;

/// <summary>Problems from Hock and Schittkowski, Test Examples for Nonlinear Programming Codes (1981), under their numbers there; where they took a problem from Powell
/// (in: Fletcher, Optimization, 1969) the name says so.</summary>
public class ConstrainedTests
{
    sealed record Problem(double[] Start, double Optimum, Func<Dual[], Dual> F, (ConstraintKind Kind, Func<Dual[], Dual> C)[] Constraints, Bounds? Bounds = null);

    const ConstraintKind Eq = ConstraintKind.Zero, Ge = ConstraintKind.AtLeastZero;
    const double Inf = double.PositiveInfinity;

    static readonly (ConstraintKind, Func<Dual[], Dual>)[] PowellsConstraints =
    [
        (Eq, x => Dual.Sum(x.Select(v => v * v)) - 10), (Eq, x => x[1] * x[2] - 5 * x[3] * x[4]), (Eq, x => x[0] * x[0] * x[0] + x[1] * x[1] * x[1] + 1),
    ];

    static readonly Dictionary<string, Problem> All = new()
    {
        ["HS6 Betts"] = new([-1.2, 1], 0, x => Dual.Pow(1 - x[0], 2), [(Eq, x => 10 * (x[1] - x[0] * x[0]))]),
        ["HS7 Miele"] = new([2, 2], -Math.Sqrt(3), x => Dual.Log(1 + x[0] * x[0]) - x[1], [(Eq, x => Dual.Pow(1 + x[0] * x[0], 2) + x[1] * x[1] - 4)]),
        ["HS28 Huang and Aggerwal"] = new([-4, 1, 1], 0, x => Dual.Pow(x[0] + x[1], 2) + Dual.Pow(x[1] + x[2], 2), [(Eq, x => x[0] + 2 * x[1] + 3 * x[2] - 1)]),
        ["HS35 Beale"] = new([0.5, 0.5, 0.5], 1.0 / 9, x => 9 - 8 * x[0] - 6 * x[1] - 4 * x[2] + 2 * x[0] * x[0] + 2 * x[1] * x[1] + x[2] * x[2] + 2 * x[0] * x[1] + 2 * x[0] * x[2],
            [(Ge, x => 3 - x[0] - x[1] - 2 * x[2])], Bounds.All(3, 0, Inf)),
        ["HS39 Miele"] = new([2, 2, 2, 2], -1, x => -x[0], [(Eq, x => x[1] - x[0] * x[0] * x[0] - x[2] * x[2]), (Eq, x => x[0] * x[0] - x[1] - x[3] * x[3])]),
        ["HS40 Beltrami"] = new([0.8, 0.8, 0.8, 0.8], -0.25, x => -(x[0] * x[1] * x[2] * x[3]),
            [(Eq, x => x[0] * x[0] * x[0] + x[1] * x[1] - 1), (Eq, x => x[0] * x[0] * x[3] - x[2]), (Eq, x => x[3] * x[3] - x[1])]),
        ["HS43 Rosen and Suzuki"] = new([0, 0, 0, 0], -44,
            x => x[0] * x[0] + x[1] * x[1] + 2 * x[2] * x[2] + x[3] * x[3] - 5 * x[0] - 5 * x[1] - 21 * x[2] + 7 * x[3],
            [
                (Ge, x => 8 - Dual.Sum(x.Select(v => v * v)) - x[0] + x[1] - x[2] + x[3]),
                (Ge, x => 10 - x[0] * x[0] - 2 * x[1] * x[1] - x[2] * x[2] - 2 * x[3] * x[3] + x[0] + x[3]),
                (Ge, x => 5 - 2 * x[0] * x[0] - x[1] * x[1] - x[2] * x[2] - 2 * x[0] + x[1] + x[3]),
            ]),
        ["HS71 Bartholomew-Biggs"] = new([1, 5, 5, 1], 17.0140173, x => x[0] * x[3] * (x[0] + x[1] + x[2]) + x[2],
            [(Ge, x => x[0] * x[1] * x[2] * x[3] - 25), (Eq, x => Dual.Sum(x.Select(v => v * v)) - 40)], Bounds.All(4, 1, 5)),
        ["HS76 Murtagh and Sargent"] = new([0.5, 0.5, 0.5, 0.5], -4.681818181,
            x => x[0] * x[0] + 0.5 * x[1] * x[1] + x[2] * x[2] + 0.5 * x[3] * x[3] - x[0] * x[2] + x[2] * x[3] - x[0] - 3 * x[1] + x[2] - x[3],
            [(Ge, x => 5 - x[0] - 2 * x[1] - x[2] - x[3]), (Ge, x => 4 - 3 * x[0] - x[1] - 2 * x[2] + x[3]), (Ge, x => x[1] + 4 * x[2] - 1.5)], Bounds.All(4, 0, Inf)),
        ["HS78 Powell 1969"] = new([-2, 1.5, 2, -1, -1], -2.91970041, x => x[0] * x[1] * x[2] * x[3] * x[4], PowellsConstraints),
        ["HS79 Miele"] = new([2, 2, 2, 2, 2], 0.0787768209,
            x => Dual.Pow(x[0] - 1, 2) + Dual.Pow(x[0] - x[1], 2) + Dual.Pow(x[1] - x[2], 2) + Dual.Pow(x[2] - x[3], 4) + Dual.Pow(x[3] - x[4], 4),
            [(Eq, x => x[0] + x[1] * x[1] + x[2] * x[2] * x[2] - 2 - 3 * Math.Sqrt(2)), (Eq, x => x[1] - x[2] * x[2] + x[3] + 2 - 2 * Math.Sqrt(2)), (Eq, x => x[0] * x[4] - 2)]),
        ["HS80 Powell 1969"] = new([-2, 2, 2, -1, -1], 0.0539498478, x => Dual.Exp(x[0] * x[1] * x[2] * x[3] * x[4]), PowellsConstraints, PowellsBounds()),
        ["HS81 Powell 1969"] = new([-2, 2, 2, -1, -1], 0.0539498478,
            x => Dual.Exp(x[0] * x[1] * x[2] * x[3] * x[4]) - 0.5 * Dual.Pow(x[0] * x[0] * x[0] + x[1] * x[1] * x[1] + 1, 2), PowellsConstraints, PowellsBounds()),
        ["HS100 Asaadi, Charalambous, Wong"] = new([1, 2, 0, 4, 0, 1, 1], 680.6300573,
            x => Dual.Pow(x[0] - 10, 2) + 5 * Dual.Pow(x[1] - 12, 2) + Dual.Pow(x[2], 4) + 3 * Dual.Pow(x[3] - 11, 2) + 10 * Dual.Pow(x[4], 6) + 7 * x[5] * x[5] + Dual.Pow(x[6], 4)
                - 4 * x[5] * x[6] - 10 * x[5] - 8 * x[6],
            [
                (Ge, x => 127 - 2 * x[0] * x[0] - 3 * Dual.Pow(x[1], 4) - x[2] - 4 * x[3] * x[3] - 5 * x[4]),
                (Ge, x => 282 - 7 * x[0] - 3 * x[1] - 10 * x[2] * x[2] - x[3] + x[4]),
                (Ge, x => 196 - 23 * x[0] - x[1] * x[1] - 6 * x[5] * x[5] + 8 * x[6]),
                (Ge, x => -4 * x[0] * x[0] - x[1] * x[1] + 3 * x[0] * x[1] - 2 * x[2] * x[2] - 5 * x[5] + 11 * x[6]),
            ]),
    };

    public static TheoryData<string> Names() => [.. All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Augmented_lagrangian_reaches_the_known_optimum(string name) => Reaches(name, exact: true, Minimise.Bfgs, 1e-8, 1e-6);

    [Theory, MemberData(nameof(Names))]
    public void So_it_does_without_derivatives(string name) => Reaches(name, exact: false, Minimise.Powell, 1e-6, 1e-5);

    [Fact]
    public void Plain_penalty_comes_as_near_as_its_weight_allows()
    {
        // The least x^2 + y^2 on x + y = 2 is 2 at (1, 1) with multiplier -2; a weight w reaches x = w / (1 + w).
        var seen = new List<ConstrainedProgress>();
        ConstrainedMinimum m = Minimise.Penalty(Objective.Of(x => x[0] * x[0] + x[1] * x[1]), [Constraint.Zero(x => x[0] + x[1] - 2)], [0, 0],
            new() { FirstPenalty = 1, MaxRounds = 4, OnRound = seen.Add });
        Assert.Equal([1, 10, 100, 1000], seen.Select(s => s.Penalty));
        foreach (ConstrainedProgress s in seen) Assert.Equal(s.Penalty / (1 + s.Penalty), s.X[0], 6);
        Assert.Equal(StopReason.Infeasible, m.Stop);
        Assert.Equal([0.0], m.Multipliers);
    }

    [Fact]
    public void Multipliers_say_how_fast_the_value_would_fall()
    {
        ConstrainedMinimum m = Minimise.AugmentedLagrangian(Objective.OverTensors(x => (x * x).Sum()),
            [new(Objective.OverTensors(x => x.Sum() - 2), ConstraintKind.AtLeastZero), Constraint.AtMostZero(x => x[0] - 50)], [5, 0]);
        Assert.Equal(StopReason.Converged, m.Stop);
        Assert.Equal(1, m.X[0], 6);
        Assert.Equal(-2, m.Multipliers[0], 5);
        Assert.Equal(0, m.Multipliers[1]);
    }

    [Fact]
    public void What_cannot_be_kept_is_said_so()
    {
        ConstrainedMinimum m = Minimise.AugmentedLagrangian(Objective.Of(x => x[0] * x[0]), [Constraint.AtMostZero(x => x[0] * x[0] + 1)], [3]);
        Assert.Equal(StopReason.Infeasible, m.Stop);
        Assert.InRange(m.Violation, 1, 1.01);
    }

    [Fact]
    public void Work_is_bounded_and_cancellable_and_senseless_input_refused()
    {
        Objective f = Objective.Of(x => x[0] * x[0] + x[1] * x[1]);
        Constraint[] line = [Constraint.Zero(x => x[0] + x[1] - 2)];
        using var source = new CancellationTokenSource();
        ConstrainedMinimum m = Minimise.AugmentedLagrangian(f, line, [0, 0], new() { Cancellation = source.Token, OnRound = r => { if (r.Round == 2) source.Cancel(); } });
        Assert.Equal((StopReason.Cancelled, 3), (m.Stop, m.Rounds));
        m = Minimise.AugmentedLagrangian(f, line, [0, 0], new() { MaxEvaluations = 50 });
        Assert.Equal((StopReason.MaxEvaluations, true), (m.Stop, m.Evaluations <= 51));
        Assert.Contains("PenaltyGrowth is 1", Assert.Throws<ArgumentException>(() => Minimise.Penalty(f, line, [0, 0], new() { PenaltyGrowth = 1 })).Message);
        Assert.Contains("start[0] is NaN", Assert.Throws<ArgumentException>(() => Minimise.Penalty(f, line, [double.NaN, 0])).Message);
    }

    static Bounds PowellsBounds() => new([-2.3, -2.3, -3.2, -3.2, -3.2], [2.3, 2.3, 3.2, 3.2, 3.2]);

    static void Reaches(string name, bool exact, MinimiserMethod method, double feasibility, double precision)
    {
        Problem p = All[name];
        ConstrainedMinimum m = Minimise.AugmentedLagrangian(Of(p.F), [.. p.Constraints.Select(c => new Constraint(Of(c.C), c.Kind))], p.Start,
            new() { Bounds = p.Bounds, Feasibility = feasibility, Tolerance = 1e-9, MaxEvaluations = 500_000 }, method);
        string seen = $"{name}: {m.Value:g10} at ({string.Join(", ", m.X)}), violation {m.Violation:e1}, {m.Stop} after {m.Rounds} rounds, {m.Evaluations} evaluations; known is {p.Optimum}";
        Assert.True(m.Stop == StopReason.Converged, seen);
        Assert.True(Math.Abs(m.Value - p.Optimum) <= precision * Math.Max(1, Math.Abs(p.Optimum)), seen);
        Assert.True(m.Violation <= feasibility, seen);

        Objective Of(Func<Dual[], Dual> f) => exact
            ? Objective.Of(x => f([.. x.Select(v => (Dual)v)]).V, x => [.. f(Dual.Variables(x)).G.Concat(new double[x.Length]).Take(x.Length)])
            : Objective.Of(x => f([.. x.Select(v => (Dual)v)]).V);
    }
}
