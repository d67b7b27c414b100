using Fathom.Devices.Cpu;

namespace Fathom.Tests.Tensors;

public class RandomStreamTests
{
    [Theory]
    [InlineData(0UL, 0UL, 0UL)]
    [InlineData(0x299f31d0a4093822, 0x0370734413198a2e, 0x85a308d3243f6a8UL)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, 0xfffffffUL)]
    public unsafe void Sixteen_blocks_at_once_equal_single_blocks(ulong key, ulong stream, ulong group)
    {
        uint[] words = new uint[PhiloxGroup.Words];
        fixed (uint* p = words) PhiloxGroup.Fill(key, stream, group, p);
        for (int i = 0; i < PhiloxGroup.Blocks; i++)
        {
            (uint a, uint b, uint c, uint d) = new Philox(key).Block(group * PhiloxGroup.Blocks + (ulong)i, stream);
            Assert.Equal([a, b, c, d], [words[i], words[16 + i], words[32 + i], words[48 + i]]);
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_numbers_for_any_thread_count()
    {
        int before = Threads.Count;
        try
        {
            float[][] draws = [.. new[] { 1, 2, 3 }.Select(threads =>
            {
                Threads.Count = threads;
                return new RandomStream(5).Normal((123, 457)).ToArray<float>();
            })];
            Assert.Equal(draws[0], draws[1]);
            Assert.Equal(draws[0], draws[2]);
        }
        finally
        {
            Threads.Count = before;
        }
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void A_longer_draw_begins_with_the_numbers_of_a_shorter_one(DType type)
    {
        foreach (int n in (int[])[1, 31, 32, 63, 64, 65, 200])
        {
            Assert.Equal(new RandomStream(1).Normal(1000, dtype: type).ToArray<double>()[..n], new RandomStream(1).Normal(n, dtype: type).ToArray<double>());
            Assert.Equal(new RandomStream(1).Uniform(1000, dtype: type).ToArray<double>()[..n], new RandomStream(1).Uniform(n, dtype: type).ToArray<double>());
        }
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void Draws_follow_their_distributions(DType type)
    {
        const int n = 400_000;
        RandomStream random = new(3);
        double[] u = random.Uniform(n, 2, 5, type).ToArray<double>(), z = random.Normal(n, 1, 2, type).ToArray<double>();
        Assert.All(u, v => Assert.InRange(v, 2, 4.9999999));
        Assert.Equal(3.5, u.Average(), 0.01);
        Assert.Equal(0.75, Moment(u, 2), 0.01);
        Assert.Equal(1, z.Average(), 0.02);
        Assert.Equal(4, Moment(z, 2), 0.05);
        Assert.Equal(0, Moment(z, 3) / 8, 0.03);
        Assert.Equal(3, Moment(z, 4) / 16, 0.06);
        Assert.InRange(z.Max(), 8.5, 13);           // the tail is there
        Assert.True(u.Distinct().Count() > (type == DType.Float64 ? n - 1 : 390_000));
        double serial = Enumerable.Range(0, n - 1).Average(i => (z[i] - 1) * (z[i + 1] - 1)) / 4;
        Assert.Equal(0, serial, 0.01);
    }

    static double Moment(double[] x, int order)
    {
        double mean = x.Average();
        return x.Average(v => Math.Pow(v - mean, order));
    }

    [Fact]
    public void Integers_cover_their_range_evenly()
    {
        long[] x = new RandomStream(0).Integers(60_000, -2, 4).ToArray<long>();
        Assert.All(Enumerable.Range(-2, 6), v => Assert.InRange(x.Count(a => a == v), 9_500, 10_500));
        Assert.All(new RandomStream(0).Integers(100, long.MinValue, long.MaxValue).ToArray<long>().Chunk(50), c => Assert.Contains(c, v => v < 0));
    }

    [Fact]
    public void Bernoulli_meets_its_probability_and_its_ends()
    {
        RandomStream random = new(0);
        Assert.Equal(0.3, random.Bernoulli(100_000, 0.3, DType.Float64).ToArray<double>().Average(), 0.008);
        Assert.Equal(1000, random.Bernoulli(1000, 1).ToArray<bool>().Count(b => b));
        Assert.Equal(0, random.Bernoulli(1000, 0).ToArray<bool>().Count(b => b));
        Assert.Equal([0f, 1, 0, 1], Tensor.Bernoulli(Tensor.From(0f, 1, 0, 1)).ToArray<float>());
    }

    [Fact]
    public void A_permutation_holds_every_number_once_and_differs_by_seed()
    {
        long[] a = new RandomStream(1).Permutation(1000).ToArray<long>();
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (long)i), a.Order());
        Assert.Equal(a, new RandomStream(1).Permutation(1000).ToArray<long>());
        Assert.NotEqual(a, new RandomStream(2).Permutation(1000).ToArray<long>());
        Assert.InRange(a.Select((v, i) => v == i ? 1 : 0).Sum(), 0, 8);
        Assert.Empty(new RandomStream(1).Permutation(0).ToArray<long>());
        int[] firsts = [.. Enumerable.Range(0, 6000).Select(seed => (int)new RandomStream(seed).Permutation(3).ToArray<long>()[0])];
        Assert.All([0, 1, 2], v => Assert.InRange(firsts.Count(f => f == v), 1_800, 2_200));
    }

    [Fact]
    public void Forks_are_independent_and_repeatable()
    {
        RandomStream a = new(7);
        float[] before = a.Copy().Uniform(64).ToArray<float>();
        float[][] draws =
        [
            a.Fork().Uniform(64).ToArray<float>(), a.Fork().Uniform(64).ToArray<float>(), a.Fork(0).Uniform(64).ToArray<float>(),
            a.Fork(1).Uniform(64).ToArray<float>(), a.Fork("x").Uniform(64).ToArray<float>(), a.Fork("y").Uniform(64).ToArray<float>(),
            a.Fork(0).Fork(0).Uniform(64).ToArray<float>(), before,
        ];
        Assert.InRange(draws.SelectMany(d => d).Distinct().Count(), draws.Length * 64 - 2, draws.Length * 64);
        Assert.Equal(before, a.Uniform(64).ToArray<float>());                   // forking took nothing from the stream
        Assert.Equal(draws[2], a.Fork(0).Uniform(64).ToArray<float>());
        Assert.Equal(draws[4], a.Fork("x").Uniform(64).ToArray<float>());
    }

    [Fact]
    public void A_stream_goes_on_from_a_saved_state()
    {
        RandomStream a = new(11);
        a.Normal(100);
        a.Fork();
        RandomState saved = a.State;
        float[] next = a.Normal(100).ToArray<float>(), fork = a.Fork().Normal(5).ToArray<float>();
        RandomStream b = new(saved);
        Assert.Equal(next, b.Normal(100).ToArray<float>());
        Assert.Equal(fork, b.Fork().Normal(5).ToArray<float>());
        a.State = saved;
        Assert.Equal(next, a.Normal(100).ToArray<float>());
    }

    [Fact]
    public void A_fill_does_not_depend_on_memory_order_and_counts_as_a_change()
    {
        Tensor x = Tensor.Zeros(5, 7), y = Tensor.Zeros(7, 5).T;
        int version = y.Version;
        x.UniformInPlace(-1, 1, new RandomStream(2));
        y.UniformInPlace(-1, 1, new RandomStream(2));
        Assert.Equal(x.ToArray<float>(), y.ToArray<float>());
        Assert.True(y.Version > version);
        Assert.Throws<InvalidOperationException>(() => Tensor.Zeros(2).WithGrad().NormalInPlace());
    }

    [Fact]
    public void Half_types_are_drawn_as_floats_and_rounded()
    {
        float[] exact = new RandomStream(1).Normal(100).ToArray<float>(), half = new RandomStream(1).Normal(100, dtype: DType.Float16).ToArray<float>();
        Assert.Equal(exact.Select(v => (float)(Half)v), half);
    }

    [Fact]
    public void Bad_arguments_are_named()
    {
        RandomStream r = new(0);
        Assert.Contains("do not make a range", Assert.Throws<ArgumentException>(() => r.Uniform(2, 1, 0)).Message);
        Assert.Contains("-1", Assert.Throws<ArgumentException>(() => r.Normal(2, 0, -1)).Message);
        Assert.Contains("no whole number", Assert.Throws<ArgumentException>(() => r.Integers(2, 3, 3)).Message);
        Assert.Contains("1.5", Assert.Throws<ArgumentException>(() => r.Bernoulli(2, 1.5)).Message);
        Assert.Contains("int64", Assert.Throws<ArgumentException>(() => r.Uniform(2, dtype: DType.Int64)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => r.Fork(-1));
    }

    [Fact]
    public void Streams_are_safe_to_share_between_threads()
    {
        RandomStream r = new(0);
        var all = new System.Collections.Concurrent.ConcurrentBag<double>();
        Parallel.For(0, 500, _ => all.Add(r.NextDouble()));
        Assert.Equal(500, all.Distinct().Count());
    }
}
