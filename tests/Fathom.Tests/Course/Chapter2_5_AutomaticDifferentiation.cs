namespace Fathom.Tests.Course;

public class Chapter2_5_AutomaticDifferentiation
{
    [Fact]
    public void A_simple_function_then_others_of_the_same_vector()
    {
        Tensor x = Tensor.Arange(4.0);
        Prints.As("tensor([0., 1., 2., 3.])", x);
        x.RequiresGrad = true;
        Assert.Null(x.Grad);
        Tensor y = 2 * x.Dot(x);
        Prints.As("tensor(28., grad_fn=<mul>)", y);
        y.Backward();
        Prints.As("tensor([ 0.,  4.,  8., 12.])", x.Grad!);
        Prints.As("tensor([True, True, True, True])", x.Grad!.Eq(4 * x));

        x.ZeroGrad();
        y = x.Sum();
        y.Backward();
        Prints.As("tensor([1., 1., 1., 1.])", x.Grad!);
    }

    [Fact]
    public void Backward_for_results_with_axes()
    {
        Tensor x = Tensor.Arange(4.0).WithGrad(), y = x * x;
        y.Backward(gradient: Tensor.Ones(4));
        Prints.As("tensor([0., 2., 4., 6.])", x.Grad!);
    }

    [Fact]
    public void Detaching_computation()
    {
        Tensor x = Tensor.Arange(4.0).WithGrad(), y = x * x, u = y.Detach(), z = u * x;
        z.Sum().Backward();
        Prints.As("tensor([True, True, True, True])", x.Grad!.Eq(u));
        x.ZeroGrad();
        y.Sum().Backward();
        Prints.As("tensor([True, True, True, True])", x.Grad!.Eq(2 * x));
    }

    [Theory]
    [InlineData(0.37f)]
    [InlineData(-1.2f)]
    [InlineData(1e-3f)]
    [InlineData(-2500f)]
    public void Gradients_and_control_flow(float start)
    {
        Tensor a = Tensor.Scalar(start).WithGrad();
        Tensor d = F(a);
        d.Backward();
        Prints.As("tensor(True)", a.Grad!.Eq(d / a));

        static Tensor F(Tensor a)
        {
            Tensor b = a * 2;
            while (b.Norm().Item() < 1000) b = b * 2;
            return b.Sum().Item() > 0 ? b : 100 * b;
        }
    }
}
