namespace Fathom.Data;

/// <summary>
/// A random stream for each sample of a batch. It belongs to seed, epoch and the sample's number in the data set, so what happens to a sample does not depend
/// on the batch it came in, on the order, or on the threads at work.
/// </summary>
public readonly struct SampleStreams
{
    readonly ulong _key;
    readonly ReadOnlyMemory<int> _samples;

    /// <summary>Streams for samples.</summary>
    /// <param name="seed">The seed; one for each epoch.</param>
    /// <param name="samples">The number of each sample of the batch.</param>
    public SampleStreams(long seed, ReadOnlyMemory<int> samples) => (_key, _samples) = ((ulong)seed, samples);

    /// <summary>How many samples there are.</summary>
    public int Count => _samples.Length;

    /// <summary>The stream of a sample, from its beginning.</summary>
    /// <param name="row">Its place in the batch.</param>
    public RandomStream this[int row] => Draws(row).ToStream();

    /// <summary>Streams of the same samples that are independent of these: one set for each of several transforms.</summary>
    public SampleStreams Fork(int index) => new((long)new RandomStream((long)_key).Fork(index).State.Key, _samples);

    /// <summary>The same stream without an object for it.</summary>
    internal PhiloxDraws Draws(int row) => new((long)_key, (ulong)_samples.Span[row]);
}
