using Fathom.Autograd;
using Fathom.Devices;
using Fathom.Devices.Cpu;
using Fathom.Formats;
using Fathom.Nn;
using Fathom.Optim;
using Fathom.Tests.Ops;
using Fathom.Tests.Optim;

namespace Fathom.Tests.Autograd;

/// <summary>
/// The gradient of a large dense weight stays a product of two thin matrices until somebody reads it. Nothing but time and memory may show it: here every result is
/// compared, bit for bit, with the one that is computed at once.
/// </summary>
[Collection(nameof(Alone))]
public sealed class ThinProductTests : IDisposable
{
    readonly bool poison = BufferPool.Poison;
    readonly long fromBytes = ThinProduct.FromBytes;
    readonly int threads = Threads.Count;

    public ThinProductTests() => BufferPool.Poison = true;

    public void Dispose() => (BufferPool.Poison, ThinProduct.FromBytes, Threads.Count) = (poison, fromBytes, threads);

    /// <summary>Runs with every gradient waiting that may, and with none.</summary>
    static (R Waiting, R AtOnce) Both<R>(Func<R> run)
    {
        ThinProduct.FromBytes = 1;
        R waiting = run();
        ThinProduct.FromBytes = long.MaxValue;
        return (waiting, run());
    }

    static Tensor Input(int samples, int inputs, DType type = DType.Float32) => new RandomStream(samples + inputs).Normal((samples, inputs)).To(type);

    static Tensor Weight(int outputs, int inputs, DType type = DType.Float32) => new RandomStream(outputs).Normal((outputs, inputs)).To(type).WithGrad();

    /// <summary>A weight with a gradient.</summary>
    static Tensor Trained(int outputs = 67, int inputs = 130, int samples = 5)
    {
        Tensor w = Weight(outputs, inputs);
        Loss(Input(samples, inputs), w).Backward();
        return w;
    }

    static Tensor Loss(Tensor x, Tensor w) => Functional.Linear(x, w).Tanh().Sum();

    static bool Waits(Tensor w) => w.GradUnseen!.Storage!.Product is not null;

    [Theory, MemberData(nameof(OptimizerTests.Names), MemberType = typeof(OptimizerTests))]
    public void Every_optimiser_changes_weights_as_with_the_whole_gradient(string name)
    {
        foreach (int count in (int[])[1, 3])
            foreach ((int outputs, int inputs, int samples, DType type) in ((int, int, int, DType)[])
                [(64, 64, 1, DType.Float32), (67, 130, 5, DType.Float32), (101, 193, 64, DType.Float32), (65, 9001, 16, DType.Float32), (67, 4130, 7, DType.Float64)])
            {
                Threads.Count = count;
                var (waiting, atOnce) = Both(() => Train(outputs, inputs, samples, type));
                Assert.Equal(atOnce, waiting);
            }

        double[] Train(int outputs, int inputs, int samples, DType type)
        {
            Tensor w = Weight(outputs, inputs, type), bias = Tensor.Zeros(outputs).To(type).WithGrad(), x = Input(samples, inputs, type);
            Optimizer optimizer = OptimizerTests.Make(name, [bias, w]);
            for (int step = 0; step < 3; step++)
            {
                optimizer.ZeroGrad();
                Functional.Linear(x, w, bias).Tanh().Sum().Backward();
                Assert.Equal(ThinProduct.FromBytes == 1, Waits(w));
                optimizer.Step();
                Assert.Equal(ThinProduct.FromBytes == 1, Waits(w));
            }
            return [.. w.ToArray<double>(), .. bias.ToArray<double>(), .. optimizer.StateDict().Values.SelectMany(s => s.ToArray<double>())];
        }
    }

    [Fact]
    public void Weight_decay_and_ascent_are_the_same()
    {
        var (waiting, atOnce) = Both(() =>
        {
            Tensor w = Trained();
            new Sgd([w], 0.1, momentum: 0.9, weightDecay: 0.3, nesterov: true) { Maximize = true }.Step();
            return w.ToArray<float>();
        });
        Assert.Equal(atOnce, waiting);
    }

    /// <summary>What users do with a gradient.</summary>
    public static TheoryData<string> Accesses => [.. Reads.Keys];

    static readonly Dictionary<string, Func<Tensor, double[]>> Reads = new()
    {
        ["array"] = w => w.Grad!.ToArray<double>(),
        ["element"] = w => [w.Grad![3, 5].Item(), w.Grad![-1, -1].Item()],
        ["span"] = w => [.. w.Grad!.AsSpan<float>().ToArray().Select(v => (double)v)],
        ["op"] = w => (w.Grad! * 2 + w).ToArray<double>(),
        ["product"] = w => w.Grad!.MatMul(w.Grad!.T).ToArray<double>(),
        ["view"] = w => w.Grad!.T[1..].Reshape(-1).ToArray<double>(),
        ["clone"] = w => w.Grad!.Clone().ToArray<double>(),
        ["text"] = w => [.. w.Grad!.ToString().Select(c => (double)c)],
        ["file"] = w => TensorFileOf(w.Grad!),
        ["in place"] = w => { w.Grad!.MulInPlace(3); return w.Grad!.ToArray<double>(); },
        ["written element"] = w => { w.Grad![2] = 7; return w.Grad!.ToArray<double>(); },
        ["written span"] = w => { w.Grad!.AsSpan<float>()[8] = 7; return w.Grad!.ToArray<double>(); },
        ["clip by norm"] = w => [GradientClip.ByNorm([w], 0.1), .. w.Grad!.ToArray<double>()],
        ["clip by value"] = w => { GradientClip.ByValue([w], 0.1); return w.Grad!.ToArray<double>(); },
        ["second backward"] = w => { Loss(Input(4, 130), w).Backward(); return w.Grad!.ToArray<double>(); },
        ["another's gradient"] = w => { Tensor v = Tensor.Zeros(67 * 130).WithGrad(); v.Grad = w.Grad!.Reshape(-1); new Sgd([v], 1).Step(); return v.ToArray<double>(); },
        ["part as another's"] = w => { Tensor v = Tensor.Zeros(2, 130).WithGrad(); v.Grad = w.Grad![60..62]; new Sgd([v], 1).Step(); return v.ToArray<double>(); },
        ["transposed"] = w => { Tensor v = Tensor.Zeros(67, 130).T.Detach().WithGrad(); v.Grad = w.Grad!.T; new Sgd([v], 1).Step(); return v.ToArray<double>(); },
        ["step after a change"] = w => { w.Grad!.MulInPlace(3); new Sgd([w], 1).Step(); return w.ToArray<double>(); },
        ["after a step"] = w => { new Sgd([w], 1).Step(); return w.Grad!.ToArray<double>(); },
    };

    static double[] TensorFileOf(Tensor t)
    {
        using TempFolder folder = new();
        Npy.Save(folder["g.npy"], t);
        return [.. File.ReadAllBytes(folder["g.npy"]).Select(b => (double)b)];
    }

    [Theory, MemberData(nameof(Accesses))]
    public void Any_access_finds_the_values(string access)
    {
        var (waiting, atOnce) = Both(() =>
        {
            Tensor w = Trained();
            Assert.Equal(ThinProduct.FromBytes == 1, Waits(w));
            return Reads[access](w);
        });
        Assert.Equal(atOnce, waiting);
    }

    [Fact]
    public void Later_changes_of_the_factors_do_not_reach_it()
    {
        var (waiting, atOnce) = Both(() =>
        {
            Tensor w = Weight(67, 130), x = Input(5, 130), weights = Tensor.Ones(5, 67);
            Functional.Linear(x, w).Backward(weights);
            x.FillInPlace(100);
            weights.FillInPlace(100);
            return w.Grad!.ToArray<float>();
        });
        Assert.Equal(atOnce, waiting);
    }

    [Fact]
    public void It_waits_only_where_nothing_reads_it_at_once()
    {
        ThinProduct.FromBytes = 1;
        Tensor x = Input(5, 130), w = Weight(67, 130);
        Loss(x, w).Backward(retainGraph: true);
        Assert.True(Waits(w));
        Loss(x, w).Backward();                                  // is added to the first
        Assert.False(Waits(w));

        Tensor second = Weight(67, 130);
        Loss(x, second).Backward(createGraph: true);
        Assert.False(Waits(second));
        second.Grad!.Square().Sum().Backward();                 // has a graph of its own

        Tensor hooked = Weight(67, 130);
        hooked.RegisterHook(g => g * 2);
        Loss(x, hooked).Backward();
        Assert.False(Waits(hooked));

        foreach ((int outputs, int inputs, int samples) in ((int, int, int)[])[(63, 130, 5), (67, 63, 5), (67, 130, 65)])
            Assert.False(Waits(Trained(outputs, inputs, samples)));
        ThinProduct.FromBytes = 67 * 130 * sizeof(float);
        Assert.True(Waits(Trained()));
        ThinProduct.FromBytes++;
        Assert.False(Waits(Trained()));
    }

    [Fact]
    public void Gradients_handed_out_and_a_shared_weight_are_the_same()
    {
        var (waiting, atOnce) = Both(() =>
        {
            Tensor w = Weight(130, 130), x = Input(5, 130);
            Loss(Functional.Linear(x, w).Tanh(), w).Backward();                         // used twice: two gradients are added up
            return (float[])[.. w.Grad!.ToArray<float>(), .. Differentiate.Grad(Loss(x, w), [w])[0]!.ToArray<float>()];
        });
        Assert.Equal(atOnce, waiting);
    }

    [Fact]
    public async Task Threads_that_read_it_together_find_it_whole()
    {
        ThinProduct.FromBytes = long.MaxValue;
        float[] expected = Trained(300, 400).Grad!.ToArray<float>();
        ThinProduct.FromBytes = 1;
        for (int round = 0; round < 20; round++)
        {
            Tensor g = Trained(300, 400).Grad!;
            float[][] seen = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => g.ToArray<float>())));
            Assert.All(seen, s => Assert.Equal(expected, s));
        }
    }

    [Fact]
    public void It_takes_no_memory_of_a_gradient_s_size_and_gives_all_back()
    {
        ThinProduct.FromBytes = 1;
        Tensor w = Weight(512, 512), x = Input(4, 512);
        Sgd optimizer = new([w], 1e-3);
        const long gradient = 512 * 512 * sizeof(float);
        long before = Step(), after = 0;
        for (int i = 0; i < 500; i++) after = Step();
        Assert.InRange(after, 0, before + 32 * gradient);       // what forward makes is left to the collector

        long Step()
        {
            Loss(x, w).Backward();
            long used = BufferPool.Statistics.Used;
            optimizer.Step();
            Assert.Equal(used, BufferPool.Statistics.Used);
            Storage memory = w.GradUnseen!.Storage!;
            optimizer.ZeroGrad();                               // nobody has looked: given back at once
            Assert.True(memory.IsReleased);
            Assert.InRange(used - BufferPool.Statistics.Used, 1, gradient / 8);
            return BufferPool.Statistics.Total;
        }
    }

    [Fact]
    public void A_debugger_does_not_compute_it()
    {
        ThinProduct.FromBytes = 1;
        Tensor w = Trained();
        Assert.Contains("when first read", w.Grad!.DebuggerText);
        Assert.True(Waits(w));
        w.Grad.Sum();
        Assert.DoesNotContain("when first read", w.Grad.DebuggerText);
    }
}
