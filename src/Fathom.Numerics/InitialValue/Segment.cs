namespace Fathom.Numerics.InitialValue;

/// <summary>The solution within one step, as the polynomial y(t0 + x h) = sum of Coefficients[k] x^k.</summary>
sealed class Segment(double start, double step, double[][] coefficients)
{
    internal double Start => start;

    internal double End => start + step;

    internal double Step => step;

    internal void Evaluate(double t, Span<double> y)
    {
        double x = (t - start) / step;
        coefficients[^1].CopyTo(y);
        for (int k = coefficients.Length - 2; k >= 0; k--)
            for (int i = 0; i < y.Length; i++) y[i] = y[i] * x + coefficients[k][i];
    }

    /// <summary>The cubic with the values and slopes of both ends.</summary>
    internal static Segment Hermite(double t, double h, double[] y0, double[] f0, double[] y1, double[] f1)
    {
        var (c2, c3) = (new double[y0.Length], new double[y0.Length]);
        for (int i = 0; i < y0.Length; i++)
        {
            double rise = y1[i] - y0[i];
            c2[i] = 3 * rise - h * (2 * f0[i] + f1[i]);
            c3[i] = -2 * rise + h * (f0[i] + f1[i]);
        }
        return new(t, h, [[.. y0], [.. f0.Select(v => h * v)], c2, c3]);
    }
}
