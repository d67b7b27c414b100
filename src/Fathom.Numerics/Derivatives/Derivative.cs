using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Fathom.Autograd;

namespace Fathom.Numerics;

/// <summary>
/// Exact derivatives of C# lambdas by automatic differentiation: of lambdas over doubles, <c>Derivative.Of(x => Math.Sin(x) / x)</c>, whose expression tree is
/// replayed on the engine, and of functions over tensors, <c>Derivative.Of(x => x.Sin() / x)</c>. For code that can only be called, see
/// <see cref="FiniteDifference"/>.
/// </summary>
/// <remarks>A lambda that fits both, such as <c>x => x * x</c>, is taken as one over tensors; the derivatives are the same.</remarks>
public static class Derivative
{
    /// <summary>The derivative of a lambda over doubles, made of arithmetic, <c>?:</c> and the functions of <see cref="Math"/>.</summary>
    /// <param name="f">The function.</param>
    /// <param name="order">Which derivative, from 1.</param>
    /// <returns>The derivative as a function of the point; calling it with a point that is not finite throws <see cref="ArgumentException"/>.</returns>
    /// <exception cref="NotSupportedException">When called: the lambda contains something that cannot be differentiated; the message names it.</exception>
    public static Func<double, double> Of(Expression<Func<double, double>> f, int order = 1) => Of(LambdaTracer.Trace(f), order);

    /// <summary>The derivative of a function of one number, written over a scalar Float64 tensor.</summary>
    /// <inheritdoc cref="Of(Expression{Func{double, double}}, int)"/>
    [OverloadResolutionPriority(1)]
    public static Func<double, double> Of(Func<Tensor, Tensor> f, int order = 1)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        return x => UpTo(f, x, order)[order];
    }

    /// <summary>The value and all derivatives up to some order at a point, in one go: [f(x), f'(x), f''(x), ...].</summary>
    /// <param name="f">The function.</param>
    /// <param name="x">The point.</param>
    /// <param name="order">The highest derivative, from 0.</param>
    /// <returns>An array of <paramref name="order"/> + 1 numbers; not finite where the function or a derivative is not.</returns>
    /// <exception cref="ArgumentException"><paramref name="x"/> is not finite, or the function's value is not a single number.</exception>
    public static double[] UpTo(Expression<Func<double, double>> f, double x, int order) => UpTo(LambdaTracer.Trace(f), x, order);

    /// <inheritdoc cref="UpTo(Expression{Func{double, double}}, double, int)"/>
    [OverloadResolutionPriority(1)]
    public static double[] UpTo(Func<Tensor, Tensor> f, double x, int order)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentOutOfRangeException.ThrowIfNegative(order);
        Require.Finite("derivative", x);
        using var mode = GradMode.EnableGrad();
        Tensor at = Tensor.Scalar(x).WithGrad();
        Tensor? y = f(at);
        if (y.Count != 1) throw new ArgumentException($"[derivative] the function's value has shape {y.Shape}; a single number is expected. Use Derivative.Elementwise or Derivative.Jacobian", nameof(f));
        y = y.Reshape(Shape.Scalar);
        var all = new double[order + 1];
        for (int k = 0; k <= order && y is not null; k++)
        {
            all[k] = y.Item();
            y = k < order && y.RequiresGrad ? Differentiate.Grad(y, [at], createGraph: k + 1 < order)[0] : null;
        }
        return all;
    }

    /// <summary>The derivative of an element-wise function at every element of a tensor at once, for curves and tables.</summary>
    /// <param name="f">A function whose result has its argument's shape and whose elements depend only on the element at the same place.</param>
    /// <param name="order">Which derivative, from 1.</param>
    public static Func<Tensor, Tensor> Elementwise(Func<Tensor, Tensor> f, int order = 1)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        Func<Tensor, Tensor> g = f;
        for (int i = 0; i < order; i++)
        {
            Func<Tensor, Tensor> inner = g;
            g = Differentiate.Grad(x => inner(x).Sum());
        }
        return x => g(x).Detach();
    }

    /// <summary>The gradient of a scalar function of several numbers, written over a Float64 tensor of shape (n).</summary>
    public static Func<double[], double[]> Gradient(Func<Tensor, Tensor> f)
    {
        ArgumentNullException.ThrowIfNull(f);
        Func<Tensor, Tensor> g = Differentiate.Grad(x => f(x).Sum());
        return x => g(Point(x)).ToArray<double>();
    }

    /// <summary>The gradient of a lambda over two doubles: the derivatives by the first and by the second.</summary>
    public static Func<double, double, double[]> Gradient(Expression<Func<double, double, double>> f)
    {
        Func<double[], double[]> g = Gradient(LambdaTracer.Trace(f));
        return (x, y) => g([x, y]);
    }

    /// <summary>The Jacobian of a function from n to m numbers, written over a Float64 tensor of shape (n): element [i, j] is the derivative of value i by number j.</summary>
    public static Func<double[], double[,]> Jacobian(Func<Tensor, Tensor> f)
    {
        ArgumentNullException.ThrowIfNull(f);
        return x =>
        {
            Tensor at = Point(x);
            return Matrix(Differentiate.Jacobian(t => f(t).Reshape(-1), at), x.Length);
        };
    }

    /// <summary>The Hessian of a scalar function of n numbers, written over a Float64 tensor of shape (n): all second derivatives, a symmetric (n, n) matrix.</summary>
    public static Func<double[], double[,]> Hessian(Func<Tensor, Tensor> f)
    {
        ArgumentNullException.ThrowIfNull(f);
        return x => Matrix(Differentiate.Hessian(t => f(t).Sum(), Point(x)), x.Length);
    }

    /// <summary>The Hessian of a lambda over two doubles.</summary>
    public static Func<double, double, double[,]> Hessian(Expression<Func<double, double, double>> f)
    {
        Func<double[], double[,]> h = Hessian(LambdaTracer.Trace(f));
        return (x, y) => h([x, y]);
    }

    /// <summary>Sets the automatic derivative beside the one from central differences.</summary>
    /// <param name="f">The function.</param>
    /// <param name="x">The point.</param>
    /// <param name="order">Which derivative, from 1.</param>
    public static DerivativeComparison Compare(Expression<Func<double, double>> f, double x, int order = 1) => Compare(LambdaTracer.Trace(f), x, order);

    /// <inheritdoc cref="Compare(Expression{Func{double, double}}, double, int)"/>
    [OverloadResolutionPriority(1)]
    public static DerivativeComparison Compare(Func<Tensor, Tensor> f, double x, int order = 1) =>
        new(Of(f, order)(x), FiniteDifference.Derivative(t => f(Tensor.Scalar(t)).Item(), x, order));

    internal static Tensor Point(double[] x)
    {
        Require.Finite("derivative", x);
        return Tensor.From(x, new Shape([x.Length]));
    }

    static double[,] Matrix(Tensor t, int columns)
    {
        double[] flat = t.ToArray<double>();
        var m = new double[columns == 0 ? 0 : flat.Length / columns, columns];
        Buffer.BlockCopy(flat, 0, m, 0, flat.Length * sizeof(double));
        return m;
    }
}

/// <summary>An automatic derivative beside a numerical one.</summary>
/// <param name="Automatic">By automatic differentiation, exact to rounding.</param>
/// <param name="Numerical">By central differences, with its own estimate of the error.</param>
public readonly record struct DerivativeComparison(double Automatic, DifferenceEstimate Numerical)
{
    /// <summary>How far the two are apart.</summary>
    public double Difference => Math.Abs(Automatic - Numerical.Value);

    /// <summary>Whether the difference is no more than twice what the numerical error estimate allows.</summary>
    public bool Agree => Difference <= 2 * Numerical.Error;
}
