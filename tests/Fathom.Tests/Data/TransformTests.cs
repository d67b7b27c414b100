using Fathom.Data;

namespace Fathom.Tests.Data;

public class TransformTests
{
    static Tensor Picture => Tensor.From(Enumerable.Range(0, 20).Select(i => (float)(i * i * 7 % 31)).ToArray(), new Shape(1, 1, 4, 5));

    static Tensor Ramp(int n, int c, int h, int w) => Tensor.From(Enumerable.Range(1, n * c * h * w).Select(i => (float)i).ToArray(), new Shape(n, c, h, w));

    // torch.nn.functional.interpolate(mode="bilinear", align_corners=False, antialias=...), PyTorch 1.13
    [Theory]
    [InlineData(6, 7, false, new[] { 0.0, 4.0, 13.0, 28.0, 8.71428, 8.71429, 19.0, 10.0, 7.42857, 8.21429, 15.0, 9.64286, 10.28572, 14.0, 19.66667, 11.28571, 4.80952, 4.33333, 10.16667, 10.92857, 8.83333, 18.33333, 13.0, 10.33333, 13.66667, 8.54762, 7.21429, 8.16667, 21.5, 19.21429, 15.92857, 12.0, 7.0, 8.0, 12.0, 25.0, 25.0, 20.14286, 8.0, 5.85714, 9.71429, 16.0 })]
    [InlineData(2, 3, false, new[] { 8.5, 15.0, 11.83333, 20.16667, 12.0, 9.66667 })]
    [InlineData(2, 3, true, new[] { 9.0, 11.36508, 10.57143, 18.83673, 10.73016, 9.30612 })]
    [InlineData(3, 8, true, new[] { 6.0, 6.04375, 6.98125, 15.79375, 15.41875, 5.85625, 11.14375, 16.0, 19.0, 13.75, 7.125, 8.375, 9.15625, 9.46875, 8.9375, 8.5, 22.9, 21.85, 19.86875, 13.55625, 8.7125, 5.3375, 9.8375, 13.6 })]
    public void Resizes_as_PyTorch_does(int height, int width, bool antialias, double[] expected)
    {
        Tensor resized = new Resize(height, width, antialias).Apply(Picture);
        Assert.Equal(new Shape(1, 1, height, width), resized.Shape);
        Assert.Equal(expected, resized.ToArray<double>(), (a, b) => Math.Abs(a - b) < 2e-5);
    }

    [Fact]
    public void Resizes_every_plane_alike_and_bytes_by_rounding()
    {
        float[] alone = new Resize(7).Apply(Picture).ToArray<float>();
        float[] many = [.. Enumerable.Repeat(Picture.ToArray<float>(), 6).SelectMany(p => p)];
        Assert.Equal(Enumerable.Repeat(alone, 6).SelectMany(p => p), new Resize(7).Apply(Tensor.From(many, new Shape(2, 3, 4, 5))).ToArray<float>());
        Tensor bytes = new Resize(7).Apply(Picture.To(DType.UInt8));
        Assert.Equal(DType.UInt8, bytes.DType);
        Assert.Equal(alone.Select(v => (byte)MathF.Round(v)), bytes.ToArray<byte>());
        Tensor same = Picture;
        Assert.Same(same, new Resize(4, 5).Apply(same));
    }

    [Fact]
    public void Bytes_become_floats_from_0_to_1()
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        Assert.Equal(all.Select(b => b / 255f), new ToFloat().Apply(Tensor.From(all, new Shape(1, 1, 16, 16))).ToArray<float>());
        Assert.Throws<ArgumentException>(() => new ToFloat().Apply(Tensor.Zeros(new Shape(1, 1, 2, 2), DType.Int64)));
    }

    [Fact]
    public void Normalises_each_channel()
    {
        Tensor normal = new Normalize([1, 5], [2, 4]).Apply(Ramp(1, 2, 2, 2));
        Assert.Equal([0f, 0.5f, 1, 1.5f, 0, 0.25f, 0.5f, 0.75f], normal.ToArray<float>());
        Assert.Contains("3 channels, but 2 means", Assert.Throws<ShapeException>(() => new Normalize([1, 5], [2, 4]).Apply(Ramp(1, 3, 2, 2))).Message);
        Assert.Throws<ArgumentException>(() => new Normalize([0], [0]));
    }

    /// <summary>Every result must be one of the windows, cut out by slow code; over many samples, all must come.</summary>
    [Theory]
    [InlineData(2, 3, 0)]
    [InlineData(3, 4, 1)]
    [InlineData(1, 1, 2)]
    public void Crops_are_windows_of_the_padded_image(int height, int width, int padding)
    {
        const int n = 400, h = 3, w = 4;
        float[] one = Ramp(1, 2, h, w).ToArray<float>();
        float At(int c, int y, int x) => y is >= 0 and < h && x is >= 0 and < w ? one[(c * h + y) * w + x] : 0;
        HashSet<string> windows = [];
        for (int top = -padding; top + height <= h + padding; top++)
            for (int left = -padding; left + width <= w + padding; left++)
                windows.Add(string.Join(' ', from c in Enumerable.Range(0, 2) from y in Enumerable.Range(top, height) from x in Enumerable.Range(left, width) select At(c, y, x)));

        Tensor crops = new RandomCrop(height, width, padding).Apply(Tensor.From([.. Enumerable.Repeat(one, n).SelectMany(p => p)], new Shape(n, 2, h, w)), seed: 3);
        Assert.Equal(new Shape(n, 2, height, width), crops.Shape);
        Assert.Equal(windows.Order(), crops.ToArray<float>().Chunk(2 * height * width).Select(c => string.Join(' ', c)).Distinct().Order());
    }

    [Fact]
    public void About_half_of_the_images_are_mirrored()
    {
        foreach (DType dtype in Enum.GetValues<DType>().Where(t => t != DType.Bool))
        {
            Tensor images = Tensor.From([.. Enumerable.Repeat(new[] { 1f, 2, 3, 4, 5, 6 }, 300).SelectMany(p => p)], new Shape(300, 1, 2, 3)).To(dtype);
            Tensor flipped = new RandomHorizontalFlip().Apply(images, seed: 5);
            string[] kinds = [.. flipped.ToArray<float>().Chunk(6).Select(c => string.Join(' ', c))];
            Assert.Equal(["1 2 3 4 5 6", "3 2 1 6 5 4"], kinds.Distinct().Order());
            Assert.InRange(kinds.Count(k => k[0] == '3'), 110, 190);
            Assert.Equal(1f, images.ToArray<float>()[0]);
        }
        Tensor picture = Ramp(2, 1, 2, 2);
        Assert.Equal(picture.ToArray<float>(), new RandomHorizontalFlip(0).Apply(picture).ToArray<float>());
        Assert.Equal([2f, 1, 4, 3, 6, 5, 8, 7], new RandomHorizontalFlip(1).Apply(picture).ToArray<float>());
    }

    [Fact]
    public void Chained_transforms_draw_from_streams_of_their_own()
    {
        Transform chain = new RandomHorizontalFlip().Then(new RandomHorizontalFlip());
        float[] twice = chain.Apply(Tensor.From([.. Enumerable.Repeat(new[] { 1f, 2 }, 200).SelectMany(p => p)], new Shape(200, 1, 1, 2)), seed: 1).ToArray<float>();
        Assert.InRange(twice.Chunk(2).Count(p => p[0] == 2), 60, 140);     // with one stream for both, each mirror would be undone
        Assert.Equal(twice, chain.Apply(Tensor.From([.. Enumerable.Repeat(new[] { 1f, 2 }, 200).SelectMany(p => p)], new Shape(200, 1, 1, 2)), seed: 1).ToArray<float>());
    }

    [Fact]
    public void A_stream_of_a_sample_is_its_own_and_repeats()
    {
        var streams = new SampleStreams(seed: 1, new[] { 5, 9 });
        Assert.Equal(streams[0].NextDouble(), streams[0].NextDouble());
        Assert.NotEqual(streams[0].NextDouble(), streams[1].NextDouble());
        Assert.NotEqual(streams[0].NextDouble(), streams.Fork(0)[0].NextDouble());
        Assert.Equal(streams[1].NextDouble(), new SampleStreams(1, new[] { 9 })[0].NextDouble());
    }

    [Fact]
    public void Names_what_does_not_fit()
    {
        Assert.Contains("(N, C, H, W)", Assert.Throws<ShapeException>(() => new Resize(2).Apply(Tensor.Zeros(3, 3))).Message);
        Assert.Contains("5 x 5 does not fit images of 3 x 3 with a margin of 0", Assert.Throws<ShapeException>(() => new RandomCrop(5, 5).Apply(Ramp(1, 1, 3, 3))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomHorizontalFlip(1.5));
        Assert.Contains("before the batch moves", Assert.Throws<ArgumentException>(() => new Resize(2).Apply(Tensor.Zeros(new Shape(1, 1, 3, 3), device: Fathom.Devices.Device.Meta))).Message);
    }
}
