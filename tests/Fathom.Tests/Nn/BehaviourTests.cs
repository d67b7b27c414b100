using Fathom.Nn;
using Fathom.Tests.Ops;

namespace Fathom.Tests.Nn;

/// <summary>What single layers do beyond formulas.</summary>
[Collection(nameof(Alone))]
public class BehaviourTests
{
    [Fact]
    public void Dropout_keeps_the_expectation_and_drops_its_share()
    {
        Tensor.Seed(2);
        Tensor x = Tensor.Ones(200, 500).WithGrad();
        Dropout layer = new(0.3);
        Tensor y = layer.Call(x);
        float[] v = y.ToArray<float>();
        Assert.Equal(0.3, v.Count(e => e == 0) / 100_000.0, 0.01);
        Assert.Equal(1, v.Average(), 0.01);
        Assert.All(v, e => Assert.True(e == 0 || Math.Abs(e - 1 / 0.7f) < 1e-6));
        y.Backward(Tensor.OnesLike(y));
        Assert.Equal(v, x.Grad!.ToArray<float>());
        Assert.Same(x, layer.Eval().Call(x));
    }

    [Fact]
    public void Dropout_draws_anew_each_time_and_the_same_after_the_same_seed()
    {
        Tensor x = Tensor.Ones(100);
        Dropout layer = new(0.5);
        float[][] Draws()
        {
            Tensor.Seed(4);
            return [layer.Call(x).ToArray<float>(), layer.Call(x).ToArray<float>()];
        }
        float[][] first = Draws(), second = Draws();
        Assert.Equal(first, second);
        Assert.NotEqual(first[0], first[1]);
    }

    [Fact]
    public void Dropout_of_everything_and_of_nonsense()
    {
        Assert.All(new Dropout(1).Call(Tensor.Ones(5)).ToArray<float>(), v => Assert.Equal(0, v));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout(1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout(double.NaN));
    }

    [Fact]
    public void Embedding_refuses_indices_outside_the_table_and_reals()
    {
        Embedding table = new(3, 2);
        Assert.ThrowsAny<ArgumentException>(() => table.Call(Tensor.From(0L, 3)));
        Assert.ThrowsAny<ArgumentException>(() => table.Call(Tensor.From(0L, -1)));
        Assert.Contains("integers", Assert.Throws<ArgumentException>(() => table.Call(Tensor.From(0f, 1))).Message);
        Assert.Equal(new Shape(2, 2, 2), table.Call(Tensor.From(new[,] { { 0, 1 }, { 2, 2 } })).Shape);
        Assert.Equal(new Shape(4, 7, 2), LayerSummary.Of(table, (4, 7), DType.Int64).Output);
    }

    [Fact]
    public void Batch_norm_learns_nothing_from_a_trace_and_keeps_its_buffers_in_the_graph_of_none()
    {
        BatchNorm2d layer = new();
        LayerSummary.Of(layer, (4, 3, 2, 2));
        layer.Call(Tensor.RandN(4, 3, 2, 2).WithGrad()).Sum().Backward();
        Assert.Equal(1, layer.NumBatchesTracked!.Item<long>());
        Assert.False(layer.RunningMean!.RequiresGrad);
        Assert.Equal(3, layer.RunningVar!.Count);
    }

    [Fact]
    public void Batch_norm_takes_channels_last_images_as_they_are()
    {
        Tensor x = new RandomStream(1).Normal((2, 3, 4, 5));
        Tensor last = x.Permute(0, 2, 3, 1).Contiguous().Permute(0, 3, 1, 2);
        Tensor expected = new BatchNorm2d(3).Call(x), got = new BatchNorm2d(3).Call(last);
        Assert.Equal(expected.ToArray<float>().Select(v => MathF.Round(v, 5)), got.ToArray<float>().Select(v => MathF.Round(v, 5)));
    }

    [Fact]
    public void Lenet_has_the_shapes_of_the_course()
    {
        Sequential net = new(new Conv2d(6, 5, padding: 2), new Sigmoid(), new AvgPool2d(2), new Conv2d(16, 5), new Sigmoid(), new AvgPool2d(2), new Flatten(), new Linear(120), new Sigmoid(), new Linear(84), new Sigmoid(), new Linear(10));
        LayerSummary summary = LayerSummary.Of(net, (1, 1, 28, 28));
        Shape[] expected = [(1, 6, 28, 28), (1, 6, 28, 28), (1, 6, 14, 14), (1, 16, 10, 10), (1, 16, 10, 10), (1, 16, 5, 5), (1, 400), (1, 120), (1, 120), (1, 84), (1, 84), (1, 10)];
        Assert.Equal(expected, summary.Layers.Skip(1).Select(l => l.Output));
        Assert.Equal(61_706, summary.Parameters);
    }
}
