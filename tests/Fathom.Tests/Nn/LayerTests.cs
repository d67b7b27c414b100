using Fathom.Nn;
using Fathom.Optim;
using Fathom.Tests.Ops;

namespace Fathom.Tests.Nn;

/// <summary>What every layer must do, whatever it computes.</summary>
[Collection(nameof(Alone))]
public class LayerTests
{
    /// <param name="Make">A layer; lazy or not where it can be either.</param>
    /// <param name="Input">The shape of an input.</param>
    /// <param name="Output">The shape of the output.</param>
    /// <param name="Keys">The names of parameters and buffers.</param>
    /// <param name="Parameters">The number of trainable numbers.</param>
    public sealed record Case(Func<bool, Module> Make, Shape Input, Shape Output, string[] Keys, long Parameters);

    static readonly string[] Affine = ["weight", "bias"];
    static readonly string[] BatchNormKeys = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"];

    static readonly Dictionary<string, Case> All = new()
    {
        ["Linear"] = new(lazy => new Linear(5, lazy ? null : 4), (3, 4), (3, 5), Affine, 25),
        ["Linear without bias"] = new(lazy => new Linear(5, lazy ? null : 4, bias: false), (2, 3, 4), (2, 3, 5), ["weight"], 20),
        ["Conv1d"] = new(lazy => new Conv1d(4, 3, padding: 1, inputs: lazy ? null : 2), (2, 2, 8), (2, 4, 8), Affine, 28),
        ["Conv2d"] = new(lazy => new Conv2d(4, 3, stride: 2, inputs: lazy ? null : 2), (2, 2, 7, 9), (2, 4, 3, 4), Affine, 76),
        ["Conv2d with groups, same"] = new(lazy => new Conv2d(4, (3, 2), padding: Padding.Same, groups: 2, inputs: lazy ? null : 2), (1, 2, 5, 6), (1, 4, 5, 6), Affine, 28),
        ["ConvTranspose1d"] = new(lazy => new ConvTranspose1d(3, 4, stride: 2, padding: 1, inputs: lazy ? null : 2), (2, 2, 5), (2, 3, 10), Affine, 27),
        ["ConvTranspose2d"] = new(lazy => new ConvTranspose2d(3, 4, stride: 2, padding: 1, inputs: lazy ? null : 2), (2, 2, 3, 4), (2, 3, 6, 8), Affine, 99),
        ["BatchNorm1d"] = new(lazy => new BatchNorm1d(lazy ? null : 3), (4, 3), (4, 3), BatchNormKeys, 6),
        ["BatchNorm2d"] = new(lazy => new BatchNorm2d(lazy ? null : 3), (4, 3, 2, 2), (4, 3, 2, 2), BatchNormKeys, 6),
        ["LayerNorm"] = new(lazy => new LayerNorm(lazy ? null : (Shape?)new Shape(5)), (4, 5), (4, 5), Affine, 10),
        ["GroupNorm"] = new(lazy => new GroupNorm(2, lazy ? null : 4), (2, 4, 3), (2, 4, 3), Affine, 8),
        ["PReLU"] = new(_ => new PReLU(3), (2, 3, 2), (2, 3, 2), ["weight"], 3),
        ["ReLU"] = new(_ => new ReLU(), (2, 3), (2, 3), [], 0),
        ["LeakyReLU"] = new(_ => new LeakyReLU(), (2, 3), (2, 3), [], 0),
        ["ELU"] = new(_ => new ELU(), (2, 3), (2, 3), [], 0),
        ["GELU"] = new(_ => new GELU(), (2, 3), (2, 3), [], 0),
        ["GELU by tanh"] = new(_ => new GELU(tanh: true), (2, 3), (2, 3), [], 0),
        ["SiLU"] = new(_ => new SiLU(), (2, 3), (2, 3), [], 0),
        ["Sigmoid"] = new(_ => new Sigmoid(), (2, 3), (2, 3), [], 0),
        ["Tanh"] = new(_ => new Tanh(), (2, 3), (2, 3), [], 0),
        ["Softplus"] = new(_ => new Softplus(), (2, 3), (2, 3), [], 0),
        ["Softmax"] = new(_ => new Softmax(), (2, 3), (2, 3), [], 0),
        ["LogSoftmax"] = new(_ => new LogSoftmax(), (2, 3), (2, 3), [], 0),
        ["Dropout"] = new(_ => new Dropout(0.25), (2, 3), (2, 3), [], 0),
        ["Flatten"] = new(_ => new Flatten(), (2, 3, 4), (2, 12), [], 0),
        ["MaxPool1d"] = new(_ => new MaxPool1d(2), (2, 3, 8), (2, 3, 4), [], 0),
        ["MaxPool2d"] = new(_ => new MaxPool2d(2), (2, 3, 8, 6), (2, 3, 4, 3), [], 0),
        ["AvgPool1d"] = new(_ => new AvgPool1d(2), (2, 3, 8), (2, 3, 4), [], 0),
        ["AvgPool2d"] = new(_ => new AvgPool2d(2), (2, 3, 8, 6), (2, 3, 4, 3), [], 0),
        ["AdaptiveAvgPool1d"] = new(_ => new AdaptiveAvgPool1d(3), (2, 3, 8), (2, 3, 3), [], 0),
        ["AdaptiveAvgPool2d"] = new(_ => new AdaptiveAvgPool2d((1, 1)), (2, 3, 8, 6), (2, 3, 1, 1), [], 0),
        ["Sequential"] = new(lazy => new Sequential(new Linear(4, lazy ? null : 3), new Tanh(), new Linear(2, lazy ? null : 4)), (5, 3), (5, 2), ["0.weight", "0.bias", "2.weight", "2.bias"], 26),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Shape_type_and_parameters(string name)
    {
        Case c = All[name];
        Module layer = c.Make(true);
        Tensor y = layer.Call(Input(c));
        Assert.Equal(c.Output, y.Shape);
        Assert.Equal(DType.Float32, y.DType);
        Assert.Equal(c.Keys, layer.StateDict().Keys);
        Assert.Equal(c.Parameters, layer.ParameterCount);
        Assert.Equal(DType.Float64, layer.To(DType.Float64).Call(Input(c).To(DType.Float64)).DType);
    }

    [Theory, MemberData(nameof(Names))]
    public void Shapes_alone_agree_with_a_real_pass(string name)
    {
        Case c = All[name];
        foreach (bool lazy in (bool[])[true, false])
        {
            Module layer = c.Make(lazy);
            LayerSummary summary = LayerSummary.Of(layer, c.Input);
            Assert.Equal(c.Output, summary.Output);
            Assert.Equal(c.Parameters, summary.Parameters);
            Assert.True(layer.IsTraining);
            Assert.Equal(c.Output, layer.Call(Input(c)).Shape);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Lazy_and_eager_are_equal_after_the_same_seed(string name)
    {
        Case c = All[name];
        double[] Weights(bool lazy, Action<Module> before)
        {
            Tensor.Seed(7);
            Module layer = c.Make(lazy);
            before(layer);
            Tensor.RandN(3);                        // other draws in between change nothing
            layer.Call(Input(c));
            return [.. layer.Parameters.SelectMany(p => p.ToArray<double>())];
        }
        double[] eager = Weights(false, _ => { });
        Assert.Equal(eager, Weights(true, _ => { }));
        Assert.Equal(eager, Weights(true, m => m.BuildFor(c.Input)));
        Assert.Equal(eager, Weights(true, m => LayerSummary.Of(m, c.Input)));
    }

    [Theory, MemberData(nameof(Names))]
    public void A_saved_state_brings_the_layer_back(string name)
    {
        Case c = All[name];
        Module first = c.Make(false).Eval(), second = c.Make(true).Eval();
        Tensor x = Input(c), expected = first.Call(x);
        second.LoadStateDict(first.StateDict());
        Assert.Equal(expected.ToArray<float>(), second.Call(x).ToArray<float>());
    }

    [Theory, MemberData(nameof(Names))]
    public void A_training_step_lowers_the_loss(string name)
    {
        Case c = All[name];
        if (c.Parameters == 0) return;
        Tensor.Seed(3);
        Module layer = c.Make(true);
        Sgd optimizer = new(layer.Parameters, 0.05);
        Tensor x = Input(c), target = Tensor.RandN(c.Output);
        double before = 0, after = 0;
        for (int i = 0; i < 4; i++)
        {
            Tensor loss = Functional.MeanSquaredError(layer.Call(x), target);
            (before, after) = i == 0 ? (loss.Item(), loss.Item()) : (before, loss.Item());
            optimizer.ZeroGrad();
            loss.Backward();
            optimizer.Step();
        }
        Assert.True(after < before, $"{before} did not fall: {after}");
    }

    static Tensor Input(Case c) => new RandomStream(11).Normal(c.Input);
}
