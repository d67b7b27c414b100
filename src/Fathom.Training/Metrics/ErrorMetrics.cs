namespace Fathom.Training;

/// <summary>A metric of how far predicted numbers are from what they should be, over all elements.</summary>
public abstract class ErrorMetric : Metric
{
    double sum;
    long count;

    /// <summary>What one difference counts.</summary>
    private protected abstract double Cost(double difference);

    /// <summary>The mean over all elements.</summary>
    private protected double Mean => sum / count;

    /// <inheritdoc/>
    public override double Value => Mean;

    /// <summary>Takes in a batch.</summary>
    /// <param name="prediction">Numbers; (N, 1) goes with targets (N).</param>
    /// <param name="target">What they should be.</param>
    public override void Update(Tensor prediction, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(target);
        if (prediction.Shape != target.Shape && !Targets.AreOneColumn(prediction, target))
            throw ShapeException.For(Name, $"predictions of shape {prediction.Shape} and targets of shape {target.Shape} differ");
        double[] p = prediction.Detach().ToArray<double>(), t = target.Detach().ToArray<double>();
        for (int i = 0; i < p.Length; i++) sum += Cost(p[i] - t[i]);
        count += p.Length;
    }

    /// <inheritdoc/>
    public override void Reset() => (sum, count) = (0, 0);
}

/// <summary>The mean of |prediction - target|.</summary>
public sealed class MeanAbsoluteError : ErrorMetric
{
    /// <inheritdoc/>
    public override string Name => "mean_absolute_error";

    private protected override double Cost(double difference) => Math.Abs(difference);
}

/// <summary>The mean of (prediction - target)^2.</summary>
public sealed class MeanSquaredError : ErrorMetric
{
    /// <inheritdoc/>
    public override string Name => "mean_squared_error";

    private protected override double Cost(double difference) => difference * difference;
}

/// <summary>The root of the mean of (prediction - target)^2.</summary>
public sealed class RootMeanSquaredError : ErrorMetric
{
    /// <inheritdoc/>
    public override string Name => "root_mean_squared_error";

    /// <inheritdoc/>
    public override double Value => Math.Sqrt(Mean);

    private protected override double Cost(double difference) => difference * difference;
}

/// <summary>Shapes of targets.</summary>
internal static class Targets
{
    /// <summary>Whether one is (N) and the other (N, 1): the same numbers, but subtracting them would broadcast to (N, N).</summary>
    public static bool AreOneColumn(Tensor a, Tensor b) => a.Count == b.Count && Math.Abs(a.Rank - b.Rank) == 1 && (a.Rank > b.Rank ? a : b) is { Rank: 2 } column && column.Shape[1] == 1;

    /// <summary>The targets in the predictions' shape where they are the same numbers.</summary>
    public static Tensor Like(Tensor target, Tensor prediction) => AreOneColumn(target, prediction) ? target.Reshape(prediction.Shape) : target;
}
