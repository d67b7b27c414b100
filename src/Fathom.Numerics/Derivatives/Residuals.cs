using Fathom.Autograd;

namespace Fathom.Numerics;

/// <summary>A function from n to m numbers with its Jacobian, evaluated together; counts its work.</summary>
internal sealed class Residuals(string method, Func<Tensor, Tensor> f, Work work)
{
    /// <summary>The values alone.</summary>
    public double[] Values(double[] x)
    {
        work.Spend();
        return f(Derivative.Point(x)).Detach().Reshape(-1).To(DType.Float64).ToArray<double>();
    }

    /// <summary>The values, and their derivatives with a row a value: n backward passes where values outnumber the variables, one a value otherwise.</summary>
    public (double[] Values, double[,] Jacobian) Both(double[] x)
    {
        work.Spend();
        using var mode = GradMode.EnableGrad();
        Tensor at = Derivative.Point(x).WithGrad();
        Tensor y = f(at).Reshape(-1);
        double[] values = y.Detach().To(DType.Float64).ToArray<double>();
        var j = new double[values.Length, x.Length];
        if (!y.RequiresGrad) throw new ArgumentException($"[{method}] the function's value does not depend on its argument through tensor operations, so it has no derivatives");
        if (values.Length > x.Length) Columns(y, at, j);
        else Rows(y, at, j);
        return (values, j);
    }

    static void Rows(Tensor y, Tensor at, double[,] j)
    {
        for (int i = 0; i < j.GetLength(0); i++)
        {
            double[]? row = Differentiate.Grad(y, [at], Unit(y, i), retainGraph: true)[0]?.ToArray<double>();
            for (int k = 0; row is not null && k < row.Length; k++) j[i, k] = row[k];
        }
    }

    /// <summary>J^T u is linear in u, so its derivative by u along a unit vector is a column of J.</summary>
    static void Columns(Tensor y, Tensor at, double[,] j)
    {
        Tensor u = Tensor.ZerosLike(y).WithGrad();
        Tensor? product = Differentiate.Grad(y, [at], u, createGraph: true)[0];
        if (product is not { RequiresGrad: true }) return;
        for (int k = 0; k < j.GetLength(1); k++)
        {
            double[]? column = Differentiate.Grad(product, [u], Unit(at, k), retainGraph: true)[0]?.ToArray<double>();
            for (int i = 0; column is not null && i < column.Length; i++) j[i, k] = column[i];
        }
    }

    static Tensor Unit(Tensor like, int i)
    {
        var e = new double[like.Count];
        e[i] = 1;
        return Tensor.From(e, like.Shape).To(like.DType);
    }
}
