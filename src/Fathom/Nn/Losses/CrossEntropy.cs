namespace Fathom.Nn;

public static partial class Functional
{
    /// <summary>The class index whose samples are passed over unless another is named.</summary>
    public const int DefaultIgnoreIndex = -100;

    /// <summary>
    /// Cross-entropy of softmax(logits) with targets, exact for any logits. Targets are class indices, or probabilities of the shape of the logits, told
    /// apart by their type.
    /// </summary>
    /// <param name="logits">(N, C), (N, C, ...) or (C): axis 1 (or the only one) counts the classes.</param>
    /// <param name="target">Integers of the shape of the logits without the class axis, or floating-point probabilities of their very shape.</param>
    /// <param name="weight">(C), weights of the classes; null for 1.</param>
    /// <param name="ignoreIndex">Samples with this class index count as 0 and not at all in the mean. Not for probabilities.</param>
    /// <param name="labelSmoothing">The share of each target that is spread evenly over all classes, 0 to 1.</param>
    /// <param name="reduction">What becomes of the samples' losses. The mean of indices is weighted by the classes' weights; that of probabilities divides by the number of samples.</param>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentException">A class index is out of range, or a value makes no sense.</exception>
    public static Tensor CrossEntropy(Tensor logits, Tensor target, Tensor? weight = null, int ignoreIndex = DefaultIgnoreIndex, double labelSmoothing = 0, Reduction reduction = Reduction.Mean)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(target);
        if (labelSmoothing is not (>= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(labelSmoothing), labelSmoothing, "Label smoothing lies within 0 and 1.");
        int classAxis = ClassAxis(logits, "cross_entropy");
        if (IsPlain(logits, target, weight, labelSmoothing, reduction)) return OfPlainIndices(logits, target, ignoreIndex, reduction);
        Tensor logP = logits.LogSoftmax(classAxis);
        return target.DType.IsFloating()
            ? OfProbabilities(logP, target, classAxis, weight, labelSmoothing, reduction)
            : OfIndices(logP, target, classAxis, weight, ignoreIndex, labelSmoothing, reduction, "cross_entropy");
    }

    /// <summary>Whether the loss is the common one, (N, C) against indices without weights or smoothing, that a kernel computes in one pass.</summary>
    static bool IsPlain(Tensor logits, Tensor target, Tensor? weight, double labelSmoothing, Reduction reduction) =>
        logits.Rank == 2 && logits.DType is DType.Float32 or DType.Float64 && !target.DType.IsFloating() && weight is null && labelSmoothing == 0 && reduction != Reduction.None;

    static Tensor OfPlainIndices(Tensor logits, Tensor target, int ignoreIndex, Reduction reduction)
    {
        CheckTarget(logits, target, 1, "cross_entropy");
        Tensor index = target.To(DType.Int64);
        int counted = CheckRange(index, logits.Shape[1], ignoreIndex, "cross_entropy");
        Tensor sum = logits.SoftmaxCrossEntropySum(index, ignoreIndex);
        return reduction == Reduction.Mean ? sum / (double)counted : sum;
    }

    /// <summary>Minus the log-probability of the right class, as from <see cref="LogSoftmax"/>.</summary>
    /// <param name="logProbabilities">(N, C), (N, C, ...) or (C).</param>
    /// <param name="target">Class indices, of that shape without the class axis.</param>
    /// <param name="weight">(C), weights of the classes; null for 1.</param>
    /// <param name="ignoreIndex">Samples with this class index count as 0 and not at all in the mean.</param>
    /// <param name="reduction">What becomes of the samples' losses; the mean is weighted by the classes' weights.</param>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentException">A class index is out of range.</exception>
    public static Tensor NegativeLogLikelihood(Tensor logProbabilities, Tensor target, Tensor? weight = null, int ignoreIndex = DefaultIgnoreIndex, Reduction reduction = Reduction.Mean)
    {
        ArgumentNullException.ThrowIfNull(logProbabilities);
        ArgumentNullException.ThrowIfNull(target);
        return OfIndices(logProbabilities, target, ClassAxis(logProbabilities, "nll"), weight, ignoreIndex, 0, reduction, "nll");
    }

    /// <summary>
    /// Focal loss of classes: the cross-entropy of each sample times (1 - p)^gamma, where p is the probability given to its class, so that what is
    /// already right counts little (Lin et al. 2017).
    /// </summary>
    /// <param name="logits">(N, C), (N, C, ...) or (C).</param>
    /// <param name="target">Class indices, of that shape without the class axis.</param>
    /// <param name="gamma">How fast right answers lose weight; 0 gives cross-entropy.</param>
    /// <param name="weight">(C), weights of the classes; null for 1. They do not enter the divisor of the mean.</param>
    /// <param name="reduction">What becomes of the samples' losses.</param>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentException">A class index is out of range.</exception>
    public static Tensor Focal(Tensor logits, Tensor target, double gamma = 2, Tensor? weight = null, Reduction reduction = Reduction.Mean)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(target);
        int axis = ClassAxis(logits, "focal");
        Tensor index = CheckIndices(logits, target, axis, null, "focal");
        Tensor logP = Picked(logits.LogSoftmax(axis), index, axis);
        // (1 - p)^gamma by its logarithm; where p rounds to 1 the smallest positive number stands for 1 - p, so that the slope stays finite
        Tensor wrong = (-logP.Expm1()).Maximum(logP.DType == DType.Float64 ? 1e-300 : 1e-37);
        Tensor losses = -(gamma * wrong.Log()).Exp() * logP;
        return Reductions.Of(weight is null ? losses : losses * WeightsOf(CheckWeight(weight, logits.Shape[axis]), index, logits), reduction);
    }

    static int ClassAxis(Tensor x, string op)
    {
        if (x.Rank == 0) throw ShapeException.For(op, "needs an axis of classes; this tensor is a scalar");
        return x.Rank == 1 ? 0 : 1;
    }

    static Tensor OfProbabilities(Tensor logP, Tensor target, int axis, Tensor? weight, double smoothing, Reduction reduction)
    {
        if (target.Shape != logP.Shape) throw ShapeException.For("cross_entropy", $"target probabilities of shape {target.Shape} do not fit logits of shape {logP.Shape}; the shapes must be equal. For class indices use integers");
        int classes = logP.Shape[axis];
        if (smoothing > 0) target = target * (1 - smoothing) + smoothing / classes;
        if (weight is not null) target = target * AlongClasses(CheckWeight(weight, classes), logP, axis);
        Tensor losses = -(target * logP).Sum(axis);
        return reduction == Reduction.Mean ? losses.Sum() / ((double)logP.Count / classes) : Reductions.Of(losses, reduction);
    }

    static Tensor OfIndices(Tensor logP, Tensor target, int axis, Tensor? weight, int ignoreIndex, double smoothing, Reduction reduction, string op)
    {
        int classes = logP.Shape[axis];
        Tensor index = CheckIndices(logP, target, axis, ignoreIndex, op);
        Tensor kept = target.Ne(ignoreIndex);
        Tensor counted = weight is null ? kept.To(logP.DType) : Tensor.Where(kept, WeightsOf(CheckWeight(weight, classes), index, logP), 0);
        Tensor losses = Tensor.Where(kept, -Picked(logP, index, axis) * counted, 0);
        if (smoothing > 0)
        {
            Tensor all = weight is null ? logP : logP * AlongClasses(weight, logP, axis);
            losses = losses * (1 - smoothing) - Tensor.Where(kept, all.Sum(axis), 0) * (smoothing / classes);
        }
        return reduction == Reduction.Mean ? losses.Sum() / counted.Sum() : Reductions.Of(losses, reduction);
    }

    /// <summary>The indices as Int64, ignored ones as 0.</summary>
    static Tensor CheckIndices(Tensor x, Tensor target, int axis, int? ignoreIndex, string op)
    {
        CheckTarget(x, target, axis, op);
        Tensor index = target.To(DType.Int64);
        CheckRange(index, x.Shape[axis], ignoreIndex, op);
        return ignoreIndex is { } ignored ? Tensor.Where(index.Ne(ignored), index, 0) : index;
    }

    static void CheckTarget(Tensor x, Tensor target, int axis, string op)
    {
        if (target.DType is not (DType.Int64 or DType.Int32 or DType.UInt8))
            throw new ArgumentException($"[{op}] the targets are {target.DType.Name()}; class indices must be integers, as from .To(DType.Int64).", nameof(target));
        if (target.Shape != x.Shape.Without(axis))
            throw ShapeException.For(op, $"class indices of shape {target.Shape} do not fit {x.Shape}; the shape must be {x.Shape.Without(axis)}, that without the class axis");
    }

    /// <summary>Checks every index and counts those that are not ignored.</summary>
    static unsafe int CheckRange(Tensor index, int classes, int? ignoreIndex, string op)
    {
        if (!index.Device.HasData) return (int)index.Count;
        int counted = 0;
        Tensor dense = index.Contiguous();
        foreach (long v in new ReadOnlySpan<long>(dense.Ptr<long>(), checked((int)dense.Count)))
        {
            if (v == ignoreIndex) continue;
            if (v < 0 || v >= classes)
                throw new ArgumentOutOfRangeException(nameof(index), v, $"[{op}] class index {v} is out of range: the logits have {classes} classes, 0 to {classes - 1}.");
            counted++;
        }
        GC.KeepAlive(dense);
        return counted;
    }

    /// <summary>The element of each sample's class.</summary>
    static Tensor Picked(Tensor x, Tensor index, int axis) => x.Gather(axis, index.Unsqueeze(axis)).Squeeze(axis);

    static Tensor WeightsOf(Tensor weight, Tensor index, Tensor like) => weight.To(like.DType).IndexSelect(0, index.Flatten()).Reshape(index.Shape);

    static Tensor CheckWeight(Tensor weight, int classes) =>
        weight.Shape == new Shape(classes) ? weight : throw ShapeException.For("cross_entropy", $"class weights of shape {weight.Shape} do not fit {classes} classes; the shape must be ({classes},)");

    static Tensor AlongClasses(Tensor weight, Tensor x, int axis)
    {
        int[] sizes = new int[x.Rank];
        Array.Fill(sizes, 1);
        sizes[axis] = (int)weight.Count;
        return weight.To(x.DType).Reshape(sizes);
    }
}
