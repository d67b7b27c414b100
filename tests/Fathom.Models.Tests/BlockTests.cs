using Fathom.Autograd;
using Fathom.Nn;
using Fathom.Training;

namespace Fathom.Models.Tests;

/// <summary>The blocks that networks are made of, each by itself, and the names that parameters get.</summary>
public class BlockTests
{
    [Fact]
    public void Blocks_keep_or_halve_as_the_course_shows()
    {
        Tensor x = Tensor.RandN(4, 3, 6, 6);
        Assert.Equal(new Shape(4, 3, 6, 6), new Residual(3).Call(x).Shape);
        Assert.Equal(new Shape(4, 6, 3, 3), new Residual(6, project: true, stride: 2).Call(x).Shape);
        x = Tensor.RandN(4, 32, 96, 96);
        Assert.Equal(new Shape(4, 32, 96, 96), new ResNeXtBlock(32, 16, 1).Call(x).Shape);
        Assert.Equal(new Shape(4, 32, 48, 48), new ResNeXtBlock(32, 16, 1, project: true, stride: 2).Call(x).Shape);
    }

    [Fact]
    public void Keys_of_the_course_are_an_option()
    {
        string[] names = [.. new ResNet18(style: ModelStyle.Course).NamedParameters().Select(p => p.Name)];
        Assert.Equal(["net.0.0.weight", "net.0.0.bias", "net.0.1.weight", "net.0.1.bias", "net.b2.0.conv1.weight"], names.Take(5));
        Assert.Contains("net.b3.0.conv3.bias", names);
        Assert.DoesNotContain("net.b3.1.conv3.bias", names);
        Assert.Equal("net.last.2.bias", names[^1]);
        Assert.Contains("net.b3.0.bn4.weight", new ResNeXt18().NamedParameters().Select(p => p.Name));
        Assert.Contains("net.dense_blk1.net.0.2.bias", new DenseNetSmall().NamedParameters().Select(p => p.Name));
        Assert.Contains("net.2.0.b2_2.bias", new GoogLeNet(style: ModelStyle.Course).NamedParameters().Select(p => p.Name));
        Assert.Contains("net.stage2.5.conv2.weight", new RegNetX32().NamedParameters().Select(p => p.Name));
    }

    /// <summary>With all convolutions 0 an activated sum is relu(x), a plain one x.</summary>
    [Fact]
    public void Blocks_of_zeros_pass_their_input_on()
    {
        Tensor.Seed(1);
        Tensor x = Tensor.RandN(2, 4, 5, 5);
        foreach (Module block in (Module[])[new Residual(4), new Residual(4, style: ModelStyle.Course), new Bottleneck(4), new ResNeXtBlock(4, groups: 2)])
            Assert.Equal(x.Relu().ToArray<float>(), Zeroed(block, x).ToArray<float>());
        foreach (Module block in (Module[])[new PreActResidual(4), new PreActResidual(4, bottleneck: true), new ShiftBlock(4)])
            Assert.Equal(x.ToArray<float>(), Zeroed(block, x).ToArray<float>());
    }

    static Tensor Zeroed(Module block, Tensor x)
    {
        block.Call(x);
        using (GradMode.NoGrad())
            foreach (Parameter p in block.Parameters) p.FillInPlace(0);
        return block.Call(x);
    }

    [Fact]
    public void Groups_that_do_not_fit_are_refused()
    {
        Assert.Contains("into 7 groups", Assert.Throws<ArgumentException>(() => new ResNeXtBlock(32, groups: 7)).Message, StringComparison.Ordinal);
        Assert.Contains("groups of 12", Assert.Throws<ArgumentException>(() => new AnyNet([new(1, 32, GroupWidth: 12)], 32)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_width_is_refused_where_there_is_nothing_to_scale() =>
        Assert.Contains("no channels", Assert.Throws<ArgumentException>(() => ModelRegistry.Find("softmax")!.Create(new(10, 0.1, Width: 0.5))).Message, StringComparison.Ordinal);

    /// <summary>The first of nine groups looks up and left, the fifth stays, the last looks down and right, and so does nothing that is left over.</summary>
    [Fact]
    public void A_shift_moves_each_group_its_own_way()
    {
        float[] pixels = [.. Enumerable.Range(1, 10 * 9).Select(i => (float)i)];
        Tensor x = Tensor.From(pixels, (1, 10, 3, 3)), y = new Shift().Call(x);
        for (int c = 0; c < 10; c++)
            for (int r = 0; r < 3; r++)
                for (int s = 0; s < 3; s++)
                {
                    int from = r + (c == 9 ? 0 : c / 3 - 1), at = s + (c == 9 ? 0 : c % 3 - 1);
                    float expected = from is < 0 or > 2 || at is < 0 or > 2 ? 0 : pixels[(c * 3 + from) * 3 + at];
                    Assert.Equal(expected, y[0, c, r, s].Item());
                }
        Assert.Contains("odd", Assert.Throws<ArgumentOutOfRangeException>(() => new Shift(2)).Message, StringComparison.Ordinal);
    }

    /// <summary>A gate far below 0 passes the input on, one far above 0 the transformation.</summary>
    [Theory]
    [InlineData(-100), InlineData(100)]
    public void A_highway_gate_decides(double bias)
    {
        Tensor.Seed(3);
        HighwayBlock block = new(5, bias);
        Tensor x = Tensor.RandN(4, 5), y = block.Call(x), expected = bias < 0 ? x : block.Transform.Call(x).Relu();
        Assert.Equal(expected.ToArray<float>(), y.ToArray<float>());
    }

    /// <summary>With auxiliary classifiers a training step adds 0.3 of their losses, and trains them.</summary>
    [Fact]
    public void Auxiliary_classifiers_of_GoogLeNet_take_part_in_training()
    {
        Tensor.Seed(4);
        GoogLeNet model = new(3, auxiliary: true, width: 1.0 / 16);
        (Tensor x, Tensor y) = TinyTests.Textures(12, 32);
        float before = model.Aux2!.Fc2.Weight.Square().Sum().Item<float>();
        new Trainer { MaxEpochs = 1 }.Fit(model, new OneBatch(x, y));
        Assert.NotEqual(before, model.Aux2.Fc2.Weight.Square().Sum().Item<float>());
        Assert.Throws<ArgumentException>(() => new GoogLeNet(auxiliary: true, style: ModelStyle.Course));
    }

    sealed class OneBatch(Tensor x, Tensor y) : DataModule
    {
        public override Data.IDataLoader? GetDataLoader(bool train) => train ? new Data.DataLoader(new Data.TensorDataset(x, y), batchSize: x.Shape[0]) : null;
    }

    [Fact]
    public void A_network_prints_as_a_tree()
    {
        string text = new ResNet18(width: 0.25).ToString();
        Assert.StartsWith("ResNet18(\n  (conv1): Conv2d(? -> 16, kernel: 7, stride: 2, padding: 3, no bias)\n  (bn1): BatchNorm2d(?)\n  (relu): ReLU()\n", text, StringComparison.Ordinal);
        Assert.Contains("\n    (0): Residual(\n      (conv1): Conv2d(? -> 32, kernel: 3, stride: 2, padding: 1, no bias)\n", text, StringComparison.Ordinal);
    }
}
