namespace Fathom.Data;

/// <summary>Samples of a linear model with noise, y = X w + b + e, where X and e / noise are normal (Dive into Deep Learning, 3.3).</summary>
public sealed class SyntheticRegressionData
{
    readonly TensorDataset _train, _val;
    readonly long _seed;

    /// <summary>Draws samples.</summary>
    /// <param name="w">The true weights, (d,) or (d, 1).</param>
    /// <param name="b">The true bias.</param>
    /// <param name="noise">The standard deviation of the noise.</param>
    /// <param name="trainCount">Training samples.</param>
    /// <param name="valCount">Validation samples.</param>
    /// <param name="batchSize">Samples a batch.</param>
    /// <param name="seed">The same seed gives the same samples and the same order.</param>
    public SyntheticRegressionData(Tensor w, double b, double noise = 0.01, int trainCount = 1000, int valCount = 1000, int batchSize = 32, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(w);
        ArgumentOutOfRangeException.ThrowIfLessThan(trainCount, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(valCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        int features = checked((int)w.Count), count = checked(trainCount + valCount);
        (W, B, BatchSize, _seed) = (w, b, batchSize, seed);
        var stream = new RandomStream(seed);
        X = stream.Fork("inputs").Normal(new Shape(count, features));
        Y = X.MatMul(w.Detach().To(DType.Float32).Reshape(new Shape(features, 1))) + b + stream.Fork("noise").Normal(new Shape(count, 1), 0, noise);
        _train = new TensorDataset(X.Slice(0, 0, trainCount), Y.Slice(0, 0, trainCount));
        _val = new TensorDataset(X.Slice(0, trainCount), Y.Slice(0, trainCount));
    }

    /// <summary>The true weights.</summary>
    public Tensor W { get; }

    /// <summary>The true bias.</summary>
    public double B { get; }

    /// <summary>The inputs, (count, d): training samples, then validation samples.</summary>
    public Tensor X { get; }

    /// <summary>The targets, (count, 1).</summary>
    public Tensor Y { get; }

    /// <summary>Samples a batch.</summary>
    public int BatchSize { get; }

    /// <summary>A loader: training samples in random order, validation samples in theirs.</summary>
    public DataLoader GetDataLoader(bool train) => new(train ? _train : _val, BatchSize, shuffle: train, seed: _seed);
}
