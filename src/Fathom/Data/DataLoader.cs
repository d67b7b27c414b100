using System.Collections;

namespace Fathom.Data;

/// <summary>
/// Walks through a data set in batches, in a new random order each epoch if asked to. What it gives is a function of seed and <see cref="Epoch"/> alone: neither
/// the number of workers nor their timing changes a bit of it.
/// </summary>
public sealed class DataLoader : IResumableLoader
{
    int _epoch, _firstBatch;

    /// <summary>A loader over a data set.</summary>
    /// <param name="dataset">The samples.</param>
    /// <param name="batchSize">Samples a batch, 1 or more; the last may have fewer.</param>
    /// <param name="shuffle">Whether each epoch has a random order of its own.</param>
    /// <param name="seed">What order and random transforms come from.</param>
    /// <param name="dropLast">Whether a last batch with fewer samples is left out.</param>
    /// <param name="transform">Changes the inputs of each batch; null leaves them as they are.</param>
    /// <param name="workers">How many batches are made at once by other threads; 0 makes each when it is asked for, on the thread that asks.</param>
    /// <param name="prefetch">How many batches each worker may be ahead.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is too small.</exception>
    public DataLoader(IDataset dataset, int batchSize, bool shuffle = false, long seed = 0, bool dropLast = false, Transform? transform = null, int workers = 0, int prefetch = 2)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(workers);
        ArgumentOutOfRangeException.ThrowIfLessThan(prefetch, 1);
        (Dataset, BatchSize, Shuffle, Seed, DropLast, Transform, Workers, Prefetch) = (dataset, batchSize, shuffle, seed, dropLast, transform, workers, prefetch);
    }

    /// <summary>The samples.</summary>
    public IDataset Dataset { get; }

    /// <summary>Samples a batch.</summary>
    public int BatchSize { get; }

    /// <summary>Whether each epoch has a random order of its own.</summary>
    public bool Shuffle { get; }

    /// <summary>What order and random transforms come from.</summary>
    public long Seed { get; }

    /// <summary>Whether a last batch with fewer samples is left out.</summary>
    public bool DropLast { get; }

    /// <summary>What changes the inputs of each batch, if anything.</summary>
    public Transform? Transform { get; }

    /// <summary>How many batches are made at once by other threads.</summary>
    public int Workers { get; }

    /// <summary>How many batches each worker may be ahead.</summary>
    public int Prefetch { get; }

    /// <summary>The number of the next walk, from 0; each walk moves it on by one. Set it to go on where an earlier run stopped.</summary>
    public int Epoch { get => _epoch; set => _epoch = value; }

    /// <inheritdoc/>
    public int BatchCount => DropLast ? Dataset.Count / BatchSize : (int)(((long)Dataset.Count + BatchSize - 1) / BatchSize);

    /// <inheritdoc/>
    public int SampleCount => DropLast ? BatchCount * BatchSize : Dataset.Count;

    /// <inheritdoc/>
    public void StartAt(int epoch, int batch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batch, BatchCount);
        (_epoch, _firstBatch) = (epoch, batch);
    }

    /// <summary>Begins a walk. Leaving it early is fine: <c>foreach</c> and <c>Dispose</c> wait for what the workers have begun, then drop it.</summary>
    public IEnumerator<Batch> GetEnumerator()
    {
        var walk = new Walk(this, Interlocked.Increment(ref _epoch) - 1);
        int first = Interlocked.Exchange(ref _firstBatch, 0);
        return Workers == 0 ? walk.InTurn(first) : new PrefetchingWalk(i => walk.Make(first + i), BatchCount - first, Workers, Prefetch);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>One epoch: its order and its random streams.</summary>
    sealed class Walk
    {
        readonly DataLoader _loader;
        readonly int[] _order;
        readonly long _transformSeed;

        public Walk(DataLoader loader, int epoch)
        {
            _loader = loader;
            _order = [.. Enumerable.Range(0, loader.Dataset.Count)];
            var stream = new RandomStream(loader.Seed);
            if (loader.Shuffle) stream.Fork("order").Fork(epoch).Shuffle<int>(_order);
            _transformSeed = (long)stream.Fork("transform").Fork(epoch).State.Key;
        }

        public Batch Make(int index)
        {
            int start = index * _loader.BatchSize;
            ReadOnlyMemory<int> rows = _order.AsMemory(start, Math.Min(_loader.BatchSize, _order.Length - start));
            Batch batch = _loader.Dataset.Gather(rows.Span);
            if (_loader.Transform is not { } transform) return batch;
            return new Batch([transform.Apply(batch.Input, new SampleStreams(_transformSeed, rows)), .. batch.Tensors.Skip(1)]);
        }

        public IEnumerator<Batch> InTurn(int first)
        {
            for (int i = first; i < _loader.BatchCount; i++) yield return Make(i);
        }
    }
}
