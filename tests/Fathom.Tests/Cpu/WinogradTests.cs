using Fathom.Devices.Cpu;

namespace Fathom.Tests.Cpu;

[Collection(nameof(ThreadCount))]
public class WinogradTests
{
    private static readonly SimdWidth[] Widths = [.. Enum.GetValues<SimdWidth>().Where(Isa.IsSupported)];
    private static readonly ConvAlgorithm[] Tiles = [ConvAlgorithm.Winograd3, ConvAlgorithm.Winograd4];

    /// <summary>Geometries by what is special about them.</summary>
    public static TheoryData<string, ConvDims> Geometries() => new()
    {
        { "whole tiles of 4", Padded(2, 16, 8, 8, 16) },
        { "whole tiles of 3", Padded(2, 16, 6, 9, 16) },
        { "tiles that hang over, channels that end within a vector", Padded(2, 19, 7, 5, 33) },
        { "no padding", new(2, 17, 9, 8, 20, 3, 3) },
        { "one output", new(3, 16, 3, 3, 16, 3, 3) },
        { "padding above only", new(1, 16, 5, 6, 17, 3, 3, PadH: 1) },
        { "padding as wide as the kernel", new(1, 16, 3, 4, 18, 3, 3, PadH: 3, PadW: 2) },
        { "image of one pixel", Padded(5, 16, 1, 1, 24) },
        { "image of three pixels by one", Padded(2, 40, 3, 1, 24) },
        { "rows longer than a run of tiles", Padded(1, 16, 2, 39, 16) },
        { "more tiles than a register tile has rows, again and again", Padded(9, 16, 5, 13, 16) },
        { "one image", Padded(1, 32, 12, 12, 48) },
        { "no images", Padded(0, 16, 8, 8, 16) },
        { "16-wide groups", Padded(2, 48, 5, 6, 48) with { Groups = 3 } },
        { "groups that end within a vector", Padded(2, 34, 6, 5, 70) with { Groups = 2 } },
        { "groups of a few channels", Padded(1, 15, 4, 7, 25) with { Groups = 5 } },
        { "eight channels", Padded(2, 8, 7, 9, 33) },
        { "fifteen channels to twelve", Padded(3, 15, 8, 5, 12) },
        { "stride 2, whole tiles of 4", Strided(2, 16, 16, 8, 16) },
        { "stride 2, whole tiles of 3", Strided(2, 16, 6, 12, 16) },
        { "stride 2, tiles that hang over, channels that end within a vector", Strided(2, 19, 13, 10, 33) },
        { "stride 2, last row and column unread", Strided(2, 17, 10, 8, 20) with { PadH = 3, PadW = 1 } },
        { "stride 2, one output", Strided(3, 16, 1, 2, 18) },
        { "stride 2, padding as wide as the kernel", Strided(1, 16, 3, 4, 18) with { PadH = 3, PadW = 3 } },
        { "stride 2, more than the padding is read", Strided(2, 40, 3, 1, 24) },
        { "stride 2, rows longer than a run of tiles", Strided(1, 16, 3, 77, 16) },
        { "stride 2, more tiles than a register tile has rows, again and again", Strided(9, 16, 9, 26, 16) },
        { "stride 2, no images", Strided(0, 16, 8, 8, 16) },
        { "stride 2, 16-wide groups", Strided(2, 48, 9, 12, 48) with { Groups = 3 } },
        { "stride 2, groups that end within a vector", Strided(2, 34, 12, 9, 70) with { Groups = 2 } },
    };

    [Theory, MemberData(nameof(Geometries))]
    public void Double_precision_matches_the_definition(string name, ConvDims d)
    {
        foreach (SimdWidth width in Widths)
            foreach (ConvAlgorithm tile in Tiles)
            {
                AssertFits(d, name);
                ConvTests.CheckAll(Conv.ForDouble(width, ConvChoice.Always(tile)), d, $"{name}, {width}, {tile}", 5e-14);
            }
    }

    [Theory, MemberData(nameof(Geometries))]
    public void Single_precision_matches_the_definition(string name, ConvDims d)
    {
        foreach (SimdWidth width in Widths)
            foreach (ConvAlgorithm tile in Tiles) ConvTests.CheckAll(Conv.ForFloat(width, ConvChoice.Always(tile)), d, $"{name}, {width}, {tile}", 4e-6);
    }

    [Fact]
    public void Random_geometries_match_the_definition()
    {
        var random = new Random(6);
        for (int i = 0; i < 120; i++)
        {
            int stride = 1 + i % 2;
            var d = new ConvDims(random.Next(1, 7), random.Next(16, 40), random.Next(1, 15), random.Next(1, 15), random.Next(16, 40), 3, 3, stride, stride, random.Next(0, 3), random.Next(0, 3));
            if (d.H + 2 * d.PadH < 3 || d.W + 2 * d.PadW < 3) continue;
            SimdWidth width = Widths[i / 2 % Widths.Length];
            ConvTests.CheckAll(Conv.ForDouble(width, ConvChoice.Always(Tiles[i / 8 % 2])), d, $"{d}, {width}", 5e-14);
        }
    }

    /// <summary>Sizes that need several rounds, jobs and parts of filters, against the direct kernels, which have tests of their own.</summary>
    [Theory]
    [InlineData(32, 16, 8, 144)]     // few tiles for many lanes: by lanes, in two rounds
    [InlineData(9, 130, 8, 40)]      // and in two parts of the filters
    [InlineData(64, 16, 8, 144)]     // by tiles; the weight gradient in two rounds
    [InlineData(5, 40, 30, 24)]
    [InlineData(1, 256, 5, 512)]
    [InlineData(24, 32, 22, 28, 4)]  // narrow groups: several blocks of tiles, in parts
    public void Large_shapes_match_the_direct_kernels(int n, int c, int size, int k, int groups = 1)
    {
        ConvDims d = Padded(n, c, size, size, k) with { Groups = groups };
        foreach (int stride in new[] { 1, 2 })
            foreach (ConvAlgorithm tile in Tiles) Check(d with { StrideH = stride, StrideW = stride }, tile);

        static void Check(ConvDims d, ConvAlgorithm tile)
        {
            double[][] expected = Passes(Conv.ForDouble(Isa.Current), d, 1), actual = Passes(Conv.ForDouble(Isa.Current, ConvChoice.Always(tile)), d, 1);
            for (int pass = 0; pass < 3; pass++)
            {
                (double rms, double max) = Error(expected[pass], actual[pass]);
                Assert.True(rms < 1e-14 && max < 1e-12, $"{d}, {tile}, pass {pass}: error {rms:g2}, at most {max:g2}");
            }
        }
    }

    /// <summary>
    /// The error that is promised, of single precision against the direct kernels in double, over the root mean square of the result: about 1e-6, with single
    /// elements some ten times as far off, whatever the magnitude. Random numbers of both signs, so that results are small beside what they are summed from.
    /// </summary>
    [Theory]
    [InlineData(1f, 1f)]
    [InlineData(1e-15f, 1e-4f)]
    [InlineData(1e12f, 1e15f)]
    public void The_error_is_bounded(float xScale, float wScale)
    {
        foreach (ConvDims d in new[]
        {
            Padded(4, 64, 24, 24, 64), Padded(8, 128, 12, 12, 128), Padded(16, 256, 6, 6, 256), Padded(32, 512, 3, 3, 512), Strided(4, 64, 48, 48, 64), Strided(16, 256, 12, 12, 256),
        })
        {
            double[][] expected = Passes(Conv.ForDouble(Isa.Current), d, xScale, wScale);
            foreach (SimdWidth width in Widths.Where(w => w != SimdWidth.Scalar || d.C == 64))
                foreach (ConvAlgorithm tile in Tiles)
                {
                    float[][] actual = Passes(Conv.ForFloat(width, ConvChoice.Always(tile)), d, xScale, wScale);
                    for (int pass = 0; pass < 3; pass++)
                    {
                        (double rms, double max) = Error(expected[pass], actual[pass]);
                        double bound = d.StrideH > 1 ? 8e-7 : 1.5e-6;      // with a stride most products are those of a single tap
                        Assert.True(rms < bound && max < 2e-5, $"{d}, {tile}, {width}, pass {pass}: error {rms:g2}, at most {max:g2}");
                    }
                }
        }
    }

    [Theory]
    [InlineData(20, 48, 9, 40)]
    [InlineData(9, 130, 8, 40)]
    [InlineData(40, 64, 13, 80)]
    [InlineData(24, 64, 22, 48, 4)]
    public void Bits_do_not_depend_on_the_number_of_threads(int n, int c, int size, int k, int groups = 1)
    {
        int before = Threads.Count;
        try
        {
            foreach ((int stride, ConvAlgorithm tile) in new[] { 1, 2 }.SelectMany(stride => Tiles.Select(tile => (stride, tile))))
            {
                float[][][] results = [.. new[] { 1, 2, 3 }.Select(threads =>
                {
                    Threads.Count = threads;
                    return Passes(Conv.ForFloat(Isa.Current, ConvChoice.Always(tile)), (stride == 1 ? Padded(n, c, size, size, k) : Strided(n, c, 2 * size, 2 * size, k)) with { Groups = groups }, 1);
                })];
                for (int pass = 0; pass < 3; pass++)
                {
                    Assert.Equal(results[0][pass], results[1][pass]);
                    Assert.Equal(results[0][pass], results[2][pass]);
                }
            }
        }
        finally
        {
            Threads.Count = before;
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_non_finite_pixel_stays_within_the_tiles_that_see_it(float bad)
    {
        ConvDims d = Padded(2, 16, 16, 16, 16);
        foreach (SimdWidth width in Widths)
            foreach (ConvAlgorithm tile in Tiles)
            {
                int side = tile == ConvAlgorithm.Winograd3 ? 3 : 4;
                float[] x = ConvTests.Values<float>(d.InputCount, 1), w = ConvTests.Values<float>(d.WeightCount, 2);
                x[3 * 16 + 9] = bad;     // image 0, channel 0
                float[] y = ConvTests.Forward(Conv.ForFloat(width, ConvChoice.Always(tile)), d, x, ImageOrder.ChannelsLast, w, null, ImageOrder.ChannelsLast);
                x = TestImages.InOrder(x, ImageOrder.ChannelsLast, 2, 16, 256);
                for (int i = 0; i < y.Length; i++)
                {
                    (int image, int row, int col) = (i / (16 * 256), i / 16 % 16, i % 16);
                    bool sees = image == 0 && Math.Abs(row - 3) <= 1 && Math.Abs(col - 9) <= 1;
                    bool tileSees = image == 0 && Sees(row / side * side, 3, side) && Sees(col / side * side, 9, side);
                    if (sees) Assert.False(float.IsFinite(y[i]));
                    if (!tileSees) Assert.True(float.IsFinite(y[i]));
                }
            }

        static bool Sees(int first, int pixel, int side) => pixel >= first - 1 && pixel <= first + side;
    }

    private static ConvDims Strided(int n, int c, int h, int w, int k) => new(n, c, h, w, k, 3, 3, StrideH: 2, StrideW: 2, PadH: 1, PadW: 1);

    private static ConvDims Padded(int n, int c, int h, int w, int k) => new(n, c, h, w, k, 3, 3, PadH: 1, PadW: 1);

    private static void AssertFits(ConvDims d, string name)
    {
        Assert.True(ConvChoice.Fits(Correlation.Forward(d, 16)), name);
        Assert.True(ConvChoice.Fits(Correlation.InputGradient(d, 16)), name);
    }

    private static T[][] Passes<T>(ConvKernels<T> kernels, ConvDims d, float xScale, float wScale = 1) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        const ImageOrder last = ImageOrder.ChannelsLast;
        T[] x = Scaled(d.InputCount, 1, xScale), gy = Scaled(d.OutputCount, 2, xScale), w = Scaled(d.WeightCount, 3, wScale);
        return
        [
            ConvTests.Forward(kernels, d, x, last, w, null, last), ConvTests.InputGradient(kernels, d, gy, last, w, last), ConvTests.WeightGradient(kernels, d, x, last, gy, last),
        ];

        // The same numbers in both precisions.
        static T[] Scaled(long count, int seed, float scale) => [.. ConvTests.Values<float>(count, seed).Select(v => T.CreateChecked(v * scale))];
    }

    /// <summary>Root mean square and maximum of the error, over the root mean square of what is expected.</summary>
    private static (double Rms, double Max) Error<T>(double[] expected, T[] actual) where T : System.Numerics.INumber<T>
    {
        double sum = 0, of = 0, max = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double e = double.CreateChecked(actual[i]) - expected[i];
            sum += e * e;
            of += expected[i] * expected[i];
            max = Math.Max(max, Math.Abs(e));
        }
        double scale = Math.Sqrt(of / expected.Length);
        return (Math.Sqrt(sum / expected.Length) / scale, max / scale);
    }
}
