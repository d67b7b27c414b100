namespace Fathom.Numerics;

/// <summary>A polynomial as a sum of Chebyshev polynomials T_k(t), t = (x - Middle) / Half, which stay well conditioned at any degree.</summary>
internal sealed record ChebyshevForm(double[] C, double Middle, double Half)
{
    /// <summary>The form's axes for points between two ends.</summary>
    public static (double Middle, double Half) Axes(double low, double high)
    {
        double half = high / 2 - low / 2;
        return (low + half, half > 0 ? half : 1);
    }

    /// <summary>By Clenshaw's recurrence.</summary>
    public double Evaluate(double x)
    {
        double t = (x - Middle) / Half, b1 = 0, b2 = 0;
        for (int k = C.Length - 1; k > 0; k--) (b1, b2) = (2 * t * b1 - b2 + C[k], b1);
        return t * b1 - b2 + C[0];
    }

    public ChebyshevForm Derivative()
    {
        if (C.Length == 1) return new([0], Middle, Half);
        var d = new double[C.Length + 1];
        for (int k = C.Length - 1; k > 0; k--) d[k - 1] = d[k + 1] + 2 * k * C[k];
        d[0] /= 2;
        return new([.. d[..(C.Length - 1)].Select(v => v / Half)], Middle, Half);
    }

    /// <summary>T_0 ... T_degree at each point, in doubled precision.</summary>
    public static DoubleDouble[,] Design(IReadOnlyList<double> x, int degree, double middle, double half, double[] root)
    {
        var a = new DoubleDouble[x.Count, degree + 1];
        for (int i = 0; i < x.Count; i++)
        {
            DoubleDouble t = ((DoubleDouble)x[i] - middle) / half;
            a[i, 0] = root[i];
            if (degree > 0) a[i, 1] = t * root[i];
            for (int k = 2; k <= degree; k++) a[i, k] = (DoubleDouble)2 * t * a[i, k - 1] - a[i, k - 2];
        }
        return a;
    }

    /// <summary>The matrix that turns coefficients of T_k(t) into coefficients of powers of x.</summary>
    public static DoubleDouble[,] ToPowers(int degree, double middle, double half)
    {
        var m = new DoubleDouble[degree + 1, degree + 1];
        DoubleDouble slope = (DoubleDouble)1 / half, shift = -(DoubleDouble)middle / half;
        m[0, 0] = 1;
        if (degree > 0) (m[0, 1], m[1, 1]) = (shift, slope);
        for (int k = 2; k <= degree; k++)
            for (int i = 0; i <= k; i++)
            {
                DoubleDouble t = shift * m[i, k - 1] + (i > 0 ? slope * m[i - 1, k - 1] : 0);
                m[i, k] = (DoubleDouble)2 * t - m[i, k - 2];
            }
        return m;
    }
}
