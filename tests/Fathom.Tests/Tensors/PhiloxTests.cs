namespace Fathom.Tests.Tensors;

public class PhiloxTests
{
    // The known answers published with Random123 (kat_vectors, philox4x32, 10 rounds): counter words, key words, result.
    [Theory]
    [InlineData(0x0000000000000000, 0x0000000000000000, 0x0000000000000000, "6627e8d5 e169c58d bc57ac4c 9b00dbd8")]
    [InlineData(0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff, "408f276d 41c83b0e a20bc7c6 6d5451fd")]
    [InlineData(0x85a308d3243f6a88, 0x0370734413198a2e, 0x299f31d0a4093822, "d16cfe09 94fdcceb 5001e420 24126ea1")]
    public void Gives_the_published_answers(ulong low, ulong high, ulong key, string expected)
    {
        (uint a, uint b, uint c, uint d) = new Philox(key).Block(low, high);
        Assert.Equal(expected, $"{a:x8} {b:x8} {c:x8} {d:x8}");
    }

    [Fact]
    public void Draws_follow_their_distributions()
    {
        const int n = 200_000;
        var draws = new PhiloxDraws(seed: 1, stream: 2);
        double uniform = 0, normal = 0, normal2 = 0, rough = 0, rough2 = 0;
        int[] counts = new int[10];
        for (int i = 0; i < n; i++)
        {
            float u = draws.Uniform(), z = draws.Normal(), r = draws.RoughNormal();
            Assert.True(u is >= 0 and < 1);
            (uniform, normal, normal2, rough, rough2) = (uniform + u, normal + z, normal2 + z * z, rough + r, rough2 + r * r);
            counts[draws.Index(10)]++;
        }
        Assert.Equal(0.5, uniform / n, 0.003);          // five standard errors or more
        Assert.Equal(0, normal / n, 0.012);
        Assert.Equal(1, normal2 / n, 0.02);
        Assert.Equal(0, rough / n, 0.012);
        Assert.Equal(1, rough2 / n, 0.02);
        Assert.All(counts, c => Assert.Equal(n / 10.0, c, 700.0));
    }

    [Fact]
    public void Streams_differ_and_repeat()
    {
        static uint[] Words(long seed, ulong stream)
        {
            var draws = new PhiloxDraws(seed, stream);
            return [.. Enumerable.Range(0, 9).Select(_ => draws.Word())];
        }
        Assert.Equal(Words(7, 3), Words(7, 3));
        Assert.Empty(Words(7, 3).Intersect(Words(7, 4)));
        Assert.Empty(Words(7, 3).Intersect(Words(8, 3)));
        Assert.Equal(9, Words(7, 3).Distinct().Count());
    }
}
