using Fathom.Devices.Cpu;
using Fathom.Nn;
using Fathom.Optim;
using Fathom.Tests.Ops;

namespace Fathom.Tests.Optim;

[Collection(nameof(Alone))]
public class OptimizerTests
{
    public static TheoryData<string> Names => ["sgd", "momentum", "rmsprop", "centered", "adagrad", "adadelta", "adam", "amsgrad", "adamw"];

    internal static Optimizer Make(string name, IEnumerable<Tensor> p) => name switch
    {
        "sgd" => new Sgd(p, 0.1),
        "momentum" => new Sgd(p, 0.1, momentum: 0.9),
        "rmsprop" => new RmsProp(p, momentum: 0.5),
        "centered" => new RmsProp(p, centered: true),
        "adagrad" => new Adagrad(p, 0.1, rateDecay: 0.1),
        "adadelta" => new Adadelta(p),
        "adam" => new Adam(p, 0.1),
        "amsgrad" => new Adam(p, 0.1, amsGrad: true),
        _ => new AdamW(p, 0.1),
    };

    static Tensor Start(int n = 37) => new RandomStream(n).Normal(n).WithGrad();

    static void Train(Optimizer optimizer, Tensor p, int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            optimizer.ZeroGrad();
            ((p - 1).Square() * (p.Sin() + 2)).Sum().Backward();
            optimizer.Step();
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Resuming_goes_on_bit_for_bit(string name)
    {
        Tensor whole = Start(), parts = Start();
        Train(Make(name, [whole]), whole, 8);
        Optimizer first = Make(name, [parts]);
        Train(first, parts, 5);
        Dictionary<string, Tensor> saved = first.StateDict().ToDictionary(s => s.Key, s => s.Value.Clone());
        Tensor copy = parts.Detach().Clone().WithGrad();
        Optimizer second = Make(name, [copy]);
        second.LoadStateDict(saved);
        Train(second, copy, 3);
        Assert.Equal(whole.ToArray<float>(), copy.ToArray<float>());
    }

    [Theory, MemberData(nameof(Names))]
    public void Every_length_and_vector_width_gives_the_same_step(string name)
    {
        SimdWidth before = Elementwise.Width;
        try
        {
            foreach (int n in (int[])[1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 64, 65])
            {
                float[]? expected = null;
                foreach (SimdWidth width in Enum.GetValues<SimdWidth>().Where(w => w <= before))
                {
                    Elementwise.Width = width;
                    Tensor p = Start(n);
                    p.Grad = new RandomStream(n + 100).Normal(n);
                    Make(name, [p]).Step();
                    float[] got = p.ToArray<float>();
                    expected ??= got;
                    for (int i = 0; i < n; i++) Assert.Equal(expected[i], got[i], 1e-6f);
                }
            }
        }
        finally
        {
            Elementwise.Width = before;
        }
    }

    /// <summary>All parameters are changed together at the end of a step: where one cannot be, none is, and nothing is left over for the next step.</summary>
    [Fact]
    public void A_step_that_fails_changes_nothing_then_or_later()
    {
        Tensor ready = Tensor.Ones(3).WithGrad();
        var lazy = new Linear(2);
        var sgd = new Sgd([ready, lazy.Weight], 0.5);
        ready.Sum().Backward();
        Assert.Throws<InvalidOperationException>(sgd.Step);
        Assert.Equal([1f, 1, 1], ready.ToArray<float>());
        lazy.BuildFor((1, 4));
        sgd.ZeroGrad();
        sgd.Step();
        Assert.Equal([1f, 1, 1], ready.ToArray<float>());
    }

    [Fact]
    public void A_large_parameter_steps_in_parallel_as_a_small_one_does()
    {
        Tensor large = Tensor.Ones(100_003).WithGrad(), small = Tensor.Ones(3).WithGrad();
        large.Grad = Tensor.FullLike(large.Detach(), 0.25);
        small.Grad = Tensor.FullLike(small.Detach(), 0.25);
        new Adam([large], 0.1).Step();
        new Adam([small], 0.1).Step();
        Assert.All(large.ToArray<float>(), v => Assert.Equal(small.ToArray<float>()[0], v));
    }

    [Fact]
    public void Memory_order_does_not_matter()
    {
        Tensor gradient = new RandomStream(5).Normal((2, 3, 4, 5));
        Tensor plain = Tensor.Zeros(2, 3, 4, 5).WithGrad(), last = Tensor.Zeros(2, 4, 5, 3).Permute(0, 3, 1, 2).Detach().WithGrad();
        Tensor holes = Tensor.Zeros(4, 3, 4, 5).Slice(0, 0, 4, 2).Detach().WithGrad();
        Tensor[] all = [plain, last, holes];
        foreach (Tensor p in all) p.Grad = gradient.Clone();
        last.Grad = gradient.Permute(0, 2, 3, 1).Contiguous().Permute(0, 3, 1, 2);
        foreach (Tensor p in all)
        {
            Adam optimizer = new([p], 0.1, weightDecay: 0.1);
            optimizer.Step();
            optimizer.Step();
        }
        Assert.Equal(plain.ToArray<float>(), last.ToArray<float>());
        Assert.Equal(plain.ToArray<float>(), holes.ToArray<float>());
    }

    [Fact]
    public void Steps_are_seen_by_automatic_differentiation()
    {
        Tensor p = Start(), y = (p * p).Sum();
        p.Grad = Tensor.OnesLike(p.Detach());
        new Sgd([p], 0.1).Step();
        Assert.Contains("changed in place", Assert.Throws<InvalidOperationException>(() => y.Backward()).Message);
    }

    [Fact]
    public void Frozen_parameters_and_those_without_a_gradient_stay()
    {
        Tensor a = Start(), b = Start(5), c = Start(6);
        float[] frozen = b.ToArray<float>(), unused = c.ToArray<float>();
        Sgd optimizer = new([a, b, c], 0.1);
        a.Grad = Tensor.OnesLike(a.Detach());
        b.Grad = Tensor.OnesLike(b.Detach());
        b.RequiresGrad = false;
        optimizer.Step();
        Assert.Equal(frozen, b.ToArray<float>());
        Assert.Equal(unused, c.ToArray<float>());
        Assert.DoesNotContain("1.step", optimizer.StateDict().Keys);
    }

    [Fact]
    public void Groups_fill_in_what_they_leave_open()
    {
        ParameterGroup own = new([Start()]) { LearningRate = 0.5, WeightDecay = 0, Momentum = 0.3 }, open = new([Start(5)]);
        Sgd optimizer = new([own, open], 0.1, momentum: 0.9, weightDecay: 0.01);
        Assert.Equal((0.5, 0.0, 0.3), (own.LearningRate, own.WeightDecay, own.Momentum));
        Assert.Equal((0.1, 0.01, 0.9), (open.LearningRate, open.WeightDecay, open.Momentum));
        optimizer.LearningRate = 0.2;
        Assert.Equal(0.2, open.LearningRate);
    }

    [Fact]
    public void Misuse_is_explained()
    {
        Tensor p = Start();
        Assert.Contains("at least one parameter", Assert.Throws<ArgumentException>(() => new Sgd(Array.Empty<Tensor>(), 0.1)).Message);
        Assert.Contains("two groups", Assert.Throws<ArgumentException>(() => new Sgd([new ParameterGroup([p]), new ParameterGroup([p])], 0.1)).Message);
        Assert.Contains("only leaves", Assert.Throws<ArgumentException>(() => new Sgd([p * 2], 0.1)).Message);
        Assert.Contains(".WithGrad()", Assert.Throws<ArgumentException>(() => new Sgd([Tensor.Zeros(3)], 0.1)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd([p], -1));
        Assert.Throws<ArgumentException>(() => new Sgd([p], 0.1, nesterov: true));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam([p], beta2: 1));
        Assert.Contains("'0.velocity' does not fit Adam", Assert.Throws<ArgumentException>(() => new Adam([p]).LoadStateDict(new Dictionary<string, Tensor> { ["0.velocity"] = p })).Message);
        Assert.Contains("shape (2,)", Assert.Throws<ArgumentException>(() => new Adam([p]).LoadStateDict(new Dictionary<string, Tensor> { ["0.exp_avg"] = Tensor.Zeros(2) })).Message);
        Assert.Contains("as long as the training", Assert.Throws<InvalidOperationException>(() => { OneCycle c = new(new Sgd([p], 0.1), 0.4, 3); for (int i = 0; i < 4; i++) c.Step(); }).Message);
    }

    [Fact]
    public void A_schedule_continues_from_a_step_count()
    {
        Sgd optimizer = new([Start()], 0.8);
        Scheduler scheduler = new(optimizer, Schedule.Step(2, 0.5)) { StepCount = 5 };
        Assert.Equal(0.2, optimizer.LearningRate, 1e-15);
        scheduler.Step();
        Assert.Equal(0.1, optimizer.LearningRate, 1e-15);
    }

    [Fact]
    public void Ten_thousand_steps_do_not_grow_memory()
    {
        Sequential net = new(new Linear(16, 8), new ReLU(), new Linear(1, 16));
        Adam optimizer = new(net.Parameters);
        Tensor x = Tensor.RandN(32, 8), y = Tensor.RandN(32, 1);
        long Held(int steps)
        {
            for (int i = 0; i < steps; i++)
            {
                optimizer.ZeroGrad();
                Functional.MeanSquaredError(net.Call(x), y).Backward();
                optimizer.Step();
            }
            return Fathom.Devices.BufferPool.Statistics.Total;
        }
        long early = Held(1000), late = Held(9000);
        Assert.True(late <= early * 2 + (8 << 20), $"{early} bytes after 1,000 steps, {late} after 10,000");
    }
}
