using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Fathom.Numerics;

/// <summary>One run: the current point and the state between steps.</summary>
internal sealed class LevenbergMarquardtRun(Residuals f, NonlinearOptions options)
{
    double[] x = [], r = [];
    double[,] j = new double[0, 0];
    double[] columnNorm = [];
    double squares = double.NaN, mu, growth = 2;
    int iterations;

    public StopReason Run(double[] start)
    {
        x = [.. start.Select((v, i) => Clip(i, v))];
        columnNorm = new double[x.Length];
        (r, j) = f.Both(x);
        squares = Squares(r);
        if (!double.IsFinite(squares)) throw new ArgumentException("[nonlinear fit] the residuals are not finite at the first guess; start where the model is defined", nameof(start));
        mu = options.InitialDamping;
        for (iterations = 0; iterations < options.MaxIterations; iterations++)
        {
            if (!Finite(j)) return StopReason.NotFinite;
            double[] gradient = Gradient();
            bool[] free = [.. gradient.Select((g, i) => !Holds(i, g))];
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
        Vector<double> s = a.QR(QRMethod.Thin).Solve(b);
        var next = (double[])x.Clone();
        for (int k = 0; k < at.Length; k++) next[at[k]] = Clip(at[k], x[at[k]] + s[k] / D(at[k]));
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
        int[] at = [.. Enumerable.Range(0, n).Where(i => !AtBound(i))];
        if (!known || at.Length == 0)
        {
            for (int i = 0; i < n * n && !known; i++) covariance[i / n, i % n] = double.NaN;
            return covariance;
        }
        Matrix<double> a = Matrix<double>.Build.Dense(r.Length, at.Length, (i, k) => j[i, at[k]] / D(at[k]));
        Matrix<double> upper = a.QR(QRMethod.Thin).R;
        Matrix<double> inverse = upper.Inverse();
        Matrix<double> c = inverse * inverse.Transpose() * (squares / freedom);
        for (int i = 0; i < at.Length; i++)
            for (int k = 0; k < at.Length; k++) covariance[at[i], at[k]] = double.IsFinite(c[i, k]) ? c[i, k] / (D(at[i]) * D(at[k])) : double.NaN;
        return covariance;
    }

    double Clip(int i, double v) => options.Bounds?.Clip(i, v) ?? v;

    bool AtBound(int i) => options.Bounds is { } b && (x[i] <= b.Lower[i] || x[i] >= b.Upper[i]);

    /// <summary>Whether walking down the gradient would leave the bounds at once.</summary>
    bool Holds(int i, double gradient) => options.Bounds is { } b && ((x[i] <= b.Lower[i] && gradient > 0) || (x[i] >= b.Upper[i] && gradient < 0));

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
