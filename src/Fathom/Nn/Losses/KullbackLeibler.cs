namespace Fathom.Nn;

public static partial class Functional
{
    /// <summary>
    /// The divergence of a model from target probabilities p, element by element: p (ln p - x) for log-probabilities x; 0 where p is 0. The sum over a row is the
    /// divergence of that sample.
    /// </summary>
    /// <param name="input">Log-probabilities of the model, as from <see cref="LogSoftmax"/>.</param>
    /// <param name="target">Probabilities of the same shape, or their logarithms.</param>
    /// <param name="logTarget">Whether the targets are logarithms.</param>
    /// <param name="reduction">What becomes of the elements' losses. The mean is over elements; for the divergence of a mean sample divide the sum by the batch size.</param>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor KullbackLeibler(Tensor input, Tensor target, bool logTarget = false, Reduction reduction = Reduction.Mean)
    {
        Reductions.CheckSameShape(input, target, "kullback_leibler");
        if (logTarget) return Reductions.Of(target.Exp() * (target - input), reduction);
        Tensor positive = target > 0;
        Tensor losses = Tensor.Where(positive, target * (Tensor.Where(positive, target, 1).Log() - input), 0);
        return Reductions.Of(losses, reduction);
    }
}
