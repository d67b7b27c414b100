using MathNet.Numerics.LinearAlgebra;

namespace Fathom.Numerics;

/// <summary>Nonlinear least squares by Levenberg's and Marquardt's method, with automatic Jacobians and, if wanted, bounds.</summary>
public static class LevenbergMarquardt
{
    /// <summary>Fits y = model(parameters, x) to points.</summary>
    /// <param name="model">The model over Float64 tensors: parameters of shape (n) and points of shape (m) to values of shape (m).</param>
    /// <param name="x">Where the data were taken.</param>
    /// <param name="y">The data, as many.</param>
    /// <param name="start">A first guess of the parameters.</param>
    /// <param name="options">Bounds, tolerances, limits, callback; null for the defaults.</param>
    /// <exception cref="ArgumentException">Sizes differ, a value is not finite, or the model is not finite at the first guess.</exception>
    public static NonlinearFit Fit(Func<Tensor, Tensor, Tensor> model, double[] x, double[] y, double[] start, NonlinearOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        Require.Finite("nonlinear fit", x);
        Require.Finite("nonlinear fit", y);
        if (x.Length != y.Length) throw new ArgumentException($"[nonlinear fit] {x.Length} points and {y.Length} observations: as many are expected", nameof(y));
        Tensor points = Tensor.From(x, new Shape([x.Length])), data = Tensor.From(y, new Shape([y.Length]));
        return Minimise(p => data - model(p, points), start, options);
    }

    /// <summary>Makes the sum of squares of some residuals smallest.</summary>
    /// <param name="residuals">The residuals, a tensor of any shape, over a Float64 tensor of shape (n).</param>
    /// <param name="start">A first guess of the n parameters; moved into the bounds if outside.</param>
    /// <param name="options">Bounds, tolerances, limits, callback; null for the defaults.</param>
    /// <exception cref="ArgumentException">A value is not finite, bounds cross, or the residuals are not finite at the first guess.</exception>
    /// <remarks>
    /// Steps solve (J^T J + mu D^2) s = -J^T r by QR; D are the largest column norms so far, mu follows the ratio of actual to predicted reduction (H. B. Nielsen, IMM-REP-1999-05). A
    /// parameter at a bound that the gradient pushes against is held for the step, and steps are cut to the bounds.
    /// </remarks>
    public static NonlinearFit Minimise(Func<Tensor, Tensor> residuals, double[] start, NonlinearOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(residuals);
        Require.Finite("nonlinear fit", start);
        options ??= new();
        var work = new Work(options.MaxEvaluations, options.Cancellation);
        var run = new LevenbergMarquardtRun(new("nonlinear fit", residuals, work), options, Bounds.For(start.Length, options));
        StopReason stop;
        try
        {
            stop = run.Run(start);
        }
        catch (WorkStoppedException e)
        {
            stop = e.Reason;
        }
        return run.Result(stop, work.Evaluations);
    }
}

/// <summary>The box that parameters stay in.</summary>
internal sealed record Bounds(double[] Low, double[] High)
{
    public static Bounds For(int n, NonlinearOptions options)
    {
        double[] low = options.Lower ?? Fill(n, double.NegativeInfinity), high = options.Upper ?? Fill(n, double.PositiveInfinity);
        if (low.Length != n || high.Length != n) throw new ArgumentException($"[nonlinear fit] {low.Length} lower and {high.Length} upper bounds for {n} parameters: as many are expected");
        for (int i = 0; i < n; i++)
            if (!(low[i] < high[i])) throw new ArgumentException($"[nonlinear fit] parameter {i} is bounded by {low[i]} and {high[i]}: the lower must be below the upper");
        return new(low, high);
    }

    public double Clamp(int i, double v) => Math.Clamp(v, Low[i], High[i]);

    /// <summary>Whether walking down the gradient would leave the box at once.</summary>
    public bool Holds(int i, double x, double gradient) => (x <= Low[i] && gradient > 0) || (x >= High[i] && gradient < 0);

    static double[] Fill(int n, double v)
    {
        var a = new double[n];
        Array.Fill(a, v);
        return a;
    }
}

/// <summary>One run: the current point and the state between steps.</summary>
internal sealed class LevenbergMarquardtRun(Residuals f, NonlinearOptions options, Bounds bounds)
{
    double[] x = [], r = [];
    double[,] j = new double[0, 0];
    double[] columnNorm = [];
    double squares = double.NaN, mu, growth = 2;
    int iterations;

    public StopReason Run(double[] start)
    {
        x = [.. start.Select((v, i) => bounds.Clamp(i, v))];
        columnNorm = new double[x.Length];
        (r, j) = f.Both(x);
        squares = Squares(r);
        if (!double.IsFinite(squares)) throw new ArgumentException("[nonlinear fit] the residuals are not finite at the first guess; start where the model is defined", nameof(start));
        mu = options.InitialDamping;
        for (iterations = 0; iterations < options.MaxIterations; iterations++)
        {
            if (!Finite(j)) return StopReason.NotFinite;
            double[] gradient = Gradient();
            bool[] free = [.. gradient.Select((g, i) => !bounds.Holds(i, x[i], g))];
            for (int k = 0; k < x.Length; k++) columnNorm[k] = Math.Max(columnNorm[k], Norm(k));
            if (IsFlat(gradient, free)) return StopReason.Converged;
            if (Step(gradient, free) is { } stop) return stop;
            options.OnIteration?.Invoke(new(iterations + 1, x.ToArray(), Math.Sqrt(squares), mu));
        }
        return StopReason.MaxIterations;
    }

    /// <summary>Raises the damping until a step reduces the squares; null to go on.</summary>
    StopReason? Step(double[] gradient, bool[] free)
    {
        while (true)
        {
            double[] next = Next(gradient, free, out double predicted);
            double moved = 0, size = 0;
            for (int i = 0; i < x.Length; i++) (moved, size) = (Math.Max(moved, Math.Abs(next[i] - x[i]) * D(i)), Math.Max(size, Math.Abs(x[i]) * D(i)));
            if (moved <= options.StepTolerance * size || moved == 0) return StopReason.Converged;
            double[] values = f.Values(next);
            double after = Squares(values), gain = (squares - after) / predicted;
            if (double.IsFinite(after) && after < squares && predicted > 0)
            {
                double reduction = (squares - after) / squares;
                (r, j) = f.Both(next);
                (x, squares) = (next, after);
                mu *= Math.Max(1.0 / 3, 1 - Math.Pow(2 * gain - 1, 3));
                growth = 2;
                return reduction <= options.FunctionTolerance && predicted <= options.FunctionTolerance * (squares + after) ? StopReason.Converged : null;
            }
            if (double.IsFinite(after) && Math.Abs(squares - after) <= 4e-16 * squares && predicted <= 4e-16 * squares) return StopReason.Converged;
            mu *= growth;
            growth *= 2;
            if (!double.IsFinite(mu)) return double.IsFinite(after) ? StopReason.NoProgress : StopReason.NotFinite;
        }
    }

    /// <summary>The damped step, cut to the bounds, and the reduction of the squares that the linear model promises for it.</summary>
    double[] Next(double[] gradient, bool[] free, out double predicted)
    {
        int[] at = [.. Enumerable.Range(0, x.Length).Where(i => free[i])];
        int m = r.Length;
        Matrix<double> a = Matrix<double>.Build.Dense(m + at.Length, at.Length);
        Vector<double> b = Vector<double>.Build.Dense(m + at.Length);
        for (int i = 0; i < m; i++)
        {
            b[i] = -r[i];
            for (int k = 0; k < at.Length; k++) a[i, k] = j[i, at[k]] / D(at[k]);
        }
        for (int k = 0; k < at.Length; k++) a[m + k, k] = Math.Sqrt(mu);
        Vector<double> s = a.QR(MathNet.Numerics.LinearAlgebra.Factorization.QRMethod.Thin).Solve(b);
        var next = (double[])x.Clone();
        for (int k = 0; k < at.Length; k++) next[at[k]] = bounds.Clamp(at[k], x[at[k]] + s[k] / D(at[k]));
        predicted = 0;
        for (int i = 0; i < m; i++)
        {
            double change = 0;
            for (int k = 0; k < x.Length; k++) change += j[i, k] * (next[k] - x[k]);
            predicted -= change * (2 * r[i] + change);
        }
        return next;
    }

    /// <summary>Whether every free column of the Jacobian is at a right angle to the residuals, or these are gone.</summary>
    bool IsFlat(double[] gradient, bool[] free)
    {
        double norm = Math.Sqrt(squares);
        if (norm == 0) return true;
        for (int k = 0; k < x.Length; k++)
            if (free[k] && Math.Abs(gradient[k]) > options.GradientTolerance * Norm(k) * norm) return false;
        return true;
    }

    public NonlinearFit Result(StopReason stop, int evaluations)
    {
        int freedom = r.Length - x.Length;
        return new()
        {
            Parameters = x,
            Residuals = r,
            SumOfSquares = squares,
            DegreesOfFreedom = freedom,
            Covariance = Covariance(freedom),
            Iterations = iterations,
            Evaluations = evaluations,
            Stop = stop,
        };
    }

    /// <summary>The inverse of J^T J times the residual variance; not a number where it does not exist. Parameters held at bounds count as known.</summary>
    double[,] Covariance(int freedom)
    {
        int n = x.Length;
        var covariance = new double[n, n];
        bool known = freedom > 0 && r.Length > 0 && Finite(j);
        int[] at = [.. Enumerable.Range(0, n).Where(i => x[i] > bounds.Low[i] && x[i] < bounds.High[i])];
        if (!known || at.Length == 0)
        {
            for (int i = 0; i < n * n && !known; i++) covariance[i / n, i % n] = double.NaN;
            return covariance;
        }
        Matrix<double> a = Matrix<double>.Build.Dense(r.Length, at.Length, (i, k) => j[i, at[k]] / D(at[k]));
        Matrix<double> upper = a.QR(MathNet.Numerics.LinearAlgebra.Factorization.QRMethod.Thin).R;
        Matrix<double> inverse = upper.Inverse();
        Matrix<double> c = inverse * inverse.Transpose() * (squares / freedom);
        for (int i = 0; i < at.Length; i++)
            for (int k = 0; k < at.Length; k++) covariance[at[i], at[k]] = double.IsFinite(c[i, k]) ? c[i, k] / (D(at[i]) * D(at[k])) : double.NaN;
        return covariance;
    }

    double D(int k) => columnNorm[k] > 0 ? columnNorm[k] : 1;

    double Norm(int k)
    {
        double sum = 0;
        for (int i = 0; i < r.Length; i++) sum += j[i, k] * j[i, k];
        return Math.Sqrt(sum);
    }

    double[] Gradient()
    {
        var g = new double[x.Length];
        for (int i = 0; i < r.Length; i++)
            for (int k = 0; k < g.Length; k++) g[k] += j[i, k] * r[i];
        return g;
    }

    static bool Finite(double[,] m)
    {
        foreach (double v in m) if (!double.IsFinite(v)) return false;
        return true;
    }

    static double Squares(double[] v) => v.Sum(e => e * e);
}

/// <summary>How to fit.</summary>
public sealed record NonlinearOptions
{
    /// <summary>Least values of the parameters, or null for none; minus infinity leaves one free.</summary>
    public double[]? Lower { get; init; }

    /// <summary>Greatest values of the parameters, or null for none.</summary>
    public double[]? Upper { get; init; }

    /// <summary>Stop when the cosine between the residuals and every column of the Jacobian is below this.</summary>
    public double GradientTolerance { get; init; } = 1e-12;

    /// <summary>Stop when the scaled step is below this part of the scaled parameters.</summary>
    public double StepTolerance { get; init; } = 1e-14;

    /// <summary>Stop when actual and predicted reduction are below this part of the sum of squares.</summary>
    public double FunctionTolerance { get; init; } = 1e-15;

    /// <summary>The first damping, relative to the squared column norms.</summary>
    public double InitialDamping { get; init; } = 1e-3;

    /// <summary>The most steps that reduce the squares.</summary>
    public int MaxIterations { get; init; } = 1000;

    /// <summary>The most evaluations of the residuals, with or without Jacobian.</summary>
    public int MaxEvaluations { get; init; } = 10_000;

    /// <summary>Called after each step.</summary>
    public Action<NonlinearIteration>? OnIteration { get; init; }

    /// <summary>Ends the work early.</summary>
    public CancellationToken Cancellation { get; init; }
}

/// <summary>Where a fit stands.</summary>
/// <param name="Number">The steps so far, from 1.</param>
/// <param name="Parameters">The parameters now, a copy.</param>
/// <param name="ResidualNorm">The root of the sum of squares now.</param>
/// <param name="Damping">The damping of the next step.</param>
public sealed record NonlinearIteration(int Number, double[] Parameters, double ResidualNorm, double Damping);

/// <summary>A nonlinear least-squares fit.</summary>
public sealed record NonlinearFit
{
    /// <summary>The parameters.</summary>
    public required IReadOnlyList<double> Parameters { get; init; }

    /// <summary>The residuals there.</summary>
    public required IReadOnlyList<double> Residuals { get; init; }

    /// <summary>The sum of their squares.</summary>
    public required double SumOfSquares { get; init; }

    /// <summary>Residuals minus parameters.</summary>
    public required int DegreesOfFreedom { get; init; }

    /// <summary>The covariance of the parameters from the linear model at the solution; not a number where undetermined. Parameters at a bound count as known.</summary>
    public required double[,] Covariance { get; init; }

    /// <summary>Steps taken.</summary>
    public required int Iterations { get; init; }

    /// <summary>Evaluations of the residuals, with or without Jacobian.</summary>
    public required int Evaluations { get; init; }

    /// <summary>Why the method stopped.</summary>
    public required StopReason Stop { get; init; }

    /// <summary>The root of the sum of squares.</summary>
    public double ResidualNorm => Math.Sqrt(SumOfSquares);

    /// <summary>The standard deviations of the parameters.</summary>
    public IReadOnlyList<double> StandardErrors => [.. Enumerable.Range(0, Parameters.Count).Select(i => Math.Sqrt(Covariance[i, i]))];
}
