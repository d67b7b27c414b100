using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Fathom.Numerics;

/// <summary>A polynomial in one variable with real coefficients: values, derivative, roots, and least-squares fits to points.</summary>
public sealed class Polynomial
{
    readonly ChebyshevForm? form;

    /// <summary>A polynomial from its coefficients.</summary>
    /// <param name="coefficients">The coefficients of 1, x, x^2, ...; at least one, all finite.</param>
    public Polynomial(params double[] coefficients) : this(coefficients, null)
    {
        Require.Finite("polynomial", coefficients);
        if (coefficients.Length == 0) throw new ArgumentException("[polynomial] no coefficients: at least one is expected", nameof(coefficients));
    }

    Polynomial(IReadOnlyList<double> coefficients, ChebyshevForm? form) => (Coefficients, this.form) = ([.. coefficients], form);

    /// <summary>The coefficients of 1, x, x^2, ...</summary>
    public IReadOnlyList<double> Coefficients { get; }

    /// <summary>The highest power that has a coefficient, be it zero.</summary>
    public int Degree => Coefficients.Count - 1;

    /// <summary>Fits a polynomial to points by least squares.</summary>
    /// <param name="x">Where the data were taken, at least <paramref name="degree"/> + 1 distinct points.</param>
    /// <param name="y">The data, as many.</param>
    /// <param name="degree">The degree, from 0.</param>
    /// <param name="weights">Weights of the squares, above 0; null for all 1.</param>
    /// <remarks>
    /// Solved in Chebyshev polynomials of the points' range, so high degrees stay well conditioned, by QR refined with residuals in doubled precision; only the result is
    /// turned into powers of x. Where powers cancel (far from zero, high degree), <see cref="Evaluate(double)"/> of the fit is still accurate, for it uses the Chebyshev form.
    /// </remarks>
    /// <exception cref="ArgumentException">Sizes differ, values are not finite, or there are too few distinct points for the degree.</exception>
    public static PolynomialFit Fit(IReadOnlyList<double> x, IReadOnlyList<double> y, int degree, IReadOnlyList<double>? weights = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(degree);
        Require.Finite("polynomial fit", x);
        Require.Finite("polynomial fit", y);
        LeastSquares.CheckSizes(x.Count, degree + 1, y.Count, weights);
        int distinct = x.Distinct().Count();
        if (distinct <= degree) throw new ArgumentException($"[polynomial fit] {distinct} distinct points do not determine degree {degree}; at least {degree + 1} are expected", nameof(x));
        (double middle, double half) = ChebyshevForm.Axes(x.Min(), x.Max());
        double[] root = LeastSquares.Roots(weights, x.Count);
        LinearFit fit = LeastSquares.Solve(ChebyshevForm.Design(x, degree, middle, half, root), y, root, ChebyshevForm.ToPowers(degree, middle, half));
        return new(new(fit.Coefficients, new(fit.InBasis, middle, half)), fit, y, weights);
    }

    /// <summary>The value at a point.</summary>
    public double Evaluate(double x)
    {
        if (form is not null) return form.Evaluate(x);
        double y = 0;
        for (int i = Degree; i >= 0; i--) y = Math.FusedMultiplyAdd(y, x, Coefficients[i]);
        return y;
    }

    /// <summary>The values at some points.</summary>
    public double[] Evaluate(IEnumerable<double> x) => [.. x.Select(Evaluate)];

    /// <summary>The derivative, again a polynomial.</summary>
    /// <param name="order">Which derivative, from 1.</param>
    public Polynomial Derivative(int order = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        Polynomial p = this;
        for (; order > 0; order--)
            p = new(p.Degree == 0 ? [0] : [.. p.Coefficients.Skip(1).Select((c, i) => c * (i + 1))], p.form?.Derivative());
        return p;
    }

    /// <summary>All roots, real and complex, each as often as it counts; ordered by real, then imaginary part. Empty for a constant.</summary>
    /// <remarks>
    /// The eigenvalues of the companion matrix (of a fit: the colleague matrix of its Chebyshev form), each polished by Newton's method. A root of multiplicity m is known
    /// only to about 16/m digits. Leading coefficients of a fit that are nothing but rounding are left out, so a fit of too high a degree has fewer roots than its degree.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The polynomial is zero everywhere.</exception>
    public Complex[] Roots()
    {
        double[] c = Trimmed();
        if (c.Length == 1 && c[0] == 0) throw new InvalidOperationException("[polynomial] every number is a root of the zero polynomial");
        if (c.Length == 1) return [];
        Matrix<double> m = form is null ? PolynomialRoots.Companion(c) : PolynomialRoots.Colleague(c);
        IEnumerable<Complex> roots = PolynomialRoots.Eigenvalues(m).Select(z => PolynomialRoots.Polish(c, z, chebyshev: form is not null));
        if (form is not null) roots = roots.Select(t => form.Middle + form.Half * t);
        return [.. roots.OrderBy(z => z.Real).ThenBy(z => z.Imaginary)];
    }

    /// <summary>The real roots in ascending order.</summary>
    /// <param name="tolerance">Roots whose imaginary part is below this part of their size, or of 1, count as real.</param>
    public double[] RealRoots(double tolerance = 1e-9) =>
        [.. Roots().Where(z => Math.Abs(z.Imaginary) <= tolerance * Math.Max(1, z.Magnitude)).Select(z => z.Real)];

    /// <summary>Such as <c>1 - 2 x + 3 x^2</c>.</summary>
    public override string ToString() => string.Concat(Coefficients.Select((c, i) =>
        (i == 0 ? (c < 0 ? "-" : "") : c < 0 ? " - " : " + ") + $"{Math.Abs(c):g6}" + (i == 0 ? "" : i == 1 ? " x" : $" x^{i}")));

    /// <summary>The coefficients, in the basis that is used for roots, without leading zeros; of a fit, without what is below the rounding of the largest.</summary>
    double[] Trimmed()
    {
        double[] c = form is null ? [.. Coefficients] : form.C;
        double least = form is null ? 0 : 2.2e-16 * c.Max(Math.Abs);
        int n = c.Length;
        while (n > 1 && Math.Abs(c[n - 1]) <= least) n--;
        return c[..n];
    }
}

/// <summary>A polynomial fitted to points, with what is known about how well it fits.</summary>
public sealed class PolynomialFit
{
    readonly double total;

    internal PolynomialFit(Polynomial polynomial, LinearFit fit, IReadOnlyList<double> y, IReadOnlyList<double>? weights)
    {
        (Polynomial, Statistics) = (polynomial, fit);
        double sum = 0, weight = 0;
        for (int i = 0; i < y.Count; i++) (sum, weight) = (sum + (weights?[i] ?? 1) * y[i], weight + (weights?[i] ?? 1));
        for (int i = 0; i < y.Count; i++) total += (weights?[i] ?? 1) * Math.Pow(y[i] - sum / weight, 2);
    }

    /// <summary>The fitted polynomial.</summary>
    public Polynomial Polynomial { get; }

    /// <summary>Residuals, covariance and standard errors of the coefficients of powers of x.</summary>
    public LinearFit Statistics { get; }

    /// <summary>The coefficients of 1, x, x^2, ...</summary>
    public IReadOnlyList<double> Coefficients => Polynomial.Coefficients;

    /// <summary>The covariance of <see cref="Coefficients"/>.</summary>
    public double[,] Covariance => Statistics.Covariance;

    /// <summary>The root of the (weighted) sum of squares of the residuals.</summary>
    public double ResidualNorm => Statistics.ResidualNorm;

    /// <summary>The share of the data's variance that the fit explains, at most 1; not a number for data that are all the same.</summary>
    public double RSquared => 1 - Statistics.SumOfSquares / total;

    /// <summary>The value of the fit at a point.</summary>
    public double Evaluate(double x) => Polynomial.Evaluate(x);
}
