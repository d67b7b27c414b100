using FsCheck.Fluent;
using Fathom.Data;
using Fathom.Tests.Formats;

namespace Fathom.Tests.Data;

public class DataLoaderTests
{
    /// <summary>Sample i is (i, i + 0.5) with target i.</summary>
    static TensorDataset Numbers(int count) => new(
        Tensor.From(Enumerable.Range(0, count).SelectMany(i => new[] { i, i + 0.5f }).ToArray(), new Shape(count, 2)),
        Tensor.From(Enumerable.Range(0, count).Select(i => (long)i).ToArray()));

    static long[] Targets(IEnumerable<Batch> batches) => [.. batches.SelectMany(b => b.Target.ToArray<long>())];

    static float[] Inputs(IEnumerable<Batch> batches) => [.. batches.SelectMany(b => b.Input.ToArray<float>())];

    [Fact]
    public void Without_shuffling_batches_come_in_order()
    {
        var loader = new DataLoader(Numbers(7), 3);
        Assert.Equal((3, 7), (loader.BatchCount, loader.SampleCount));
        Assert.Equal([3, 3, 1], loader.Select(b => b.Count));
        Assert.Equal([0L, 1, 2, 3, 4, 5, 6], Targets(loader));
        (Tensor x, Tensor y) = loader.First();
        Assert.Equal([0f, 0.5f, 1, 1.5f, 2, 2.5f], x.ToArray<float>());
        Assert.Equal((new Shape(3, 2), new Shape([3])), (x.Shape, y.Shape));
    }

    [Fact]
    public void An_incomplete_batch_can_be_dropped()
    {
        var loader = new DataLoader(Numbers(7), 3, dropLast: true);
        Assert.Equal((2, 6), (loader.BatchCount, loader.SampleCount));
        Assert.Equal([3, 3], loader.Select(b => b.Count));
        Assert.Empty(new DataLoader(Numbers(2), 3, dropLast: true));
        Assert.Empty(new DataLoader(Numbers(0), 3));
    }

    [Fact]
    public void Each_epoch_is_another_permutation_of_whole_samples()
    {
        var loader = new DataLoader(Numbers(50), 8, shuffle: true, seed: 4);
        Batch[] first = [.. loader], second = [.. loader];
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (long)i), Targets(first).Order());
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (long)i), Targets(second).Order());
        Assert.NotEqual(Targets(first), Targets(second));
        Assert.Equal(Targets(first).SelectMany(t => new[] { t, t + 0.5f }), Inputs(first));
        Assert.Equal(2, loader.Epoch);

        var again = new DataLoader(Numbers(50), 8, shuffle: true, seed: 4) { Epoch = 1 };
        Assert.Equal(Targets(second), Targets(again));
        Assert.NotEqual(Targets(first), Targets(new DataLoader(Numbers(50), 8, shuffle: true, seed: 5)));
    }

    [Fact]
    public void Workers_change_nothing() => Arrays.Check(
        from count in Gen.Choose(0, 40)
        from batch in Gen.Choose(1, 9)
        from workers in Gen.Choose(1, 4)
        from prefetch in Gen.Choose(1, 3)
        from dropLast in Gen.Elements(false, true)
        select (count, batch, workers, prefetch, dropLast),
        c =>
        {
            DataLoader Loader(int workers, int prefetch) =>
                new(Images(c.count), c.batch, shuffle: true, seed: c.count, dropLast: c.dropLast, transform: new RandomCrop(3, 3, 2).Then(new RandomHorizontalFlip()), workers: workers, prefetch: prefetch);
            DataLoader plain = Loader(0, 1), threaded = Loader(c.workers, c.prefetch);
            bool same = true;
            for (int epoch = 0; epoch < 2; epoch++)
            {
                Batch[] a = [.. plain], b = [.. threaded];
                same &= a.Length == plain.BatchCount && Targets(a).SequenceEqual(Targets(b)) && Inputs(a).SequenceEqual(Inputs(b));
            }
            return same;
        });

    static LabeledImages Images(int count) =>
        new(1, 4, 4, [.. Enumerable.Range(0, count * 16).Select(i => (byte)(i * 31))], [.. Enumerable.Range(0, count).Select(i => (byte)i)]);

    [Fact]
    public void What_happens_to_a_sample_depends_on_its_number_alone()
    {
        static Dictionary<long, string> ByLabel(int batchSize, bool shuffle) =>
            new DataLoader(Images(20), batchSize, shuffle, seed: 9, transform: new RandomCrop(4, 4, 2))
                .SelectMany(b => Enumerable.Range(0, b.Count).Select(i => (Label: b.Target.ToArray<long>()[i], Pixels: string.Join(' ', b.Input.ToArray<float>()[(i * 16)..((i + 1) * 16)]))))
                .ToDictionary(p => p.Label, p => p.Pixels);
        Assert.Equal(ByLabel(20, shuffle: false), ByLabel(3, shuffle: true).OrderBy(p => p.Key).ToDictionary());
    }

    /// <summary>Fails on one sample, and counts what is asked of it.</summary>
    sealed class Fragile(int failAt) : IDataset
    {
        int _running, _asked;
        public int Running => Volatile.Read(ref _running);
        public int Asked => Volatile.Read(ref _asked);
        public int Count => 100;
        public Action<int>? OnGather { get; init; }

        public Batch Gather(ReadOnlySpan<int> rows)
        {
            Interlocked.Increment(ref _running);
            try
            {
                Interlocked.Increment(ref _asked);
                OnGather?.Invoke(rows[0]);
                if (rows.Contains(failAt)) throw new InvalidDataException($"sample {failAt} is broken");
                return new Batch(Tensor.From(rows.ToArray()));
            }
            finally { Interlocked.Decrement(ref _running); }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void What_a_worker_throws_comes_out_at_its_place(int workers)
    {
        var loader = new DataLoader(new Fragile(45), 10, workers: workers);
        int seen = 0;
        var thrown = Assert.Throws<InvalidDataException>(() => { foreach (Batch _ in loader) seen++; });
        Assert.Equal(4, seen);
        Assert.Contains("45", thrown.Message);
    }

    [Fact]
    public void Leaving_early_waits_for_the_workers_and_stops_them()
    {
        using var gate = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        var dataset = new Fragile(-1) { OnGather = row => { if (row > 0) { begun.Set(); gate.Wait(); } } };
        foreach (Batch _ in new DataLoader(dataset, 1, workers: 2, prefetch: 2))
        {
            begun.Wait();
            Task.Delay(50).ContinueWith(t => gate.Set(), TaskScheduler.Default);
            break;
        }
        Assert.True(gate.IsSet);
        Assert.Equal(0, dataset.Running);
        Assert.InRange(dataset.Asked, 2, 5);
    }

    [Fact]
    public void Leaving_early_does_not_mind_a_failure_that_is_ahead()
    {
        foreach (Batch b in new DataLoader(new Fragile(1), 1, workers: 2)) { Assert.Equal(1, b.Count); break; }
    }

    [Fact]
    public void Batches_are_copies()
    {
        TensorDataset data = Numbers(4);
        Batch batch = new DataLoader(data, 4).Single();
        batch.Input.FillInPlace(0);
        Assert.Equal(3.5f, data.Tensors[0].ToArray<float>()[^1]);
    }

    [Fact]
    public void Data_sets_can_be_looked_into_and_cut()
    {
        TensorDataset data = Numbers(10);
        Assert.Equal([7f, 7.5f], data[7][0].ToArray<float>());
        Assert.Equal(Shape.Scalar, data[7][1].Shape);
        Assert.Equal([0L, 1, 2], Targets(new DataLoader(data.Take(3), 2)));
        Assert.Same(data, data.Take(10));

        IDataset[] parts = data.SplitAtRandom(seed: 3, 7, 3);
        Assert.Equal([7, 3], parts.Select(p => p.Count));
        long[] all = [.. parts.SelectMany(p => Targets(new DataLoader(p, 4)))];
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (long)i), all.Order());
        Assert.NotEqual(all.Order(), all);
        Assert.Throws<ArgumentException>(() => data.SplitAtRandom(0, 8, 3));
    }

    [Fact]
    public void Gathers_from_any_memory_order_and_type()
    {
        Tensor transposed = Tensor.From(new[,] { { 1.0, 2, 3 }, { 4, 5, 6 } }).Permute(1, 0);
        Assert.Equal([3.0, 6, 1, 4], new TensorDataset(transposed).Gather([2, 0]).Input.ToArray<double>());
        var wide = new TensorDataset(Tensor.From(Enumerable.Range(0, 3 * 400_000).ToArray(), new Shape(3, 400_000)));     // enough to be shared between threads
        Assert.Equal(Enumerable.Range(800_000, 400_000).Concat(Enumerable.Range(0, 400_000)), wide.Gather([2, 0]).Input.ToArray<int>());
    }

    [Fact]
    public void Refuses_what_makes_no_sense()
    {
        TensorDataset data = Numbers(4);
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Gather([4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Gather([-1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Take(2).Gather([2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Images(3).Gather([3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DataLoader(data, 0));
        Assert.Throws<ShapeException>(() => new TensorDataset(Tensor.Zeros(2, 3), Tensor.Zeros([3])));
    }

    [Fact]
    public void Images_come_as_floats_and_labels_as_long()
    {
        (Tensor x, Tensor y) = Images(5).Gather([4, 1]);
        Assert.Equal((new Shape(2, 1, 4, 4), DType.Float32), (x.Shape, x.DType));
        Assert.Equal([4L, 1], y.ToArray<long>());
        Assert.Equal(Enumerable.Range(64, 16).Concat(Enumerable.Range(16, 16)).Select(i => (byte)(i * 31) / 255f), x.ToArray<float>());
        (Tensor image, int label) = Images(5)[3];
        Assert.Equal((new Shape(1, 4, 4), 3), (image.Shape, label));
    }

    [Fact]
    public void Synthetic_samples_follow_the_model()
    {
        var data = new SyntheticRegressionData(Tensor.From(2f, -3.4f), b: 4.2, noise: 0.01, trainCount: 1000, valCount: 500, batchSize: 32, seed: 1);
        Assert.Equal((new Shape(1500, 2), new Shape(1500, 1)), (data.X.Shape, data.Y.Shape));
        float[] x = data.X.ToArray<float>(), y = data.Y.ToArray<float>();
        double[] errors = [.. Enumerable.Range(0, 1500).Select(i => y[i] - (2 * x[2 * i] - 3.4 * x[2 * i + 1] + 4.2))];
        Assert.Equal(0.01, Math.Sqrt(errors.Average(e => e * e)), 0.001);
        Assert.Equal((32, 16), (data.GetDataLoader(train: true).BatchCount, data.GetDataLoader(train: false).BatchCount));
        Assert.Equal(x[2000..], Inputs(data.GetDataLoader(train: false)));
        Assert.NotEqual(x[..2000], Inputs(data.GetDataLoader(train: true)));
        Assert.Equal(x[..2000].Order(), Inputs(data.GetDataLoader(train: true)).Order());
    }

    [Fact]
    public void Glyphs_are_a_task_of_ten_classes()
    {
        ImageData glyphs = ImageData.Glyphs(train: 40, test: 20, seed: 2);
        Assert.Equal((40, 20, 10, new Shape(1, 28, 28)), (glyphs.Train.Count, glyphs.Test.Count, glyphs.ClassNames.Count, glyphs.ImageShape));
        Assert.Equal(new Shape(16, 1, 28, 28), new DataLoader(glyphs.Train, 16).First().Input.Shape);
    }
}
