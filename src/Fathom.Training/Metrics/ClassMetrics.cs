namespace Fathom.Training;

/// <summary>The share of samples whose class was found.</summary>
/// <param name="threshold">Above it, a single number stands for class 1: 0.5 for probabilities, 0 for logits.</param>
public sealed class Accuracy(double threshold = 0.5) : ClassMetric(threshold)
{
    /// <inheritdoc/>
    public override string Name => "accuracy";

    /// <inheritdoc/>
    public override double Value => (double)Enumerable.Range(0, Classes).Sum(Hits) / Samples;
}

/// <summary>How often each class was taken for each; its value is the accuracy.</summary>
/// <param name="threshold">Above it, a single number stands for class 1: 0.5 for probabilities, 0 for logits.</param>
public sealed class ConfusionMatrix(double threshold = 0.5) : ClassMetric(threshold)
{
    /// <inheritdoc/>
    public override string Name => "confusion_accuracy";

    /// <inheritdoc/>
    public override double Value => (double)Enumerable.Range(0, Classes).Sum(Hits) / Samples;

    /// <summary>The counts as a tensor, Int64, (classes, classes): true classes down, predicted ones across.</summary>
    public Tensor Counts
    {
        get
        {
            long[] counts = [.. Enumerable.Range(0, Classes).SelectMany(t => Enumerable.Range(0, Classes).Select(p => Count(t, p)))];
            return Tensor.From(counts, new Shape(Classes, Classes));
        }
    }
}

/// <summary>How figures of single classes become one.</summary>
public enum Averaging
{
    /// <summary>Their plain mean, over the classes that occur among targets or predictions.</summary>
    Macro,

    /// <summary>Hits and misses of all classes counted together.</summary>
    Micro,

    /// <summary>Their mean weighted by the number of samples of each class.</summary>
    Weighted,

    /// <summary>The figure of class 1 alone, for two classes.</summary>
    Positive,
}

/// <summary>A metric that is a ratio of counts for each class; a class whose ratio would be 0 / 0 has 0.</summary>
public abstract class PerClassMetric : ClassMetric
{
    readonly Averaging averaging;

    private protected PerClassMetric(Averaging averaging, double threshold) : base(threshold) => this.averaging = averaging;

    private protected abstract (double Part, double Whole) Ratio(IEnumerable<int> classes);

    /// <summary>The figure of each class.</summary>
    public IReadOnlyList<double> PerClass => [.. Enumerable.Range(0, Classes).Select(Of)];

    double Of(int c) => Quotient(Ratio([c]));

    static double Quotient((double Part, double Whole) ratio) => ratio.Whole == 0 ? 0 : ratio.Part / ratio.Whole;

    /// <inheritdoc/>
    public override double Value
    {
        get
        {
            if (Samples == 0) return double.NaN;
            int[] seen = [.. Enumerable.Range(0, Classes).Where(c => Actual(c) + Predicted(c) > 0)];
            return averaging switch
            {
                Averaging.Micro => Quotient(Ratio(seen)),
                Averaging.Weighted => seen.Sum(c => Of(c) * Actual(c)) / Samples,
                Averaging.Positive => Classes == 2 ? Of(1) : throw new InvalidOperationException($"[{Name}] there are {Classes} classes, and Averaging.Positive is for two: take Macro, Micro or Weighted."),
                _ => seen.Average(Of),
            };
        }
    }
}

/// <summary>The share of samples taken for a class that are of it.</summary>
/// <param name="averaging">How the figures of the classes become one.</param>
/// <param name="threshold">Above it, a single number stands for class 1: 0.5 for probabilities, 0 for logits.</param>
public sealed class Precision(Averaging averaging = Averaging.Macro, double threshold = 0.5) : PerClassMetric(averaging, threshold)
{
    /// <inheritdoc/>
    public override string Name => "precision";

    private protected override (double Part, double Whole) Ratio(IEnumerable<int> classes) => (classes.Sum(Hits), classes.Sum(Predicted));
}

/// <summary>The share of samples of a class that were taken for it.</summary>
/// <param name="averaging">How the figures of the classes become one.</param>
/// <param name="threshold">Above it, a single number stands for class 1: 0.5 for probabilities, 0 for logits.</param>
public sealed class Recall(Averaging averaging = Averaging.Macro, double threshold = 0.5) : PerClassMetric(averaging, threshold)
{
    /// <inheritdoc/>
    public override string Name => "recall";

    private protected override (double Part, double Whole) Ratio(IEnumerable<int> classes) => (classes.Sum(Hits), classes.Sum(Actual));
}

/// <summary>The harmonic mean of precision and recall, 2 hits / (actual + predicted).</summary>
/// <param name="averaging">How the figures of the classes become one.</param>
/// <param name="threshold">Above it, a single number stands for class 1: 0.5 for probabilities, 0 for logits.</param>
public sealed class F1(Averaging averaging = Averaging.Macro, double threshold = 0.5) : PerClassMetric(averaging, threshold)
{
    /// <inheritdoc/>
    public override string Name => "f1";

    private protected override (double Part, double Whole) Ratio(IEnumerable<int> classes) => (2 * classes.Sum(Hits), classes.Sum(Actual) + classes.Sum(Predicted));
}

/// <summary>The share of samples whose class is among the k highest scores; among equal scores, lower classes come first.</summary>
public sealed class TopKAccuracy : Metric
{
    readonly int k;
    long hits, samples;

    /// <summary>Counts the k highest.</summary>
    /// <param name="k">1 or more.</param>
    public TopKAccuracy(int k = 5)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        this.k = k;
    }

    /// <inheritdoc/>
    public override string Name => $"top_{k}_accuracy";

    /// <inheritdoc/>
    public override double Value => (double)hits / samples;

    /// <summary>Takes in a batch.</summary>
    /// <param name="prediction">Scores (N, classes).</param>
    /// <param name="target">Class indices (N), or one-hot rows (N, classes).</param>
    public override void Update(Tensor prediction, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(target);
        if (prediction.Rank != 2) throw ShapeException.For(Name, $"predictions of shape {prediction.Shape}: needs scores (N, classes)");
        (_, long[] right, int classes) = ClassIndices.Of(prediction, target, 0.5, Name);
        double[] scores = prediction.Detach().ToArray<double>();
        for (int i = 0; i < right.Length; i++)
        {
            ReadOnlySpan<double> row = scores.AsSpan(i * prediction.Shape[1], prediction.Shape[1]);
            if (right[i] < 0 || right[i] >= row.Length) throw new ArgumentOutOfRangeException(nameof(target), $"[{Name}] sample {i} has target {right[i]}; there are {classes} classes.");
            (int better, double own) = (0, row[(int)right[i]]);
            for (int c = 0; c < row.Length; c++) if (row[c] > own || (row[c] == own && c < right[i])) better++;
            if (better < k && !double.IsNaN(own)) hits++;
        }
        samples += right.Length;
    }

    /// <inheritdoc/>
    public override void Reset() => (hits, samples) = (0, 0);
}
