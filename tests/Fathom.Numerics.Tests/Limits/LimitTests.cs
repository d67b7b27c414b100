namespace Fathom.Numerics.Tests.Limits;

public class LimitTests
{
    const double Inf = double.PositiveInfinity, E = Math.E, Pi = Math.PI;

    public sealed record Case(string Name, Func<double, double> F, double At, double Value, double Within = 1e-9, Side Side = Side.Both)
    {
        public override string ToString() => Name;
    }

    /// <summary>Limits that are numbers.</summary>
    public static IReadOnlyList<Case> Finite { get; } =
    [
        new("sin x / x", x => Math.Sin(x) / x, 0, 1),
        new("(1 - cos x) / x^2", x => (1 - Math.Cos(x)) / (x * x), 0, 0.5),
        new("(1 - cos x) / x", x => (1 - Math.Cos(x)) / x, 0, 0),
        new("tan x / x", x => Math.Tan(x) / x, 0, 1),
        new("(tan x - sin x) / x^3", x => (Math.Tan(x) - Math.Sin(x)) / (x * x * x), 0, 0.5),
        new("(x - sin x) / x^3", x => (x - Math.Sin(x)) / (x * x * x), 0, 1.0 / 6),
        new("(e^x - 1) / x", x => (Math.Exp(x) - 1) / x, 0, 1),
        new("(e^x - 1 - x) / x^2", x => (Math.Exp(x) - 1 - x) / (x * x), 0, 0.5),
        new("ln(1 + x) / x", x => Math.Log(1 + x) / x, 0, 1),
        new("(sqrt(1 + x) - 1) / x", x => (Math.Sqrt(1 + x) - 1) / x, 0, 0.5),
        new("((1 + x)^5 - 1) / x", x => (Math.Pow(1 + x, 5) - 1) / x, 0, 5),
        new("(2^x - 3^x) / x", x => (Math.Pow(2, x) - Math.Pow(3, x)) / x, 0, Math.Log(2.0 / 3)),
        new("sin 3x / sin 5x", x => Math.Sin(3 * x) / Math.Sin(5 * x), 0, 0.6),
        new("(1 + x)^(1/x)", x => Math.Pow(1 + x, 1 / x), 0, E),
        new("cos(x)^(1/x^2)", x => Math.Pow(Math.Cos(x), 1 / (x * x)), 0, 1 / Math.Sqrt(E)),
        new("1/x - 1/sin x", x => 1 / x - 1 / Math.Sin(x), 0, 0),
        new("1/x^2 - 1/sin^2 x", x => 1 / (x * x) - 1 / Math.Pow(Math.Sin(x), 2), 0, -1.0 / 3),
        new("x sin(1/x)", x => x * Math.Sin(1 / x), 0, 0),
        new("x^2 cos(1/x)", x => x * x * Math.Cos(1 / x), 0, 0),
        new("arctan(x) / x", x => Math.Atan(x) / x, 0, 1),
        new("(sqrt x - 2) / (x - 4)", x => (Math.Sqrt(x) - 2) / (x - 4), 4, 0.25),
        new("(x^2 - 1) / (x - 1)", x => (x * x - 1) / (x - 1), 1, 2),
        new("(x^3 - 8) / (x - 2)", x => (x * x * x - 8) / (x - 2), 2, 12),
        new("(x^2 - 5x + 6) / (x - 3)", x => (x * x - 5 * x + 6) / (x - 3), 3, 1),
        new("ln x / (x - 1)", x => Math.Log(x) / (x - 1), 1, 1),
        new("sin x / (pi - x)", x => Math.Sin(x) / (Pi - x), Pi, 1),
        new("(cos x) / (x - pi/2)", x => Math.Cos(x) / (x - Pi / 2), Pi / 2, -1),
        new("(x^10 - 1) / (x - 1)", x => (Math.Pow(x, 10) - 1) / (x - 1), 1, 10),
        new("(x - 1) sin(1/(x - 1))", x => (x - 1) * Math.Sin(1 / (x - 1)), 1, 0),
        new("floor at 2.5", Math.Floor, 2.5, 2),
        new("floor at 2 from the left", Math.Floor, 2, 1, Side: Side.Left),
        new("floor at 2 from the right", Math.Floor, 2, 2, Side: Side.Right),
        new("|x| / x from the left", x => Math.Abs(x) / x, 0, -1, Side: Side.Left),
        new("x^x", x => Math.Pow(x, x), 0, 1, Side: Side.Right),
        new("x ln x", x => x * Math.Log(x), 0, 0, Side: Side.Right),
        new("sqrt x", Math.Sqrt, 0, 0, 1e-8),
        new("x^(1/5)", x => Math.Pow(x, 0.2), 0, 0, 1e-6, Side.Right),
        new("e^(1/x) from the left", x => Math.Exp(1 / x), 0, 0, Side: Side.Left),
        new("1 / (1 + e^(1/x)) from the right", x => 1 / (1 + Math.Exp(1 / x)), 0, 0, Side: Side.Right),
        new("1 / ln x", x => 1 / Math.Log(x), 0, 0, 1e-6, Side.Right),
        new("e^(-1/x^2)", x => Math.Exp(-1 / (x * x)), 0, 0),
        new("(1 + 1/n)^n", n => Math.Pow(1 + 1 / n, n), Inf, E),
        new("(1 - 2/n)^n", n => Math.Pow(1 - 2 / n, n), Inf, Math.Exp(-2)),
        new("ln x / x", x => Math.Log(x) / x, Inf, 0),
        new("x^(1/x)", x => Math.Pow(x, 1 / x), Inf, 1),
        new("x / e^x", x => x / Math.Exp(x), Inf, 0),
        new("(3x^2 + 1) / (2x^2 - x)", x => (3 * x * x + 1) / (2 * x * x - x), Inf, 1.5),
        new("sqrt(x^2 + x) - x", x => Math.Sqrt(x * x + x) - x, Inf, 0.5),
        new("x (ln(x + 1) - ln x)", x => x * (Math.Log(x + 1) - Math.Log(x)), Inf, 1),
        new("sin x / x at infinity", x => Math.Sin(x) / x, Inf, 0),
        new("x sin(1/x) at infinity", x => x * Math.Sin(1 / x), Inf, 1),
        new("arctan at -infinity", Math.Atan, -Inf, -Pi / 2),
        new("tanh at infinity", Math.Tanh, Inf, 1),
        new("e^x at -infinity", Math.Exp, -Inf, 0),
        new("x (pi/2 - arctan x)", x => x * (Pi / 2 - Math.Atan(x)), Inf, 1, 1e-8),
        new("a continuous function", x => x * x + 3, 2, 7),
        new("a constant", _ => 4, 0, 4),
        new("rounding around a constant", x => Math.Pow(Math.Sin(1 / x), 2) + Math.Pow(Math.Cos(1 / x), 2), 0, 1),
    ];

    public static TheoryData<string> FiniteNames => [.. Finite.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(FiniteNames))]
    public void Tends_to(string name)
    {
        Case c = Finite.Single(k => k.Name == name);
        LimitResult l = Limit.Of(c.F, c.At, c.Side);
        Assert.True(l.Kind == LimitKind.Finite, $"{l} {l.Left} {l.Right}");
        double error = Math.Abs(l.Value - c.Value);
        Assert.True(error <= c.Within, $"{l} is off by {error:0e+0}");
        Assert.True(error <= 10 * l.Error, $"{l} is off by {error:0e+0}, more than it says");
        Assert.Equal(StopReason.Converged, l.Stop);
    }

    /// <summary>Limits that are infinite, with the value where both sides agree.</summary>
    public static IReadOnlyList<Case> Infinite { get; } =
    [
        new("1/x^2", x => 1 / (x * x), 0, Inf),
        new("-1/x^4", x => -1 / (x * x * x * x), 0, -Inf),
        new("1/x", x => 1 / x, 0, double.NaN),
        new("1/x from the left", x => 1 / x, 0, -Inf, Side: Side.Left),
        new("ln x", Math.Log, 0, -Inf, Side: Side.Right),
        new("ln |x - 1|", x => Math.Log(Math.Abs(x - 1)), 1, -Inf),
        new("e^(1/x) from the right", x => Math.Exp(1 / x), 0, Inf, Side: Side.Right),
        new("tan at pi/2", Math.Tan, Pi / 2, double.NaN),
        new("tan at pi/2 from the left", Math.Tan, Pi / 2, Inf, Side: Side.Left),
        new("1/(x - 3)^2", x => 1 / Math.Pow(x - 3, 2), 3, Inf),
        new("1/sqrt x", x => 1 / Math.Sqrt(x), 0, Inf, Side: Side.Right),
        new("x", x => x, Inf, Inf),
        new("x^3 at -infinity", x => x * x * x, -Inf, -Inf),
        new("ln at infinity", Math.Log, Inf, Inf),
        new("sqrt(ln x) at infinity", x => Math.Sqrt(Math.Log(x)), Inf, Inf),
        new("e^x at infinity", Math.Exp, Inf, Inf),
        new("x^0.01 at infinity", x => Math.Pow(x, 0.01), Inf, Inf),
        new("x + sin x", x => x + Math.Sin(x), Inf, Inf),
        new("x - 100 ln x", x => x - 100 * Math.Log(x), Inf, Inf),
    ];

    public static TheoryData<string> InfiniteNames => [.. Infinite.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(InfiniteNames))]
    public void Diverges(string name)
    {
        Case c = Infinite.Single(k => k.Name == name);
        LimitResult l = Limit.Of(c.F, c.At, c.Side);
        Assert.True(l.Kind == LimitKind.Diverges, $"{l} {l.Left} {l.Right}");
        Assert.Equal(c.Value, l.Value);
        if (double.IsNaN(c.Value)) Assert.False(l.OneSidedAgree);
    }

    /// <summary>Functions without a limit.</summary>
    public static IReadOnlyList<Case> Without { get; } =
    [
        new("|x| / x", x => Math.Abs(x) / x, 0, 0),
        new("sin(1/x)", x => Math.Sin(1 / x), 0, 0),
        new("sin(pi/x)", x => Math.Sin(Pi / x), 0, 0),
        new("cos(1/x) / x", x => Math.Cos(1 / x) / x, 0, 0, Side: Side.Right),
        new("sin(ln x)", x => Math.Sin(Math.Log(x)), 0, 0, Side: Side.Right),
        new("sin at infinity", Math.Sin, Inf, 0),
        new("x cos x at infinity", x => x * Math.Cos(x), Inf, 0),
        new("x - floor x at infinity", x => x - Math.Floor(x), Inf, 0),
        new("floor at 2", Math.Floor, 2, 0),
        new("sign", x => Math.Sign(x), 0, 0),
        new("arctan(1/x)", x => Math.Atan(1 / x), 0, 0),
        new("e^(1/x)", x => Math.Exp(1 / x), 0, 0),
        new("sin(1/(x - 2))", x => Math.Sin(1 / (x - 2)), 2, 0),
    ];

    public static TheoryData<string> WithoutNames => [.. Without.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(WithoutNames))]
    public void Does_not_exist(string name)
    {
        Case c = Without.Single(k => k.Name == name);
        LimitResult l = Limit.Of(c.F, c.At, c.Side);
        Assert.True(l.Kind == LimitKind.DoesNotExist, $"{l} {l.Left} {l.Right}");
        Assert.True(double.IsNaN(l.Value));
    }

    /// <summary>Made to be hard: a verdict is not required, but one that is given must be right.</summary>
    public static IReadOnlyList<Case> Hard { get; } =
    [
        new("x^x^x", x => Math.Pow(x, Math.Pow(x, x)), 0, 0, Side: Side.Right),
        new("(sin x)^x", x => Math.Pow(Math.Sin(x), x), 0, 1, Side: Side.Right),
        new("sqrt x ln x", x => Math.Sqrt(x) * Math.Log(x), 0, 0, Side: Side.Right),
        new("ln(x) / ln(2x)", x => Math.Log(x) / Math.Log(2 * x), Inf, 1),
        new("ln(x)^5 / x", x => Math.Pow(Math.Log(x), 5) / x, Inf, 0),
        new("x^20 / e^x", x => Math.Pow(x, 20) / Math.Exp(x), Inf, 0),
        new("x^0.01", x => Math.Pow(x, 0.01), 0, 0, Side: Side.Right),
        new("sinh x / e^x", x => Math.Sinh(x) / Math.Exp(x), Inf, 0.5),
        new("sqrt(x + sqrt x) - sqrt x", x => Math.Sqrt(x + Math.Sqrt(x)) - Math.Sqrt(x), Inf, 0.5),
        new("x - sqrt(x^2 - 4x)", x => x - Math.Sqrt(x * x - 4 * x), Inf, 2),
        new("(x + sin x) / x", x => (x + Math.Sin(x)) / x, Inf, 1),
        new("sin(x) ln(x)", x => Math.Sin(x) * Math.Log(x), 0, 0, Side: Side.Right),
        new("(sin x - tan x) / (arcsin x - arctan x)", x => (Math.Sin(x) - Math.Tan(x)) / (Math.Asin(x) - Math.Atan(x)), 0, -1),
        new("(sinh x - sin x) / x^3", x => (Math.Sinh(x) - Math.Sin(x)) / (x * x * x), 0, 1.0 / 3),
        new("(cos x - e^(-x^2/2)) / x^4", x => (Math.Cos(x) - Math.Exp(-x * x / 2)) / Math.Pow(x, 4), 0, -1.0 / 12),
        new("x cot x", x => x / Math.Tan(x), 0, 1),
        new("(1 + sin x)^cot x", x => Math.Pow(1 + Math.Sin(x), 1 / Math.Tan(x)), 0, E),
        new("(pi/2 - x) tan x", x => (Pi / 2 - x) * Math.Tan(x), Pi / 2, 1),
        new("1/(x - 1) - 1/ln x", x => 1 / (x - 1) - 1 / Math.Log(x), 1, -0.5),
        new("(cbrt x - 1) / (sqrt x - 1)", x => (Math.Cbrt(x) - 1) / (Math.Sqrt(x) - 1), 1, 2.0 / 3),
        new("floor(x) / x", x => Math.Floor(x) / x, Inf, 1),
        new("x floor(1/x)", x => x * Math.Floor(1 / x), 0, 1),
        new("sqrt|x| sin(1/x^2)", x => Math.Sqrt(Math.Abs(x)) * Math.Sin(1 / (x * x)), 0, 0),
        new("sin(x^2) / x at infinity", x => Math.Sin(x * x) / x, Inf, 0),
        new("1e-12 / x far off", x => 1e-12 / x, 1e6, 1e-18),
        new("sin(1e6 x) / x", x => Math.Sin(1e6 * x) / x, 0, 1e6),
        new("harmonic minus log", n => Math.Log(n + 1) - Math.Log(n), Inf, 0),
        new("(e^x - e^sin x) / (x - sin x)", x => (Math.Exp(x) - Math.Exp(Math.Sin(x))) / (x - Math.Sin(x)), 0, 1),
        new("5 + 1/ln|x - 1|", x => 5 + 1 / Math.Log(Math.Abs(x - 1)), 1, 5, Side: Side.Right),
        new("ln x / (1 + ln x)", x => Math.Log(x) / (1 + Math.Log(x)), Inf, 1),
        new("ln ln x / ln x", x => Math.Log(Math.Log(x)) / Math.Log(x), Inf, 0),
        new("ln(1 + e^x) / x", x => Math.Log(1 + Math.Exp(x)) / x, Inf, 1),
        new("tan(sin x) - sin(tan x) over x^7", x => (Math.Tan(Math.Sin(x)) - Math.Sin(Math.Tan(x))) / Math.Pow(x, 7), 0, 1.0 / 30),
    ];

    [Fact]
    public void Hard_limits_are_right_or_left_open()
    {
        int decided = 0;
        List<string> wrong = [];
        foreach (Case c in Hard)
        {
            LimitResult l = Limit.Of(c.F, c.At, c.Side);
            TestContext.Current.TestOutputHelper?.WriteLine($"{c.Name}: {l}, wanted {c.Value:g12}, off by {Math.Abs(l.Value - c.Value):0e+0}");
            if (l.Kind == LimitKind.Undecided) continue;
            decided++;
            if (l.Kind != LimitKind.Finite || Math.Abs(l.Value - c.Value) > 10 * l.Error) wrong.Add($"{c.Name}: {l}, wanted {c.Value:g12}");
        }
        Assert.Empty(wrong);
        Assert.True(decided >= 24, $"only {decided} of {Hard.Count} decided");
    }

    /// <summary>Too slow or too noisy for doubles: never a wrong number.</summary>
    [Fact]
    public void What_cannot_be_seen_is_left_undecided()
    {
        foreach (LimitResult l in new[]
        {
            Limit.Of(x => 1 / Math.Log(Math.Log(x)), Inf),                              // 0, but 0.15 at the largest number
            Limit.Of(x => 1 / Math.Log(Math.Abs(x - 1)), 1),                            // 0, but -0.03 at the nearest number
            Limit.Of(x => (Math.Sin(x) - x + x * x * x / 6 - Math.Pow(x, 5) / 120) / Math.Pow(x, 7) * 1e9 % 1, 0),
        })
            Assert.True(l.Kind is LimitKind.Undecided or LimitKind.DoesNotExist || Math.Abs(l.Value) <= 2 * l.Error, l.ToString());
    }

    [Fact]
    public void One_sided_limits_are_reported()
    {
        LimitResult l = Limit.Of(x => Math.Abs(x) / x, 0);
        Assert.True(double.IsNaN(l.Direct));
        Assert.Equal((-1, 1), (l.Left!.Value.Value, l.Right!.Value.Value));
        Assert.False(l.OneSidedAgree);
        Assert.StartsWith("does not exist: from the left -1 (error", l.ToString());
        Assert.True(Limit.Of(x => Math.Sin(x) / x, 0).OneSidedAgree);
        LimitResult half = Limit.Of(x => Math.Pow(x, x), 0);
        Assert.Equal(LimitKind.NotDefined, half.Left!.Value.Kind);
        Assert.Null(half.OneSidedAgree);
        Assert.Equal(1, half.Value, 1e-9);
    }

    [Fact]
    public void Quotients_by_l_Hopital()
    {
        QuotientLimit q = Limit.OfQuotient(x => Math.Sin(x), x => x, 0);
        Assert.Equal((1.0, 1), (q.Limit.Value, q.Order));
        q = Limit.OfQuotient(x => 1 - Math.Cos(x), x => x * x, 0);
        Assert.Equal((0.5, 2), (q.Limit.Value, q.Order));
        q = Limit.OfQuotient(x => x.Exp() - 1 - x - x * x / 2, x => x.Pow(3), 0);
        Assert.Equal(3, q.Order);
        Assert.Equal(1.0 / 6, q.Limit.Value, 1e-14);
        q = Limit.OfQuotient(x => Math.Sqrt(x) - 2, x => x - 4, 4);
        Assert.Equal((0.25, 1), (q.Limit.Value, q.Order));
        q = Limit.OfQuotient(x => Math.Cos(x), x => x, 0);
        Assert.Equal((LimitKind.Diverges, 0), (q.Limit.Kind, q.Order));
        q = Limit.OfQuotient(x => Math.Log(x), x => x, Inf);
        Assert.Equal(0, q.Limit.Value, 1e-9);
    }

    [Fact]
    public void Stops_for_reasons_and_reports()
    {
        LimitResult l = Limit.Of(x => Math.Sin(x) / x, 0, Side.Both, new() { MaxEvaluations = 100 });
        Assert.Equal((LimitKind.Undecided, StopReason.MaxEvaluations), (l.Kind, l.Stop));
        Assert.Equal(StopReason.Cancelled, Limit.Of(Math.Sin, 0, Side.Both, new() { Cancellation = new(true) }).Stop);
        List<double> seen = [];
        Limit.Of(Math.Sin, 1, Side.Right, new() { OnSample = (x, y) => seen.Add(x) });
        Assert.Equal([1.4, 1.2, 1.1], seen[..3], (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Throws<ArgumentException>(() => Limit.Of(Math.Sin, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Limit.Of(Math.Sin, 0, Side.Both, new() { Tolerance = 0 }));
    }
}
