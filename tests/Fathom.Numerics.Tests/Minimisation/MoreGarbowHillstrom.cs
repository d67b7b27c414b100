using static Fathom.Numerics.Tests.Minimisation.Dual;

namespace Fathom.Numerics.Tests.Minimisation;

/// <summary>Sums of squares from Moré, Garbow and Hillstrom, "Testing unconstrained optimization software", ACM Transactions on Mathematical Software 7 (1981), under
/// their numbers there, with the standard starts and the least values stated there.</summary>
static class MoreGarbowHillstrom
{
    internal sealed record Problem(string Name, double[] Start, double[] Optima, Func<Dual[], IEnumerable<Dual>> Residuals)
    {
        internal double Value(double[] x) => Sum(Residuals([.. x.Select(v => (Dual)v)]).Select(r => r * r)).V;

        internal double[] Gradient(double[] x) => Sum(Residuals(Variables(x)).Select(r => r * r)).G;
    }

    static readonly double[] Bard = [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39];
    static readonly double[] Gauss = [0.0009, 0.0044, 0.0175, 0.0540, 0.1295, 0.2420, 0.3521, 0.3989];

    static readonly (double Y, double U)[] Kowalik =
    [
        (0.1957, 4), (0.1947, 2), (0.1735, 1), (0.1600, 0.5), (0.0844, 0.25), (0.0627, 0.167), (0.0456, 0.125), (0.0342, 0.1), (0.0323, 0.0833), (0.0235, 0.0714), (0.0246, 0.0625),
    ];

    static readonly double[] Osborne =
    [
        0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.850, 0.818, 0.784, 0.751, 0.718, 0.685, 0.658, 0.628, 0.603, 0.580, 0.558, 0.538, 0.522, 0.506, 0.490,
        0.478, 0.467, 0.457, 0.448, 0.438, 0.431, 0.424, 0.420, 0.414, 0.411, 0.406,
    ];

    internal static readonly Problem[] All =
    [
        new("1 Rosenbrock", [-1.2, 1], [0], x => [10 * (x[1] - x[0] * x[0]), 1 - x[0]]),
        new("2 Freudenstein and Roth", [0.5, -2], [0, 48.98425368], x =>
            [-13 + x[0] + ((5 - x[1]) * x[1] - 2) * x[1], -29 + x[0] + ((x[1] + 1) * x[1] - 14) * x[1]]),
        new("3 Powell badly scaled", [0, 1], [0], x => [1e4 * x[0] * x[1] - 1, Exp(-x[0]) + Exp(-x[1]) - 1.0001]),
        new("4 Brown badly scaled", [1, 1], [0], x => [x[0] - 1e6, x[1] - 2e-6, x[0] * x[1] - 2]),
        new("5 Beale", [1, 1], [0], x => Range(1, 3).Select(i => new[] { 1.5, 2.25, 2.625 }[i - 1] - x[0] * (1 - Pow(x[1], i)))),
        new("6 Jennrich and Sampson", [0.3, 0.4], [124.36218236], x => Range(1, 10).Select(i => 2 + 2 * i - (Exp(i * x[0]) + Exp(i * x[1])))),
        new("7 Helical valley", [-1, 0, 0], [0], x =>
            [10 * (x[2] - 10 * (Atan(x[1] / x[0]) / (2 * Math.PI) + (x[0].V < 0 ? 0.5 : 0))), 10 * (Pow(x[0] * x[0] + x[1] * x[1], 0.5) - 1), x[2]]),
        new("8 Bard", [1, 1, 1], [8.214877306e-3], x => Range(1, 15).Select(u => Bard[u - 1] - (x[0] + u / ((16 - u) * x[1] + Math.Min(u, 16 - u) * x[2])))),
        new("9 Gaussian", [0.4, 1, 0], [1.127932770e-8], x => Range(1, 15).Select(i =>
            x[0] * Exp(-x[1] * Pow((8 - i) / 2.0 - x[2], 2) / 2) - Gauss[Math.Min(i, 16 - i) - 1])),
        new("11 Gulf research", [5, 2.5, 0.15], [0], x => Range(1, 99).Select(i =>
            Exp(-Pow2(Abs(25 + Math.Pow(-50 * Math.Log(i / 100.0), 2.0 / 3) - x[1]), x[2]) / x[0]) - i / 100.0)),
        new("12 Box three-dimensional", [0, 10, 20], [0], x => Range(1, 10).Select(i =>
            Exp(-0.1 * i * x[0]) - Exp(-0.1 * i * x[1]) - x[2] * (Math.Exp(-0.1 * i) - Math.Exp(-i)))),
        new("13 Powell singular", [3, -1, 0, 1], [0], x =>
            [x[0] + 10 * x[1], Math.Sqrt(5) * (x[2] - x[3]), Pow(x[1] - 2 * x[2], 2), Math.Sqrt(10) * Pow(x[0] - x[3], 2)]),
        new("14 Wood", [-3, -1, -3, -1], [0], x =>
        [
            10 * (x[1] - x[0] * x[0]), 1 - x[0], Math.Sqrt(90) * (x[3] - x[2] * x[2]), 1 - x[2],
            Math.Sqrt(10) * (x[1] + x[3] - 2), (x[1] - x[3]) / Math.Sqrt(10),
        ]),
        new("15 Kowalik and Osborne", [0.25, 0.39, 0.415, 0.39], [3.075056039e-4, 1.027345e-3], x => Kowalik.Select(p =>
            p.Y - x[0] * (p.U * p.U + p.U * x[1]) / (p.U * p.U + p.U * x[2] + x[3]))),
        new("16 Brown and Dennis", [25, 5, -5, -1], [85822.20163], x => Range(1, 20).Select(i =>
            Pow(x[0] + i / 5.0 * x[1] - Math.Exp(i / 5.0), 2) + Pow(x[2] + Math.Sin(i / 5.0) * x[3] - Math.Cos(i / 5.0), 2))),
        new("17 Osborne 1", [0.5, 1.5, -1, 0.01, 0.02], [5.464894697e-5], x => Osborne.Select((y, i) =>
            y - (x[0] + x[1] * Exp(-10.0 * i * x[3]) + x[2] * Exp(-10.0 * i * x[4])))),
        new("18 Biggs EXP6", [1, 2, 1, 1, 1, 1], [5.655649925e-3, 0], x => Range(1, 13).Select(i => (t: 0.1 * i, i)).Select(p =>
            x[2] * Exp(-p.t * x[0]) - x[3] * Exp(-p.t * x[1]) + x[5] * Exp(-p.t * x[4]) - (Math.Exp(-p.t) - 5 * Math.Exp(-p.i) + 3 * Math.Exp(-4 * p.t)))),
        new("20 Watson, 6 variables", [0, 0, 0, 0, 0, 0], [2.287670053e-3], Watson),
        new("21 Extended Rosenbrock, 10 variables", [.. Range(1, 10).Select(i => i % 2 == 1 ? -1.2 : 1)], [0], x =>
            Range(0, 5).SelectMany(k => new[] { 10 * (x[2 * k + 1] - x[2 * k] * x[2 * k]), 1 - x[2 * k] })),
        new("22 Extended Powell singular, 8 variables", [3, -1, 0, 1, 3, -1, 0, 1], [0], x => Range(0, 2).Select(k => 4 * k).SelectMany(k => new[]
            { x[k] + 10 * x[k + 1], Math.Sqrt(5) * (x[k + 2] - x[k + 3]), Pow(x[k + 1] - 2 * x[k + 2], 2), Math.Sqrt(10) * Pow(x[k] - x[k + 3], 2) })),
        new("23 Penalty I, 4 variables", [1, 2, 3, 4], [2.249977501e-5], x => x.Select(v => Math.Sqrt(1e-5) * (v - 1)).Append(Sum(x.Select(v => v * v)) - 0.25)),
        new("24 Penalty II, 4 variables", [0.5, 0.5, 0.5, 0.5], [9.376293e-6], Penalty2),
        new("25 Variably dimensioned, 8 variables", [.. Range(1, 8).Select(i => 1 - i / 8.0)], [0], x =>
            x.Select(v => v - 1).Concat([Weighted(x), Weighted(x) * Weighted(x)])),
        new("26 Trigonometric, 5 variables", [0.2, 0.2, 0.2, 0.2, 0.2], [0, 2.79506e-5], x => x.Select((v, i) =>
            x.Length - Sum(x.Select(Cos)) + (i + 1) * (1 - Cos(v)) - Sin(v))),
        new("27 Brown almost-linear, 5 variables", [0.5, 0.5, 0.5, 0.5, 0.5], [0, 1], x =>
            x[..^1].Select(v => v + Sum(x) - 6).Append(x.Aggregate((a, b) => a * b) - 1)),
        new("28 Discrete boundary value, 8 variables", [.. Range(1, 8).Select(i => i / 9.0 * (i / 9.0 - 1))], [0], x => x.Select((v, i) =>
            2 * v - At(x, i - 1) - At(x, i + 1) + Pow(v + (i + 1) / 9.0 + 1, 3) / 162)),
        new("29 Discrete integral equation, 6 variables", [.. Range(1, 6).Select(i => i / 7.0 * (i / 7.0 - 1))], [0], Integral),
        new("30 Broyden tridiagonal, 8 variables", [-1, -1, -1, -1, -1, -1, -1, -1], [0], x => x.Select((v, i) =>
            (3 - 2 * v) * v - At(x, i - 1) - 2 * At(x, i + 1) + 1)),
        new("31 Broyden banded, 8 variables", [-1, -1, -1, -1, -1, -1, -1, -1], [0], x => x.Select((v, i) =>
            v * (2 + 5 * v * v) + 1 - Sum(Range(-5, 7).Where(d => d != 0).Select(d => At(x, i + d)).Select(w => w * (1 + w))))),
        new("32 Linear of full rank, 5 variables, 10 residuals", [1, 1, 1, 1, 1], [5], x => Range(0, 10).Select(i => (i < 5 ? x[i] : 0) - 0.2 * Sum(x) - 1)),
        new("33 Linear of rank 1, 5 variables, 10 residuals", [1, 1, 1, 1, 1], [10.0 * 9 / (2 * 21)], x => Range(1, 10).Select(i => i * Weights(x) - 1)),
        new("35 Chebyquad, 8 variables", [.. Range(1, 8).Select(i => i / 9.0)], [3.516873725e-3], x => Range(1, 8).Select(i =>
            Sum(x.Select(v => Chebyshev(i, 2 * v - 1))) / 8 - (i % 2 == 0 ? -1.0 / (i * i - 1) : 0))),
    ];

    static IEnumerable<int> Range(int start, int count) => Enumerable.Range(start, count);

    static Dual At(Dual[] x, int i) => i >= 0 && i < x.Length ? x[i] : 0;

    static Dual Pow2(Dual a, Dual p) => Exp(p * Log(a));

    static Dual Weights(Dual[] x) => Sum(x.Select((v, i) => (i + 1) * v));

    static Dual Weighted(Dual[] x) => Sum(x.Select((v, i) => (i + 1) * (v - 1)));

    static Dual Chebyshev(int degree, Dual t)
    {
        Dual before = 1, now = t;
        for (int i = 1; i < degree; i++) (before, now) = (now, 2 * t * now - before);
        return now;
    }

    static IEnumerable<Dual> Watson(Dual[] x)
    {
        for (int i = 1; i <= 29; i++)
        {
            double t = i / 29.0;
            Dual sum = Sum(x.Select((v, j) => Math.Pow(t, j) * v));
            yield return Sum(x.Skip(1).Select((v, j) => (j + 1) * Math.Pow(t, j) * v)) - sum * sum - 1;
        }
        yield return x[0];
        yield return x[1] - x[0] * x[0] - 1;
    }

    static IEnumerable<Dual> Penalty2(Dual[] x)
    {
        double a = Math.Sqrt(1e-5);
        yield return x[0] - 0.2;
        for (int i = 1; i < 4; i++) yield return a * (Exp(x[i] / 10) + Exp(x[i - 1] / 10) - Math.Exp((i + 1) / 10.0) - Math.Exp(i / 10.0));
        for (int i = 1; i < 4; i++) yield return a * (Exp(x[i] / 10) - Math.Exp(-0.1));
        yield return Sum(x.Select((v, i) => (4 - i) * v * v)) - 1;
    }

    static IEnumerable<Dual> Integral(Dual[] x)
    {
        double h = 1.0 / 7;
        Dual Cube(int j) => Pow(x[j] + (j + 1) * h + 1, 3);
        return x.Select((v, i) => v + h / 2 * ((1 - (i + 1) * h) * Sum(Range(0, i + 1).Select(j => (j + 1) * h * Cube(j)))
            + (i + 1) * h * Sum(Range(i + 1, 5 - i).Select(j => (1 - (j + 1) * h) * Cube(j)))));
    }
}
