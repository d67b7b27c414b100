using MathNet.Numerics.LinearAlgebra;

namespace Fathom.Numerics;

/// <summary>Zeros of systems of equations, as many as unknowns.</summary>
public static class RootSystem
{
    /// <summary>Newton's method with automatic Jacobians; steps are halved until the norm of the values falls enough.</summary>
    /// <param name="f">The left sides of f(x) = 0, n values over a Float64 tensor of shape (n).</param>
    /// <param name="start">The point to start from.</param>
    /// <param name="options">Tolerances, limits, callback; null for the defaults.</param>
    /// <returns>
    /// The best point. Stop is <see cref="StopReason.Singular"/> where the Jacobian has no inverse and <see cref="StopReason.NoProgress"/> where no step along Newton's
    /// direction reduces the norm: start elsewhere, or use <see cref="LevenbergMarquardt"/> for the point that comes closest.
    /// </returns>
    /// <exception cref="ArgumentException">The start or the values there are not finite, or there are not as many equations as unknowns.</exception>
    public static SystemResult Newton(Func<Tensor, Tensor> f, double[] start, SystemOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(f);
        Require.Finite("system", start);
        options ??= new();
        var work = new Work(options.MaxEvaluations, options.Cancellation);
        var g = new Residuals("system", f, work);
        var state = new State { X = [.. start] };
        StopReason stop;
        try
        {
            stop = Run(g, options, state);
        }
        catch (WorkStoppedException e)
        {
            stop = e.Reason;
        }
        return new(state.X, state.Values, state.LastStep, state.Iterations, work.Evaluations, stop);
    }

    sealed class State
    {
        public required double[] X;
        public double[] Values = [];
        public double LastStep = double.PositiveInfinity;
        public int Iterations;
    }

    static StopReason Run(Residuals f, SystemOptions options, State s)
    {
        double[,] j;
        (s.Values, j) = f.Both(s.X);
        if (s.Values.Length != s.X.Length) throw new ArgumentException($"[system] {s.Values.Length} equations in {s.X.Length} unknowns: as many are expected");
        double norm = Norm(s.Values);
        if (!double.IsFinite(norm)) throw new ArgumentException("[system] the equations are not finite at the start; start where they are defined");
        while (norm > options.ValueTolerance)
        {
            if (s.Iterations >= options.MaxIterations) return StopReason.MaxIterations;
            if (Direction(j, s.Values) is not { } d) return StopReason.Singular;
            double full = Size(d, s.X);
            if (!double.IsFinite(full)) return StopReason.NotFinite;
            if (!Search(f, s, d, ref norm)) return full <= 16 * options.StepTolerance ? StopReason.Converged : StopReason.NoProgress;
            s.Iterations++;
            options.OnIteration?.Invoke(new(s.Iterations, [.. s.X], norm, s.LastStep));
            if (s.LastStep <= options.StepTolerance) return StopReason.Converged;
            (s.Values, j) = f.Both(s.X);
        }
        return StopReason.Converged;
    }

    /// <summary>Halves the step until the norm falls by a fraction of what Newton's model promises (Armijo's rule).</summary>
    static bool Search(Residuals f, State s, double[] d, ref double norm)
    {
        for (double t = 1; t > 1e-16; t /= 2)
        {
            double[] x = [.. s.X.Select((v, i) => v + t * d[i])];
            double[] y = x.All(double.IsFinite) ? f.Values(x) : [double.NaN];
            double after = Norm(y);
            if (!(after <= (1 - 1e-4 * t) * norm)) continue;
            double moved = 0;
            for (int i = 0; i < x.Length; i++) moved = Math.Max(moved, Math.Abs(x[i] - s.X[i]) / Math.Max(1, Math.Abs(x[i])));
            (s.X, s.Values, s.LastStep, norm) = (x, y, moved, after);
            return true;
        }
        return false;
    }

    static double[]? Direction(double[,] j, double[] values)
    {
        Matrix<double> a = Matrix<double>.Build.DenseOfArray(j);
        Vector<double> scale = Vector<double>.Build.Dense(values.Length, i => a.Row(i).InfinityNorm() is > 0 and var s ? 1 / s : 1);
        for (int i = 0; i < values.Length; i++) a.SetRow(i, a.Row(i) * scale[i]);
        if (!a.Enumerate().All(double.IsFinite)) return [.. values.Select(_ => double.NaN)];
        Vector<double> b = Vector<double>.Build.Dense(values.Length, i => -values[i] * scale[i]);
        MathNet.Numerics.LinearAlgebra.Factorization.LU<double> lu = a.LU();
        for (int i = 0; i < values.Length; i++)
            if (Math.Abs(lu.U[i, i]) <= 1e-15) return null;
        return lu.Solve(b).ToArray();
    }

    static double Size(double[] d, double[] x)
    {
        double size = 0;
        for (int i = 0; i < d.Length; i++) size = Math.Max(size, double.IsFinite(d[i]) ? Math.Abs(d[i]) / Math.Max(1, Math.Abs(x[i])) : double.NaN);
        return size;
    }

    static double Norm(double[] v) => Math.Sqrt(v.Sum(e => e * e));
}

/// <summary>How to solve a system.</summary>
public sealed record SystemOptions
{
    /// <summary>Values whose norm is this close to zero solve the system.</summary>
    public double ValueTolerance { get; init; }

    /// <summary>Stop when no unknown moved by more than this, relative to max(|x|, 1).</summary>
    public double StepTolerance { get; init; } = 1e-14;

    /// <summary>The most Newton steps.</summary>
    public int MaxIterations { get; init; } = 200;

    /// <summary>The most evaluations of the equations, with or without Jacobian.</summary>
    public int MaxEvaluations { get; init; } = 10_000;

    /// <summary>Called after each step.</summary>
    public Action<SystemIteration>? OnIteration { get; init; }

    /// <summary>Ends the work early.</summary>
    public CancellationToken Cancellation { get; init; }
}

/// <summary>Where a solution stands.</summary>
/// <param name="Number">The steps so far, from 1.</param>
/// <param name="X">The unknowns now, a copy.</param>
/// <param name="Norm">The norm of the values now.</param>
/// <param name="Step">The largest move of the last step, relative to max(|x|, 1).</param>
public sealed record SystemIteration(int Number, double[] X, double Norm, double Step);

/// <summary>A solution of a system, or how far it came.</summary>
/// <param name="X">The unknowns.</param>
/// <param name="Values">The values there.</param>
/// <param name="Error">The last step, relative to max(|x|, 1): an estimate of the error.</param>
/// <param name="Iterations">Newton steps.</param>
/// <param name="Evaluations">Evaluations of the equations, with or without Jacobian.</param>
/// <param name="Stop">Why the method stopped.</param>
public sealed record SystemResult(IReadOnlyList<double> X, IReadOnlyList<double> Values, double Error, int Iterations, int Evaluations, StopReason Stop);
