namespace Fathom.Nn;

public static partial class Functional
{
    /// <summary>
    /// Cross-entropy of probabilities p with targets y: -y ln p - (1 - y) ln(1 - p), logarithms cut off at -100. Prefer <see cref="BinaryCrossEntropyWithLogits"/>,
    /// which loses nothing near 0 and 1.
    /// </summary>
    /// <param name="input">Probabilities, within 0 to 1.</param>
    /// <param name="target">Targets within 0 to 1, of the same shape.</param>
    /// <param name="weight">Weights of the elements' losses, broadcast; null for 1.</param>
    /// <param name="reduction">What becomes of the elements' losses.</param>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor BinaryCrossEntropy(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean)
    {
        Reductions.CheckSameShape(input, target, "binary_cross_entropy");
        Tensor losses = Autograd.Op.Run(new BinaryCrossEntropyOp(), input.Floating(), target.To(input.Floating().DType));
        return Reductions.Of(weight is null ? losses : losses * weight, reduction);
    }

    /// <summary>Cross-entropy of sigmoid(x) with targets y, exact for any x: y softplus(-x) + (1 - y) softplus(x).</summary>
    /// <param name="input">Logits.</param>
    /// <param name="target">Targets within 0 to 1, of the same shape.</param>
    /// <param name="weight">Weights of the elements' losses, broadcast; null for 1.</param>
    /// <param name="positiveWeight">Weights of the positive part, y softplus(-x), broadcast; null for 1.</param>
    /// <param name="reduction">What becomes of the elements' losses.</param>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor BinaryCrossEntropyWithLogits(Tensor input, Tensor target, Tensor? weight = null, Tensor? positiveWeight = null, Reduction reduction = Reduction.Mean)
    {
        Reductions.CheckSameShape(input, target, "binary_cross_entropy_with_logits");
        Tensor y = target.To(input.Floating().DType);
        Tensor losses = (positiveWeight is null ? y : y * positiveWeight) * (-input).Softplus() + (1 - y) * input.Softplus();
        return Reductions.Of(weight is null ? losses : losses * weight, reduction);
    }

    /// <summary>Hinge loss max(0, margin - y x) of a support vector machine.</summary>
    /// <param name="input">Scores.</param>
    /// <param name="target">-1 or 1, of the same shape.</param>
    /// <param name="margin">From where on a right score costs nothing.</param>
    /// <param name="reduction">What becomes of the elements' losses.</param>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor Hinge(Tensor input, Tensor target, double margin = 1, Reduction reduction = Reduction.Mean)
    {
        Reductions.CheckSameShape(input, target, "hinge");
        return Reductions.Of((margin - target * input).Relu(), reduction);
    }

    /// <summary>
    /// Focal loss of binary targets (Lin et al. 2017, eq. 5): cross-entropy with logits times (1 - p)^gamma, where p is the probability given to the target,
    /// so that what is already right counts little.
    /// </summary>
    /// <param name="input">Logits.</param>
    /// <param name="target">0 or 1, of the same shape.</param>
    /// <param name="gamma">How fast right answers lose weight; 0 gives cross-entropy.</param>
    /// <param name="alpha">The weight of targets 1, 1 - alpha being that of targets 0; null for no weights.</param>
    /// <param name="reduction">What becomes of the elements' losses.</param>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor BinaryFocal(Tensor input, Tensor target, double gamma = 2, double? alpha = 0.25, Reduction reduction = Reduction.Mean)
    {
        Reductions.CheckSameShape(input, target, "binary_focal");
        Tensor y = target.To(input.Floating().DType);
        Tensor crossEntropy = BinaryCrossEntropyWithLogits(input, y, reduction: Reduction.None);
        // ln(1 - p): the power gamma of 1 - p by way of its logarithm, which stays finite in slope
        Tensor wrong = y * -input.Softplus() + (1 - y) * -(-input).Softplus();
        Tensor losses = crossEntropy * (gamma * wrong).Exp();
        if (alpha is { } a) losses = losses * (a * y + (1 - a) * (1 - y));
        return Reductions.Of(losses, reduction);
    }
}

/// <summary>-y ln p - (1 - y) ln(1 - p) with both logarithms at least -100; the slope in p is that of the formula, its denominator kept from 0.</summary>
file sealed class BinaryCrossEntropyOp : Autograd.Op
{
    public override string Name => "binary_cross_entropy";

    protected override Autograd.ResultSpec Infer(ReadOnlySpan<Tensor> x) => Autograd.ResultSpec.Broadcast(Name, x);

    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y)
    {
        Save(x);
        y.Device.Binary(x[0], x[1], y, new Kernel());
    }

    protected override void Backward(Tensor gy, Span<Tensor?> gx)
    {
        Tensor p = Saved(0), y = Saved(1);
        if (Needs(0)) gx[0] = gy * (p - y) / (p * (1 - p)).Maximum(1e-12f);      // as PyTorch, to the bit
        if (Needs(1)) gx[1] = gy * ((1 - p).Log().Maximum(-100) - p.Log().Maximum(-100));
    }

    readonly struct Kernel : Devices.IBinaryKernel
    {
        public static int Cost => 16;

        public V Invoke<V>(V p, V y) where V : struct, Devices.Cpu.Simd.ISimd<V>
        {
            V floor = V.Const(-100);
            V yes = V.Max(Devices.Cpu.Simd.SimdMath.Log(p), floor), no = V.Max(Devices.Cpu.Simd.SimdMath.Log(V.One - p), floor);
            return -(y * yes + (V.One - y) * no);
        }
    }
}
