using Fathom.Nn;
using Fathom.Training;

namespace Fathom.Models.Tests;

/// <summary>What comes out of each part of each network, as the tables of the papers and of the course have it.</summary>
public class ShapeTests
{
    static void AssertParts(Module model, Shape input, int depth, params string[] expected)
    {
        LayerSummary summary = LayerSummary.Of(model, input);
        Assert.Equal(expected, summary.Layers.Where(l => l.Depth == depth).Select(l => $"{l.Name.Split('.')[^1]} {string.Join('x', l.Output.Skip(1))}"));
    }

    static readonly Shape Colour = (1, 3, 224, 224), Grey224 = (1, 1, 224, 224), Grey96 = (1, 1, 96, 96);

    /// <summary>He et al. 2016, table 1: 112, 56, 28, 14 and 7 pixels a side.</summary>
    [Theory]
    [InlineData("resnet18", 64), InlineData("resnet34", 64), InlineData("resnet50", 256), InlineData("resnet101", 256), InlineData("resnet152", 256)]
    [InlineData("resnext50_32x4d", 256), InlineData("resnext101_32x8d", 256)]
    public void ResNet_table_1(string name, int channels) => AssertParts(Published.Make(name), Colour, 1,
        "conv1 64x112x112", "bn1 64x112x112", "relu 64x112x112", "maxpool 64x56x56",
        $"layer1 {channels}x56x56", $"layer2 {2 * channels}x28x28", $"layer3 {4 * channels}x14x14", $"layer4 {8 * channels}x7x7",
        $"avgpool {8 * channels}x1x1", $"flatten {8 * channels}", "fc 1000");

    [Theory]
    [InlineData("resnet18", 2, 2, 2, 2), InlineData("resnet34", 3, 4, 6, 3), InlineData("resnet50", 3, 4, 6, 3), InlineData("resnet101", 3, 4, 23, 3), InlineData("resnet152", 3, 8, 36, 3)]
    public void ResNet_table_1_has_these_blocks(string name, params int[] blocks) =>
        Assert.Equal(blocks, Published.Make(name).Children.Where(c => c.Key.StartsWith("layer", StringComparison.Ordinal)).Select(c => ((Sequential)c.Module).Count));

    [Fact]
    public void Residual_networks_of_the_course()
    {
        string[] expected = ["0 64x24x24", "b2 64x24x24", "b3 128x12x12", "b4 256x6x6", "b5 512x3x3", "last 10"];
        AssertParts(new ResNet18(style: ModelStyle.Course), Grey96, 2, expected);
        AssertParts(new ResNeXt18(), Grey96, 2, expected);
    }

    [Fact]
    public void Pre_activation_networks() => Assert.Multiple(
        () => AssertParts(new PreActResNet18(), Grey96, 1, "conv1 64x48x48", "maxpool 64x24x24", "layer1 64x24x24", "layer2 128x12x12", "layer3 256x6x6", "layer4 512x3x3",
            "bn 512x3x3", "relu 512x3x3", "avgpool 512x1x1", "flatten 512", "fc 10"),
        () => AssertParts(new PreActResNet50(), Grey96, 1, "conv1 64x48x48", "maxpool 64x24x24", "layer1 256x24x24", "layer2 512x12x12", "layer3 1024x6x6", "layer4 2048x3x3",
            "bn 2048x3x3", "relu 2048x3x3", "avgpool 2048x1x1", "flatten 2048", "fc 10"));

    [Fact]
    public void Vgg_of_the_course() => AssertParts(new Vgg11(style: ModelStyle.Course), Grey224, 2,
        "0 64x112x112", "1 128x56x56", "2 256x28x28", "3 512x14x14", "4 512x7x7", "5 25088", "6 4096", "7 4096", "8 4096", "9 4096", "10 4096", "11 4096", "12 10");

    [Theory]
    [InlineData("vgg11"), InlineData("vgg13"), InlineData("vgg16"), InlineData("vgg19"), InlineData("vgg16_bn")]
    public void Vgg_pools_five_times(string name)
    {
        AssertParts(Published.Make(name), Colour, 1, "features 512x7x7", "avgpool 512x7x7", "flatten 25088", "classifier 1000");
        Assert.Equal([112, 56, 28, 14, 7], LayerSummary.Of(Published.Make(name), Colour).Layers.Where(l => l.Type == "MaxPool2d").Select(l => l.Output[2]));
    }

    [Fact]
    public void AlexNet_in_both_versions()
    {
        AssertParts(new AlexNet(1000), Colour, 1, "features 256x6x6", "avgpool 256x6x6", "flatten 9216", "classifier 1000");
        AssertParts(new AlexNet(style: ModelStyle.Course), Grey224, 2,
            "0 96x54x54", "1 96x54x54", "2 96x26x26", "3 256x26x26", "4 256x26x26", "5 256x12x12", "6 384x12x12", "7 384x12x12", "8 384x12x12", "9 384x12x12",
            "10 256x12x12", "11 256x12x12", "12 256x5x5", "13 6400", "14 4096", "15 4096", "16 4096", "17 4096", "18 4096", "19 4096", "20 10");
    }

    [Fact]
    public void NiN_of_the_course() => AssertParts(new NiN(), Grey224, 2,
        "0 96x54x54", "1 96x26x26", "2 256x26x26", "3 256x12x12", "4 384x12x12", "5 384x5x5", "6 384x5x5", "7 10x5x5", "8 10x1x1", "9 10");

    /// <summary>Szegedy et al. 2015, table 1.</summary>
    [Fact]
    public void GoogLeNet_table_1()
    {
        AssertParts(new GoogLeNet(1000), Colour, 1,
            "conv1 64x112x112", "maxpool1 64x56x56", "conv2 64x56x56", "conv3 192x56x56", "maxpool2 192x28x28",
            "inception3a 256x28x28", "inception3b 480x28x28", "maxpool3 480x14x14",
            "inception4a 512x14x14", "inception4b 512x14x14", "inception4c 512x14x14", "inception4d 528x14x14", "inception4e 832x14x14", "maxpool4 832x7x7",
            "inception5a 832x7x7", "inception5b 1024x7x7", "avgpool 1024x1x1", "flatten 1024", "dropout 1024", "fc 1000");
        AssertParts(new GoogLeNet(style: ModelStyle.Course), Grey96, 2, "0 64x24x24", "1 192x12x12", "2 480x6x6", "3 832x3x3", "4 1024", "5 10");
    }

    /// <summary>Huang et al. 2017, table 1.</summary>
    [Fact]
    public void DenseNet_table_1()
    {
        AssertParts(new DenseNet121(1000), Colour, 1, "features 1024x7x7", "relu 1024x7x7", "avgpool 1024x1x1", "flatten 1024", "classifier 1000");
        AssertParts(new DenseNet121(1000), Colour, 2,
            "conv0 64x112x112", "norm0 64x112x112", "relu0 64x112x112", "pool0 64x56x56", "denseblock1 256x56x56", "transition1 128x28x28", "denseblock2 512x28x28",
            "transition2 256x14x14", "denseblock3 1024x14x14", "transition3 512x7x7", "denseblock4 1024x7x7", "norm5 1024x7x7");
        AssertParts(new DenseNetSmall(), Grey96, 2,
            "0 64x24x24", "dense_blk1 192x24x24", "tran_blk1 96x12x12", "dense_blk2 224x12x12", "tran_blk2 112x6x6", "dense_blk3 240x6x6", "tran_blk3 120x3x3",
            "dense_blk4 248x3x3", "last 10");
    }

    [Fact]
    public void Small_networks()
    {
        AssertParts(new RegNetX32(), Grey96, 2, "0 32x48x48", "stage1 32x24x24", "stage2 80x12x12", "head 10");
        AssertParts(new ShiftResNet20(), (1, 3, 32, 32), 2,
            "0 16x32x32", "1 16x32x32", "2 16x32x32", "3 16x32x32", "4 32x16x16", "5 32x16x16", "6 32x16x16", "7 64x8x8", "8 64x8x8", "9 64x8x8",
            "10 64x8x8", "11 64x8x8", "12 64x1x1", "13 64", "14 10");
        AssertParts(new LeNetBatchNorm(), (2, 1, 28, 28), 2,
            "0 6x24x24", "1 6x24x24", "2 6x24x24", "3 6x12x12", "4 16x8x8", "5 16x8x8", "6 16x8x8", "7 16x4x4", "8 256", "9 120", "10 120", "11 120", "12 84", "13 84", "14 84", "15 10");
        AssertParts(new Highway(), (1, 1, 28, 28), 2, "0 784", "1 50", "2 50", "3 50", "4 50", "5 50", "6 50", "7 50", "8 50", "9 50", "10 50", "11 50", "12 10");
    }

    public static TheoryData<string, long> Counts => Published.Counts;

    /// <summary>Networks that have no published weights, counted in PyTorch.</summary>
    [Theory]
    [MemberData(nameof(Counts))]
    [InlineData("resnet18-course", 11_178_378), InlineData("resnext18", 1_697_546), InlineData("vgg-slim", 43_093_322)]
    public void Parameter_counts(string name, long parameters)
    {
        ModelEntry entry = ModelRegistry.Find(name)!;
        int side = entry.Defaults.Resize ?? 28;
        Assert.Equal(parameters, LayerSummary.Of(entry.Create(new(10, 0.01)), (1, 1, side, side)).Parameters);
    }

    /// <summary>Wu et al. 2018, table 3, in millions.</summary>
    [Theory]
    [InlineData(1, 0.03), InlineData(3, 0.10), InlineData(6, 0.19), InlineData(9, 0.28)]
    public void Shift_networks_have_the_published_size(int expansion, double millions) =>
        Assert.Equal(millions, Math.Round(LayerSummary.Of(new ShiftResNet20(10, expansion), (1, 3, 32, 32)).Parameters / 1e6, 2));
}
