using Fathom.Autograd;

namespace Fathom.Numerics.Minimisation;

/// <summary>A function of n numbers with one value, and its gradient: given, automatic, or by central differences.</summary>
public sealed class Objective
{
    readonly Func<double[], double> value;
    readonly Func<double[], (double Value, double[] Gradient)>? both;

    Objective(Func<double[], double> value, Func<double[], (double, double[])>? both) => (this.value, this.both) = (value, both);

    /// <summary>Whether the gradient is exact; otherwise it costs two evaluations a variable and is good to about ten digits of the value's size.</summary>
    public bool HasGradient => both is not null;

    /// <summary>A function without a gradient. Methods that need one take central differences.</summary>
    /// <param name="f">The function; its argument must not be changed or kept.</param>
    public static Objective Of(Func<double[], double> f)
    {
        ArgumentNullException.ThrowIfNull(f);
        return new(f, null);
    }

    /// <summary>A function with its gradient.</summary>
    /// <param name="f">The function; its argument must not be changed or kept.</param>
    /// <param name="gradient">Its derivatives by each variable, in a new array.</param>
    public static Objective Of(Func<double[], double> f, Func<double[], double[]> gradient)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(gradient);
        return new(f, x => (f(x), gradient(x)));
    }

    /// <summary>A function written over tensors: its gradient is automatic.</summary>
    /// <param name="f">The value, a scalar, of a Float64 tensor of shape (n).</param>
    public static Objective OverTensors(Func<Tensor, Tensor> f)
    {
        ArgumentNullException.ThrowIfNull(f);
        return new(
            x =>
            {
                using var mode = GradMode.NoGrad();
                return f(Tensor.From<double>(x)).Item();
            },
            x =>
            {
                (Tensor y, Tensor g) = Differentiate.ValueAndGrad(f, Tensor.From<double>(x));
                return (y.Item(), g.ToArray<double>());
            });
    }

    /// <summary>The value at a point.</summary>
    public double Value(double[] x) => value(x);

    /// <summary>The gradient at a point, within bounds where there are some.</summary>
    /// <param name="x">The point.</param>
    /// <param name="bounds">Where differences may step; null for anywhere. Exact gradients do not look at it.</param>
    public double[] Gradient(double[] x, Bounds? bounds = null) => both is not null ? both(x).Gradient : Differences(value, x, bounds);

    internal static double[] Differences(Func<double[], double> f, double[] x, Bounds? bounds)
    {
        ArgumentNullException.ThrowIfNull(x);
        double[] at = [.. x], g = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            double h = Math.Cbrt(2.2e-16) * Math.Max(Math.Abs(x[i]), 1e-2);
            double high = Math.Min(x[i] + h, bounds?.Upper[i] ?? double.PositiveInfinity), low = Math.Max(x[i] - h, bounds?.Lower[i] ?? double.NegativeInfinity);
            at[i] = high;
            double above = f(at);
            at[i] = low;
            g[i] = high > low ? (above - f(at)) / (high - low) : 0;
            at[i] = x[i];
        }
        return g;
    }
}
