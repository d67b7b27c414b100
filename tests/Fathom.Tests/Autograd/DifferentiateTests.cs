using Fathom.Autograd;
using Fathom.Tests.Golden;

namespace Fathom.Tests.Autograd;

public class DifferentiateTests
{
    static Tensor Read(GoldenTensor t) => Tensor.From(t.Values, new Shape(t.Shape));

    static Func<Tensor, Tensor> Function(string name) => name switch
    {
        "hessian of sum sin(x) x^2" => x => (x.Sin() * x * x).Sum(),
        "hessian of logsumexp" => x => x.LogSumExp(0),
        "hessian of prod" => x => x.Prod(),
        "hessian of norm" => x => x.Norm(),
        "hessian of x . tanh(x)" => x => (x * x.Tanh()).Sum(),
        "hessian of log softmax first" => x => x[0] - x.LogSumExp(0),
        "hessian of sum x exp(-x^2)" => x => (x * (-x * x).Exp()).Sum(),
        "jacobian of softmax" => x => (x - x.LogSumExp(0)).Exp(),
        "jacobian of cumsum of squares" => x => (x * x).CumSum(0),
        "jacobian of outer with sin" => x => (x.Reshape(-1, 1) * x.Sin()).Sum(0),
        _ => throw new NotImplementedException(name),
    };

    public static TheoryData<string> Hessians => GoldenFile.Tensors.Names("op", "hessian");
    public static TheoryData<string> Jacobians => GoldenFile.Tensors.Names("op", "jacobian");

    [Theory, MemberData(nameof(Hessians))]
    public void Hessians_are_those_of_the_reference(string name)
    {
        GoldenCase c = GoldenFile.Tensors[name];
        Tensor x = Read(c.Tensors("inputs")[0]!);
        Func<Tensor, Tensor> f = Function(name);
        GoldenTensor[] want = [.. c.Tensors("outputs").Select(t => t!)];
        var (value, gradient) = Differentiate.ValueAndGrad(f, x);
        Near(want[0], value);
        Near(want[1], gradient);
        Near(want[2], Differentiate.Hessian(f, x));
    }

    [Theory, MemberData(nameof(Jacobians))]
    public void Jacobians_and_products_with_them_are_those_of_the_reference(string name)
    {
        GoldenCase c = GoldenFile.Tensors[name];
        Func<Tensor, Tensor> f = Function(name);
        GoldenTensor?[] inputs = c.Tensors("inputs"), want = c.Tensors("outputs");
        Tensor x = Read(inputs[0]!);
        Near(want[0]!, Differentiate.Jacobian(f, x));
        Near(want[1]!, Differentiate.VectorJacobian(f, x, Read(inputs[1]!)).Product);
        Near(want[2]!, Differentiate.JacobianVector(f, x, Read(inputs[2]!)).Product);
    }

    static void Near(GoldenTensor want, Tensor got)
    {
        Assert.Equal(new Shape(want.Shape), got.Shape);
        Assert.Equal(want.Values, got.ToArray<double>(), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void Derivatives_over_numbers_of_any_order()
    {
        Assert.Equal(6, Differentiate.Derivative(x => x * x)(3));
        Assert.Equal(-Math.Cos(0.5), Differentiate.Derivative(x => x.Sin(), 3)(0.5), 1e-14);
        Assert.Equal(0, Differentiate.Derivative(x => x * x, 3)(1));
        Assert.Equal(0, Differentiate.Derivative(_ => Tensor.Scalar(2.0))(1));
    }

    [Fact]
    public void Gradient_functions_nest()
    {
        Func<Tensor, Tensor> f = x => (x * x * x).Sum();
        Tensor x = Tensor.From(1.0, 2);
        Assert.Equal([6.0, 12], Differentiate.Grad(t => Differentiate.Grad(f)(t).Sum())(x).ToArray<double>());
        Assert.False(x.RequiresGrad);
        Assert.Null(x.Grad);
    }

    [Fact]
    public void A_gradient_inside_a_function_that_is_recorded_stays_differentiable()
    {
        Tensor x = Tensor.From(1.0, 2).WithGrad();
        Tensor g = Differentiate.Grad(t => (t * t * t).Sum())(x);
        (g * g).Sum().Backward();                           // d/dx (3 x^2)^2 = 36 x^3
        Assert.Equal([36.0, 288], x.Grad!.ToArray<double>());
    }

    [Fact]
    public void Works_inside_no_grad_and_for_constants()
    {
        using (GradMode.NoGrad()) Assert.Equal([2.0, 4], Differentiate.Grad(t => (t * t).Sum())(Tensor.From(1.0, 2)).ToArray<double>());
        Assert.Equal([0.0, 0], Differentiate.Grad(_ => Tensor.Scalar(3.0))(Tensor.From(1.0, 2)).ToArray<double>());
        Assert.Equal(new Shape(2, 3), Differentiate.Jacobian(_ => Tensor.Zeros((2), DType.Float64), Tensor.From(1.0, 2, 3)).Shape);
        Assert.Throws<ShapeException>(() => Differentiate.Grad(t => t * 2)(Tensor.From(1.0, 2)));
    }
}
