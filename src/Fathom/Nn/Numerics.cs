namespace Fathom.Nn;

/// <summary>The standard normal distribution, to double precision where initialisers need it.</summary>
internal static class NormalDistribution
{
    /// <summary>P(Z &lt; x), by the series around 0 and the continued fraction of the tail; relative error about 1e-14.</summary>
    public static double Cumulative(double x)
    {
        if (double.IsInfinity(x)) return x > 0 ? 1 : 0;
        return x < -2.5 ? Tail(-x) : x > 2.5 ? 1 - Tail(x) : 0.5 + Density(x) * Series(x);
    }

    /// <summary>x + x^3 / 3 + x^5 / (3 5) + ..., the integral of the density from 0 to x over the density at x (Marsaglia 2004).</summary>
    static double Series(double x)
    {
        double term = x, sum = x;
        for (int k = 3; Math.Abs(term) > 1e-17 * Math.Abs(sum); k += 2) sum += term *= x * x / k;
        return sum;
    }

    /// <summary>P(Z > x) for x > 0: the density over x + 1 / (x + 2 / (x + 3 / ...)).</summary>
    static double Tail(double x)
    {
        double f = x;
        for (int k = 160; k > 0; k--) f = x + k / f;
        return Density(x) / f;
    }

    static double Density(double x) => Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);

    /// <summary>The x with P(Z &lt; x) = p, by bisection within (-39, 39) and Newton's steps to the end.</summary>
    public static double Quantile(double p)
    {
        if (p <= 0) return double.NegativeInfinity;
        if (p >= 1) return double.PositiveInfinity;
        double low = -39, high = 39;
        for (int i = 0; i < 12; i++)
        {
            double middle = (low + high) / 2;
            if (Cumulative(middle) < p) low = middle; else high = middle;
        }
        double x = (low + high) / 2;
        for (int i = 0; i < 20; i++)
        {
            double step = (Cumulative(x) - p) / Density(x);
            x = Math.Clamp(x - step, low, high);
            if (Math.Abs(step) < 1e-14 * (1 + Math.Abs(x))) break;
        }
        return x;
    }
}

/// <summary>Orthonormal vectors by Householder reflections.</summary>
internal static class Orthonormal
{
    /// <summary>
    /// A rows x columns matrix, row-major, whose columns (rows, if it is wider than high) are orthonormal: the Q of the QR decomposition of
    /// <paramref name="a"/>, signs chosen so that R's diagonal is positive and a normal <paramref name="a"/> gives the uniform distribution (Mezzadri 2006).
    /// </summary>
    public static double[] Columns(double[] a, int rows, int columns)
    {
        if (rows < columns) return Transpose(Columns(Transpose(a, rows, columns), columns, rows), columns, rows);
        double[] r = [.. a], q = new double[rows * columns], signs = new double[columns];
        double[][] reflections = new double[columns][];
        for (int k = 0; k < columns; k++)
        {
            reflections[k] = Reflection(r, rows, columns, k, out signs[k]);
            Reflect(r, rows, columns, k, reflections[k]);
        }
        for (int k = 0; k < columns; k++) q[k * columns + k] = signs[k];
        for (int k = columns - 1; k >= 0; k--) Reflect(q, rows, columns, k, reflections[k]);
        return q;
    }

    /// <summary>The unit normal of the mirror that maps column k, from row k on, to a multiple of the first axis; that multiple's sign.</summary>
    static double[] Reflection(double[] r, int rows, int columns, int k, out double sign)
    {
        double[] v = new double[rows - k];
        double norm = 0;
        for (int i = 0; i < v.Length; i++)
        {
            v[i] = r[(k + i) * columns + k];
            norm += v[i] * v[i];
        }
        norm = Math.Sqrt(norm);
        sign = v[0] > 0 ? -1 : 1;
        v[0] -= sign * norm;
        double length = Math.Sqrt(v.Sum(x => x * x));
        if (length > 0)
            for (int i = 0; i < v.Length; i++) v[i] /= length;
        return v;
    }

    static void Reflect(double[] m, int rows, int columns, int k, double[] v)
    {
        for (int j = 0; j < columns; j++)
        {
            double dot = 0;
            for (int i = k; i < rows; i++) dot += v[i - k] * m[i * columns + j];
            for (int i = k; i < rows; i++) m[i * columns + j] -= 2 * dot * v[i - k];
        }
    }

    static double[] Transpose(double[] a, int rows, int columns)
    {
        double[] t = new double[a.Length];
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++) t[j * rows + i] = a[i * columns + j];
        return t;
    }
}
