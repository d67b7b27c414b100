using Fathom.Optim;

namespace Fathom.Tests.Golden;

/// <summary>Trajectories of optimisers, learning rates of schedules, and clipped gradients, against PyTorch.</summary>
public class OptimizerGoldenTests
{
    public static TheoryData<string> Trajectories => GoldenFile.Optimisers.Names("kind", "trajectory");
    public static TheoryData<string> Schedules => GoldenFile.Optimisers.Names("kind", "schedule");
    public static TheoryData<string> Clips => GoldenFile.Optimisers.Names("kind", "clip");

    [Theory, MemberData(nameof(Trajectories))]
    public void Trajectory(string name) => Follow(GoldenFile.Optimisers[name], DType.Float64, 1e-10);

    [Theory, MemberData(nameof(Trajectories))]
    public void Trajectory_in_float32(string name) => Follow(GoldenFile.Optimisers[name], DType.Float32, 2e-3);      // 25 steps carry rounding on

    static void Follow(GoldenCase c, DType dtype, double tolerance)
    {
        GoldenCase problem = GoldenFile.Optimisers["problem: problem"];
        Dictionary<string, Tensor> data = problem.NamedTensors("data").ToTensors(dtype), p = problem.NamedTensors("start").ToTensors(dtype);
        foreach (Tensor t in p.Values) t.RequiresGrad = true;
        GoldenCase a = c.Object("args");
        double rate = a.Number("lr", 0);
        ParameterGroup[] groups = [new([p["w1"], p["b1"]]), new([p["w2"]]) { LearningRate = rate / 2 }];
        Optimizer optimizer = Make(c.Text("optimiser"), groups, rate, a);
        double[] losses = c.Tensor("losses").Values;
        Dictionary<string, GoldenTensor> steps = c.NamedTensors("steps");
        for (int i = 0; i < losses.Length; i++)
        {
            optimizer.ZeroGrad();
            Tensor loss = ((data["x"].MatMul(p["w1"]) + p["b1"]).Tanh().MatMul(p["w2"]) - data["y"]).Square().Sum() / 6;
            loss.Backward();
            optimizer.Step();
            Assert.Equal(losses[i], loss.Item(), tolerance * Math.Max(1, losses[i]));
            foreach ((string key, Tensor t) in p) Match(steps[key], i, t, tolerance, $"step {i}: {key}");
        }
    }

    static void Match(GoldenTensor all, int step, Tensor actual, double tolerance, string what)
    {
        int n = (int)actual.Count;
        double[] want = all.Values[(step * n)..((step + 1) * n)], got = actual.ToArray<double>();
        for (int i = 0; i < n; i++) Assert.True(Math.Abs(want[i] - got[i]) <= tolerance, $"{what}[{i}]: {got[i]:R}, expected {want[i]:R}");
    }

    static Optimizer Make(string name, ParameterGroup[] groups, double rate, GoldenCase a)
    {
        double decay = a.Number("weight_decay", name == "AdamW" ? 0.01 : 0), momentum = a.Number("momentum", 0);
        double[] betas = a.Has("betas") ? a.Numbers("betas") : [0.9, 0.999];
        return name switch
        {
            "SGD" => new Sgd(groups, rate, momentum, decay, a.Number("dampening", 0), a.Flag("nesterov")) { Maximize = a.Flag("maximize") },
            "RMSprop" => new RmsProp(groups, rate, a.Number("alpha", 0.99), a.Number("eps", 1e-8), decay, momentum, a.Flag("centered")),
            "Adagrad" => new Adagrad(groups, rate, a.Number("lr_decay", 0), decay, a.Number("initial_accumulator_value", 0)),
            "Adadelta" => new Adadelta(groups, rate, a.Number("rho", 0.9), a.Number("eps", 1e-6), decay),
            "Adam" => new Adam(groups, rate, betas[0], betas[1], a.Number("eps", 1e-8), decay, a.Flag("amsgrad")),
            "AdamW" => new AdamW(groups, rate, betas[0], betas[1], a.Number("eps", 1e-8), decay, a.Flag("amsgrad")),
            _ => throw new NotSupportedException($"No optimiser for '{name}'."),
        };
    }

    [Theory, MemberData(nameof(Schedules))]
    public void Schedule_of_rates(string name)
    {
        GoldenCase c = GoldenFile.Optimisers[name], a = c.Object("args");
        double[] momenta = c.Has("momenta") ? c.Numbers("momenta") : [], metrics = c.Has("metrics") ? c.Numbers("metrics") : [];
        ParameterGroup[] groups = [new([Tensor.Zeros(1).WithGrad()]), new([Tensor.Zeros(1).WithGrad()]) { LearningRate = 0.02 }];
        Optimizer optimizer = c.Name == "one-cycle with Adam" ? new Adam(groups, 0.1) : new Sgd(groups, 0.1, momenta.Length > 0 ? 0.9 : 0);
        Action<int> step = Start(c.Name, optimizer, a, metrics);
        double[][] rates = [.. c.Json.GetProperty("rates").EnumerateArray().Select(r => r.EnumerateArray().Select(v => v.GetDouble()).ToArray())];
        for (int i = 0; i < rates.Length; i++)
        {
            if (i > 0) step(i - 1);
            for (int g = 0; g < 2; g++) Assert.True(Math.Abs(rates[i][g] - optimizer.Groups[g].LearningRate) < 1e-12, $"step {i}, group {g}: {optimizer.Groups[g].LearningRate:R}, expected {rates[i][g]:R}");
            if (momenta.Length > 0) Assert.Equal(momenta[i], optimizer.Groups[0].Momentum, 1e-12);
        }
    }

    static Action<int> Start(string name, Optimizer o, GoldenCase a, double[] metrics)
    {
        if (metrics.Length > 0)
        {
            Plateau plateau = new(o, a.Number("factor", 0.1), a.Integer("patience", 10))
            {
                Maximize = a.Has("mode"), Cooldown = a.Integer("cooldown", 0), MinRate = a.Number("min_lr", 0), Threshold = a.Number("threshold", 1e-4), AbsoluteThreshold = a.Has("threshold_mode"),
            };
            return i => plateau.Step(metrics[i]);
        }
        Scheduler s = name switch
        {
            "step" => new Scheduler(o, Schedule.Step(a.Integer("step_size", 0), a.Number("gamma", 0))),
            "multi-step" => new Scheduler(o, Schedule.MultiStep(a.Integers("milestones"), a.Number("gamma", 0))),
            "exponential" => new Scheduler(o, Schedule.Exponential(a.Number("gamma", 0))),
            "cosine" => new Scheduler(o, Schedule.Cosine(a.Integer("T_max", 0), a.Number("eta_min", 0))),
            "linear warm-up" => new Scheduler(o, Schedule.WarmUp(a.Integer("total_iters", 0), a.Number("start_factor", 0))),
            "constant warm-up" => new Scheduler(o, Schedule.Constant(a.Number("factor", 0)).Then(a.Integer("total_iters", 0), Schedule.Constant())),
            "linear warm-up then cosine" => new Scheduler(o, Schedule.WarmUp(a.Integer("warm_up", 0), a.Number("start_factor", 0)).Then(a.Integer("warm_up", 0), Schedule.Cosine(a.Integer("T_max", 0)))),
            _ => new OneCycle(o, a.Numbers("max_lr"), a.Integer("total_steps", 0), a.Number("pct_start", 0.3), a.Has("anneal_strategy") ? Anneal.Linear : Anneal.Cosine,
                a.Number("div_factor", 25), a.Number("final_div_factor", 1e4), a.Flag("three_phase"), baseMomentum: a.Number("base_momentum", 0.85), maxMomentum: a.Number("max_momentum", 0.95)),
        };
        return _ => s.Step();
    }

    [Theory, MemberData(nameof(Clips))]
    public void Clipped_gradients(string name)
    {
        GoldenCase c = GoldenFile.Optimisers[name], a = c.Object("args");
        Tensor[] p = [.. c.Tensors("gradients").Select(g => { Tensor v = g!.ToTensor(); return new Fathom.Nn.Parameter(Tensor.ZerosLike(v)) { Grad = v }; })];
        if (a.Has("clip_value")) GradientClip.ByValue(p, a.Number("clip_value", 0));
        else Assert.Equal(c.Number("total", 0), GradientClip.ByNorm(p, a.Number("max_norm", 0), a.Number("norm_type", 2)), 1e-12);
        GoldenTensor?[] clipped = c.Tensors("clipped");
        for (int i = 0; i < p.Length; i++) GoldenTensors.Match(clipped[i]!, p[i].Grad, 1e-12, $"gradient {i}");
    }
}
