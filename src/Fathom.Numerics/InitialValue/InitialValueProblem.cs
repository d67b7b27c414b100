using Fathom.Autograd;

namespace Fathom.Numerics.InitialValue;

/// <summary>The right-hand side of y' = f(t, y): writes the derivative of every component.</summary>
/// <param name="t">The independent variable.</param>
/// <param name="y">The state, n values.</param>
/// <param name="slope">Receives the n derivatives.</param>
public delegate void RightHandSide(double t, ReadOnlySpan<double> y, Span<double> slope);

/// <summary>The derivatives of a right-hand side by the state: writes df_i/dy_j to place i * n + j.</summary>
/// <param name="t">The independent variable.</param>
/// <param name="y">The state, n values.</param>
/// <param name="matrix">Receives the n * n derivatives, row by row.</param>
public delegate void JacobianMatrix(double t, ReadOnlySpan<double> y, Span<double> matrix);

/// <summary>A system of first-order equations y' = f(t, y), a known state at the start, and the end to which it is followed.</summary>
/// <remarks>The end may lie before the start: the solution is then followed backwards.</remarks>
public sealed class InitialValueProblem
{
    readonly double[] initial;

    /// <summary>A problem over spans of doubles.</summary>
    /// <param name="f">The right-hand side.</param>
    /// <param name="start">Where the state is known.</param>
    /// <param name="initial">The state there; one value or more, all finite.</param>
    /// <param name="end">Where to stop.</param>
    /// <param name="jacobian">The derivatives of f by the state, for implicit methods; null to take finite differences.</param>
    /// <exception cref="ArgumentException">A number is not finite, the state is empty, or start and end are the same.</exception>
    public InitialValueProblem(RightHandSide f, double start, double[] initial, double end, JacobianMatrix? jacobian = null)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(initial);
        Check(start, initial, end);
        (F, Start, End, Jacobian, this.initial) = (f, start, end, jacobian, [.. initial]);
    }

    /// <summary>One equation y' = f(t, y).</summary>
    /// <param name="f">The slope at a point.</param>
    /// <param name="start">Where the value is known.</param>
    /// <param name="initial">The value there.</param>
    /// <param name="end">Where to stop.</param>
    /// <exception cref="ArgumentException">A number is not finite, or start and end are the same.</exception>
    public InitialValueProblem(Func<double, double, double> f, double start, double initial, double end)
        : this(OneEquation(f), start, [initial], end) { }

    /// <summary>A system over arrays.</summary>
    /// <param name="f">Returns the slopes for a time and a state, as many as the state has values; the state must not be changed.</param>
    /// <param name="start">Where the state is known.</param>
    /// <param name="initial">The state there.</param>
    /// <param name="end">Where to stop.</param>
    /// <exception cref="ArgumentException">A number is not finite, the state is empty, or start and end are the same.</exception>
    public InitialValueProblem(Func<double, double[], double[]> f, double start, double[] initial, double end)
        : this(OverArrays(f), start, initial, end) { }

    /// <summary>The right-hand side.</summary>
    public RightHandSide F { get; }

    /// <summary>Where the state is known.</summary>
    public double Start { get; }

    /// <summary>Where to stop.</summary>
    public double End { get; }

    /// <summary>The known state.</summary>
    public ReadOnlySpan<double> Initial => initial;

    /// <summary>How many equations there are.</summary>
    public int Size => initial.Length;

    /// <summary>The derivatives of the right-hand side by the state; null to take finite differences.</summary>
    public JacobianMatrix? Jacobian { get; }

    /// <summary>A system written over tensors: implicit methods then take exact Jacobians by automatic differentiation.</summary>
    /// <param name="f">The slopes, shape (n), for a time (a Float64 scalar) and a state (Float64, shape (n)).</param>
    /// <param name="start">Where the state is known.</param>
    /// <param name="initial">The state there.</param>
    /// <param name="end">Where to stop.</param>
    /// <exception cref="ArgumentException">A number is not finite, the state is empty, or start and end are the same.</exception>
    public static InitialValueProblem OverTensors(Func<Tensor, Tensor, Tensor> f, double start, double[] initial, double end)
    {
        ArgumentNullException.ThrowIfNull(f);
        return new(
            (t, y, slope) =>
            {
                using var mode = GradMode.NoGrad();
                Tensor result = f(Tensor.Scalar(t), Tensor.From(y));
                if (result.Count != slope.Length)
                    throw new ArgumentException($"[initial value] the right-hand side has shape {result.Shape} for a state of {slope.Length} values: return one slope a value");
                result.ToArray<double>().CopyTo(slope);
            },
            start, initial, end,
            (t, y, matrix) =>
            {
                Tensor time = Tensor.Scalar(t);
                Differentiate.Jacobian(state => f(time, state), Tensor.From(y)).ToArray<double>().CopyTo(matrix);
            });
    }

    /// <summary>An equation of higher order, reduced to first order: y^(n) = f(t, [y, y', ..., y^(n-1)]).</summary>
    /// <param name="highest">The highest derivative, given the time and all the lower ones, y itself first.</param>
    /// <param name="start">Where the values are known.</param>
    /// <param name="initial">y, y', ..., y^(n-1) at the start: as many values as the order.</param>
    /// <param name="end">Where to stop.</param>
    /// <returns>The equivalent system; its state is [y, y', ..., y^(n-1)].</returns>
    public static InitialValueProblem HigherOrder(Func<double, double[], double> highest, double start, double[] initial, double end)
    {
        ArgumentNullException.ThrowIfNull(highest);
        return new((t, y, slope) =>
        {
            y[1..].CopyTo(slope);
            slope[^1] = highest(t, y.ToArray());
        }, start, initial, end);
    }

    /// <summary>The same equations from another start.</summary>
    /// <param name="start">Where the state is known.</param>
    /// <param name="state">The state there.</param>
    /// <param name="end">Where to stop.</param>
    public InitialValueProblem From(double start, double[] state, double end) => new(F, start, state, end, Jacobian);

    static RightHandSide OneEquation(Func<double, double, double> f)
    {
        ArgumentNullException.ThrowIfNull(f);
        return (t, y, slope) => slope[0] = f(t, y[0]);
    }

    static RightHandSide OverArrays(Func<double, double[], double[]> f)
    {
        ArgumentNullException.ThrowIfNull(f);
        return (t, y, slope) =>
        {
            double[] result = f(t, y.ToArray());
            if (result.Length != slope.Length)
                throw new ArgumentException($"[initial value] the right-hand side returned {result.Length} values for a state of {slope.Length}: return one slope a value");
            result.CopyTo(slope);
        };
    }

    static void Check(double start, double[] initial, double end)
    {
        if (!double.IsFinite(start) || !double.IsFinite(end)) throw new ArgumentException($"[initial value] from {start} to {end}: both ends must be finite");
        if (start == end) throw new ArgumentException($"[initial value] start and end are both {start}: there is nothing to follow");
        if (initial.Length == 0) throw new ArgumentException("[initial value] the state is empty: give one value an equation");
        for (int i = 0; i < initial.Length; i++)
            if (!double.IsFinite(initial[i])) throw new ArgumentException($"[initial value] initial[{i}] is {initial[i]}: all known values must be finite");
    }
}
