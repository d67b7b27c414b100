using Fathom.Models;
using Fathom.Nn;

namespace Fathom.Training.Tests;

/// <summary>ResNet, ResNeXt and VGG: the shapes that the course prints, parameters as PyTorch counts them in the same networks, and that they learn.</summary>
public class DeepModelTests
{
    [Fact]
    public void ResNet18_has_the_shapes_of_the_course() =>
        AssertStages(new ResNet18(), (1, 1, 96, 96),
            ("Sequential", [1, 64, 24, 24]), ("Sequential", [1, 64, 24, 24]), ("Sequential", [1, 128, 12, 12]),
            ("Sequential", [1, 256, 6, 6]), ("Sequential", [1, 512, 3, 3]), ("Sequential", [1, 10]));

    [Fact]
    public void ResNeXt18_has_the_shapes_of_ResNet18() =>
        AssertStages(new ResNeXt18(), (1, 1, 96, 96),
            ("Sequential", [1, 64, 24, 24]), ("Sequential", [1, 64, 24, 24]), ("Sequential", [1, 128, 12, 12]),
            ("Sequential", [1, 256, 6, 6]), ("Sequential", [1, 512, 3, 3]), ("Sequential", [1, 10]));

    [Fact]
    public void Vgg11_has_the_shapes_of_the_course() =>
        AssertStages(new Vgg11(), (1, 1, 224, 224),
            ("Sequential", [1, 64, 112, 112]), ("Sequential", [1, 128, 56, 56]), ("Sequential", [1, 256, 28, 28]), ("Sequential", [1, 512, 14, 14]), ("Sequential", [1, 512, 7, 7]),
            ("Flatten", [1, 25_088]), ("Linear", [1, 4096]), ("ReLU", [1, 4096]), ("Dropout", [1, 4096]), ("Linear", [1, 4096]), ("ReLU", [1, 4096]), ("Dropout", [1, 4096]), ("Linear", [1, 10]));

    static void AssertStages(Classifier model, Shape input, params (string Type, int[] Output)[] expected)
    {
        LayerSummary summary = LayerSummary.Of(model, input);
        Assert.Equal(expected.Select(e => $"{e.Type} {new Shape(e.Output)}"), summary.Layers.Where(l => l.Depth == 2).Select(l => $"{l.Type} {l.Output}"));
    }

    [Theory]
    [InlineData("resnet18", 11_178_378)]
    [InlineData("resnext18", 1_697_546)]
    [InlineData("vgg-slim", 43_093_322)]
    [InlineData("vgg11", 128_806_154)]
    public void Parameters_are_as_many_as_in_PyTorch(string name, long parameters)
    {
        ModelEntry entry = ModelRegistry.Find(name)!;
        int side = entry.Defaults.Resize!.Value;
        Assert.Equal(parameters, LayerSummary.Of(entry.Create(new(10, 0.01)), (1, 1, side, side)).Parameters);
    }

    [Fact]
    public void Blocks_keep_or_halve_as_the_course_shows()
    {
        Tensor x = Tensor.RandN(4, 3, 6, 6);
        Assert.Equal(new Shape(4, 3, 6, 6), new Residual(3).Call(x).Shape);
        Assert.Equal(new Shape(4, 6, 3, 3), new Residual(6, project: true, stride: 2).Call(x).Shape);
        x = Tensor.RandN(4, 32, 96, 96);
        Assert.Equal(new Shape(4, 32, 96, 96), new ResNeXtBlock(32, groupWidth: 16).Call(x).Shape);
        Assert.Equal(new Shape(4, 32, 48, 48), new ResNeXtBlock(32, groupWidth: 16, project: true, stride: 2).Call(x).Shape);
    }

    [Fact]
    public void Keys_are_those_of_the_course()
    {
        ResNet18 model = new();
        string[] names = [.. model.NamedParameters().Select(p => p.Name)];
        Assert.Equal(["net.0.0.weight", "net.0.0.bias", "net.0.1.weight", "net.0.1.bias", "net.b2.0.conv1.weight"], names.Take(5));
        Assert.Contains("net.b3.0.conv3.bias", names);
        Assert.DoesNotContain("net.b3.1.conv3.bias", names);
        Assert.Equal("net.last.2.bias", names[^1]);
    }

    /// <summary>A block whose convolutions are all 0 passes relu(x) on.</summary>
    [Fact]
    public void A_residual_block_of_zeros_is_the_identity()
    {
        Residual block = new(3);
        Tensor x = Tensor.RandN(2, 3, 5, 5);
        block.Call(x);
        using (Autograd.GradMode.NoGrad())
            foreach (Parameter p in block.Parameters) p.CopyFrom(Tensor.ZerosLike(p));
        Assert.Equal(x.Relu().ToArray<float>(), block.Call(x).ToArray<float>());
    }

    [Fact]
    public void Groups_that_do_not_fit_are_refused() =>
        Assert.Contains("groups of 7", Assert.Throws<ArgumentException>(() => new ResNeXtBlock(32, groupWidth: 7)).Message, StringComparison.Ordinal);

    public static TheoryData<string> Families => ["resnet", "resnext", "vgg"];

    /// <summary>Global average pooling hardly sees where something is, so the samples differ in kind, not in place: stripes down, stripes across, dots.</summary>
    [Theory]
    [MemberData(nameof(Families))]
    public void Deep_models_learn_what_is_easy(string family)
    {
        Tensor.Seed(2);
        Classifier model = family switch
        {
            "resnet" => new ResNet([(1, 16), (1, 32)], 3),
            "resnext" => new ResNeXt([(1, 16), (1, 32)], groupWidth: 8, classes: 3),
            _ => new Vgg([(1, 8), (1, 16)], 3),
        };
        (Tensor x, Tensor y) = Textures(count: 24, size: 16);
        Optim.Sgd optimizer = new(model.Parameters, 0.05);
        double first = 0, last = 0;
        for (int step = 0; step < 25; step++)
        {
            Tensor loss = model.Loss(model.Call(x), y);
            last = loss.Item();
            if (step == 0) first = last;
            optimizer.ZeroGrad();
            loss.Backward();
            optimizer.Step();
        }
        Assert.True(last < first / 4, $"{family}: the loss went from {first} to {last}");
    }

    static (Tensor X, Tensor Y) Textures(int count, int size)
    {
        float[] pixels = new float[count * size * size];
        long[] labels = new long[count];
        for (int i = 0; i < count; i++)
        {
            labels[i] = i % 3;
            for (int r = 0; r < size; r++)
                for (int c = 0; c < size; c++)
                    pixels[(i * size + r) * size + c] = (labels[i] == 0 ? r + i / 3 : labels[i] == 1 ? c + i / 3 : (r ^ c) + i / 3) % 4 < 2 ? 1 : -1;
        }
        return (Tensor.From(pixels, (count, 1, size, size)), Tensor.From(labels));
    }
}
