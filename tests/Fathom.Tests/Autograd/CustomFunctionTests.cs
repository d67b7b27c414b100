using Fathom.Autograd;

namespace Fathom.Tests.Autograd;

public class CustomFunctionTests
{
    sealed class Cube : CustomFunction
    {
        protected override Tensor Forward(FunctionContext context, IReadOnlyList<Tensor> x)
        {
            context.Save(x[0]);
            return x[0] * x[0] * x[0];
        }

        protected override IReadOnlyList<Tensor?> Backward(FunctionContext context, Tensor gradient) => [gradient * 3 * context.Saved(0) * context.Saved(0)];
    }

    sealed class Product : CustomFunction
    {
        public List<string> Wanted { get; } = [];

        protected override Tensor Forward(FunctionContext context, IReadOnlyList<Tensor> x)
        {
            context.Save(x[0], x[1]);
            context.State = "kept";
            return x[0] * x[1];
        }

        protected override IReadOnlyList<Tensor?> Backward(FunctionContext context, Tensor gradient)
        {
            Assert.Equal("kept", context.State);
            Wanted.Add($"{context.Needs(0)} {context.Needs(1)}");
            return [context.Needs(0) ? gradient * context.Saved(1) : null, context.Needs(1) ? gradient * context.Saved(0) : null];
        }
    }

    static Tensor X => Tensor.From([0.3, -0.7, 1.2, 0.9, -1.1, 0.4], new Shape(2, 3));

    [Fact]
    public void A_class_differentiates_to_second_order() => GradCheck.CheckTwice(x => new Cube().Apply(x[0].Sin()).Exp(), [X]);

    [Fact]
    public void A_pair_of_lambdas_differentiates_to_second_order_through_its_result()
    {
        CustomFunction exp = CustomFunction.From(x => x.Exp(), (gy, x, y) => gy * y);
        GradCheck.CheckTwice(x => exp.Apply(x[0] * 2) * exp.Apply(x[0]), [X]);
        Tensor y = exp.Apply(X.WithGrad());
        Assert.Contains("grad_fn=<custom_function>", y.ToString());
    }

    [Fact]
    public void Gradients_are_summed_where_inputs_were_broadcast() => GradCheck.CheckTwice(x => new Product().Apply(x[0], x[1]), [X, Tensor.From(0.5, 2, -1)]);

    [Fact]
    public void Only_wanted_gradients_are_asked_for()
    {
        Product p = new();
        Tensor a = X.WithGrad(), b = X.WithGrad();
        p.Apply(a, X).Sum().Backward();
        Differentiate.Grad(p.Apply(a, b).Sum(), [b]);
        Assert.Equal(["True False", "False True"], p.Wanted);
    }

    [Fact]
    public void Nothing_inside_forward_is_recorded_and_inputs_may_be_returned()
    {
        CustomFunction reverse = CustomFunction.From(x => x, (gy, x, y) => -gy);      // as in domain-adversarial training
        Tensor x = X.WithGrad(), y = reverse.Apply(x);
        Assert.NotSame(x, y);
        y += 1;                                                                      // not the leaf's memory
        Assert.Equal(X.ToArray<double>(), x.ToArray<double>());
        reverse.Apply(x).Sum().Backward();
        Assert.All(x.Grad!.ToArray<double>(), g => Assert.Equal(-1, g));
        Tensor part = CustomFunction.From(t => t[0], (gy, t, r) => gy.Expand(2, 3)).Apply(x);
        Assert.Equal("custom_function", part.GradFn!.Name);
    }

    [Fact]
    public void Mistakes_are_explained()
    {
        Tensor x = X.WithGrad();
        Tensor few = CustomFunction.From(t => t[0] + t[1], (gy, t, y) => [gy]).Apply(x, x);
        Assert.Contains("1 gradients for 2 inputs", Assert.Throws<InvalidOperationException>(() => few.Sum().Backward()).Message);
        Tensor wrong = CustomFunction.From(t => t.Exp(), (gy, t, y) => gy[.., ..2]).Apply(x);
        Assert.Contains("gradient of shape (2, 2) for input 0, which has shape (2, 3)", Assert.Throws<ShapeException>(() => wrong.Sum().Backward()).Message);
        Tensor z = x * 1, changed = new Cube().Apply(z);
        z += 1;
        Assert.Contains("[cube]", Assert.Throws<InvalidOperationException>(() => changed.Sum().Backward()).Message);
    }

    [Fact]
    public void What_backward_keeps_for_itself_is_not_overwritten()
    {
        Tensor? seen = null;
        CustomFunction keep = CustomFunction.From(x => x * 1, (gy, x, y) => seen = gy * 2);
        Tensor x = X.WithGrad();
        (keep.Apply(x * 3) * 5).Sum().Backward();
        for (int i = 0; i < 50; i++) (x * 7).Exp().Sum().Backward();
        Assert.All(seen!.ToArray<double>(), g => Assert.Equal(10, g));
    }
}
