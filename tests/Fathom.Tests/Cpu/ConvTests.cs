using System.Numerics;
using Fathom.Devices.Cpu;

namespace Fathom.Tests.Cpu;

[Collection(nameof(ThreadCount))]
public unsafe class ConvTests
{
    private static readonly SimdWidth[] Widths = [.. Enum.GetValues<SimdWidth>().Where(Isa.IsSupported)];

    /// <summary>Geometries by what is special about them.</summary>
    public static TheoryData<string, ConvDims> Geometries()
    {
        var rows = new TheoryData<string, ConvDims>
        {
            { "LeNet's first layer", new(3, 1, 28, 28, 6, 5, 5, PadH: 2, PadW: 2) },
            { "LeNet's second layer", new(3, 6, 14, 14, 16, 5, 5) },
            { "stem, 7x7 stride 2", new(2, 3, 15, 17, 20, 7, 7, 2, 2, 3, 3) },
            { "stem, 7x7 stride 2, rows of whole packs", new(2, 3, 13, 16, 20, 7, 7, 2, 2, 3, 3) },
            { "few channels, stride 3 across, taps that meet nothing", new(2, 2, 9, 12, 5, 2, 2, 2, 3) },
            { "one channel, stride 2, padding wider than the kernel", new(2, 1, 8, 12, 17, 3, 3, 2, 2, 4, 5) },
            { "one channel, stride 4 across only", new(2, 1, 8, 16, 6, 3, 5, 1, 4, 1, 2) },
            { "one channel, wide lines in several strips", new(2, 1, 40, 300, 16, 3, 3, PadH: 1, PadW: 1) },
            { "three channels to 48, 7x7 stride 2", new(2, 3, 40, 52, 48, 7, 7, 2, 2, 3, 3) },
            { "two channels to 12, 5x5", new(2, 2, 9, 27, 12, 5, 5, PadH: 2, PadW: 2) },
            { "twelve channels to 12, 5x5, as windows", new(2, 12, 7, 27, 12, 5, 5, PadH: 2, PadW: 2) },
            { "windows, outputs that see only padding", new(2, 24, 2, 5, 3, 2, 3, PadH: 2, PadW: 2, DilationH: 3) },
            { "windows, no padding, unequal sides", new(3, 21, 8, 9, 10, 4, 3) },
            { "two channels to 24, stride 2 down, dilation down", new(2, 2, 17, 26, 24, 3, 3, 2, 1, 2, 1, 2, 1) },
            { "one column of taps, few channels", new(2, 3, 12, 13, 24, 5, 1, PadH: 2) },
            { "eleven channels, rows of taps in tiles", new(2, 11, 9, 10, 33, 3, 5, PadH: 1, PadW: 2) },
            { "few channels, taps beyond the last column", new(2, 3, 9, 11, 18, 3, 3, 2, 3, 1, 0) },
            { "many channels to few, stride across", new(2, 20, 6, 13, 3, 3, 4, 1, 3, 1, 2) },
            { "3x3 padded", new(2, 19, 7, 9, 33, 3, 3, PadH: 1, PadW: 1) },
            { "3x3 padded, many small images", new(27, 17, 4, 5, 18, 3, 3, PadH: 1, PadW: 1) },
            { "3x3 stride 2", new(2, 20, 9, 10, 35, 3, 3, 2, 2, 1, 1) },
            { "stride larger than the kernel", new(2, 18, 11, 10, 5, 2, 2, 3, 3) },
            { "stride 3 down, 2 across", new(13, 4, 9, 8, 7, 3, 2, 3, 2, 1, 1) },
            { "stride beyond the image", new(2, 3, 2, 2, 4, 1, 1, 5, 5) },
            { "dilation", new(2, 3, 11, 12, 5, 3, 3, PadH: 2, PadW: 3, DilationH: 2, DilationW: 3) },
            { "dilation and stride", new(2, 17, 13, 12, 5, 3, 3, 2, 3, 2, 1, 3, 2) },
            { "1x1", new(3, 24, 5, 6, 40, 1, 1) },
            { "1x1 stride 2", new(2, 20, 7, 6, 9, 1, 1, 2, 2) },
            { "1x1, pixels in chunks", new(5, 17, 16, 18, 19, 1, 1) },
            { "1x1, one channel to many", new(3, 1, 5, 6, 40, 1, 1) },
            { "1x1 stride 3 down, 2 across, rows and columns left over", new(2, 20, 8, 7, 33, 1, 1, 3, 2) },
            { "1x1 of no images", new(0, 20, 8, 7, 33, 1, 1) },
            { "1x1 padded", new(2, 3, 3, 3, 2, 1, 1, PadH: 1, PadW: 1) },
            { "image of one pixel", new(5, 40, 1, 1, 37, 1, 1) },
            { "image of one pixel, all taps but one padded", new(14, 6, 1, 1, 5, 3, 3, PadH: 1, PadW: 1) },
            { "kernel as large as the image", new(4, 3, 5, 6, 10, 5, 6) },
            { "padding wider than the kernel", new(2, 2, 3, 3, 3, 2, 2, PadH: 3, PadW: 4) },
            { "outputs that see only padding", new(2, 5, 2, 2, 3, 1, 2, 1, 1, 4, 5) },
            { "row kernel", new(2, 3, 4, 30, 4, 1, 9, PadW: 4) },
            { "column kernel", new(2, 3, 30, 4, 4, 9, 1, PadH: 4) },
            { "two groups", new(2, 6, 6, 7, 10, 3, 3, PadH: 1, PadW: 1, Groups: 2) },
            { "16-wide groups", new(2, 48, 5, 6, 48, 3, 3, PadH: 1, PadW: 1, Groups: 3) },
            { "16-wide groups, wide image", new(3, 32, 30, 31, 32, 3, 3, PadH: 1, PadW: 1, Groups: 2) },
            { "16-wide groups, stride, many small images", new(11, 64, 6, 7, 64, 3, 3, 2, 2, 1, 1, Groups: 4) },
            { "16-wide groups, stride 2, blocks of rows", new(3, 32, 24, 25, 32, 3, 3, 2, 2, 1, 1, Groups: 2) },
            { "16-wide groups, stride 2, even rows, a last block of fewer images", new(19, 48, 6, 8, 32, 3, 3, 2, 2, 1, 1, Groups: 2) },
            { "narrow groups, 5 taps, unequal sides", new(4, 18, 9, 11, 26, 3, 5, 1, 2, 1, 2, Groups: 2) },
            { "16-wide groups, one pixel", new(30, 32, 1, 1, 32, 3, 3, PadH: 1, PadW: 1, Groups: 2) },
            { "16-wide groups, no images", new(0, 32, 5, 5, 32, 3, 3, PadH: 1, PadW: 1, Groups: 2) },
            { "narrow groups of unequal sides, stride 3 and 2, dilation 2", new(5, 39, 15, 16, 21, 3, 2, 3, 2, 2, 3, 2, 3, Groups: 3) },
            { "narrow groups, stride beyond the kernel", new(4, 20, 9, 10, 12, 1, 2, 3, 4, 0, 1, Groups: 4) },
            { "narrow groups, padding wider than the kernel", new(2, 10, 3, 3, 14, 2, 2, 1, 2, 3, 4, Groups: 2) },
            { "narrow groups, large image in bands", new(1, 18, 70, 64, 18, 3, 3, PadH: 1, PadW: 1, Groups: 2) },
            { "groups wider than a block, stride", new(2, 34, 6, 5, 70, 3, 3, 2, 2, 1, 1, Groups: 2) },
            { "depthwise", new(2, 37, 7, 6, 37, 3, 3, PadH: 1, PadW: 1, Groups: 37) },
            { "depthwise stride 2", new(2, 70, 7, 6, 70, 3, 3, 2, 2, 1, 1, Groups: 70) },
            { "depthwise dilated", new(13, 3, 9, 8, 3, 3, 2, 1, 2, 2, 1, 2, 3, 3) },
            { "depthwise with two outputs a channel", new(2, 9, 6, 6, 18, 3, 3, PadH: 1, PadW: 1, Groups: 9) },
            { "one channel to one", new(2, 1, 8, 8, 1, 3, 3) },
            { "no images", new(0, 3, 8, 8, 4, 3, 3) },
            { "one image", new(1, 16, 12, 12, 64, 3, 3, PadH: 1, PadW: 1) },
        };
        for (int channels = 1; channels <= 40; channels++)
            rows.Add($"{channels} channels", new(2, channels, 4, 4, 41 - channels, 2, 3, PadH: 1, PadW: 1));
        return rows;
    }

    [Theory, MemberData(nameof(Geometries))]
    public void Single_precision_matches_the_definition(string name, ConvDims d)
    {
        foreach (SimdWidth width in Widths) CheckAll(Conv.ForFloat(width), d, $"{name}, {width}", 2e-6);
    }

    [Theory, MemberData(nameof(Geometries))]
    public void Double_precision_matches_the_definition(string name, ConvDims d)
    {
        foreach (SimdWidth width in Widths) CheckAll(Conv.ForDouble(width), d, $"{name}, {width}", 4e-15);
    }

    [Fact]
    public void Random_geometries_match_the_definition()
    {
        var random = new Random(5);
        for (int i = 0; i < 150; i++)
        {
            int groups = random.Next(3) == 0 ? random.Next(1, 5) : 1;
            var d = new ConvDims(
                random.Next(1, 16), groups * random.Next(1, 20), random.Next(1, 12), random.Next(1, 12), groups * random.Next(1, 36), random.Next(1, 6), random.Next(1, 6),
                random.Next(1, 4), random.Next(1, 4), random.Next(0, 4), random.Next(0, 4), random.Next(1, 3), random.Next(1, 3), groups);
            if (d.DilationH * (d.R - 1) >= d.H + 2 * d.PadH || d.DilationW * (d.S - 1) >= d.W + 2 * d.PadW) continue;
            CheckAll(Conv.ForFloat(Widths[i % Widths.Length]), d, $"{d}", 2e-6);
        }
    }

    [Theory]
    [InlineData(1, 6, 28, 5, 2, 1, 20)]
    [InlineData(20, 70, 9, 3, 1, 1, 33)]
    [InlineData(3, 20, 24, 7, 3, 2, 9)]
    [InlineData(1, 16, 70, 3, 1, 1, 5)]
    [InlineData(3, 2, 40, 3, 1, 1, 7)]
    [InlineData(40, 64, 16, 1, 0, 1, 9)]
    [InlineData(40, 70, 16, 1, 0, 2, 9)]
    [InlineData(16, 16, 12, 3, 1, 2, 8)]
    [InlineData(40, 40, 10, 3, 1, 1, 8)]
    [InlineData(12, 12, 30, 5, 2, 1, 3)]
    public void Bits_do_not_depend_on_the_number_of_threads(int c, int k, int size, int kernel, int pad, int stride, int n)
    {
        foreach (int groups in c == k ? new[] { 1, c / 4, c } : [1])
        {
            var d = new ConvDims(n, c, size, size, k, kernel, kernel, stride, stride, pad, pad, 1, 1, groups);
            float[] x = Values<float>(d.InputCount, 1), w = Values<float>(d.WeightCount, 2), gy = Values<float>(d.OutputCount, 3);
            int before = Threads.Count;
            try
            {
                float[][] results = [.. new[] { 1, 2, 3 }.Select(threads =>
                {
                    Threads.Count = threads;
                    var kernels = Conv.ForFloat(Isa.Current);
                    return (float[])[
                        .. Forward(kernels, d, x, ImageOrder.ChannelsLast, w, null, ImageOrder.ChannelsLast),
                        .. InputGradient(kernels, d, gy, ImageOrder.ChannelsLast, w, ImageOrder.ChannelsLast),
                        .. WeightGradient(kernels, d, x, ImageOrder.ChannelsLast, gy, ImageOrder.ChannelsLast)];
                })];
                Assert.Equal(results[0], results[1]);
                Assert.Equal(results[0], results[2]);
            }
            finally
            {
                Threads.Count = before;
            }
        }
    }

    /// <summary>Large results are stored past the caches; images one by one are small enough not to be.</summary>
    [Fact]
    public void Results_beyond_the_caches_have_the_bits_of_those_within()
    {
        var both = new ConvDims(2, 1, 450, 450, 16, 3, 3, PadH: 1, PadW: 1);
        ConvDims one = both with { N = 1 };
        float[] x = Values<float>(both.InputCount, 1), w = Values<float>(both.WeightCount, 2), bias = Values<float>(both.K, 3);
        foreach (SimdWidth width in Widths)
        {
            float[] y = Forward(Conv.ForFloat(width), both, x, ImageOrder.ChannelsLast, w, bias, ImageOrder.ChannelsLast);
            for (int image = 0; image < 2; image++)
            {
                float[] alone = Forward(Conv.ForFloat(width), one, x[(image * x.Length / 2)..((image + 1) * x.Length / 2)], ImageOrder.ChannelsLast, w, bias, ImageOrder.ChannelsLast);
                Assert.True(alone.AsSpan().SequenceEqual(y.AsSpan(image * y.Length / 2, y.Length / 2)));
            }
        }
    }

    /// <summary>With one bad element in the source at a time, results are finite or not just where the definition's are.</summary>
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_non_finite_pixel_reaches_the_pixels_that_see_it_and_no_others(float bad)
    {
        ConvDims[] geometries =
        [
            new(2, 1, 8, 8, 7, 3, 3, PadH: 1, PadW: 1), new(2, 20, 8, 8, 7, 3, 3, PadH: 1, PadW: 1), new(1, 1, 6, 16, 4, 3, 3, PadH: 1, PadW: 1), new(1, 2, 9, 12, 1, 5, 5, PadH: 2, PadW: 2),
            new(1, 1, 7, 12, 6, 3, 5, 1, 2, 1, 2), new(1, 3, 9, 12, 2, 3, 3, 2, 2, 1, 1), new(1, 2, 11, 12, 5, 2, 3, 3, 3), new(1, 1, 9, 16, 3, 3, 3, 2, 1, 1, 1, 2, 1), new(1, 4, 5, 7, 5, 2, 2, 1, 3, 1, 1),
            new(1, 17, 6, 8, 3, 3, 3, 1, 2, 1, 1), new(1, 3, 6, 9, 18, 7, 7, 2, 2, 3, 3), new(1, 12, 6, 9, 12, 5, 5, PadH: 2, PadW: 2),
        ];
        foreach (ConvDims d in geometries)
            foreach (SimdWidth width in Widths)
            {
                ConvKernels<float> kernels = Conv.ForFloat(width);
                float[] x = Values<float>(d.InputCount, 1), w = Values<float>(d.WeightCount, 2), gy = Values<float>(d.OutputCount, 3);
                double[] dw = ToDouble(w);
                for (int i = 0; i < x.Length; i += 1 + x.Length / 19)
                    using (new Spoilt(x, i, bad))
                        AssertFiniteAlike(ConvOracle.Forward(d, ToDouble(x), dw, null), Forward(kernels, d, x, ImageOrder.ChannelsLast, w, null, ImageOrder.ChannelsLast), $"{d}, forward, {width}, {i}");
                for (int i = 0; i < gy.Length; i += 1 + gy.Length / 19)
                    using (new Spoilt(gy, i, bad))
                        AssertFiniteAlike(ConvOracle.InputGradient(d, ToDouble(gy), dw), InputGradient(kernels, d, gy, ImageOrder.ChannelsLast, w, ImageOrder.ChannelsLast), $"{d}, input gradient, {width}, {i}");
            }
    }

    /// <summary>The same for the weight gradient in narrow groups, of either side: no padding may be multiplied with what it does not meet.</summary>
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_non_finite_pixel_reaches_the_weights_of_groups_that_see_it_and_no_others(float bad)
    {
        ConvDims[] geometries =
        [
            new(2, 8, 6, 7, 6, 3, 3, 2, 2, 1, 1, Groups: 2), new(3, 32, 5, 4, 32, 3, 3, 1, 1, 1, 1, Groups: 2), new(1, 6, 6, 8, 10, 2, 5, 2, 3, 1, 2, 1, 1, Groups: 2),
        ];
        foreach (ConvDims d in geometries)
            foreach (SimdWidth width in Widths)
            {
                ConvKernels<float> kernels = Conv.ForFloat(width);
                float[] x = Values<float>(d.InputCount, 1), gy = Values<float>(d.OutputCount, 3);
                foreach (float[] side in (float[][])[x, gy])
                    for (int i = 0; i < side.Length; i += 1 + side.Length / 37)
                        using (new Spoilt(side, i, bad))
                            AssertFiniteAlike(ConvOracle.WeightGradient(d, ToDouble(x), ToDouble(gy)), WeightGradient(kernels, d, x, ImageOrder.ChannelsLast, gy, ImageOrder.ChannelsLast), $"{d}, {width}, {i}");
            }
    }

    private static void AssertFiniteAlike(double[] expected, float[] actual, string name)
    {
        for (int i = 0; i < expected.Length; i++)
            if (double.IsFinite(expected[i]) != float.IsFinite(actual[i])) Assert.Fail($"{name}: element {i} is {actual[i]}, expected {expected[i]}");
    }

    /// <summary>An array with one element exchanged for a while.</summary>
    private readonly struct Spoilt : IDisposable
    {
        private readonly float[] _array;
        private readonly int _at;
        private readonly float _before;

        public Spoilt(float[] array, int at, float value)
        {
            (_array, _at, _before) = (array, at, array[at]);
            array[at] = value;
        }

        public void Dispose() => _array[_at] = _before;
    }

    [Fact]
    public void Geometry_is_computed_as_in_the_formula()
    {
        var d = new ConvDims(2, 6, 28, 30, 8, 5, 3, 2, 3, 2, 1, 2, 1, 2).Validate();
        Assert.Equal((12, 10), (d.OutH, d.OutW));
        Assert.Equal((3, 4), (d.GroupC, d.GroupK));
        Assert.Equal(2L * 8 * 12 * 10, d.OutputCount);
        Assert.Equal(8L * 3 * 5 * 3, d.WeightCount);
    }

    [Theory]
    [MemberData(nameof(BadGeometries))]
    public void Bad_geometry_is_refused_with_the_reason(ConvDims d, string reason)
    {
        var error = Assert.Throws<ArgumentException>(() => d.Validate());
        Assert.StartsWith("[conv2d] ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<ConvDims, string> BadGeometries() => new()
    {
        { new(1, 3, 4, 4, 8, 7, 3, PadH: 1), "7 pixels is larger than the padded input, 6 in height (4 + 2 * padding 1)" },
        { new(1, 3, 9, 4, 8, 3, 3, DilationW: 2), "5 pixels is larger than the padded input, 4 in width" },
        { new(1, 3, 4, 4, 8, 3, 3, Groups: 2), "3 input channels cannot be split into 2 groups" },
        { new(1, 4, 4, 4, 7, 3, 3, Groups: 2), "7 output channels cannot be split into 2 groups" },
        { new(1, 4, 4, 4, 7, 3, 3, StrideW: 0), "stride (1, 0) must be at least 1" },
        { new(1, 4, 4, 4, 7, 3, 3, DilationH: 0), "dilation (0, 1) must be at least 1" },
        { new(1, 4, 4, 4, 7, 3, 3, PadH: -1), "padding (-1, 0) cannot be negative" },
        { new(1, 4, 4, 4, 7, 3, 3, Groups: 0), "groups is 0" },
        { new(1, 0, 4, 4, 7, 3, 3), "the input (1, 0, 4, 4) is empty" },
        { new(-1, 1, 4, 4, 7, 3, 3), "the batch size is -1" },
        { default, "is empty" },
    };

    /// <summary>All three kernels in all combinations of memory orders.</summary>
    internal static void CheckAll<T>(ConvKernels<T> kernels, ConvDims d, string name, double tolerance) where T : unmanaged, IFloatingPointIeee754<T>
    {
        d.Validate();
        T[] x = Values<T>(d.InputCount, 1), w = Values<T>(d.WeightCount, 2), gy = Values<T>(d.OutputCount, 3), bias = Values<T>(d.K, 4);
        double[] dx = ToDouble(x), dw = ToDouble(w), dgy = ToDouble(gy);
        double[] y = ConvOracle.Forward(d, dx, dw, null), yBias = ConvOracle.Forward(d, dx, dw, ToDouble(bias));
        double[] gx = ConvOracle.InputGradient(d, dgy, dw), gw = ConvOracle.WeightGradient(d, dx, dgy);
        foreach (ImageOrder a in Enum.GetValues<ImageOrder>())
            foreach (ImageOrder b in Enum.GetValues<ImageOrder>())
            {
                string orders = $"{name}, {a} {b}";
                AssertClose(y, Forward(kernels, d, x, a, w, null, b), tolerance * d.GroupC * d.R * d.S, "forward", orders);
                AssertClose(yBias, Forward(kernels, d, x, a, w, bias, b), tolerance * d.GroupC * d.R * d.S, "forward with bias", orders);
                AssertClose(gx, InputGradient(kernels, d, gy, a, w, b), tolerance * d.GroupK * d.R * d.S, "input gradient", orders);
                AssertClose(gw, WeightGradient(kernels, d, x, a, gy, b), tolerance * d.N * d.OutH * d.OutW, "weight gradient", orders);
            }
    }

    internal static T[] Forward<T>(ConvKernels<T> kernels, ConvDims d, T[] x, ImageOrder xOrder, T[] w, T[]? bias, ImageOrder yOrder) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var xs = new GuardedBuffer<T>(TestImages.InOrder(x, xOrder, d.N, d.C, d.H * d.W));
        using var ws = new GuardedBuffer<T>(w);
        using var bs = new GuardedBuffer<T>(bias ?? []);
        using var ys = new GuardedBuffer<T>(d.OutputCount);
        kernels.Forward(d, xs.Pointer, xOrder, ws.Pointer, bias == null ? null : bs.Pointer, ys.Pointer, yOrder);
        ys.AssertIntact();
        return TestImages.FromOrder(ys.Span.ToArray(), yOrder, d.N, d.K, d.OutH * d.OutW);
    }

    internal static T[] InputGradient<T>(ConvKernels<T> kernels, ConvDims d, T[] gy, ImageOrder gyOrder, T[] w, ImageOrder gxOrder) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var gys = new GuardedBuffer<T>(TestImages.InOrder(gy, gyOrder, d.N, d.K, d.OutH * d.OutW));
        using var ws = new GuardedBuffer<T>(w);
        using var gxs = new GuardedBuffer<T>(d.InputCount);
        kernels.InputGradient(d, gys.Pointer, gyOrder, ws.Pointer, gxs.Pointer, gxOrder);
        gxs.AssertIntact();
        return TestImages.FromOrder(gxs.Span.ToArray(), gxOrder, d.N, d.C, d.H * d.W);
    }

    internal static T[] WeightGradient<T>(ConvKernels<T> kernels, ConvDims d, T[] x, ImageOrder xOrder, T[] gy, ImageOrder gyOrder) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var xs = new GuardedBuffer<T>(TestImages.InOrder(x, xOrder, d.N, d.C, d.H * d.W));
        using var gys = new GuardedBuffer<T>(TestImages.InOrder(gy, gyOrder, d.N, d.K, d.OutH * d.OutW));
        using var gws = new GuardedBuffer<T>(d.WeightCount);
        kernels.WeightGradient(d, xs.Pointer, xOrder, gys.Pointer, gyOrder, gws.Pointer);
        gws.AssertIntact();
        return gws.Span.ToArray();
    }

    private static void AssertClose<T>(double[] expected, T[] actual, double tolerance, string kernel, string name) where T : unmanaged, INumber<T>
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            if (!(Math.Abs(expected[i] - double.CreateChecked(actual[i])) <= tolerance))
                Assert.Fail($"{kernel}, {name}: element {i} of {expected.Length} is {actual[i]}, expected {expected[i]} (tolerance {tolerance:g2})");
    }

    private static double[] ToDouble<T>(T[] values) where T : INumber<T> => [.. values.Select(v => double.CreateChecked(v))];

    /// <summary>Uniform in (-1, 1).</summary>
    internal static T[] Values<T>(long count, int seed) where T : INumber<T>
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, checked((int)count)).Select(_ => T.CreateChecked(2 * random.NextDouble() - 1))];
    }
}
