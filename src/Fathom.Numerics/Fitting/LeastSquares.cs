namespace Fathom.Numerics;

/// <summary>Linear least squares: coefficients of given functions, or of the columns of a matrix, that come closest to data.</summary>
public static class LeastSquares
{
    /// <summary>Fits y = c0 f0(x) + c1 f1(x) + ... to points.</summary>
    /// <param name="x">Where the data were taken.</param>
    /// <param name="y">The data, as many.</param>
    /// <param name="basis">The functions f0, f1, ...; no more than points.</param>
    /// <exception cref="ArgumentException">Sizes differ, a value is not finite, there are too few points, or the functions are dependent on these points.</exception>
    public static LinearFit Fit(IReadOnlyList<double> x, IReadOnlyList<double> y, params Func<double, double>[] basis)
    {
        ArgumentNullException.ThrowIfNull(basis);
        Require.Finite("least squares", x);
        var a = new double[x.Count, basis.Length];
        for (int i = 0; i < x.Count; i++)
            for (int j = 0; j < basis.Length; j++)
            {
                a[i, j] = basis[j](x[i]);
                if (!double.IsFinite(a[i, j])) throw new ArgumentException($"[least squares] function {j} is {a[i, j]} at x[{i}] = {x[i]}; finite values are expected", nameof(basis));
            }
        return Solve(a, y);
    }

    /// <summary>Finds the x that makes the sum of squares of b - A x smallest.</summary>
    /// <param name="a">The design matrix: a row an observation, a column a coefficient.</param>
    /// <param name="b">The observations.</param>
    /// <param name="weights">Weights of the squares, above 0, one an observation (one over the variance, up to a factor); null for all 1. The residuals that come back are not weighted.</param>
    /// <exception cref="ArgumentException">Sizes differ, a value is not finite, there are fewer rows than columns, or the columns are dependent to working precision.</exception>
    /// <remarks>Householder QR of the scaled columns, refined with defects in doubled precision.</remarks>
    public static LinearFit Solve(double[,] a, IReadOnlyList<double> b, IReadOnlyList<double>? weights = null)
    {
        ArgumentNullException.ThrowIfNull(a);
        (int rows, int columns) = (a.GetLength(0), a.GetLength(1));
        Require.Finite("least squares", b);
        CheckSizes(rows, columns, b.Count, weights);
        double[] root = Roots(weights, rows);
        var design = new DoubleDouble[rows, columns];
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++)
            {
                if (!double.IsFinite(a[i, j])) throw new ArgumentException($"[least squares] a[{i}, {j}] is {a[i, j]}; finite numbers are expected", nameof(a));
                design[i, j] = (DoubleDouble)a[i, j] * root[i];
            }
        return Solve(design, b, root, null);
    }

    /// <summary>The whole fit; <paramref name="basis"/>, if given, turns the coefficients of the columns into those reported.</summary>
    internal static LinearFit Solve(DoubleDouble[,] weighted, IReadOnlyList<double> b, double[] root, DoubleDouble[,]? basis)
    {
        int rows = weighted.GetLength(0), columns = weighted.GetLength(1);
        var solver = new RefinedLeastSquares(weighted);
        (DoubleDouble[] c, DoubleDouble[] residual) = solver.Solve([.. b.Select((v, i) => v * root[i])]);
        int refinements = solver.Refinements;
        DoubleDouble squares = 0;
        foreach (DoubleDouble e in residual) squares += e * e;
        int freedom = rows - columns;
        DoubleDouble variance = freedom > 0 ? squares / freedom : double.NaN;
        var inverse = new DoubleDouble[columns, columns];
        for (int j = 0; j < columns; j++)
        {
            DoubleDouble[] column = solver.InverseColumn(j);
            for (int i = 0; i < columns; i++) inverse[i, j] = column[i];
        }
        DoubleDouble[] reported = basis is null ? c : Times(basis, c);
        if (basis is not null) inverse = Times(basis, Transpose(Times(basis, inverse)));
        return new()
        {
            Coefficients = [.. reported.Select(v => (double)v)],
            InBasis = [.. c.Select(v => (double)v)],
            Covariance = Scaled(inverse, variance),
            Residuals = [.. residual.Select((v, i) => (double)v / root[i])],
            SumOfSquares = (double)squares,
            DegreesOfFreedom = freedom,
            Refinements = refinements,
        };
    }

    internal static void CheckSizes(int rows, int columns, int observations, IReadOnlyList<double>? weights)
    {
        if (observations != rows) throw new ArgumentException($"[least squares] {rows} points and {observations} observations: as many are expected");
        if (columns == 0 || rows < columns) throw new ArgumentException($"[least squares] {columns} coefficients from {rows} points: at least one coefficient, and at least as many points, are expected");
        if (weights is null) return;
        if (weights.Count != rows) throw new ArgumentException($"[least squares] {weights.Count} weights for {rows} points: as many are expected", nameof(weights));
        for (int i = 0; i < rows; i++)
            if (!(weights[i] > 0) || double.IsInfinity(weights[i])) throw new ArgumentException($"[least squares] weights[{i}] is {weights[i]}; finite numbers above 0 are expected", nameof(weights));
    }

    internal static double[] Roots(IReadOnlyList<double>? weights, int rows)
    {
        var root = new double[rows];
        for (int i = 0; i < rows; i++) root[i] = weights is null ? 1 : Math.Sqrt(weights[i]);
        return root;
    }

    static DoubleDouble[] Times(DoubleDouble[,] m, DoubleDouble[] v)
    {
        var y = new DoubleDouble[m.GetLength(0)];
        for (int i = 0; i < y.Length; i++)
            for (int j = 0; j < v.Length; j++) y[i] += m[i, j] * v[j];
        return y;
    }

    static DoubleDouble[,] Times(DoubleDouble[,] a, DoubleDouble[,] b)
    {
        var y = new DoubleDouble[a.GetLength(0), b.GetLength(1)];
        for (int i = 0; i < y.GetLength(0); i++)
            for (int j = 0; j < y.GetLength(1); j++)
                for (int k = 0; k < b.GetLength(0); k++) y[i, j] += a[i, k] * b[k, j];
        return y;
    }

    static DoubleDouble[,] Transpose(DoubleDouble[,] m)
    {
        var t = new DoubleDouble[m.GetLength(1), m.GetLength(0)];
        for (int i = 0; i < t.GetLength(0); i++)
            for (int j = 0; j < t.GetLength(1); j++) t[i, j] = m[j, i];
        return t;
    }

    static double[,] Scaled(DoubleDouble[,] m, DoubleDouble factor)
    {
        var y = new double[m.GetLength(0), m.GetLength(1)];
        for (int i = 0; i < y.GetLength(0); i++)
            for (int j = 0; j < y.GetLength(1); j++) y[i, j] = (double)(m[i, j] * factor);
        return y;
    }
}

/// <summary>A linear least-squares fit.</summary>
public sealed record LinearFit
{
    /// <summary>The coefficients.</summary>
    public required IReadOnlyList<double> Coefficients { get; init; }

    /// <summary>The coefficients of the columns that were solved for.</summary>
    internal double[] InBasis { get; init; } = [];

    /// <summary>The covariance of the coefficients, scaled by the residual variance; not a number where no degree of freedom is left.</summary>
    public required double[,] Covariance { get; init; }

    /// <summary>Observation minus fit, one a point.</summary>
    public required IReadOnlyList<double> Residuals { get; init; }

    /// <summary>The (weighted) sum of the squares of the residuals.</summary>
    public required double SumOfSquares { get; init; }

    /// <summary>Points minus coefficients.</summary>
    public required int DegreesOfFreedom { get; init; }

    /// <summary>How many rounds of refinement were needed; more than five tell of nearly dependent columns.</summary>
    public required int Refinements { get; init; }

    /// <summary>The root of the sum of squares.</summary>
    public double ResidualNorm => Math.Sqrt(SumOfSquares);

    /// <summary>The standard deviation of an observation of weight 1 about the fit; not a number where no degree of freedom is left.</summary>
    public double ResidualDeviation => DegreesOfFreedom > 0 ? Math.Sqrt(SumOfSquares / DegreesOfFreedom) : double.NaN;

    /// <summary>The standard deviations of the coefficients.</summary>
    public IReadOnlyList<double> StandardErrors => [.. Enumerable.Range(0, Coefficients.Count).Select(i => Math.Sqrt(Covariance[i, i]))];
}
