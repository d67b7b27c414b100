using Fathom.Devices;
using Fathom.Devices.Cpu;

namespace Fathom.Tests.Cpu;

[Collection(nameof(ThreadCount))]
public class ConvChoiceTests
{
    [Theory]
    [InlineData(32, 64, 24, 64, nameof(ConvAlgorithm.Winograd4))]
    [InlineData(32, 128, 12, 128, nameof(ConvAlgorithm.Winograd4))]
    [InlineData(32, 256, 6, 256, nameof(ConvAlgorithm.Winograd3))]      // four tiles of 25 products, not of 36
    [InlineData(32, 512, 3, 512, nameof(ConvAlgorithm.Winograd3))]
    [InlineData(32, 512, 2, 512, nameof(ConvAlgorithm.Direct))]         // 16 taps inside the image
    [InlineData(32, 512, 1, 512, nameof(ConvAlgorithm.Direct))]
    [InlineData(8, 3, 24, 64, nameof(ConvAlgorithm.Direct))]            // line by line
    [InlineData(8, 12, 24, 64, nameof(ConvAlgorithm.Winograd4))]
    [InlineData(8, 64, 24, 1, nameof(ConvAlgorithm.Direct))]            // several pixels made as one
    public void The_shape_decides(int n, int c, int size, int k, string expected)
    {
        var d = new ConvDims(n, c, size, size, k, 3, 3, PadH: 1, PadW: 1);
        Assert.Equal(expected, ConvChoice.Fastest.For(Correlation.Forward(d, 16), 16).ToString());
    }

    [Theory]
    [InlineData(32, 64, 24, 128, 1, nameof(ConvAlgorithm.Winograd4))]
    [InlineData(32, 128, 12, 256, 1, nameof(ConvAlgorithm.Winograd3))]
    [InlineData(32, 256, 6, 512, 1, nameof(ConvAlgorithm.Winograd3))]
    [InlineData(32, 128, 24, 128, 8, nameof(ConvAlgorithm.Direct))]     // transforms would cost more than the products they save
    public void The_shape_decides_with_a_stride_of_2(int n, int c, int size, int k, int groups, string expected)
    {
        var d = new ConvDims(n, c, size, size, k, 3, 3, 2, 2, 1, 1, Groups: groups);
        Assert.Equal(expected, ConvChoice.Fastest.For(Correlation.Forward(d, 16), 16).ToString());
        Assert.Equal(expected, ConvChoice.Fastest.For(Correlation.InputGradient(d, 16), 16).ToString());
    }

    [Fact]
    public void What_does_not_fit_is_computed_directly()
    {
        var d = new ConvDims(2, 64, 24, 24, 64, 3, 3, PadH: 1, PadW: 1);
        foreach (ConvDims other in new[] { d with { StrideH = 2 }, d with { StrideW = 2 }, d with { StrideH = 3, StrideW = 3 }, d with { DilationW = 2 }, d with { R = 5 }, d with { S = 1 }, d with { Groups = 64 } })
            foreach (Correlation c in new[] { Correlation.Forward(other, 16), Correlation.InputGradient(other, 16) })
                Assert.Equal(ConvAlgorithm.Direct, ConvChoice.Always(ConvAlgorithm.Winograd4).For(c, 16));
    }

    [Fact]
    public void It_can_be_switched_off()
    {
        var d = new ConvDims(2, 32, 16, 16, 32, 3, 3, PadH: 1, PadW: 1);
        Tensor x = Tensor.RandN([2, 32, 16, 16]), w = Tensor.RandN([32, 32, 3, 3]);
        bool before = CpuSettings.Winograd;
        try
        {
            CpuSettings.Winograd = false;
            Assert.Equal(ConvAlgorithm.Direct, ConvChoice.Fastest.For(Correlation.Forward(d, 16), 16));
            float[] direct = x.Conv2d(w, padding: 1).ToArray<float>();
            CpuSettings.Winograd = true;
            float[] fast = x.Conv2d(w, padding: 1).ToArray<float>();
            Assert.NotEqual(direct, fast);
            for (int i = 0; i < fast.Length; i++) Assert.Equal(direct[i], fast[i], 1e-3);
        }
        finally
        {
            CpuSettings.Winograd = before;
        }
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("", true)]
    [InlineData("ON", true)]
    [InlineData("off", false)]
    public void The_environment_sets_it(string? setting, bool expected) => Assert.Equal(expected, CpuSettings.WinogradFrom(setting));

    [Fact]
    public void A_wrong_setting_is_refused()
    {
        var error = Assert.Throws<InvalidOperationException>(() => CpuSettings.WinogradFrom("no"));
        Assert.Contains("FATHOM_WINOGRAD=no is neither on nor off", error.Message, StringComparison.Ordinal);
    }
}
