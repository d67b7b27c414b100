// # Fitting polynomials
//
// Ten measurements, and the question which simple formula they follow.

using Fathom.Numerics;
using Fathom.Training.Plotting;

double[] x = [11, 12, 13, 14, 15, 16, 17, 18, 19, 20];
double[] y = [618.230, 735.936, 863.896, 1002.142, 1150.638, 1309.408, 1478.436, 1657.748, 1847.352, 2047.18];

// ## A line
//
// `Polynomial.Fit` finds the coefficients that make the sum of squared differences smallest.

PolynomialFit line = Polynomial.Fit(x, y, 1);
IReadOnlyList<double> a = line.Coefficients;
Console.WriteLine($"line: {a[0]:f4} + {a[1]:f4} x, residual norm {line.ResidualNorm:f3}");

// ## What the residuals say
//
// If the line were right, what remains would be noise: signs in no order. Here they start high, sink and rise again, which is the mark of a curve.

IEnumerable<string> residuals = line.Statistics.Residuals.Select(r => $"{r:f1}");
Console.WriteLine($"residuals of the line: {string.Join(" ", residuals)}");

// ## A quadratic

PolynomialFit parabola = Polynomial.Fit(x, y, 2);
IReadOnlyList<double> b = parabola.Coefficients;
IEnumerable<string> errors = parabola.Statistics.StandardErrors.Select(e => $"{e:f4}");
Console.WriteLine($"quadratic: {b[0]:f4} - {-b[1]:f4} x + {b[2]:f4} x², residual norm {parabola.ResidualNorm:f3}");
Console.WriteLine($"standard errors: {string.Join(" ", errors)}");
Console.Write("share of the variance not explained: ");
Console.WriteLine($"line {1 - line.RSquared:0.0e+0}, quadratic {1 - parabola.RSquared:0.0e+0}");

// For one more coefficient the residual norm falls to less than a thousandth: to about a hundredth in y, the data are quadratic. The coefficients that it has are known as well
// as the standard errors say.

// ## Using a fit
//
// A fitted polynomial can be evaluated anywhere, differentiated, and solved. Values between the points are safe to read off; far outside they are a bet.

Polynomial p = parabola.Polynomial;
Console.WriteLine($"at 15.5: {p.Evaluate(15.5):f3}; slope there: {p.Derivative().Evaluate(15.5):f3}");
double[] where = new Polynomial([p.Coefficients[0] - 1500, p.Coefficients[1], p.Coefficients[2]]).RealRoots();
Console.WriteLine($"reaches 1500 at x = {where[^1]:f4}");

// ## The plot
//
// The left panel shows data, line and quadratic; the right one the residuals, where the difference between the models shows.

double[] fine = [.. Enumerable.Range(0, 91).Select(i => 11 + i * 0.1)];
FigureRow row = new()
{
    Title = "Ten measurements, two models",
    Panels =
    [
        new LinePlot
        {
            Title = "Fit", XLabel = "x", YLabel = "y",
            Series = [Curve("line", line.Evaluate), Curve("quadratic", parabola.Evaluate),
                Points("data", y) with { Style = LineStyle.Dotted }],
        },
        new LinePlot
        {
            Title = "Residuals", XLabel = "x", YLabel = "data minus fit",
            Series = [Points("line", line.Statistics.Residuals), Points("quadratic", parabola.Statistics.Residuals)],
        },
    ],
};
row.Show("polynomial-fit");

Series Curve(string name, Func<double, double> f) => new(name, [.. fine.Select(v => new DataPoint(v, f(v)))]);

Series Points(string name, IReadOnlyList<double> values) => new(name, [.. x.Zip(values, (v, w) => new DataPoint(v, w))]);
