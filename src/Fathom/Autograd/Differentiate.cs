namespace Fathom.Autograd;

/// <summary>Derivatives of functions over tensors, as values. What the functions close over is not touched.</summary>
public static class Differentiate
{
    /// <summary>The gradients of a scalar (or, weighted by <paramref name="gradient"/>, of any result) with respect to some tensors.</summary>
    /// <param name="y">The result, computed from <paramref name="x"/> with gradients recorded.</param>
    /// <param name="x">The tensors to differentiate by, leaves or not.</param>
    /// <param name="gradient">Weights of the elements of <paramref name="y"/>; null for a scalar.</param>
    /// <param name="retainGraph">Keep what a second pass needs.</param>
    /// <param name="createGraph">Record the computation, for higher derivatives.</param>
    /// <returns>One gradient for each of <paramref name="x"/>; null where the result does not depend on it.</returns>
    public static Tensor?[] Grad(Tensor y, IReadOnlyList<Tensor> x, Tensor? gradient = null, bool retainGraph = false, bool createGraph = false) =>
        BackwardPass.Gradients([y], [gradient], x, retainGraph || createGraph, createGraph);

    /// <summary>The gradient function of a scalar function: <c>Differentiate.Grad(x => (x * x).Sum())(x0)</c>. Can be nested for higher derivatives.</summary>
    public static Func<Tensor, Tensor> Grad(Func<Tensor, Tensor> f) => x => ValueAndGrad(f, x).Gradient;

    /// <summary>The value and the gradient of a scalar function at a point.</summary>
    /// <exception cref="ShapeException">The function's value is not a scalar.</exception>
    public static (Tensor Value, Tensor Gradient) ValueAndGrad(Func<Tensor, Tensor> f, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(f);
        bool nested = GradMode.IsEnabled && x.RequiresGrad;
        using var mode = GradMode.EnableGrad();
        Tensor at = Variable(x);
        Tensor y = f(at);
        if (!y.RequiresGrad) return (y, Tensor.ZerosLike(at));
        Tensor g = Grad(y, [at], createGraph: nested)[0] ?? Tensor.ZerosLike(at);
        return (nested ? y : y.Detach(), g);
    }

    /// <summary>Vector-Jacobian product: the value of f and v^T J, where v has the value's shape.</summary>
    public static (Tensor Value, Tensor Product) VectorJacobian(Func<Tensor, Tensor> f, Tensor x, Tensor v)
    {
        ArgumentNullException.ThrowIfNull(f);
        bool nested = GradMode.IsEnabled && (x.RequiresGrad || v.RequiresGrad);
        using var mode = GradMode.EnableGrad();
        Tensor at = Variable(x);
        Tensor y = f(at);
        if (!y.RequiresGrad) return (y, Tensor.ZerosLike(at));
        Tensor g = Grad(y, [at], v, createGraph: nested)[0] ?? Tensor.ZerosLike(at);
        return (nested ? y : y.Detach(), g);
    }

    /// <summary>
    /// Jacobian-vector product: the value of f and J v, where v has the point's shape. Computed by differentiating the vector-Jacobian product, which is linear in
    /// its vector.
    /// </summary>
    public static (Tensor Value, Tensor Product) JacobianVector(Func<Tensor, Tensor> f, Tensor x, Tensor v)
    {
        ArgumentNullException.ThrowIfNull(f);
        if (v.Shape != x.Shape) throw ShapeException.For("jacobian_vector", $"a vector of shape {v.Shape} does not fit a point of shape {x.Shape}");
        using var mode = GradMode.EnableGrad();
        Tensor at = Variable(x);
        Tensor y = f(at);
        if (!y.RequiresGrad) return (y, Tensor.ZerosLike(y));
        Tensor u = Tensor.ZerosLike(y).WithGrad();
        Tensor? back = Grad(y, [at], u, createGraph: true)[0];
        Tensor? product = back is { RequiresGrad: true } ? Grad(back, [u], v)[0] : null;
        return (y.Detach(), product ?? Tensor.ZerosLike(y));
    }

    /// <summary>All first derivatives: the value's shape followed by the point's.</summary>
    public static Tensor Jacobian(Func<Tensor, Tensor> f, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(f);
        bool nested = GradMode.IsEnabled && x.RequiresGrad;
        using var mode = GradMode.EnableGrad();
        Tensor at = Variable(x);
        Tensor y = f(at);
        Shape shape = new([.. y.Shape.Span, .. x.Shape.Span]);
        if (!y.RequiresGrad) return Tensor.Zeros(shape, x.DType);
        var rows = new Tensor[y.Count];
        for (int i = 0; i < rows.Length; i++)
        {
            Tensor v = Tensor.Zeros(y.Shape, y.DType);
            v.Reshape(-1).Slice(0, i, i + 1).FillInPlace(1);
            rows[i] = (Grad(y, [at], v, retainGraph: true, createGraph: nested)[0] ?? Tensor.ZerosLike(at)).Reshape(-1);
        }
        return rows.Length == 0 ? Tensor.Zeros(shape, x.DType) : Tensor.Stack(rows).Reshape(shape);
    }

    /// <summary>All second derivatives of a scalar function: the point's shape twice.</summary>
    public static Tensor Hessian(Func<Tensor, Tensor> f, Tensor x) => Jacobian(Grad(f), x);

    /// <summary>The derivative of a function over numbers: <c>Differentiate.Derivative(x => x * x)(3)</c> is 6. The function is written over a scalar Float64 tensor.</summary>
    public static Func<double, double> Derivative(Func<Tensor, Tensor> f, int order = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        Func<Tensor, Tensor> g = f;
        for (int i = 0; i < order; i++) g = Grad(g);
        return x => g(Tensor.Scalar(x)).Item();
    }

    static Tensor Variable(Tensor x) => GradMode.IsEnabled && x.RequiresGrad ? x.Clone() : x.Detach().WithGrad();
}
