using Fathom.Autograd;
using Fathom.Devices;

namespace Fathom.Tests.Autograd;

/// <summary>The backward pass on awkward graphs, with memory poisoned as soon as it goes back to the pool.</summary>
public sealed class EngineTests : IDisposable
{
    readonly bool poison = BufferPool.Poison;
    public EngineTests() => BufferPool.Poison = true;
    public void Dispose() => BufferPool.Poison = poison;

    static Tensor Leaf(params double[] values) => Tensor.From<double>(values).WithGrad();
    static double[] Read(Tensor? t) => t!.ToArray<double>();

    /// <summary>Allocates and releases blocks of many sizes, so that a wrongly returned block is written over.</summary>
    static void Churn()
    {
        Tensor w = Tensor.RandN(8, 8).WithGrad();
        for (int i = 0; i < 30; i++) (w.MatMul(w).Tanh() * 3 + w.T).Exp().Sum().Backward();
    }

    [Fact]
    public void Diamonds_and_repeated_use_add_up()
    {
        Tensor x = Leaf(2, 3);
        Tensor a = x * x, b = a + x, c = a * b, d = c + a + b + x;        // d = x^4 + x^3 + 2 x^2 + 2 x
        d.Sum().Backward();
        Assert.Equal([4 * 8 + 3 * 4 + 4 * 2 + 2, 4 * 27 + 3 * 9 + 4 * 3 + 2], Read(x.Grad));
        Tensor y = Leaf(1, 2, 3, 4);
        Tensor m = y.Reshape(2, 2);
        (m + m.T + m).Sum().Backward();
        (y + y).Sum().Backward();
        Assert.Equal([5, 5, 5, 5], Read(y.Grad));
    }

    [Fact]
    public void A_deep_chain_needs_no_deep_stack()
    {
        Tensor x = Leaf(1), y = x;
        for (int i = 0; i < 50_000; i++) y = y + 1;
        y.Sum().Backward();
        Assert.Equal([1], Read(x.Grad));
        Assert.Equal([1], Read(Differentiate.Grad(Chain(x), [x])[0]));

        static Tensor Chain(Tensor x)
        {
            for (int i = 0; i < 50_000; i++) x = x + 1;
            return x.Sum();
        }
    }

    [Fact]
    public void Gradients_of_leaves_never_share_memory()
    {
        Tensor a = Leaf(1, 2), b = Leaf(3, 4), c = Leaf(5, 6);
        Tensor given = Tensor.From(1.0, 10);
        (a + b + (c + a)).Backward(given);
        given.FillInPlace(-1);                                              // the user's own to change
        Assert.Equal([2, 20], Read(a.Grad));
        a.Grad!.FillInPlace(0);
        Assert.Equal([1, 10], Read(b.Grad));
        Assert.Equal([1, 10], Read(c.Grad));

        a.ZeroGrad(); b.ZeroGrad();
        ((a + b) * (a + b)).Sum().Backward(createGraph: true);              // one tensor with a graph goes to both
        a.Grad!.Detach().FillInPlace(0);
        Assert.Equal([8, 12], Read(b.Grad));
    }

    [Fact]
    public void Gradients_handed_out_are_the_user_s_alone()
    {
        Tensor a = Leaf(1, 2), b = Leaf(3, 4), given = Tensor.From(1.0, 10);
        Tensor?[] g = Differentiate.Grad(a + b, [a, b, a], given);
        g[0]!.FillInPlace(7);
        Assert.Equal([1, 10], Read(g[1]));
        Assert.Equal([1, 10], Read(given));
        Tensor sum = Differentiate.Grad(a.Sum(), [a])[0]!;                  // no repeated memory: writing one element changes one
        sum[0] = 5;
        Assert.Equal([5, 1], Read(sum));
        Tensor mid = a * 2;
        Tensor?[] two = Differentiate.Grad((mid * 3).Sum(), [mid, a]);
        two[0]!.FillInPlace(0);
        Assert.Equal([6, 6], Read(two[1]));
    }

    [Fact]
    public void A_gradient_that_was_seen_keeps_its_values_while_memory_is_reused()
    {
        Tensor x = Leaf(1, 2, 3);
        List<Tensor> seen = [];
        Tensor mid = x * x;
        mid.RegisterHook(g => { seen.Add(g); return null; });
        mid.RetainGrad();
        x.RegisterHook(g => { seen.Add(g); return null; });
        (mid * 4).Exp().Log().Sum().Backward();
        Tensor kept = x.Grad!;
        x.ZeroGrad();
        Churn();
        double[] four = [4, 4, 4];
        Assert.Equal(four, Read(seen[0]).Select(v => Math.Round(v, 9)));
        Assert.Equal(four, Read(mid.Grad).Select(v => Math.Round(v, 9)));
        Assert.Equal([8, 16, 24], Read(seen[1]).Select(v => Math.Round(v, 9)));
        Assert.Equal([8, 16, 24], Read(kept).Select(v => Math.Round(v, 9)));
    }

    [Fact]
    public void Results_and_inputs_survive_the_backward_pass()
    {
        Tensor x = Leaf(1, 2, 3);
        Tensor a = x.Exp(), b = a * x, c = b.Sum();
        double[] before = [.. Read(a), .. Read(b), .. Read(c)], after;
        c.Backward();
        Churn();
        after = [.. Read(a), .. Read(b), .. Read(c)];
        Assert.Equal(before, after);
    }

    [Fact]
    public void Accumulation_over_passes_and_paths()
    {
        Tensor x = Leaf(1, 2);
        for (int i = 1; i <= 3; i++)
        {
            (x * x).Sum().Backward();
            Churn();
            Assert.Equal([2.0 * i, 4.0 * i], Read(x.GradUnseen));
        }
        Tensor w = Leaf(1, 2, 3, 4);
        Tensor m = w.Reshape(2, 2);
        (m[0] * 2 + m[1] + m.T[0] + w[..2] * m[.., 1]).Sum().Backward();
        Assert.Equal([2 + 1 + 2, 2 + 1 + 4, 1 + 1, 1 + 2], Read(w.Grad));
    }

    [Fact]
    public void Retained_graphs_can_be_walked_again_and_released_ones_say_so()
    {
        Tensor x = Leaf(3);
        Tensor y = (x * x).Sum();
        y.Backward(retainGraph: true);
        y.Backward();
        Assert.Equal([12], Read(x.Grad));
        Assert.Contains("retainGraph: true", Assert.Throws<InvalidOperationException>(() => y.Backward()).Message);
        Assert.Throws<InvalidOperationException>(() => Differentiate.Grad(y, [x]));
    }

    [Fact]
    public void Gradients_with_a_graph_accumulate_and_differentiate()
    {
        Tensor x = Leaf(2);
        (x * x * x).Sum().Backward(createGraph: true);
        Tensor first = x.Grad!;
        first.Sum().Backward();                                             // adds 6 x
        Assert.Equal([12], Read(first));                                    // seen before, so not changed
        Assert.Equal([24], Read(x.Grad));
    }

    [Fact]
    public void Gradients_of_results_on_the_way_and_of_the_result_itself()
    {
        Tensor x = Leaf(2, 3), mid = x * x, unrelated = Leaf(1);
        Tensor y = (mid * mid).Sum();
        Tensor?[] g = Differentiate.Grad(y, [mid, x, y, unrelated], retainGraph: true);
        Assert.Equal([8, 18], Read(g[0]));
        Assert.Equal([32, 108], Read(g[1]));
        Assert.Equal([1], Read(g[2]));
        Assert.Null(g[3]);
        Assert.Null(x.Grad);
    }

    [Fact]
    public void Only_ops_that_lead_to_what_is_wanted_are_visited()
    {
        int visits = 0;
        Tensor x = Leaf(2), w = Leaf(3);
        Tensor side = CustomFunction.From(t => t * 1, (gy, t, r) => { visits++; return gy; }).Apply(w * 2);
        Tensor y = (x * side).Sum();
        Assert.Equal([6], Read(Differentiate.Grad(y, [x], retainGraph: true)[0]));
        Assert.Equal(0, visits);
        Assert.Equal([4], Read(Differentiate.Grad(y, [w], retainGraph: true)[0]));
        Assert.Equal(1, visits);
        Assert.Equal([2], Read(Differentiate.Grad(y, [side])[0]));
        Assert.Equal(1, visits);
    }

    [Fact]
    public void Hooks_see_and_change_gradients_and_can_be_removed()
    {
        Tensor x = Leaf(1, 2), mid = x * 3;
        var a = mid.RegisterHook(g => g * 10);
        var b = x.RegisterHook(g => g + 1);
        (mid * 1).Sum().Backward(retainGraph: true);
        Assert.Equal([31, 31], Read(x.Grad));
        x.ZeroGrad();
        a.Dispose();
        b.Dispose();
        (mid * 1).Sum().Backward(retainGraph: true);
        Assert.Equal([3, 3], Read(x.Grad));
        using (x.RegisterHook(g => Tensor.Zeros((1, 2), DType.Float64)))
            Assert.Contains("hook returned a gradient of shape (1, 2)", Assert.Throws<ShapeException>(() => mid.Sum().Backward()).Message);
        Assert.Throws<InvalidOperationException>(() => Tensor.Zeros(2).RegisterHook(g => g));
    }

    [Fact]
    public void An_exception_in_a_hook_leaves_the_engine_usable()
    {
        Tensor x = Leaf(1, 2), mid = x * 3;
        using (mid.RegisterHook(_ => throw new InvalidDataException()))
            Assert.Throws<InvalidDataException>(() => mid.Sum().Backward(retainGraph: true));
        x.ZeroGrad();
        Tensor made = x.Detach() * 2;
        Churn();
        Assert.Equal([2, 4], Read(made));
        mid.Sum().Backward();
        Assert.Equal([3, 3], Read(x.Grad));
        Assert.True(GradMode.IsEnabled);
    }

    [Fact]
    public void In_place_ops_take_their_place_in_the_graph()
    {
        Tensor x = Leaf(1, 2), y = x * 2;
        Tensor alias = y;
        y += x;                     // 3 x
        y *= x;                     // 3 x^2
        Assert.Same(alias, y);
        y.Sum().Backward();
        Assert.Equal([6, 12], Read(x.Grad));
    }

    [Fact]
    public void Views_of_a_changed_tensor_are_refused_and_versions_checked()
    {
        Tensor x = Leaf(1, 2), y = x * 2, view = y[0], e = y.Exp();
        y += 1;
        Assert.Throws<InvalidOperationException>(() => view * 1);
        e.Sum().Backward(retainGraph: true);                                // exp needs its result, which is unchanged
        Tensor s = x.Sin(), t = s * s;
        s[0] = 0;
        Assert.Contains("version 1, needed 0", Assert.Throws<InvalidOperationException>(() => t.Sum().Backward()).Message);
    }

    [Fact]
    public void Recording_is_switched_per_thread()
    {
        Tensor x = Leaf(1);
        bool inner = false, outer;
        using (GradMode.NoGrad())
        {
            Thread t = new(() => inner = (x * 2).RequiresGrad);
            t.Start();
            t.Join();
            outer = (x * 2).RequiresGrad;
            using (GradMode.EnableGrad()) Assert.True((x * 2).RequiresGrad);
        }
        Assert.True(inner);
        Assert.False(outer);
        Assert.True((x * 2).RequiresGrad);
    }

    [Fact]
    public void Graphs_made_and_walked_on_several_threads_agree()
    {
        double[][] got = new double[8][];
        Parallel.For(0, got.Length, i =>
        {
            Tensor x = Leaf(1, 2, 3);
            for (int k = 0; k < 40; k++)
            {
                x.ZeroGrad();
                Tensor y = (x * x).Tanh() * x + x[..2].Sum();
                y.Sum().Backward();
            }
            got[i] = Read(x.Grad);
        });
        Assert.All(got, g => Assert.Equal(got[0], g));
        Tensor a = Leaf(1, 2), part = null!;
        Thread t = new(() => part = a * a);
        t.Start();
        t.Join();
        (part * a).Sum().Backward();                                        // made on one thread, walked on another
        Assert.Equal([3, 12], Read(a.Grad));
    }

    [Fact]
    public void Anomalies_are_named()
    {
        Tensor x = Leaf(-1, 0);
        using (Anomaly.Detect())
        {
            Assert.Contains("[log] made a NaN in the forward pass", Assert.Throws<AnomalyException>(() => x.Log()).Message);
            Tensor root = x[1..].Sqrt() * 0;                                // 0 / 0 on the way back
            Assert.Contains("[sqrt] made a NaN in the backward pass", Assert.Throws<AnomalyException>(() => root.Sum().Backward()).Message);
        }
        x.Log();
        Assert.False(Anomaly.IsEnabled);
    }

    [Fact]
    public void Wrong_calls_are_explained()
    {
        Tensor x = Leaf(1, 2);
        Assert.Contains("y.Sum().Backward()", Assert.Throws<ShapeException>(() => (x * 2).Backward()).Message);
        Assert.Contains("does not fit a result", Assert.Throws<ShapeException>(() => (x * 2).Backward(Tensor.Ones(3))).Message);
        Assert.Contains("RequiresGrad", Assert.Throws<InvalidOperationException>(() => Tensor.Ones(1).Backward()).Message);
        Assert.Contains("int64", Assert.Throws<InvalidOperationException>(() => Tensor.Arange(3).WithGrad()).Message);
        Assert.Throws<InvalidOperationException>(() => (x * 2).RequiresGrad = false);
    }
}
