using System.Numerics;

namespace Fathom.Numerics.Tests.Fitting;

public class PolynomialTests
{
    static readonly double[] X = [11, 12, 13, 14, 15, 16, 17, 18, 19, 20];
    static readonly double[] Y = [618.230, 735.936, 863.896, 1002.142, 1150.638, 1309.408, 1478.436, 1657.748, 1847.352, 2047.18];

    [Fact]
    public void The_line_and_the_quadratic_of_the_course()
    {
        PolynomialFit line = Polynomial.Fit(X, Y, 1);
        double slope = 0, mean = Y.Average();
        for (int i = 0; i < 10; i++) slope += (X[i] - 15.5) * Y[i] / 82.5;
        Assert.Equal(slope, line.Coefficients[1], 1e-10);
        Assert.Equal(mean - 15.5 * slope, line.Coefficients[0], 1e-10);
        Assert.Equal(158.77196363636364, line.Coefficients[1], 1e-10);
        PolynomialFit parabola = Polynomial.Fit(X, Y, 2);
        Assert.True(parabola.ResidualNorm < 0.2 && line.ResidualNorm > 80, $"{parabola.ResidualNorm} {line.ResidualNorm}");
        Assert.True(parabola.RSquared > 0.9999999);
        for (int i = 0; i < 10; i++) Assert.Equal(Y[i] - parabola.Evaluate(X[i]), parabola.Statistics.Residuals[i], 1e-10);
    }

    [Fact]
    public void High_degrees_stay_well_conditioned()
    {
        double[] x = [.. Enumerable.Range(0, 200).Select(i => 100 + i / 199.0)];      // far from zero: powers of x would be useless
        PolynomialFit fit = Polynomial.Fit(x, [.. x.Select(v => Math.Sin(9 * v))], 30);
        Assert.True(fit.Statistics.Refinements <= 4);
        for (double v = 100.003; v < 101; v += 0.0317)
        {
            Assert.Equal(Math.Sin(9 * v), fit.Evaluate(v), 1e-12);
            Assert.Equal(9 * Math.Cos(9 * v), fit.Polynomial.Derivative().Evaluate(v), 1e-8);
        }
        double[] roots = [.. fit.Polynomial.RealRoots().Where(r => r is >= 100 and <= 101)];
        Assert.Equal([287 * Math.PI / 9, 288 * Math.PI / 9, 289 * Math.PI / 9], roots, (a, b) => Math.Abs(a - b) < 1e-11);
    }

    [Fact]
    public void Values_derivatives_and_roots()
    {
        var p = new Polynomial(-6, 11, -6, 1);
        Assert.Equal([1, 2, 3], p.RealRoots(), (a, b) => Math.Abs(a - b) < 1e-13);
        Assert.Equal([11, -12, 3], p.Derivative().Coefficients);
        Assert.Equal([6], p.Derivative(3).Coefficients);
        Assert.Equal([0], p.Derivative(4).Coefficients);
        Assert.Equal(-6, p.Evaluate(0));
        Assert.Equal("-6 + 11 x - 6 x^2 + 1 x^3", p.ToString());
        Complex[] z = new Polynomial(1, 0, 1, 0).Roots();     // leading zero coefficient
        Assert.Equal([-1, 1], z.Select(v => Math.Round(v.Imaginary, 14)));
        Assert.Empty(new Polynomial(3).Roots());
        Assert.Throws<InvalidOperationException>(() => new Polynomial(0).Roots());
    }

    [Fact]
    public void Wilkinsons_polynomial_from_its_values()
    {
        double[] x = [.. Enumerable.Range(0, 41).Select(i => i / 2.0)];
        double[] y = [.. x.Select(v => Enumerable.Range(1, 20).Aggregate(1.0, (p, k) => p * (v - k) / 10))];
        double[] roots = Polynomial.Fit(x, y, 20).Polynomial.RealRoots();
        Assert.Equal(20, roots.Length);
        for (int k = 1; k <= 20; k++) Assert.Equal(k, roots[k - 1], 1e-6);
    }

    [Fact]
    public void Weights_count_like_repeated_points()
    {
        PolynomialFit weighted = Polynomial.Fit([0, 1, 2, 3], [1, 2, 0, 5], 1, [1, 3, 1, 2]);
        PolynomialFit repeated = Polynomial.Fit([0, 1, 1, 1, 2, 3, 3], [1, 2, 2, 2, 0, 5, 5], 1);
        Assert.Equal(repeated.Coefficients, weighted.Coefficients, (a, b) => Math.Abs(a - b) < 1e-13);
        Assert.Equal(repeated.ResidualNorm, weighted.ResidualNorm, 1e-13);
        Assert.Equal(repeated.RSquared, weighted.RSquared, 1e-13);
    }

    [Fact]
    public void Covariance_against_the_normal_equations()
    {
        LinearFit fit = LeastSquares.Fit([0, 1, 2, 3], [1, 2, 0, 5], _ => 1, x => x);
        double variance = fit.SumOfSquares / 2;      // (A^T A)^-1 = [14, -6; -6, 4] / 20
        Assert.Equal(14 * variance / 20, fit.Covariance[0, 0], 1e-13);
        Assert.Equal(-6 * variance / 20, fit.Covariance[0, 1], 1e-13);
        Assert.Equal(4 * variance / 20, fit.Covariance[1, 1], 1e-13);
    }

    [Fact]
    public void Wrong_data_are_refused_with_reasons()
    {
        Assert.Contains("y[1] is NaN", Assert.Throws<ArgumentException>(() => Polynomial.Fit([1, 2], [1, double.NaN], 1)).Message);
        Assert.Contains("2 distinct points", Assert.Throws<ArgumentException>(() => Polynomial.Fit([1, 2, 2], [1, 2, 3], 2)).Message);
        Assert.Contains("3 coefficients from 2 points", Assert.Throws<ArgumentException>(() => Polynomial.Fit([1, 2], [1, 2], 2)).Message);
        Assert.Contains("column 1", Assert.Throws<ArgumentException>(() => LeastSquares.Fit([1, 2, 3], [1, 2, 3], x => x, x => 3 * x)).Message);
        Assert.Contains("weights[0]", Assert.Throws<ArgumentException>(() => Polynomial.Fit([1, 2], [1, 2], 1, [0, 1])).Message);
    }
}
