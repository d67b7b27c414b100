using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Fathom.Numerics;

/// <summary>
/// Least squares by QR with the residual and the solution refined together, their defects computed in doubled precision: solutions are then exact to rounding as long as the columns
/// are independent to working precision, however large the residual (Å. Björck, BIT 7 (1967) 257).
/// </summary>
internal sealed class RefinedLeastSquares
{
    readonly DoubleDouble[,] a;
    readonly double[] scale;        // powers of two, so scaling is exact
    readonly Matrix<double> q, r;
    readonly int rows, columns;

    /// <param name="a">The design matrix, rows x columns, rows at least columns; overwritten.</param>
    /// <exception cref="ArgumentException">The columns are dependent to working precision.</exception>
    public RefinedLeastSquares(DoubleDouble[,] a)
    {
        this.a = a;
        (rows, columns) = (a.GetLength(0), a.GetLength(1));
        scale = new double[columns];
        Matrix<double> high = Matrix<double>.Build.Dense(rows, columns);
        for (int j = 0; j < columns; j++)
        {
            scale[j] = Scale(j);
            for (int i = 0; i < rows; i++)
            {
                a[i, j] = new(a[i, j].Hi * scale[j], a[i, j].Lo * scale[j]);
                high[i, j] = (double)a[i, j];
            }
        }
        QR<double> qr = high.QR(QRMethod.Thin);
        (q, r) = (qr.Q, qr.R);
        for (int j = 0; j < columns; j++)
        {
            if (!(Math.Abs(r[j, j]) > rows * 2.2e-16)) throw new ArgumentException(
                $"[least squares] column {j} of the design matrix is, to working precision, a combination of the columns before it, so the coefficients are not determined. Leave it out, or use more distinct points");
        }
    }

    /// <summary>How many rounds of refinement the last solution took.</summary>
    public int Refinements { get; private set; }

    /// <summary>The coefficients that make |b - A x| smallest, and the residual b - A x.</summary>
    public (DoubleDouble[] X, DoubleDouble[] Residual) Solve(IReadOnlyList<double> b) => Refine(b, new double[columns]);

    /// <summary>Column <paramref name="j"/> of the inverse of A^T A.</summary>
    public DoubleDouble[] InverseColumn(int j)
    {
        var c = new double[columns];
        c[j] = scale[j];
        return Refine(new double[rows], c).X;
    }

    double Scale(int column)
    {
        double largest = 0;
        for (int i = 0; i < rows; i++) largest = Math.Max(largest, Math.Abs(a[i, column].Hi));
        return largest == 0 ? 1 : Math.ScaleB(1, -Math.ILogB(largest));
    }

    /// <summary>Solves r + A x = b, A^T r = -c by rounds of correction until they stop helping.</summary>
    (DoubleDouble[] X, DoubleDouble[] Residual) Refine(IReadOnlyList<double> b, double[] c)
    {
        var x = new DoubleDouble[columns];
        var residual = new DoubleDouble[rows];
        double last = double.PositiveInfinity;
        for (Refinements = 0; Refinements < 12; Refinements++)
        {
            (Vector<double> dx, Vector<double> dr) = Correction(b, c, x, residual);
            double change = dx.L2Norm();
            if (!(change < 0.5 * last)) break;
            for (int j = 0; j < columns; j++) x[j] += dx[j];
            for (int i = 0; i < rows; i++) residual[i] += dr[i];
            last = change;
            if (change == 0) break;
        }
        for (int j = 0; j < columns; j++) x[j] = new(x[j].Hi * scale[j], x[j].Lo * scale[j]);
        return (x, residual);
    }

    (Vector<double> Dx, Vector<double> Dr) Correction(IReadOnlyList<double> b, double[] c, DoubleDouble[] x, DoubleDouble[] residual)
    {
        Vector<double> f = Vector<double>.Build.Dense(rows), g = Vector<double>.Build.Dense(columns);
        for (int i = 0; i < rows; i++)
        {
            DoubleDouble sum = (DoubleDouble)b[i] - residual[i];
            for (int j = 0; j < columns; j++) sum -= a[i, j] * x[j];
            f[i] = (double)sum;
        }
        for (int j = 0; j < columns; j++)
        {
            DoubleDouble sum = -c[j];
            for (int i = 0; i < rows; i++) sum -= a[i, j] * residual[i];
            g[j] = (double)sum;
        }
        Vector<double> u = q.TransposeThisAndMultiply(f) - SolveTransposed(g);
        return (SolveUpper(u), f - q * u);
    }

    Vector<double> SolveUpper(Vector<double> v)
    {
        Vector<double> x = v.Clone();
        for (int i = columns - 1; i >= 0; i--)
        {
            for (int j = i + 1; j < columns; j++) x[i] -= r[i, j] * x[j];
            x[i] /= r[i, i];
        }
        return x;
    }

    Vector<double> SolveTransposed(Vector<double> v)
    {
        Vector<double> x = v.Clone();
        for (int i = 0; i < columns; i++)
        {
            for (int j = 0; j < i; j++) x[i] -= r[j, i] * x[j];
            x[i] /= r[i, i];
        }
        return x;
    }
}
