using Fathom.Autograd;
using Fathom.Formats;
using Fathom.Nn;
using Fathom.Tests;
using Fathom.Training;

namespace Fathom.Models.Tests;

/// <summary>torchvision's weights fit by name, the counts are the published ones, and the same weights give the same scores.</summary>
public class PublishedTests
{
    public static TheoryData<string> WithState => Published.WithState;

    public static TheoryData<string> WithOutput => Published.WithOutput;

    [Theory]
    [MemberData(nameof(WithState))]
    public void Keys_and_shapes_are_torchvisions(string name)
    {
        Classifier model = Published.Make(name);
        LayerSummary.Of(model, (1, 3, 224, 224));
        Assert.Equal(Published.Keys(name).Order(StringComparer.Ordinal), Published.Keys(model).Order(StringComparer.Ordinal));
        Assert.Equal(Published.Parameters(name), model.Parameters.Sum(p => p.Count));
    }

    /// <summary>The numbers that papers and model collections print, independent of the reference file.</summary>
    [Theory]
    [InlineData("alexnet", 61_100_840), InlineData("googlenet", 13_004_888)]
    [InlineData("vgg11", 132_863_336), InlineData("vgg13", 133_047_848), InlineData("vgg16", 138_357_544), InlineData("vgg19", 143_667_240)]
    [InlineData("resnet18", 11_689_512), InlineData("resnet34", 21_797_672), InlineData("resnet50", 25_557_032), InlineData("resnet101", 44_549_160), InlineData("resnet152", 60_192_808)]
    [InlineData("resnext50_32x4d", 25_028_904), InlineData("densenet121", 7_978_856)]
    public void Parameter_counts_are_the_published_ones(string name, long parameters) => Assert.Equal(parameters, Published.Parameters(name));

    [Fact]
    public void GoogLeNet_without_auxiliary_classifiers_has_6624904_parameters() =>
        Assert.Equal(6_624_904, LayerSummary.Of(new GoogLeNet(1000), (1, 3, 224, 224)).Parameters);

    /// <summary>A file with torchvision's names is loaded into a network that has not seen an image yet.</summary>
    [Theory]
    [MemberData(nameof(WithOutput))]
    public void The_same_weights_give_the_same_scores(string name)
    {
        using TempFolder folder = new();
        string file = folder["weights.safetensors"];
        Safetensors.Save(file, Published.Keys(name).Select(k => Weight(k[..k.IndexOf(' ', StringComparison.Ordinal)], Parse(k))));
        Module model = Published.Make(name, classes: 10).Eval();
        model.LoadStateDict(Safetensors.Load(file));
        Tensor image = Tensor.From(Published.Noise("image", (int)Published.Image(name).Count), Published.Image(name)).To(DType.Float32) * 2;
        using var _ = GradMode.NoGrad();
        double[] got = model.Call(image).To(DType.Float64).ToArray<double>(), expected = Published.Output(name);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], got[i], 2e-5);
    }

    /// <summary>The key and its shape for ten classes instead of a thousand.</summary>
    static KeyValuePair<string, Tensor> Weight(string key, int[] sizes)
    {
        if (sizes.Length > 0 && sizes[0] == 1000) sizes[0] = 10;
        return new(key, key.EndsWith("num_batches_tracked", StringComparison.Ordinal) ? Tensor.Scalar(7L) : Published.Fill(key, new Shape(sizes)));
    }

    static int[] Parse(string key) => [.. key[(key.IndexOf('(', StringComparison.Ordinal) + 1)..^1].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(int.Parse)];
}
