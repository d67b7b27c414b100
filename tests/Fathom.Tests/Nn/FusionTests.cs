using Fathom.Autograd;
using Fathom.Devices;
using Fathom.Nn;

namespace Fathom.Tests.Nn;

/// <summary>Fused forms against the layers one by one: results, gradients, running statistics, and everything that users see of a chain.</summary>
[Collection(nameof(Cpu.ThreadCount))]
public class FusionTests
{
    public static TheoryData<bool, bool, bool> Cases() => new(
        from training in new[] { true, false } from affine in new[] { true, false } from residual in new[] { true, false } select (training, affine, residual));

    [Theory, MemberData(nameof(Cases))]
    public void Batch_norm_with_ReLU_and_residual_gives_what_the_layers_give_one_by_one(bool training, bool affine, bool residual)
    {
        RandomStream random = new(5);
        Tensor x = Images(random), r = Images(random), weights = random.Normal((4, 6, 5, 3));
        BatchNorm2d plain = Layer(affine), fused = Layer(affine);
        plain.Train(training);
        fused.Train(training);
        var expected = Differentiated(plain, (xs, rs) => (residual ? plain.Call(xs) + rs : plain.Call(xs)).Relu(), x, r, weights);
        var got = Differentiated(fused, (xs, rs) => fused.CallRelu(xs, residual ? rs : null), x, r, weights);
        Assert.Equal(expected.Count, got.Count);
        foreach ((Tensor e, Tensor g) in expected.Zip(got)) Assert.True(Close(e, g), $"{e}\n{g}");
    }

    /// <summary>The result, the gradients of inputs and parameters, and the running statistics.</summary>
    static List<Tensor> Differentiated(BatchNorm2d layer, Func<Tensor, Tensor, Tensor> f, Tensor x, Tensor r, Tensor weights)
    {
        (x, r) = (x.Clone(), r.Clone());
        x.RequiresGrad = r.RequiresGrad = true;
        Tensor y = f(x, r);
        (y * weights).Sum().Backward();
        List<Tensor> all = [y.Detach(), x.Grad!, layer.RunningMean!, layer.RunningVar!];
        foreach (Tensor? t in (ReadOnlySpan<Tensor?>)[r.Grad, layer.Weight?.Grad, layer.Bias?.Grad]) if (t is not null) all.Add(t);
        return all;
    }

    /// <summary>Windows that tile the image, leave out its rim, overlap, and hang over; NaN, infinities and ties among the pixels.</summary>
    public static TheoryData<int, int, int, int, bool, bool> Poolings() => new(
        from channels in new[] { 1, 3, 16, 37 }
        from pooling in new[] { (2, 2, 0, false), (2, 2, 0, true), (3, 3, 1, false), (2, 3, 0, false), (3, 2, 1, false), (3, 1, 0, false) }
        from last in new[] { true, false }
        select (channels, pooling.Item1, pooling.Item2, pooling.Item3, pooling.Item4, last));

    [Theory, MemberData(nameof(Poolings))]
    public void Max_pool_of_rectified_images_gives_what_the_layers_give_one_by_one(int channels, int window, int stride, int padding, bool ceil, bool channelsLast)
    {
        Tensor x = new RandomStream(9).Normal((2, channels, 7, 6)).Round();         // whole numbers: many ties
        x[0, 0, 2, 3] = float.NaN;
        x[0, 0, 5, 5] = float.PositiveInfinity;
        x[1, 0, 0, 0] = float.NegativeInfinity;
        if (channelsLast) x = x.Permute(0, 2, 3, 1).Contiguous().Permute(0, 3, 1, 2);
        MaxPool2d pool = new(window, stride, padding, ceil);
        Tensor[] expected = Pooled(t => pool.Call(t.Relu()), x), got = Pooled(pool.CallAfterRelu, x);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i].ToArray<float>(), got[i].ToArray<float>());
    }

    static Tensor[] Pooled(Func<Tensor, Tensor> f, Tensor x)
    {
        x = x.Detach();
        x.RequiresGrad = true;
        Tensor y = f(x);
        y.Backward(new RandomStream(3).Normal(y.Shape));
        return [y.Detach(), x.Grad!];
    }

    /// <summary>Padded, strided, grouped, dilated; windows that tile the image, leave out its rim, and stand apart; with and without bias.</summary>
    public static TheoryData<ConvDims, Hw, Hw, bool> PooledConvolutions() => new()
    {
        { new(3, 1, 9, 8, 4, 3, 3, PadH: 1, PadW: 1), 2, 2, true },
        { new(2, 3, 8, 9, 17, 5, 3, StrideH: 1, StrideW: 2, PadH: 2), 2, 3, false },
        { new(1, 4, 7, 7, 6, 2, 2, DilationH: 2, DilationW: 1, Groups: 2), (3, 2), (3, 2), true },
        { new(5, 2, 6, 6, 3, 1, 1), 3, 3, true },
    };

    [Theory, MemberData(nameof(PooledConvolutions))]
    public void A_convolution_pooled_image_by_image_gives_what_the_layers_give(ConvDims d, Hw window, Hw stride, bool biased)
    {
        int threads = CpuSettings.ThreadCount;
        RandomStream random = new(12);
        Tensor x = random.Normal((d.N, d.C, d.H, d.W)).To(DType.Float64), w = random.Normal((d.K, d.GroupC, d.R, d.S)).To(DType.Float64), b = random.Normal((Shape)d.K).To(DType.Float64);
        PoolDims p = new(d.N, d.K, d.OutH, d.OutW, window.H, window.W, stride.H, stride.W);
        Tensor[] expected = Gradients((x, w, b) => x.Conv2d(w, b, (d.StrideH, d.StrideW), (d.PadH, d.PadW), (d.DilationH, d.DilationW), d.Groups).MaxPool2d(window, stride, relu: true));
        try
        {
            for (int count = 1; count <= 3; count++)
            {
                CpuSettings.ThreadCount = count;
                Tensor[] got = Gradients((x, w, b) => x.ConvMaxPool2d(d, p, w, b));
                for (int i = 0; i < got.Length; i++) Assert.All(got[i].ToArray<double>().Zip(expected[i].ToArray<double>()), e => Assert.Equal(e.Second, e.First, 1e-12));
            }
        }
        finally
        {
            CpuSettings.ThreadCount = threads;
        }

        Tensor[] Gradients(Func<Tensor, Tensor, Tensor?, Tensor> f)
        {
            Tensor[] inputs = biased ? [x.Clone(), w.Clone(), b.Clone()] : [x.Clone(), w.Clone()];
            foreach (Tensor t in inputs) t.RequiresGrad = true;
            Tensor y = f(inputs[0], inputs[1], biased ? inputs[2] : null);
            y.Backward(new RandomStream(3).Normal(y.Shape).To(DType.Float64));
            return [y.Detach(), .. inputs.Select(t => t.Grad!)];
        }
    }

    [Fact]
    public void A_large_convolution_in_a_chain_is_pooled_image_by_image_and_a_watcher_sees_each_layer()
    {
        Tensor x = new RandomStream(5).Normal((8, 1, 184, 184));
        Sequential chain = new(new Conv2d(16, 3, padding: 1, inputs: 1), new ReLU(), new MaxPool2d(2));
        Tensor y = chain.Call(x), layered = chain[2].Call(chain[1].Call(chain[0].Call(x)));
        Assert.Equal("conv_max_pool2d", y.GradFn!.Name);
        Assert.True(Close(layered, y));
        List<string> seen = [];
        using (ForwardWatch.Start((module, _, _) => seen.Add(module.GetType().Name))) chain.Call(x);
        Assert.Equal("Conv2d", seen[0]);
        Assert.Equal("max_pool2d", new Sequential(chain[0], chain[1], chain[2]).Call(x[..2]).GradFn!.Name);         // small: layer by layer
    }

    [Fact]
    public void Sums_that_a_gradient_brings_along_are_those_of_its_channels()
    {
        RandomStream random = new(4);
        Tensor x = random.Normal((3, 2, 8, 6));
        Conv2d conv = new(5, 3, padding: 1, inputs: 2);
        foreach (Func<Tensor, Tensor> after in (ReadOnlySpan<Func<Tensor, Tensor>>)
            [t => t.MaxPool2d(2, relu: true), t => t.MaxPool2d(3, 2, 1, relu: true), new BatchNorm2d(5).Forward, t => new BatchNorm2d(5).CallRelu(t), t => t.Relu(),
                t => new BatchNorm2d(5).CallRelu(random.Normal((3, 5, 8, 6)), residual: t), t => ((BatchNorm2d)new BatchNorm2d(5).Eval()).CallRelu(t)])
        {
            conv.ZeroGrad();
            Tensor y = conv.Call(x), z = after(y);
            y.RetainGrad();
            z.Backward(random.Normal(z.Shape));
            Assert.True(Close(y.Grad!.Sum([0, 2, 3]), conv.Bias!.Grad!));
        }
    }

    [Fact]
    public void A_gradient_that_was_changed_has_its_sums_taken_anew()
    {
        Tensor x = new RandomStream(4).Normal((3, 2, 8, 6));
        Conv2d conv = new(5, 3, padding: 1, inputs: 2);
        Tensor y = conv.Call(x);
        y.RegisterHook(g => { g.AddInPlace(1); return null; });
        new BatchNorm2d(5).Call(y).Square().Sum().Backward();
        Assert.Equal(3 * 8 * 6, conv.Bias!.Grad![0].Item<float>(), 1e-3);
        conv.ZeroGrad();
        y = conv.Call(x);
        (new BatchNorm2d(5).Call(y).Square().Sum() + y.Sum()).Backward();               // two gradients, added up
        Assert.Equal(3 * 8 * 6, conv.Bias!.Grad![0].Item<float>(), 1e-3);
    }

    [Fact]
    public void A_gradient_that_others_read_is_not_overwritten()
    {
        RandomStream random = new(6);
        Tensor x = Images(random), r = Images(random), weights = random.Normal((4, 6, 5, 3));
        x.RequiresGrad = r.RequiresGrad = true;
        BatchNorm2d layer = Layer(affine: true);
        Tensor y = layer.CallRelu(x * 1, r * 1), shared = y + r;           // the gradient of the sum goes to both
        y.RetainGrad();
        Tensor? seen = null;
        shared.RegisterHook(g => { seen = g; return null; });
        (shared * weights).Sum().Backward();
        Assert.Equal(weights.ToArray<float>(), seen!.ToArray<float>());
        Assert.Equal(weights.ToArray<float>(), y.Grad!.ToArray<float>());
        Tensor passed = weights * y.Detach().Sign();
        Assert.True(Close(passed + weights, r.Grad!));
    }

    [Fact]
    public void A_chain_with_fused_neighbours_looks_as_before()
    {
        Sequential net = new(new Conv2d(6, 3, padding: 1, inputs: 2), new BatchNorm2d(6), new ReLU(), new MaxPool2d(2));
        Assert.Equal(4, net.Count);
        Assert.IsType<ReLU>(net[2]);
        Assert.Equal(["0.weight", "0.bias", "1.weight", "1.bias"], net.NamedParameters().Select(p => p.Name));
        Assert.Contains("(2): ReLU()", net.ToString());
        LayerSummary summary = LayerSummary.Of(net, (1, 2, 8, 8));
        Assert.Equal(["Sequential", "Conv2d", "BatchNorm2d", "ReLU", "MaxPool2d"], summary.Layers.Select(l => l.Type));
        Tensor x = new RandomStream(1).Normal((2, 2, 8, 8)), y = x;
        Tensor fused = net.Call(x);
        foreach (Module m in net) y = m.Call(y);
        Assert.True(Close(y, fused));
    }

    [Fact]
    public void Lazy_layers_get_their_shapes_in_a_fused_chain_too()
    {
        Sequential net = new(new BatchNorm2d(), new ReLU());
        net.Call(Tensor.Ones(2, 3, 2, 2));
        Assert.Equal(new Shape(3), ((BatchNorm2d)net[0]).Weight!.Shape);
        Assert.Contains("one value a channel", Assert.Throws<ShapeException>(() => net.Call(Tensor.Ones(1, 3, 1, 1))).Message);
    }

    static BatchNorm2d Layer(bool affine)
    {
        BatchNorm2d layer = new(6, affine: affine);
        using var _ = GradMode.NoGrad();
        if (affine)
        {
            layer.Weight!.CopyFrom(Tensor.Arange(6) * 0.3 - 0.5);
            layer.Bias!.CopyFrom(Tensor.Arange(6) * -0.1 + 0.2);
        }
        layer.RunningMean!.CopyFrom(Tensor.Arange(6) * 0.05);
        layer.RunningVar!.CopyFrom(Tensor.Arange(6) * 0.1 + 0.5);
        return layer;
    }

    static Tensor Images(RandomStream random) => random.Normal((4, 6, 5, 3));

    static bool Close(Tensor a, Tensor b) => (a - b).Abs().Amax().Item<float>() <= 2e-5f * (1 + a.Abs().Amax().Item<float>());
}
