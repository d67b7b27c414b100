using Fathom.Nn;

namespace Fathom.Tests.Nn;

/// <summary>Float32 at the ends of its range: values and gradients stay finite and right.</summary>
public class StabilityTests
{
    static readonly float[] Extreme = [-1e30f, -1e4f, -104, -88, -20, -1e-20f, 0, 1e-20f, 20, 88, 104, 1e4f, 1e30f];

    public static TheoryData<string> Activations => ["sigmoid", "tanh", "softplus", "silu", "gelu", "gelu tanh", "elu", "leaky_relu"];

    [Theory, MemberData(nameof(Activations))]
    public void Activations_and_their_slopes_are_finite(string name)
    {
        Tensor x = Tensor.From(Extreme).WithGrad();
        Tensor y = name switch
        {
            "sigmoid" => x.Sigmoid(), "tanh" => x.Tanh(), "softplus" => x.Softplus(), "silu" => x.Silu(), "gelu" => x.Gelu(), "gelu tanh" => x.Gelu(tanh: true), "elu" => x.Elu(), _ => x.LeakyRelu(),
        };
        y.Backward(Tensor.OnesLike(y));
        Assert.All(y.ToArray<float>(), v => Assert.True(float.IsFinite(v), $"{v}"));
        Assert.All(x.Grad!.ToArray<float>(), v => Assert.True(v is >= -0.2f and <= 1.2f, $"{v}"));
    }

    [Fact]
    public void Softplus_keeps_its_relative_precision_where_it_is_tiny()
    {
        float[] y = Tensor.From(-20f, -50f, -80f, 0f, 30f).Softplus().ToArray<float>();
        double[] exact = [Math.Exp(-20), Math.Exp(-50), Math.Exp(-80), Math.Log(2), 30];
        for (int i = 0; i < y.Length; i++) Assert.Equal(1, y[i] / exact[i], 1e-5);
    }

    [Fact]
    public void Elu_keeps_its_relative_precision_near_0()
    {
        float[] y = Tensor.From(-1e-6f, -1e-12f, -1e-30f, -3f).Elu().ToArray<float>();
        double[] exact = [-1e-6, -1e-12, -1e-30, Math.Exp(-3) - 1];
        for (int i = 0; i < y.Length; i++) Assert.Equal(1, y[i] / exact[i], 1e-5);
    }

    [Fact]
    public void Softmax_of_any_size_adds_up_to_1()
    {
        foreach (int n in (int[])[1, 2, 7, 16, 33, 1000])
        {
            Tensor x = new RandomStream(n).Normal((5, n), 0, 100);
            float[] sums = x.Softmax(1).Sum(1).ToArray<float>();
            Assert.All(sums, s => Assert.Equal(1, s, 1e-5));
            Assert.All(x.LogSoftmax(1).ToArray<float>(), v => Assert.True(v <= 0 && float.IsFinite(v)));
        }
    }

    [Fact]
    public void Softmax_treats_minus_infinity_as_impossible_and_passes_nan_on()
    {
        Assert.Equal([0.5f, 0, 0.5f], Tensor.From(3, float.NegativeInfinity, 3).Softmax(0).ToArray<float>());
        Assert.All(Tensor.From(1, float.NaN, 2).Softmax(0).ToArray<float>(), v => Assert.True(float.IsNaN(v)));
        Assert.Equal(0, Tensor.Zeros(0, 3).Softmax(1).Count);
        Assert.Equal(1f, Tensor.Scalar(5f).Softmax(0).Item<float>());
    }

    [Fact]
    public void Losses_of_extreme_logits_are_finite_with_bounded_gradients()
    {
        Tensor logits = Tensor.From(new[,] { { 1e4f, -1e4f, 0 }, { -1e4f, 1e4f, 1e4f }, { 1e30f, -1e30f, 0 } }).WithGrad();
        Tensor index = Tensor.From(1L, 0, 2), binary = Tensor.From(new[,] { { 0f, 1, 0.5f }, { 1, 0, 1 }, { 0, 1, 1 } });
        Func<Tensor>[] losses =
        [
            () => Functional.CrossEntropy(logits, index), () => Functional.CrossEntropy(logits, index, labelSmoothing: 0.1), () => Functional.CrossEntropy(logits, binary),
            () => Functional.BinaryCrossEntropyWithLogits(logits, binary), () => Functional.Focal(logits, index), () => Functional.Focal(logits, index, gamma: 0.5),
            () => Functional.BinaryFocal(logits, Tensor.Where(binary > 0.7, 1.0f, 0.0f)), () => Functional.Hinge(logits, 2 * binary - 1),
        ];
        for (int i = 0; i < losses.Length; i++)
        {
            logits.ZeroGrad();
            Tensor loss = losses[i]();
            loss.Backward();
            Assert.True(float.IsFinite(loss.Item<float>()), $"loss {i} is {loss.Item()}");
            Assert.All(logits.Grad!.ToArray<float>(), v => Assert.True(Math.Abs(v) <= 3, $"gradient of loss {i}: {v}"));
        }
    }

    [Fact]
    public void Wrong_targets_are_explained()
    {
        Tensor logits = Tensor.Zeros(2, 3);
        Assert.Contains("class index 3 is out of range", Assert.Throws<ArgumentOutOfRangeException>(() => Functional.CrossEntropy(logits, Tensor.From(0L, 3))).Message);
        Assert.Contains("-1", Assert.Throws<ArgumentOutOfRangeException>(() => Functional.CrossEntropy(logits, Tensor.From(0L, -1))).Message);
        Assert.Contains("the shape must be (2,)", Assert.Throws<ShapeException>(() => Functional.CrossEntropy(logits, Tensor.From(0L, 1, 2))).Message);
        Assert.Contains("equal", Assert.Throws<ShapeException>(() => Functional.CrossEntropy(logits, Tensor.From(0f, 1))).Message);
        Assert.Contains("integers", Assert.Throws<ArgumentException>(() => Functional.NegativeLogLikelihood(logits, Tensor.From(0f, 1))).Message);
        Assert.Contains("class weights", Assert.Throws<ShapeException>(() => Functional.CrossEntropy(logits, Tensor.From(0L, 1), Tensor.Ones(2))).Message);
        Assert.Contains("target.Reshape(2, 1)", Assert.Throws<ShapeException>(() => Functional.MeanSquaredError(Tensor.Zeros(2, 1), Tensor.Zeros(2))).Message);
    }

    [Fact]
    public void Targets_are_left_as_they_were()
    {
        Tensor target = Tensor.From(new[,] { { 0.25f, 0.75f } }), weight = Tensor.From(2f, 3);
        Functional.CrossEntropy(Tensor.Zeros(1, 2), target, weight, labelSmoothing: 0.5);
        Assert.Equal([0.25f, 0.75f], target.ToArray<float>());
        Assert.Equal([2f, 3], weight.ToArray<float>());
    }
}
