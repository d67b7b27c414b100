namespace Fathom.Training;

/// <summary>What a batch of predictions is worth.</summary>
public static class Measures
{
    /// <summary>The share of samples whose highest score is at the right class.</summary>
    /// <param name="scores">(N, classes); axes after the second are further samples.</param>
    /// <param name="target">Class indices, (N, ...).</param>
    /// <returns>A Float32 scalar.</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    public static Tensor Accuracy(Tensor scores, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(target);
        if (scores.Rank < 2 || target.Shape != scores.Shape.Without(1))
            throw ShapeException.For("accuracy", $"scores of shape {scores.Shape} and targets of shape {target.Shape}: scores are (N, classes, ...), targets (N, ...)");
        return scores.ArgMax(1).Eq(target).To(DType.Float32).Mean();
    }

    /// <summary>How often each class (row) was taken for each (column): Int64, (classes, classes).</summary>
    /// <param name="predicted">Predicted class indices, (N).</param>
    /// <param name="target">True class indices, (N).</param>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is not a class.</exception>
    public static Tensor ConfusionMatrix(Tensor predicted, Tensor target, int classes)
    {
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentNullException.ThrowIfNull(target);
        if (predicted.Shape != target.Shape) throw ShapeException.For("confusion_matrix", $"predictions of shape {predicted.Shape} and targets of shape {target.Shape} differ");
        long[] p = predicted.ToArray<long>(), t = target.ToArray<long>(), counts = new long[classes * classes];
        for (int i = 0; i < p.Length; i++)
        {
            if (p[i] < 0 || p[i] >= classes || t[i] < 0 || t[i] >= classes)
                throw new ArgumentOutOfRangeException(nameof(target), $"[confusion_matrix] sample {i} has target {t[i]} and prediction {p[i]}; classes are 0 to {classes - 1}.");
            counts[t[i] * classes + p[i]]++;
        }
        return Tensor.From(counts, (classes, classes));
    }
}
