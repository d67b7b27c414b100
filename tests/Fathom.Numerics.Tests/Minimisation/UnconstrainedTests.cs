using Fathom.Numerics.Minimisation;

namespace Fathom.Numerics.Tests.Minimisation;

public class UnconstrainedTests
{
    // Searching along the axes first, Powell's method goes down into another valley here.
    static readonly string[] OtherValleyForPowell = ["12 Box three-dimensional", "26 Trigonometric, 5 variables"];

    public static TheoryData<string> Names() => [.. MoreGarbowHillstrom.All.Select(p => p.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Bfgs_reaches_the_known_optimum(string name) => Reaches(name, (f, x, o) => Minimise.Bfgs(f, x, o), exact: true);

    [Theory, MemberData(nameof(Names))]
    public void Lbfgs_reaches_the_known_optimum(string name) => Reaches(name, (f, x, o) => Minimise.Lbfgs(f, x, o), exact: true);

    [Theory, MemberData(nameof(Names))]
    public void Powell_reaches_the_known_optimum_or_another_minimum(string name)
    {
        if (!OtherValleyForPowell.Contains(name))
        {
            Reaches(name, (f, x, o) => Minimise.Powell(f, x, o), exact: false);
            return;
        }
        MoreGarbowHillstrom.Problem p = MoreGarbowHillstrom.All.Single(p => p.Name == name);
        Minimum m = Minimise.Powell(p.Value, p.Start);
        Assert.Equal(StopReason.Converged, m.Stop);
        Assert.All(p.Gradient(m.X), g => Assert.InRange(g, -1e-5, 1e-5));
    }

    [Theory, MemberData(nameof(Names))]
    public void Nelder_mead_reaches_the_known_optimum(string name) => Reaches(name, (f, x, o) => Minimise.NelderMead(f, x, o), exact: false);

    static void Reaches(string name, MinimiserMethod method, bool exact)
    {
        MoreGarbowHillstrom.Problem p = MoreGarbowHillstrom.All.Single(p => p.Name == name);
        Minimum m = method(exact ? Objective.Of(p.Value, p.Gradient) : Objective.Of(p.Value), p.Start, new() { Tolerance = 1e-9, MaxEvaluations = 100_000 });
        Assert.True(p.Optima.Any(best => Math.Abs(m.Value - best) <= 1e-6 * best + 1e-8 || Math.Abs(m.Value - best) <= 1e-2 * best && best is > 0 and < 1e-4),
            $"{name}: {m.Value:g10} at ({string.Join(", ", m.X)}), {m.Stop} after {m.Iterations} iterations and {m.Evaluations} evaluations; known are {string.Join(", ", p.Optima)}");
        Assert.True(m.Stop is StopReason.Converged or StopReason.NoProgress, $"{name}: {m.Stop}, {m.Evaluations} evaluations, {m.Value}");
        Assert.Equal(p.Value(m.X), m.Value);
    }
}
