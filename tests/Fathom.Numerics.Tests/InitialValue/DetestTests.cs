using System.Globalization;
using System.Runtime.CompilerServices;
using Fathom.Numerics.InitialValue;

namespace Fathom.Numerics.Tests.InitialValue;

/// <summary>The non-stiff problems A1 to D5 of Hull, Enright, Fellen and Sedgwick (1972), against values computed by another method (golden/numerics/detest.py).</summary>
public class DetestTests
{
    const double K2 = 2.95912208286, M0 = 1.00000597682;
    static readonly double[] Masses = [0.000954786104043, 0.000285583733151, 0.0000437273164546, 0.0000517759138449, 0.00000277777777778];
    static readonly Dictionary<string, double[]> Reference = Read();

    public static TheoryData<string, double> Cases()
    {
        var cases = new TheoryData<string, double>();
        foreach (string name in Reference.Keys)
            foreach (double tolerance in new[] { 1e-3, 1e-5, 1e-7, 1e-8 }) cases.Add(name, tolerance);
        return cases;
    }

    /// <summary>Radau IIA with its error estimate, which controls each step, is within ten tolerances at the end, or within twenty on orbits.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void Radau_ends_near_the_tolerance(string name, double tolerance) =>
        Check(name, SolveIvp.Radau(Problem(name), Both(tolerance)), tolerance, name[0] == 'D' ? 20 : 10);

    /// <summary>With control of each step alone errors add up: predator and prey, the rigid body and the planets end within tens of tolerances; orbits multiply errors.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void Dormand_prince_adds_up_the_errors_of_its_steps(string name, double tolerance) =>
        Check(name, SolveIvp.DormandPrince(Problem(name), Both(tolerance)), tolerance, name[0] == 'D' ? 1500 : name == "B5" ? 200 : 25);

    [Theory, MemberData(nameof(Cases))]
    public void Control_of_the_whole_error_ends_within_ten_times_the_tolerance(string name, double tolerance)
    {
        IvpSolution solution = SolveIvp.ToGlobalTolerance(Problem(name), Both(tolerance));
        Check(name, solution, tolerance, 10);
        Assert.InRange(solution.GlobalError!.Value, 0, 1);
    }

    static AdaptiveOptions Both(double tolerance) => new() { RelativeTolerance = tolerance, AbsoluteTolerance = tolerance };

    static void Check(string name, IvpSolution solution, double tolerance, double allowed)
    {
        Assert.Equal(IvpStop.EndReached, solution.Stop);
        double error = Miss(solution.Last, Reference[name]) / tolerance;
        Assert.True(error <= allowed, $"{name} at {tolerance:e0}: the end lies {error:f1} tolerances off ({solution.Work})");
    }

    static double Miss(double[] found, double[] reference) => found.Zip(reference, (a, b) => Math.Abs(a - b) / (1 + Math.Abs(b))).Max();

    internal static InitialValueProblem Problem(string name) => name switch
    {
        "A1" => new((t, y) => -y, 0, 1, 20),
        "A2" => new((t, y) => -y * y * y / 2, 0, 1, 20),
        "A3" => new((t, y) => y * Math.Cos(t), 0, 1, 20),
        "A4" => new((t, y) => y / 4 * (1 - y / 20), 0, 1, 20),
        "A5" => new((t, y) => (y - t) / (y + t), 0, 4, 20),
        "B1" => Of(y => [2 * (y[0] - y[0] * y[1]), -(y[1] - y[0] * y[1])], 1, 3),
        "B2" => Of(y => [-y[0] + y[1], y[0] - 2 * y[1] + y[2], y[1] - y[2]], 2, 0, 1),
        "B3" => Of(y => [-y[0], y[0] - y[1] * y[1], y[1] * y[1]], 1, 0, 0),
        "B4" => Of(y => { double r = Math.Sqrt(y[0] * y[0] + y[1] * y[1]); return [-y[1] - y[0] * y[2] / r, y[0] - y[1] * y[2] / r, y[0] / r]; }, 3, 0, 0),
        "B5" => Of(y => [y[1] * y[2], -y[0] * y[2], -0.51 * y[0] * y[1]], 0, 1, 1),
        "C1" => Of(y => Chain(y, i => 1), Unit(10)),
        "C2" => Of(y => Chain(y, i => i + 1), Unit(10)),
        "C3" => Of(Heat, Unit(10)),
        "C4" => Of(Heat, Unit(51)),
        "C5" => Of(Planets, PlanetsAtStart),
        ['D', var digit] => Orbit((2 * (digit - '0') - 1) / 10.0),
        _ => throw new ArgumentException(name),
    };

    static InitialValueProblem Of(Func<double[], double[]> f, params double[] y0) => new((t, y) => f(y), 0, y0, 20);

    static InitialValueProblem Orbit(double e) => Of(y =>
    {
        double r3 = Math.Pow(y[0] * y[0] + y[1] * y[1], 1.5);
        return [y[2], y[3], -y[0] / r3, -y[1] / r3];
    }, 1 - e, 0, 0, Math.Sqrt((1 + e) / (1 - e)));

    static double[] Unit(int n)
    {
        var y = new double[n];
        y[0] = 1;
        return y;
    }

    static double[] Chain(double[] y, Func<int, double> rate)
    {
        var f = new double[y.Length];
        for (int i = 0; i < y.Length - 1; i++)
        {
            f[i] -= rate(i) * y[i];
            f[i + 1] += rate(i) * y[i];
        }
        return f;
    }

    static double[] Heat(double[] y) =>
        [.. y.Select((v, i) => (i > 0 ? y[i - 1] : 0) - 2 * v + (i < y.Length - 1 ? y[i + 1] : 0))];

    // Five outer planets: places (x, y, z of each), then speeds.
    static double[] Planets(double[] y)
    {
        var f = new double[30];
        Array.Copy(y, 15, f, 0, 15);
        for (int j = 0; j < 5; j++)
            for (int i = 0; i < 3; i++)
            {
                double pull = -(M0 + Masses[j]) * y[3 * j + i] / Cube(y, j, -1);
                for (int k = 0; k < 5; k++)
                    if (k != j) pull += Masses[k] * ((y[3 * k + i] - y[3 * j + i]) / Cube(y, k, j) - y[3 * k + i] / Cube(y, k, -1));
                f[15 + 3 * j + i] = K2 * pull;
            }
        return f;
    }

    static double Cube(double[] y, int a, int b)
    {
        double sum = 0;
        for (int i = 0; i < 3; i++) sum += Math.Pow(y[3 * a + i] - (b < 0 ? 0 : y[3 * b + i]), 2);
        return sum * Math.Sqrt(sum);
    }

    static readonly double[] PlanetsAtStart =
    [
        3.42947415189, 3.35386959711, 1.35494901715, 6.64145542550, 5.97156957878, 2.18231499728, 11.2630437207, 14.6952576794,
        6.27960525067, -30.1552268759, 1.65699966404, 1.43785752721, -21.1238353380, 28.4465098142, 15.3882659679,
        -.557160570446, .505696783289, .230578543901, -.415570776342, .365682722812, .169143213293, -.325325669158, .189706021964,
        .0877265322780, -.0240476254170, -.287659532608, -.117219543175, -.176860753121, -.216393453025, -.0148647893090,
    ];

    static Dictionary<string, double[]> Read() =>
        File.ReadLines(Path.Combine(Path.GetDirectoryName(Here())!, "../../golden/numerics/detest.csv")).Select(line => line.Split(','))
            .ToDictionary(parts => parts[0], parts => parts.Skip(2).Select(p => double.Parse(p, CultureInfo.InvariantCulture)).ToArray());

    static string Here([CallerFilePath] string path = "") => path;
}
