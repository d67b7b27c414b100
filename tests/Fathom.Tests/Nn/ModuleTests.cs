using System.Reflection;
using Fathom.Devices;
using Fathom.Nn;
using Fathom.Optim;
using Fathom.Tests.Ops;
using Module = Fathom.Nn.Module;

namespace Fathom.Tests.Nn;

[Collection(nameof(Alone))]
public class ModuleTests
{
    sealed class Net : Module
    {
        public Linear Hidden { get; set => field = Register(value); }
        public Linear? Extra { get; set => field = Register(value); }
        public Parameter ScaleOfAll { get; set => field = Register(value); }
        public ModuleBuffer Seen { get; set => field = Register(value); }
        public ModuleList<Linear> Heads { get; set => field = Register(value); }

        public Net()
        {
            Hidden = new(4);
            ScaleOfAll = new(Tensor.Ones(1));
            Seen = new(Tensor.Zeros(1));
            Heads = new([new Linear(2), new Linear(3)]);
        }

        public override Tensor Forward(Tensor x) => Heads[0].Call(Hidden.Call(x) * ScaleOfAll);
    }

    static Tensor X => Tensor.Ones(2, 3);

    [Fact]
    public void Names_are_snake_case_and_in_order_of_registration()
    {
        Net net = new();
        Assert.Equal(["scale_of_all", "hidden.weight", "hidden.bias", "heads.0.weight", "heads.0.bias", "heads.1.weight", "heads.1.bias"], net.NamedParameters().Select(p => p.Name));
        Assert.Equal(["seen"], net.NamedBuffers().Select(b => b.Name));
        Assert.Equal(["", "hidden", "heads", "heads.0", "heads.1"], net.NamedModules().Select(m => m.Name));
        Assert.Equal("running_mean", Module.Key("RunningMean"));
        Assert.Equal("conv1", Module.Key("Conv1"));
        Assert.Equal("w1", Module.Key("W1"));
        Assert.Equal("rgb_mean", Module.Key("RGBMean"));
    }

    [Fact]
    public void Assigning_again_replaces_and_null_takes_out()
    {
        Net net = new() { Extra = new(2) };
        Assert.Contains("extra.weight", net.NamedParameters().Select(p => p.Name));
        Parameter old = net.Hidden.Weight;
        net.Hidden = new(9);
        net.Extra = null;
        Assert.DoesNotContain(net.Parameters, p => ReferenceEquals(p, old));
        Assert.DoesNotContain("extra.weight", net.NamedParameters().Select(p => p.Name));
    }

    [Fact]
    public void The_optimiser_may_come_before_the_first_pass_and_parameters_stay_the_same_objects()
    {
        Net net = new();
        Parameter weight = net.Hidden.Weight;
        Sgd optimizer = new(net.Parameters, 0.1);
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(optimizer.Step);
        Assert.Contains("'weight'", e.Message);
        net.Heads[1].BuildFor((1, 4));
        net.Call(X).Sum().Backward();
        float[] before = weight.ToArray<float>();
        optimizer.Step();
        Assert.Same(weight, net.Hidden.Weight);
        Assert.NotEqual(before, weight.ToArray<float>());
    }

    [Fact]
    public void Moving_keeps_identity_and_optimiser_state()
    {
        Linear layer = new(2, 3);
        Parameter weight = layer.Weight;
        Adam optimizer = new(layer.Parameters);
        Step(X);
        layer.To(DType.Float64);
        Assert.Same(weight, layer.Weight);
        Assert.Equal(DType.Float64, weight.DType);
        Assert.True(weight.RequiresGrad && weight.IsLeaf);
        Step(X.To(DType.Float64));
        Assert.Equal(DType.Float64, optimizer.StateDict()["0.exp_avg"].DType);

        void Step(Tensor x)
        {
            optimizer.ZeroGrad();
            layer.Call(x).Sum().Backward();
            optimizer.Step();
        }
    }

    [Fact]
    public void Shared_weights_count_once_and_train_together()
    {
        Linear a = new(3, 3), b = new(3, 3) { };
        b.Weight = a.Weight;
        Sequential net = new(a, b, a);
        Assert.Equal(9 + 3 + 3, net.ParameterCount);
        Assert.Equal(["0.weight", "0.bias", "1.bias"], net.NamedParameters().Select(p => p.Name));
        Assert.Contains("1.weight", net.StateDict().Keys);
        net.Call(X).Sum().Backward();
        new Sgd(net.Parameters, 0.1).Step();
        Assert.Same(a.Weight, b.Weight);
        Assert.Equal(15, LayerSummary.Of(net, (2, 3)).Parameters);
    }

    [Fact]
    public void Train_eval_apply_and_freeze_reach_everything()
    {
        Net net = new();
        net.Eval();
        Assert.All(net.NamedModules(), m => Assert.False(m.Module.IsTraining));
        net.Train();
        Assert.All(net.NamedModules(), m => Assert.True(m.Module.IsTraining));
        List<Module> seen = [];
        net.Apply(seen.Add);
        Assert.Equal(5, seen.Count);
        Assert.Same(net, seen[^1]);
        net.Freeze();
        net.BuildFor((2, 3));
        Assert.False(net.Call(X).RequiresGrad);
        net.Freeze(false);
        Assert.True(net.Call(X).RequiresGrad);
    }

    [Fact]
    public void Apply_initialises_lazy_and_built_layers_alike()
    {
        static void Xavier(Module m)
        {
            if (m is Linear l) l.Weight.Initialize(Init.XavierUniform());
        }
        float[] Weights(bool lazy)
        {
            Tensor.Seed(5);
            Sequential net = new(new Linear(4, lazy ? null : 3), new Linear(2, lazy ? null : 4));
            net.Apply(Xavier);
            net.Call(X);
            return [.. net.Parameters.SelectMany(p => p.ToArray<float>())];
        }
        Assert.Equal(Weights(false), Weights(true));
        double bound = Math.Sqrt(6.0 / 7);
        Assert.All(Weights(true)[..12], v => Assert.InRange(v, -bound, bound));
    }

    [Fact]
    public void Loading_names_everything_that_does_not_fit_and_changes_nothing()
    {
        Sequential net = new(new Linear(2, 3), new Linear(2, 2));
        float[] before = [.. net.Parameters.SelectMany(p => p.ToArray<float>())];
        Dictionary<string, Tensor> state = new()
        {
            ["0.weight"] = Tensor.Zeros(2, 3), ["0.bias"] = Tensor.Zeros(3), ["1.weight"] = Tensor.Zeros(2, 2), ["other"] = Tensor.Zeros(1),
        };
        ArgumentException e = Assert.Throws<ArgumentException>(() => net.LoadStateDict(state));
        Assert.Contains("missing: '1.bias'", e.Message);
        Assert.Contains("unexpected: 'other'", e.Message);
        Assert.Contains("'0.bias' has shape (2,) here and (3,)", e.Message);
        Assert.Equal(before, net.Parameters.SelectMany(p => p.ToArray<float>()));
        state["0.bias"] = Tensor.Ones(2);
        (IReadOnlyList<string> missing, IReadOnlyList<string> unexpected) = net.LoadStateDict(state, strict: false);
        Assert.Equal(["1.bias"], missing);
        Assert.Equal(["other"], unexpected);
        Assert.Equal([1f, 1f], ((Linear)net[0]).Bias!.ToArray<float>());
    }

    [Fact]
    public void Loading_gives_lazy_layers_their_shape()
    {
        Linear made = new(2, 3), lazy = new(2);
        lazy.LoadStateDict(made.StateDict());
        Assert.Equal(made.Weight.ToArray<float>(), lazy.Weight.ToArray<float>());
        Assert.Throws<ShapeException>(() => lazy.Call(Tensor.Ones(1, 5)));
        Assert.Contains("no elements yet", Assert.Throws<InvalidOperationException>(() => new Linear(2).StateDict()).Message);
    }

    [Fact]
    public void A_module_prints_as_a_tree()
    {
        Sequential net = new(new Conv2d(6, 5, padding: 2), new Sigmoid(), new AvgPool2d(2), new Flatten());
        net.Add("last", new Sequential(new Linear(10, bias: false)));
        Assert.Equal("""
            Sequential(
              (0): Conv2d(? -> 6, kernel: 5, padding: 2)
              (1): Sigmoid()
              (2): AvgPool2d(2)
              (3): Flatten()
              (last): Sequential(
                (0): Linear(? -> 10, no bias)
              )
            )
            """, net.ToString());
        Assert.Equal(new Shape(1, 10), net.BuildFor((1, 1, 28, 28)));
        Assert.Contains("Conv2d(1 -> 6, kernel: 5, padding: 2)", net.ToString());
        Assert.Contains("Linear(1176 -> 10, no bias)", net.ToString());
    }

    [Fact]
    public void A_summary_takes_no_memory_for_parameters_and_leaves_a_lazy_model_usable()
    {
        Sequential net = new(new Linear(1 << 20), new ReLU(), new Linear(1 << 20));
        LayerSummary summary = LayerSummary.Of(net, (1 << 16, 1 << 10));             // 4 TiB of parameters and 512 GiB of activations, were they made
        Assert.Equal(new Shape(1 << 16, 1 << 20), summary.Output);
        Assert.Equal((1L << 30) + (1L << 20) + (1L << 40) + (1L << 20), summary.Parameters);
        Assert.Equal(["", "0", "1", "2"], summary.Layers.Select(l => l.Name));
        Assert.Contains("0: Linear", summary.ToString());
    }

    [Fact]
    public void A_frozen_layer_counts_as_not_trainable()
    {
        Sequential net = new(new Linear(2, 3), new Linear(2, 2));
        net[0].Freeze();
        LayerSummary summary = LayerSummary.Of(net, (1, 3));
        Assert.Equal((14, 6), (summary.Parameters, summary.Trainable));
        Assert.EndsWith("14 parameters, 6 of them trainable, input (1, 3)", summary.ToString());
    }

    [Fact]
    public void Misuse_is_explained()
    {
        Assert.Contains("cannot contain itself", Assert.Throws<ArgumentException>(() => { Sequential s = []; s.Add(s); }).Message);
        Assert.Contains("already", Assert.Throws<ArgumentException>(() => { Sequential s = new(new ReLU()); s.Add("0", new ReLU()); }).Message);
        Assert.Contains("last axis must be 3", Assert.Throws<ShapeException>(() => new Linear(2, 3).Call(Tensor.Ones(2, 4))).Message);
        Assert.Contains("one value a channel", Assert.Throws<ShapeException>(() => new BatchNorm1d(3).Call(Tensor.Ones(1, 3))).Message);
        Assert.Contains("(N, C, H, W)", Assert.Throws<ShapeException>(() => new Conv2d(3, 3).Call(Tensor.Ones(1, 5, 5))).Message);
        Assert.Contains("stride 1", Assert.Throws<ArgumentException>(() => new Conv2d(3, 3, stride: 2, padding: Padding.Same)).Message);
        Assert.Throws<NotSupportedException>(() => new ModuleList(new ReLU()).Call(X));
        Assert.Throws<ArgumentException>(() => new Linear(2, 3).To(DType.Int64));
        Assert.Throws<InvalidOperationException>(() => new Linear(2, 3).To(Device.Meta).Call(X));
    }

    [Fact]
    public void Every_parameter_and_module_typed_property_of_every_module_is_registered()
    {
        foreach (Type type in typeof(Module).Assembly.GetExportedTypes().Where(t => t.IsSubclassOf(typeof(Module)) && !t.IsAbstract && !t.ContainsGenericParameters))
        {
            Module module = Instance(type);
            object[] registered = [.. module.NamedModules().Select(m => (object)m.Module), .. module.NamedParameters().Select(p => p.Parameter), .. module.NamedBuffers().Select(b => b.Buffer)];
            foreach (PropertyInfo property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            {
                if (property.GetIndexParameters().Length > 0 || !(property.PropertyType.IsSubclassOf(typeof(ModuleTensor)) || property.PropertyType.IsAssignableTo(typeof(Module)))) continue;
                if (property.GetValue(module) is { } value) Assert.True(registered.Contains(value, ReferenceEqualityComparer.Instance), $"{type.Name}.{property.Name} is not registered");
            }
            foreach (FieldInfo f in type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public))
                if (f.GetValue(module) is ModuleTensor or Module) Assert.True(registered.Contains(f.GetValue(module)!, ReferenceEqualityComparer.Instance), $"{type.Name}.{f.Name} is not registered");
        }
    }

    /// <summary>Made with 1 for every size and the default for the rest.</summary>
    static Module Instance(Type type)
    {
        ConstructorInfo constructor = type.GetConstructors()[0];
        object?[] arguments = [.. constructor.GetParameters().Select(p =>
            p.HasDefaultValue ? p.DefaultValue : p.ParameterType == typeof(int) ? 1 : p.ParameterType == typeof(Hw) ? new Hw(1, 1) : p.ParameterType == typeof(IEnumerable<Module>) ? Array.Empty<Module>() : null)];
        return type == typeof(Sequential) ? new Sequential(new Linear(1, 1)) : (Module)constructor.Invoke(arguments);
    }
}
