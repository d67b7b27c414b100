using System.Numerics;
using Fathom.Devices.Cpu;

namespace Fathom.Tests.Cpu;

[Collection(nameof(ThreadCount))]
public unsafe class PoolTests
{
    private static readonly SimdWidth[] Widths = [.. Enum.GetValues<SimdWidth>().Where(Isa.IsSupported)];
    private static readonly ImageOrder[] Orders = Enum.GetValues<ImageOrder>();

    public static TheoryData<string, PoolDims> Geometries()
    {
        var rows = new TheoryData<string, PoolDims>
        {
            { "LeNet's", new(3, 6, 28, 28, 2, 2, 2, 2) },
            { "3x3 stride 2 padded, after ResNet's stem", new(2, 64, 11, 12, 3, 3, 2, 2, 1, 1) },
            { "overlapping", new(2, 5, 7, 8, 3, 2, 1, 1) },
            { "gaps between windows", new(2, 5, 9, 11, 2, 2, 3, 4) },
            { "ceil mode", new(2, 5, 8, 9, 3, 3, 2, 2, 0, 0, true) },
            { "ceil mode padded, last window dropped", new(2, 5, 5, 6, 2, 2, 3, 3, 1, 1, true) },
            { "ceil mode reaching beyond the padding", new(2, 3, 6, 6, 4, 4, 3, 3, 1, 1, true) },
            { "whole image", new(2, 40, 5, 6, 5, 6, 1, 1) },
            { "one pixel", new(4, 9, 1, 1, 1, 1, 1, 1) },
            { "window of one", new(1, 33, 4, 4, 1, 1, 2, 2) },
            { "one channel", new(2, 1, 9, 9, 3, 3, 2, 2, 1, 1) },
            { "no images", new(0, 3, 4, 4, 2, 2, 2, 2) },
            { "large enough for several jobs", new(5, 19, 40, 41, 3, 3, 2, 2, 1, 1) },
        };
        for (int c = 2; c <= 35; c += 3) rows.Add($"{c} channels", new(1, c, 4, 5, 2, 2, 1, 2));
        for (int c = 2; c <= 17; c += 3) rows.Add($"{c} channels, each pixel in one window", new(2, c, 6, 9, 2, 3, 2, 3));
        return rows;
    }

    [Theory, MemberData(nameof(Geometries))]
    public void Pooling_matches_the_definition(string name, PoolDims d)
    {
        d.Validate();
        foreach (SimdWidth width in Widths)
            foreach (ImageOrder order in Orders)
            {
                Check(Pool.ForFloat(width), d, order, 1e-5, $"{name}, {width}, {order}");
                Check(Pool.ForDouble(width), d, order, 1e-14, $"{name}, {width}, {order}");
            }
    }

    [Theory]
    [InlineData(7, 7, 1, 1)]
    [InlineData(7, 5, 3, 4)]
    [InlineData(10, 4, 3, 4)]
    [InlineData(2, 3, 5, 7)]
    [InlineData(8, 8, 4, 2)]
    public void Adaptive_average_has_the_bins_of_its_formula(int h, int w, int outH, int outW)
    {
        const int n = 2, c = 19;
        double[] x = Values<double>(n * c * h * w, 1), gy = Values<double>(n * c * outH * outW, 2);
        var y = new double[gy.Length];
        var gx = new double[x.Length];
        for (int plane = 0; plane < n * c; plane++)
            for (int i = 0; i < outH; i++)
                for (int j = 0; j < outW; j++)
                {
                    int top = (int)Math.Floor((double)i * h / outH), bottom = (int)Math.Ceiling((i + 1.0) * h / outH);
                    int left = (int)Math.Floor((double)j * w / outW), right = (int)Math.Ceiling((j + 1.0) * w / outW);
                    int o = (plane * outH + i) * outW + j;
                    for (int a = top; a < bottom; a++)
                        for (int b = left; b < right; b++)
                        {
                            y[o] += x[(plane * h + a) * w + b] / ((bottom - top) * (right - left));
                            gx[(plane * h + a) * w + b] += gy[o] / ((bottom - top) * (right - left));
                        }
                }
        foreach (SimdWidth width in Widths)
            foreach (ImageOrder order in Orders)
            {
                PoolView view = Pool.Bins(n, c, h, w, outH, outW, order);
                AssertClose(y, Average(Pool.ForDouble(width), view, false, x, order, n, c), 1e-14, $"{width} {order}");
                AssertClose(gx, AverageGradient(Pool.ForDouble(width), view, false, gy, order, n, c), 1e-14, $"{width} {order}");
            }
    }

    [Fact]
    public void A_maximum_is_the_first_of_equals_and_the_last_NaN()
    {
        const float nan = float.NaN, inf = float.NegativeInfinity;
        // Four windows of 2x2 in an image of 2x8.
        float[] image = [1, 3, 5, nan, inf, inf, nan, 2,
                         3, 2, 7, 1, inf, inf, 9, nan];
        foreach (SimdWidth width in Widths)
            foreach (ImageOrder order in Orders)
                foreach (int c in new[] { 1, 5, 21 })
                {
                    var d = new PoolDims(1, c, 2, 8, 2, 2, 2, 2);
                    float[] x = [.. Enumerable.Repeat(image, c).SelectMany(p => p)];
                    (float[] y, int[] indices) = Max(Pool.ForFloat(width), d, x, order);
                    Assert.Equal([.. Enumerable.Repeat(new[] { 3, nan, inf, nan }, c).SelectMany(p => p)], y);
                    Assert.Equal([.. Enumerable.Repeat(new[] { 1, 3, 4, 15 }, c).SelectMany(p => p)], indices);
                }
    }

    [Fact]
    public void Bits_do_not_depend_on_the_number_of_threads()
    {
        var d = new PoolDims(9, 20, 30, 31, 3, 3, 2, 2, 1, 1);
        float[] x = Values<float>(d.InputCount, 1), gy = Values<float>(d.OutputCount, 2);
        int before = Threads.Count;
        try
        {
            float[][] results = [.. new[] { 1, 2, 3 }.Select(threads =>
            {
                Threads.Count = threads;
                var kernels = Pool.ForFloat(Isa.Current);
                PoolView view = Pool.View(d, ImageOrder.ChannelsLast);
                (float[] y, int[] at) = Max(kernels, d, x, ImageOrder.ChannelsLast);
                return (float[])[.. y, .. MaxGradient(kernels, d, gy, at, ImageOrder.ChannelsLast),
                    .. Average(kernels, view, true, x, ImageOrder.ChannelsLast, d.N, d.C), .. AverageGradient(kernels, view, true, gy, ImageOrder.ChannelsLast, d.N, d.C)];
            })];
            Assert.Equal(results[0], results[1]);
            Assert.Equal(results[0], results[2]);
        }
        finally
        {
            Threads.Count = before;
        }
    }

    [Theory]
    [MemberData(nameof(BadGeometries))]
    public void Bad_geometry_is_refused_with_the_reason(PoolDims d, string reason)
    {
        var error = Assert.Throws<ArgumentException>(() => d.Validate("max_pool2d"));
        Assert.StartsWith("[max_pool2d] ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<PoolDims, string> BadGeometries() => new()
    {
        { new(1, 3, 4, 4, 5, 2, 1, 1), "the 5x2 window is larger than the padded input, 4x4" },
        { new(1, 3, 4, 4, 2, 2, 1, 1, 2), "padding (2, 0) is more than half the 2x2 window" },
        { new(1, 3, 4, 4, 2, 2, 0, 1), "stride (0, 1) must be at least 1" },
        { new(1, 3, 4, 4, 0, 2, 1, 1), "the window is 0x2" },
        { new(1, 3, 4, 4, 2, 2, 1, 1, 0, -1), "padding (0, -1) cannot be negative" },
        { new(1, 3, 0, 4, 2, 2, 1, 1), "the input (1, 3, 0, 4) is empty" },
        { new(-2, 3, 4, 4, 2, 2, 1, 1), "the batch size is -2" },
    };

    // Expected sizes are PyTorch's.
    [Theory]
    [InlineData(5, 2, 3, 1, true, 2)]
    [InlineData(6, 2, 3, 1, true, 3)]
    [InlineData(8, 3, 2, 0, false, 3)]
    [InlineData(8, 3, 2, 0, true, 4)]
    [InlineData(6, 4, 3, 1, true, 3)]
    [InlineData(1, 1, 1, 0, true, 1)]
    public void Output_size_follows_ceil_mode(int size, int window, int stride, int pad, bool ceil, int expected) =>
        Assert.Equal(expected, new PoolDims(1, 1, size, size, window, window, stride, stride, pad, pad, ceil).OutH);

    private static void Check<T>(PoolKernels<T> kernels, PoolDims d, ImageOrder order, double tolerance, string name) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] x = Values<T>(d.InputCount, 1), gy = Values<T>(d.OutputCount, 2);
        double[] dx = ToDouble(x), dgy = ToDouble(gy);
        (double[] max, int[] at) = OracleMax(d, dx);
        (T[] y, int[] indices) = Max(kernels, d, x, order);
        AssertClose(max, y, 0, $"max, {name}");
        Assert.Equal(at, indices);
        AssertClose(Scatter(d, dgy, at), MaxGradient(kernels, d, gy, indices, order), tolerance, $"max gradient, {name}");
        AssertClose(max, MaxGather(kernels, d, x, indices, order), 0, $"max gather, {name}");

        PoolView view = Pool.View(d, order);
        foreach (bool countPadding in new[] { true, false })
        {
            AssertClose(OracleAverage(d, dx, countPadding), Average(kernels, view, countPadding, x, order, d.N, d.C), tolerance, $"average, {name}");
            AssertClose(OracleAverageGradient(d, dgy, countPadding), AverageGradient(kernels, view, countPadding, gy, order, d.N, d.C), tolerance, $"average gradient, {name}");
        }
    }

    private static (double[] Y, int[] At) OracleMax(PoolDims d, double[] x)
    {
        var y = new double[d.OutputCount];
        var at = new int[d.OutputCount];
        Array.Fill(y, double.NegativeInfinity);
        ForEachPixel(d, (o, plane, position, _, _) =>
        {
            double value = x[plane * d.H * d.W + position];
            if (value > y[o]) (y[o], at[o]) = (value, position);
        });
        return (y, at);
    }

    private static double[] Scatter(PoolDims d, double[] gy, int[] at)
    {
        var gx = new double[d.InputCount];
        for (int o = 0; o < gy.Length; o++) gx[o / (d.OutH * d.OutW) * d.H * d.W + at[o]] += gy[o];
        return gx;
    }

    private static double[] OracleAverage(PoolDims d, double[] x, bool countPadding)
    {
        var y = new double[d.OutputCount];
        ForEachPixel(d, (o, plane, position, inside, padded) => y[o] += x[plane * d.H * d.W + position] / (countPadding ? padded : inside));
        return y;
    }

    private static double[] OracleAverageGradient(PoolDims d, double[] gy, bool countPadding)
    {
        var gx = new double[d.InputCount];
        ForEachPixel(d, (o, plane, position, inside, padded) => gx[plane * d.H * d.W + position] += gy[o] / (countPadding ? padded : inside));
        return gx;
    }

    /// <summary>Every pixel of every window: output, plane, position in the plane, and the window's size inside the image and inside the padded image.</summary>
    private static void ForEachPixel(PoolDims d, Action<int, int, int, int, int> visit)
    {
        for (int o = 0; o < d.OutputCount; o++)
        {
            (int plane, int i, int j) = (o / (d.OutH * d.OutW), o / d.OutW % d.OutH, o % d.OutW);
            int top = i * d.StrideH - d.PadH, left = j * d.StrideW - d.PadW;
            var inside = new List<int>();
            int padded = 0;
            for (int h = top; h < top + d.R; h++)
                for (int w = left; w < left + d.S; w++)
                {
                    if (h < d.H + d.PadH && w < d.W + d.PadW) padded++;
                    if (h >= 0 && h < d.H && w >= 0 && w < d.W) inside.Add(h * d.W + w);
                }
            foreach (int position in inside) visit(o, plane, position, inside.Count, padded);
        }
    }

    private static (T[] Y, int[] Indices) Max<T>(PoolKernels<T> kernels, PoolDims d, T[] x, ImageOrder order) where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int guard = -77;
        int count = (int)d.OutputCount;
        using var xs = new GuardedBuffer<T>(TestImages.InOrder(x, order, d.N, d.C, d.H * d.W));
        using var ys = new GuardedBuffer<T>(count);
        int[] indices = [.. Enumerable.Repeat(guard, count + 32)];
        fixed (int* p = indices) kernels.Max(Pool.View(d, order), xs.Pointer, ys.Pointer, p + 16);
        ys.AssertIntact();
        Assert.All(indices[..16].Concat(indices[(count + 16)..]), i => Assert.Equal(guard, i));
        int pixels = d.OutH * d.OutW;
        return (TestImages.FromOrder(ys.Span.ToArray(), order, d.N, d.C, pixels), TestImages.FromOrder(indices[16..(count + 16)], order, d.N, d.C, pixels));
    }

    private static T[] MaxGradient<T>(PoolKernels<T> kernels, PoolDims d, T[] gy, int[] indices, ImageOrder order) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var gys = new GuardedBuffer<T>(TestImages.InOrder(gy, order, d.N, d.C, d.OutH * d.OutW));
        using var gxs = new GuardedBuffer<T>(d.InputCount);
        fixed (int* p = TestImages.InOrder(indices, order, d.N, d.C, d.OutH * d.OutW)) kernels.MaxGradient(Pool.View(d, order), gys.Pointer, p, gxs.Pointer);
        gxs.AssertIntact();
        return TestImages.FromOrder(gxs.Span.ToArray(), order, d.N, d.C, d.H * d.W);
    }

    private static T[] MaxGather<T>(PoolKernels<T> kernels, PoolDims d, T[] x, int[] indices, ImageOrder order) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var xs = new GuardedBuffer<T>(TestImages.InOrder(x, order, d.N, d.C, d.H * d.W));
        using var ys = new GuardedBuffer<T>(d.OutputCount);
        fixed (int* p = TestImages.InOrder(indices, order, d.N, d.C, d.OutH * d.OutW)) kernels.MaxGather(Pool.View(d, order), xs.Pointer, p, ys.Pointer);
        ys.AssertIntact();
        return TestImages.FromOrder(ys.Span.ToArray(), order, d.N, d.C, d.OutH * d.OutW);
    }

    private static T[] Average<T>(PoolKernels<T> kernels, PoolView view, bool countPadding, T[] x, ImageOrder order, int n, int c) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var xs = new GuardedBuffer<T>(TestImages.InOrder(x, order, n, c, view.H * view.W));
        using var ys = new GuardedBuffer<T>(view.Images * view.Output);
        kernels.Average(view, countPadding, xs.Pointer, ys.Pointer);
        ys.AssertIntact();
        return TestImages.FromOrder(ys.Span.ToArray(), order, n, c, view.Rows.Count * view.Cols.Count);
    }

    private static T[] AverageGradient<T>(PoolKernels<T> kernels, PoolView view, bool countPadding, T[] gy, ImageOrder order, int n, int c) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var gys = new GuardedBuffer<T>(TestImages.InOrder(gy, order, n, c, view.Rows.Count * view.Cols.Count));
        using var gxs = new GuardedBuffer<T>(view.Images * view.Input);
        kernels.AverageGradient(view, countPadding, gys.Pointer, gxs.Pointer);
        gxs.AssertIntact();
        return TestImages.FromOrder(gxs.Span.ToArray(), order, n, c, view.H * view.W);
    }

    private static void AssertClose<T>(double[] expected, T[] actual, double tolerance, string name) where T : unmanaged, INumber<T>
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            if (!(Math.Abs(expected[i] - double.CreateChecked(actual[i])) <= tolerance))
                Assert.Fail($"{name}: element {i} of {expected.Length} is {actual[i]}, expected {expected[i]}");
    }

    private static double[] ToDouble<T>(T[] values) where T : INumber<T> => [.. values.Select(v => double.CreateChecked(v))];

    /// <summary>Uniform in (-1, 1), in steps coarse enough for ties.</summary>
    private static T[] Values<T>(long count, int seed) where T : INumber<T>
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, checked((int)count)).Select(_ => T.CreateChecked(random.Next(-32, 33) / 33.0))];
    }
}
