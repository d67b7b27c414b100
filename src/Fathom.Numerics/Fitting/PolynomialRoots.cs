using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Fathom.Numerics;

/// <summary>Roots of polynomials as eigenvalues.</summary>
internal static class PolynomialRoots
{
    /// <summary>The matrix of multiplication by x, in powers of x, closed by the polynomial being zero.</summary>
    public static Matrix<double> Companion(double[] c)
    {
        int n = c.Length - 1;
        return Matrix<double>.Build.Dense(n, n, (i, j) => (i == j + 1 ? 1 : 0) - (j == n - 1 ? c[i] / c[n] : 0));
    }

    /// <summary>The same in Chebyshev polynomials: t T_k = (T_(k-1) + T_(k+1)) / 2 (I. J. Good, Quarterly Journal of Mathematics 12 (1961) 61).</summary>
    public static Matrix<double> Colleague(double[] c)
    {
        int n = c.Length - 1;
        if (n == 1) return Matrix<double>.Build.Dense(1, 1, -c[0] / c[1]);
        Matrix<double> m = Matrix<double>.Build.Dense(n, n);
        m[0, 1] = 1;
        for (int k = 1; k < n; k++)
        {
            m[k, k - 1] = 0.5;
            if (k + 1 < n) m[k, k + 1] = 0.5;
        }
        for (int j = 0; j < n; j++) m[n - 1, j] -= c[j] / (2 * c[n]);
        return m;
    }

    public static IEnumerable<Complex> Eigenvalues(Matrix<double> m)
    {
        Balance(m);
        return m.Evd(Symmetricity.Asymmetric).EigenValues;
    }

    /// <summary>Scales rows and columns by powers of two until they are of like size, without which small leading coefficients would drown the rest (B. N. Parlett, C. Reinsch, Numerische Mathematik 13 (1969) 293).</summary>
    static void Balance(Matrix<double> m)
    {
        int n = m.RowCount;
        bool changed = true;
        for (int round = 0; changed && round < 100; round++)
        {
            changed = false;
            for (int i = 0; i < n; i++)
            {
                double row = 0, column = 0;
                for (int j = 0; j < n; j++)
                    if (j != i) (row, column) = (row + Math.Abs(m[i, j]), column + Math.Abs(m[j, i]));
                if (row == 0 || column == 0) continue;
                double f = Math.ScaleB(1, (int)Math.Round(Math.Log2(row / column) / 2));
                if (!(column * f + row / f < 0.95 * (row + column))) continue;
                changed = true;
                for (int j = 0; j < n; j++) m[i, j] /= f;
                for (int j = 0; j < n; j++) m[j, i] *= f;
            }
        }
    }

    /// <summary>A few steps of Newton's method, as long as they shrink.</summary>
    public static Complex Polish(double[] c, Complex z, bool chebyshev)
    {
        double size = double.PositiveInfinity;
        for (int round = 0; round < 4; round++)
        {
            (Complex y, Complex slope) = chebyshev ? Clenshaw(c, z) : Horner(c, z);
            Complex step = y / slope;
            if (!(step.Magnitude < size) || slope == Complex.Zero) break;
            (z, size) = (z - step, step.Magnitude / 2);
        }
        return z;
    }

    static (Complex Y, Complex Slope) Horner(double[] c, Complex z)
    {
        Complex y = 0, slope = 0;
        for (int i = c.Length - 1; i >= 0; i--) (slope, y) = (slope * z + y, y * z + c[i]);
        return (y, slope);
    }

    static (Complex Y, Complex Slope) Clenshaw(double[] c, Complex t)
    {
        Complex b1 = 0, b2 = 0, d1 = 0, d2 = 0;
        for (int k = c.Length - 1; k > 0; k--)
        {
            (d1, d2) = (2 * t * d1 - d2 + 2 * b1, d1);
            (b1, b2) = (2 * t * b1 - b2 + c[k], b1);
        }
        return (t * b1 - b2 + c[0], t * d1 - d2 + b1);
    }
}
