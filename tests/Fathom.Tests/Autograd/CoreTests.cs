using Fathom.Autograd;

namespace Fathom.Tests.Autograd;

public class CoreTests
{
    static Tensor X(params int[] sizes)
    {
        double[] v = new double[new Shape(sizes).Count];
        for (int i = 0; i < v.Length; i++) v[i] = 0.1 + (i * 0.7548776662466927 % 1);
        return Tensor.From(v, new Shape(sizes));
    }

    [Fact]
    public void Course_2_5_simple_function()
    {
        Tensor x = Tensor.Arange(4.0).WithGrad();
        Tensor y = 2 * (x * x).Sum();
        Assert.Equal(28, y.Item());
        y.Backward();
        Assert.Equal([0f, 4, 8, 12], x.Grad!.ToArray<float>());
        x.ZeroGrad();
        x.Sum().Backward();
        Assert.Equal([1f, 1, 1, 1], x.Grad!.ToArray<float>());
        Assert.Throws<InvalidOperationException>(() => y.Backward());
    }

    [Fact]
    public void Gradients_agree_with_central_differences_twice()
    {
        GradCheck.CheckTwice(x => (x[0] * x[1]).Exp() / x[1].Sqrt(), [X(2, 3), X(3)]);
        GradCheck.CheckTwice(x => x[0].MatMul(x[1]).Tanh().Sum([0]), [X(2, 3), X(3, 4)]);
        GradCheck.CheckTwice(x => x[0].MatMul(x[1]), [X(2, 1, 3, 2), X(4, 2, 3)]);
        GradCheck.CheckTwice(x => x[0].Permute(2, 0, 1).Reshape(4, -1).Slice(0, 1, 4, 2) * x[0].Sum(), [X(2, 3, 4)]);
        GradCheck.CheckTwice(x => Tensor.Cat([x[0], x[1].Sigmoid()], 1).Log(), [X(2, 3), X(2, 2)]);
    }

    [Fact]
    public void In_place_changes_are_noticed()
    {
        Tensor x = Tensor.Arange(3.0).WithGrad();
        Tensor y = x * 2, z = y * y;
        y += 1;
        Assert.Contains("changed in place", Assert.Throws<InvalidOperationException>(() => z.Sum().Backward()).Message);
        Assert.Throws<InvalidOperationException>(() => x += 1);
        using (GradMode.NoGrad()) x += 1;
        Assert.Equal([1f, 2, 3], x.ToArray<float>());
    }

    [Fact]
    public void Hessian_of_a_cubic() =>
        Assert.Equal([6d, 0, 0, 12], Differentiate.Hessian(x => (x * x * x).Sum(), Tensor.From(1.0, 2.0)).ToArray<double>());

    [Fact]
    public void Long_loops_do_not_grow_memory()
    {
        Tensor w = X(64, 64).To(DType.Float32).WithGrad();
        Tensor x = X(256, 64).To(DType.Float32);
        for (int i = 0; i < 2000; i++)
        {
            x.MatMul(w).Tanh().Sum().Backward();
            w.ZeroGrad();
        }
        Assert.InRange(Fathom.Devices.BufferPool.Statistics.Total, 0, 200L << 20);
    }
}
