using Fathom.Autograd;
using Fathom.Nn;

namespace Fathom.Tests.Nn;

/// <summary>First and second order of layers, activations and losses against central differences.</summary>
public class GradientTests
{
    static Tensor X(params int[] sizes) => new RandomStream(sizes.Length + sizes.Sum()).Uniform(new Shape(sizes), -2, 2, DType.Float64);
    static Tensor Positive(params int[] sizes) => new RandomStream(sizes.Length + sizes.Sum()).Uniform(new Shape(sizes), 0.1, 0.9, DType.Float64);
    static Tensor Classes => Tensor.From(2L, 0, 1);

    static readonly Dictionary<string, (Func<Tensor[], Tensor> F, Tensor[] Inputs)> Functions = new()
    {
        ["leaky_relu"] = (x => x[0].LeakyRelu(0.2), [X(7)]),
        ["prelu"] = (x => Functional.PRelu(x[0], x[1]), [X(2, 3, 2), X(3)]),
        ["elu"] = (x => x[0].Elu(0.7), [X(7)]),
        ["gelu"] = (x => x[0].Gelu(), [X(7)]),
        ["gelu tanh"] = (x => x[0].Gelu(tanh: true), [X(7)]),
        ["silu"] = (x => x[0].Silu(), [X(7)]),
        ["softplus"] = (x => x[0].Softplus(1.5), [X(7)]),
        ["softplus threshold"] = (x => x[0].Softplus(2, 1), [X(7)]),
        ["softmax"] = (x => x[0].Softmax(1), [X(2, 4)]),
        ["softmax axis 0"] = (x => x[0].Softmax(0), [X(3, 2)]),
        ["log_softmax"] = (x => x[0].LogSoftmax(-1), [X(2, 4)]),
        ["log_softmax middle axis"] = (x => x[0].LogSoftmax(1), [X(2, 3, 2)]),
        ["linear"] = (x => Functional.Linear(x[0], x[1], x[2]), [X(2, 3), X(4, 3), X(4)]),
        ["conv1d"] = (x => Functional.Conv1d(x[0], x[1], x[2], padding: 1), [X(1, 2, 5), X(2, 2, 3), X(2)]),
        ["conv2d same, even kernel"] = (x => Functional.Conv2d(x[0], x[1], padding: Padding.Same), [X(1, 1, 4, 3), X(2, 1, 2, 2)]),
        ["conv_transpose1d"] = (x => Functional.ConvTranspose1d(x[0], x[1], x[2], stride: 2), [X(1, 2, 3), X(2, 2, 3), X(2)]),
        ["max_pool1d"] = (x => Functional.MaxPool1d(x[0], 2), [X(1, 2, 6)]),
        ["avg_pool1d"] = (x => Functional.AvgPool1d(x[0], 3, 2, 1), [X(1, 2, 6)]),
        ["adaptive_avg_pool1d"] = (x => Functional.AdaptiveAvgPool1d(x[0], 3), [X(1, 2, 7)]),
        ["batch_norm training"] = (x => Functional.BatchNorm(x[0], null, null, x[1], x[2], training: true), [X(3, 2, 2), X(2), X(2)]),
        ["batch_norm evaluating"] = (x => Functional.BatchNorm(x[0], Tensor.Zeros(2), Tensor.Ones(2), x[1], x[2]), [X(3, 2, 2), X(2), X(2)]),
        ["layer_norm"] = (x => Functional.LayerNorm(x[0], 4, x[1], x[2]), [X(2, 4), X(4), X(4)]),
        ["group_norm"] = (x => Functional.GroupNorm(x[0], 2, x[1], x[2]), [X(2, 4, 2), X(4), X(4)]),
        ["embedding"] = (x => Functional.Embedding(Classes, x[0], padding: null), [X(3, 2)]),
        ["mean_squared_error"] = (x => Functional.MeanSquaredError(x[0], x[1]), [X(2, 3), X(3, 2).Reshape(2, 3)]),
        ["root_mean_squared_error"] = (x => Functional.RootMeanSquaredError(x[0], x[1]), [X(2, 3), Positive(2, 3)]),
        ["huber"] = (x => Functional.Huber(x[0], x[1], 0.8), [X(2, 3), Positive(2, 3)]),
        ["binary_cross_entropy"] = (x => Functional.BinaryCrossEntropy(x[0], x[1]), [Positive(5), Positive(2, 3).Reshape(6).Slice(0, 1)]),
        ["binary_cross_entropy_with_logits"] = (x => Functional.BinaryCrossEntropyWithLogits(x[0], x[1], positiveWeight: 2.5), [X(5), Positive(5)]),
        ["binary_focal"] = (x => Functional.BinaryFocal(x[0], Tensor.From(1.0, 0, 1)), [X(3)]),
        ["focal"] = (x => Functional.Focal(x[0], Classes, 1.5), [X(3, 3)]),
        ["cross_entropy"] = (x => Functional.CrossEntropy(x[0], Classes, labelSmoothing: 0.1), [X(3, 3)]),
        ["cross_entropy of probabilities"] = (x => Functional.CrossEntropy(x[0], x[1].Softmax(1)), [X(3, 3), X(3, 4).Slice(1, 0, 3)]),
        ["nll"] = (x => Functional.NegativeLogLikelihood(x[0].LogSoftmax(1), Classes), [X(3, 3)]),
        ["kullback_leibler"] = (x => Functional.KullbackLeibler(x[0], x[1]), [X(2, 3), Positive(2, 3)]),
        ["kullback_leibler log target"] = (x => Functional.KullbackLeibler(x[0], x[1], logTarget: true), [X(2, 3), Positive(2, 3)]),
    };

    public static TheoryData<string> Names => [.. Functions.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Agree_with_central_differences_to_second_order(string name) => GradCheck.CheckTwice(Functions[name].F, Functions[name].Inputs, tolerance: 1e-5);
}
