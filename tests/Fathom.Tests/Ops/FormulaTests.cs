using Fathom.Devices.Cpu;

namespace Fathom.Tests.Ops;

/// <summary>Element-wise formulas against System.Math in double: special values, denormals, a dense sweep, at every vector width and length.</summary>
[Collection(nameof(Alone))]
public class FormulaTests
{
    /// <param name="MaxUlps">Largest accepted error in units of the last place.</param>
    /// <param name="Absolute">Errors below this are accepted as well: results that are flushed to 0, or cancel.</param>
    public sealed record Formula(string Name, Func<Tensor, Tensor> F, Func<double, double> Want, double Low = -200, double High = 200, double MaxUlps = 4, double Absolute = 0);

    const double Smallest = 1.2e-38;                    // where normal floats end

    static readonly Dictionary<string, Formula> Formulas = new Formula[]
    {
        new("exp", x => x.Exp(), Math.Exp), new("exp2", x => x.Exp2(), x => Math.Pow(2, x)), new("expm1", x => x.Expm1(), Expm1),
        new("log", x => x.Log(), Math.Log, 0, 1e38), new("log2", x => x.Log2(), Math.Log2, 0, 1e38), new("log10", x => x.Log10(), Math.Log10, 0, 1e38),
        new("log1p", x => x.Log1p(), Log1p, -1, 1e38),
        new("sqrt", x => x.Sqrt(), Math.Sqrt, 0, 1e38, 0.5), new("rsqrt", x => x.Rsqrt(), x => 1 / Math.Sqrt(x), 0, 1e38), new("reciprocal", x => x.Reciprocal(), x => 1 / x, -1e38, 1e38, 0.5),
        new("square", x => x.Square(), x => x * x, -1e18, 1e18, 0.5), new("abs", x => x.Abs(), Math.Abs, -1e38, 1e38, 0), new("neg", x => -x, x => -x, -1e38, 1e38, 0),
        new("sin", x => x.Sin(), Math.Sin, -3e5, 3e5), new("cos", x => x.Cos(), Math.Cos, -3e5, 3e5), new("tan", x => x.Tan(), Math.Tan),
        new("asin", x => x.Asin(), Math.Asin, -1, 1), new("acos", x => x.Acos(), Math.Acos, -1, 1), new("atan", x => x.Atan(), Math.Atan, -1e9, 1e9),
        new("sinh", x => x.Sinh(), Math.Sinh), new("cosh", x => x.Cosh(), Math.Cosh), new("tanh", x => x.Tanh(), Math.Tanh),
        new("asinh", x => x.Asinh(), Math.Asinh, -1e9, 1e9), new("acosh", x => x.Acosh(), Math.Acosh, 1, 1e9), new("atanh", x => x.Atanh(), Math.Atanh, -1, 1),
        new("erf", x => x.Erf(), ErfSeries, -3, 3), new("sigmoid", x => x.Sigmoid(), x => 1 / (1 + Math.Exp(-x)), Absolute: Smallest),
        new("relu", x => x.Relu(), x => double.IsNaN(x) ? x : Math.Max(x, 0), MaxUlps: 0), new("sign", x => x.Sign(), x => double.IsNaN(x) ? x : Math.Sign(x), MaxUlps: 0),
        new("floor", x => x.Floor(), Math.Floor, -1e9, 1e9, 0), new("ceil", x => x.Ceil(), Math.Ceiling, -1e9, 1e9, 0),
        new("round", x => x.Round(), x => Math.Round(x, MidpointRounding.ToEven), -1e9, 1e9, 0), new("trunc", x => x.Trunc(), Math.Truncate, -1e9, 1e9, 0),
        new("frac", x => x.Frac(), x => x - Math.Truncate(x), -1e9, 1e9, 0), new("clamp", x => x.Clamp(-1.5, 2.5), x => double.IsNaN(x) ? x : Math.Clamp(x, -1.5, 2.5), MaxUlps: 0),
        new("pow 3", x => x.Pow(3), x => x * x * x, -1e6, 1e6, 1.5), new("pow -2.5", x => x.Pow(-2.5), x => Math.Pow(x, -2.5), 0, 1e9),
    }.ToDictionary(f => f.Name);

    static double Expm1(double x) => Math.Abs(x) < 1e-4 ? x + x * x / 2 + x * x * x / 6 : Math.Exp(x) - 1;
    static double Log1p(double x) => Math.Abs(x) < 1e-4 ? x - x * x / 2 + x * x * x / 3 : Math.Log(1 + x);

    /// <summary>The power series around 0, whose terms alternate; good to 1e-12 up to 3.</summary>
    static double ErfSeries(double x)
    {
        if (double.IsInfinity(x) || Math.Abs(x) > 6) return Math.Sign(x);
        double term = x, sum = x;
        for (int n = 1; n < 200; n++)
        {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }
        return 2 / Math.Sqrt(Math.PI) * sum;
    }

    public static TheoryData<string> Names() => [.. Formulas.Keys];

    static readonly float[] Special =
    [
        0, -0f, 1, -1, 0.5f, -0.5f, 1.5f, 2.5f, -2.5f, 1e-45f, -1e-45f, 1e-40f, -1e-40f, 1.17549435e-38f, 1e-30f, 1e-10f, -1e-10f, 1e-4f,
        float.MaxValue, float.MinValue, float.PositiveInfinity, float.NegativeInfinity, float.NaN,
    ];

    /// <summary>Special values, then both signs of every size between 1e-8 and the ends of the domain.</summary>
    static float[] Sweep(Formula f)
    {
        List<float> values = [.. Special];
        for (int i = 0; i < 4000; i++)
        {
            double t = i / 4000.0, size = Math.Max(Math.Abs(f.Low), Math.Abs(f.High));
            foreach (double x in new[] { 1e-8 * Math.Pow(size / 1e-8, t), -1e-8 * Math.Pow(size / 1e-8, t), Math.Max(f.Low, -1e4) + t * (Math.Min(f.High, 1e4) - Math.Max(f.Low, -1e4)) })
                if (x >= f.Low && x <= f.High) values.Add((float)x);
        }
        return [.. values];
    }

    [Theory, MemberData(nameof(Names))]
    public void Float_formulas_are_within_a_few_units_of_the_last_place(string name)
    {
        Formula f = Formulas[name];
        float[] x = Sweep(f);
        float[] y = f.F(Tensor.From(x)).ToArray<float>();
        double worst = 0;
        float at = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double want = f.Want(x[i]), ulps = Oracle.Ulps(want, y[i]);
            if (ulps <= worst || Math.Abs(want - y[i]) <= f.Absolute) continue;
            (worst, at) = (ulps, x[i]);
        }
        Assert.True(worst <= f.MaxUlps, $"{name}({at:R}) is off by {worst:G4} units of the last place, {f.MaxUlps} are accepted");
    }

    [Theory, MemberData(nameof(Names))]
    public void Every_width_and_length_gives_the_same_bits(string name)
    {
        Formula f = Formulas[name];
        Tensor all = Tensor.From(Sweep(f)), many = null!;
        Oracle.AtEveryWidth(width =>
        {
            Tensor y = f.F(all);
            if (many is null) many = y;                 // one lane at a time comes first
            Assert.True(SameUpToNaN(many, y), $"{name} at {width} differs from one lane at a time");
            for (int n = 0; n <= 70; n++)
                Assert.True(SameUpToNaN(many.Slice(0, 0, n), f.F(all.Slice(0, 0, n))), $"{name} at {width} of {n} elements differs");
        });
    }

    /// <summary>Bit for bit, but for which NaN it is.</summary>
    static bool SameUpToNaN(Tensor a, Tensor b) =>
        a.ToArray<float>().Zip(b.ToArray<float>()).All(p => BitConverter.SingleToInt32Bits(p.First) == BitConverter.SingleToInt32Bits(p.Second) || (float.IsNaN(p.First) && float.IsNaN(p.Second)) || (p.First == 0 && p.Second == 0));

    [Theory, MemberData(nameof(Names))]
    public void Double_formulas_agree_with_those_of_the_runtime(string name)
    {
        Formula f = Formulas[name];
        double[] x = [.. Sweep(f).Select(v => (double)v).Where(v => f.MaxUlps > 0 || Math.Abs(v) < 1e15)];
        double[] y = f.F(Tensor.From(x)).ToArray<double>();
        for (int i = 0; i < x.Length; i++)
        {
            double want = f.Want(x[i]);
            Assert.True(want.Equals(y[i]) || want == y[i] || Math.Abs(want - y[i]) <= 1e-11 * Math.Abs(want) + 1e-300, $"{name}({x[i]:R}) is {y[i]:R}, not {want:R}");
        }
    }
}
