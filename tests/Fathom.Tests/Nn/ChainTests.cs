using Fathom.Autograd;
using Fathom.Devices;
using Fathom.Nn;
using Fathom.Tests.Cpu;

namespace Fathom.Tests.Nn;

/// <summary>What lies between layers that keep nothing is given back by hand; what anybody may still see is not.</summary>
[Collection(nameof(ThreadCount))]
public sealed class ChainTests
{
    private const int Side = 512;
    private const long ActivationBytes = Side * Side * 4;

    private sealed class Keeping : Module
    {
        public Tensor? In, Out;

        public override Tensor Forward(Tensor x)
        {
            In = x;
            return Out = x * 2;
        }
    }

    /// <summary>A class of the user's that is derived from such a layer would be taken for one, whatever it keeps.</summary>
    [Fact]
    public void Layers_that_keep_nothing_cannot_be_derived_from()
    {
        Type[] layers = [.. typeof(Module).Assembly.GetTypes().Where(t => t.IsClass && t.IsAssignableTo(typeof(IKeepsNothing)))];
        Assert.NotEmpty(layers);
        Assert.All(layers, t => Assert.True(t.IsSealed, t.Name));
    }

    private static Sequential Deep(int layers)
    {
        Tensor.Seed(3);
        var net = new Sequential();
        for (int i = 0; i < layers; i++)
        {
            net.Add(new Linear(Side, Side, bias: false));
            net.Add(new Sigmoid());
        }
        return net;
    }

    private static long Used => BufferPool.Statistics.Used;

    [Fact]
    public void Without_gradients_two_activations_are_in_memory_however_deep_the_chain()
    {
        Sequential net = Deep(4);
        Tensor x = Tensor.RandN(Side, Side);
        using var mode = GradMode.NoGrad();
        net.Call(x);
        long before = Used;
        Tensor y = net.Call(x);
        Assert.InRange(Used - before, ActivationBytes, ActivationBytes * 3 / 2);
        GC.KeepAlive(y);
    }

    [Fact]
    public void After_backward_only_the_result_is_left()
    {
        Sequential net = Deep(4);
        Tensor x = Tensor.RandN(Side, Side);
        net.Call(x).Sum().Backward();
        long before = Used;
        Tensor y = net.Call(x);
        Assert.InRange(Used - before, 4 * ActivationBytes, 5 * ActivationBytes);         // what the sigmoids returned, kept for the gradients
        y.Sum().Backward();
        Assert.InRange(Used - before, ActivationBytes, 3 * ActivationBytes);
        GC.KeepAlive(y);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_a_module_of_the_user_keeps_stays(bool gradients)
    {
        var keeping = new Keeping();
        var net = new Sequential(new Linear(8, 8), new Sigmoid(), keeping, new Flatten(), new Linear(8, 8), new Tanh());
        Tensor x = Tensor.RandN(5, 8);
        using var mode = GradMode.Set(gradients);
        Tensor y = net.Call(x);
        if (gradients) y.Sum().Backward();
        Tensor expected = net[1].Call(net[0].Call(x));
        Assert.Equal(expected.ToArray<float>(), keeping.In!.ToArray<float>());
        Assert.Equal((expected * 2).ToArray<float>(), keeping.Out!.ToArray<float>());
        Assert.Equal(net[5].Call(net[4].Call(keeping.Out)).ToArray<float>(), y.ToArray<float>());
    }

    [Fact]
    public void Input_and_views_of_it_stay_where_the_first_layers_make_no_memory_of_their_own()
    {
        var net = new Sequential(new Flatten(), new Dropout(0.5), new Flatten(), new Linear(3), new ReLU());
        net.Eval();
        Tensor x = Tensor.RandN(5, 3, 4);
        float[] before = x.ToArray<float>();
        using var mode = GradMode.NoGrad();
        net.Call(x);
        Assert.Equal(before, x.ToArray<float>());

        var views = new Sequential(new Linear(4), new Flatten(), new Dropout(0.5));
        views.Eval();
        Tensor flat = x.Flatten(1), y = views.Call(flat);
        Assert.Equal(views[0].Call(flat).ToArray<float>(), y.ToArray<float>());
    }

    [Fact]
    public void Observers_may_keep_what_they_see()
    {
        var net = new Sequential(new Linear(8, 8), new Sequential(new Sigmoid(), new Linear(8, 8)), new Tanh());
        List<(Module Module, Tensor X, Tensor Y)> seen = [];
        using (ForwardWatch.Start((m, a, b) => seen.Add((m, a, b)))) net.Call(Tensor.RandN(5, 8)).Sum().Backward();
        foreach ((Module module, Tensor a, Tensor b) in seen) Assert.Equal(module.Call(a).ToArray<float>(), b.ToArray<float>());
    }

    [Fact]
    public void Backward_may_go_twice_and_to_second_order()
    {
        var net = new Sequential(new Linear(6, 6), new Sigmoid(), new Linear(6, 6), new Tanh(), new Linear(1));
        Tensor x = Tensor.RandN(4, 6).WithGrad();
        Tensor ByHand(Tensor t) { foreach (Module m in net) t = m.Call(t); return t; }

        Tensor y = net.Call(x).Sum();
        Tensor first = Differentiate.Grad(y, [x], retainGraph: true)[0]!, again = Differentiate.Grad(y, [x])[0]!;
        Assert.Equal(first.ToArray<float>(), again.ToArray<float>());

        float[] Second(Func<Tensor, Tensor> f) => Differentiate.Grad(Differentiate.Grad(f(x).Sum(), [x], createGraph: true)[0]!.Square().Sum(), [x])[0]!.ToArray<float>();
        Assert.Equal(Second(ByHand), Second(net.Call));
    }
}
