namespace Fathom.Training;

/// <summary>A metric of predicted classes, gathered as a confusion matrix.</summary>
/// <remarks>Predictions are scores (N, classes, ...), the greatest wins; or class indices of an integer type, of the targets' shape; or, for two classes,
/// one number a sample, (N) or (N, 1), that stands for class 1 above a threshold. Targets are class indices, or one-hot rows of the scores' shape.</remarks>
public abstract class ClassMetric : Metric
{
    readonly double threshold;
    long[] counts = [];

    /// <summary>Begins without samples.</summary>
    /// <param name="threshold">Above it, a single number stands for class 1: 0.5 for probabilities, 0 for logits.</param>
    protected ClassMetric(double threshold) => this.threshold = threshold;

    /// <summary>The number of classes seen so far.</summary>
    public int Classes { get; private set; }

    /// <summary>The number of samples so far.</summary>
    public long Samples { get; private set; }

    /// <summary>How many samples of a class (first) were taken for another (second).</summary>
    protected long Count(int target, int predicted) => counts[target * Classes + predicted];

    /// <summary>Samples of a class taken for it.</summary>
    private protected long Hits(int c) => Count(c, c);

    /// <summary>Samples of a class.</summary>
    private protected long Actual(int c) => Enumerable.Range(0, Classes).Sum(p => Count(c, p));

    /// <summary>Samples taken for a class.</summary>
    private protected long Predicted(int c) => Enumerable.Range(0, Classes).Sum(t => Count(t, c));

    /// <inheritdoc/>
    public override void Reset() => (counts, Classes, Samples) = ([], 0, 0);

    /// <inheritdoc/>
    public override void Update(Tensor prediction, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(target);
        (long[] guessed, long[] right, int classes) = ClassIndices.Of(prediction, target, threshold, Name);
        for (int i = 0; i < guessed.Length; i++)
        {
            if (guessed[i] < 0 || right[i] < 0) throw new ArgumentOutOfRangeException(nameof(target), $"[{Name}] sample {i} has target {right[i]} and prediction {guessed[i]}; classes are counted from 0.");
            classes = (int)Math.Max(classes, Math.Max(guessed[i], right[i]) + 1);
        }
        Grow(classes);
        for (int i = 0; i < guessed.Length; i++) counts[right[i] * Classes + guessed[i]]++;
        Samples += guessed.Length;
    }

    void Grow(int classes)
    {
        if (classes <= Classes) return;
        long[] larger = new long[classes * classes];
        for (int t = 0; t < Classes; t++) counts.AsSpan(t * Classes, Classes).CopyTo(larger.AsSpan(t * classes));
        (counts, Classes) = (larger, classes);
    }
}

/// <summary>From predictions and targets in their several forms to class indices.</summary>
internal static class ClassIndices
{
    public static (long[] Predicted, long[] Target, int Classes) Of(Tensor prediction, Tensor target, double threshold, string metric)
    {
        (Tensor p, Tensor t) = (prediction.Detach(), target.Detach());
        if (p.DType.IsIntegral() && p.Shape == t.Shape) return (p.ToArray<long>(), t.ToArray<long>(), 0);
        if (p.Rank >= 2 && p.Shape[1] > 1)
        {
            if (t.Shape == p.Shape) t = t.ArgMax(1);                       // one-hot rows
            else if (t.Rank == p.Rank && t.Shape[1] == 1) t = t.Squeeze(1);
            if (t.Shape == p.Shape.Without(1)) return (p.ArgMax(1).ToArray<long>(), t.ToArray<long>(), p.Shape[1]);
        }
        else if (p.Count == t.Count && (p.Rank <= 1 || p.Shape[1] == 1))
            return ([.. p.ToArray<double>().Select(v => v > threshold ? 1L : 0)], t.ToArray<long>(), 2);
        throw ShapeException.For(metric, $"predictions of shape {p.Shape} and targets of shape {t.Shape}: predictions are (N, classes, ...) with targets (N, ...) or one-hot, or one number for each target");
    }
}
