namespace Fathom.Nn;

/// <summary>How to fill a parameter. The fans of a weight of shape (outputs, inputs, ...) are its numbers of inputs and outputs times the sizes that follow.</summary>
public abstract class Init
{
    /// <summary>Fills all elements of a floating-point tensor.</summary>
    /// <param name="target">What to fill, in place.</param>
    /// <param name="random">Where random numbers come from.</param>
    public abstract void Fill(Tensor target, RandomStream random);

    /// <summary>Fills a tensor now, drawing from the common random stream.</summary>
    public void Fill(Tensor target)
    {
        ArgumentNullException.ThrowIfNull(target);
        using var _ = Autograd.GradMode.NoGrad();
        Fill(target, RandomStream.Default.Fork());
    }

    /// <summary>All elements 0.</summary>
    public static Init Zeros { get; } = Constant(0);

    /// <summary>All elements 1.</summary>
    public static Init Ones { get; } = Constant(1);

    /// <summary>All elements one value.</summary>
    public static Init Constant(double value) => new Formula((target, _) => target.FillInPlace(value));

    /// <summary>Uniform between two values.</summary>
    public static Init Uniform(double low = 0, double high = 1) => new Formula((target, random) => target.CopyFrom(random.Uniform(target.Shape, low, high, target.DType)));

    /// <summary>Normal with this mean and standard deviation.</summary>
    public static Init Normal(double mean = 0, double deviation = 1) => new Formula((target, random) => target.CopyFrom(random.Normal(target.Shape, mean, deviation, target.DType)));

    /// <summary>Normal with this mean and standard deviation, values outside [<paramref name="low"/>, <paramref name="high"/>] drawn again (by inverting the distribution function, without a loop).</summary>
    public static Init TruncatedNormal(double mean = 0, double deviation = 1, double low = -2, double high = 2) => new Formula((target, random) =>
    {
        double from = NormalDistribution.Cumulative((low - mean) / deviation), to = NormalDistribution.Cumulative((high - mean) / deviation);
        double[] values = random.Uniform(target.Shape, from, to, DType.Float64).ToArray<double>();
        for (int i = 0; i < values.Length; i++) values[i] = Math.Clamp(mean + deviation * NormalDistribution.Quantile(values[i]), low, high);
        target.CopyFrom(Tensor.From(values, target.Shape));
    });

    /// <summary>Uniform in +-gain sqrt(6 / (fan in + fan out)), which keeps the variance of signals and gradients alike (Glorot and Bengio 2010).</summary>
    public static Init XavierUniform(double gain = 1) => ByFans((i, o) => UniformOf(gain * Math.Sqrt(2.0 / (i + o))));

    /// <summary>Normal with deviation gain sqrt(2 / (fan in + fan out)) (Glorot and Bengio 2010).</summary>
    public static Init XavierNormal(double gain = 1) => ByFans((i, o) => Normal(0, gain * Math.Sqrt(2.0 / (i + o))));

    /// <summary>Uniform in +-gain sqrt(3 / fan), which keeps the variance through layers followed by a rectifier (He et al. 2015).</summary>
    /// <param name="gain">sqrt(2) for ReLU; see <see cref="Gain"/>.</param>
    /// <param name="fanOut">Whether to keep the variance of gradients, by the fan out, instead of that of signals.</param>
    public static Init KaimingUniform(double gain = Gain.Relu, bool fanOut = false) => ByFans((i, o) => UniformOf(gain / Math.Sqrt(fanOut ? o : i)));

    /// <summary>Normal with deviation gain / sqrt(fan) (He et al. 2015).</summary>
    /// <param name="gain">sqrt(2) for ReLU; see <see cref="Gain"/>.</param>
    /// <param name="fanOut">Whether to keep the variance of gradients, by the fan out, instead of that of signals.</param>
    public static Init KaimingNormal(double gain = Gain.Relu, bool fanOut = false) => ByFans((i, o) => Normal(0, gain / Math.Sqrt(fanOut ? o : i)));

    /// <summary>Rows, or columns if there are fewer, that are orthogonal and of length <paramref name="gain"/>; axes after the first count as one (Saxe et al. 2013).</summary>
    public static Init Orthogonal(double gain = 1) => new Formula((target, random) =>
    {
        if (target.Rank < 2) throw ShapeException.For("orthogonal", $"needs a tensor of rank 2 or more; this one has shape {target.Shape}");
        int rows = target.Shape[0], columns = (int)(target.Count / Math.Max(rows, 1));
        double[] q = Orthonormal.Columns(random.Normal(target.Shape, 0, 1, DType.Float64).ToArray<double>(), rows, columns);
        for (int i = 0; i < q.Length; i++) q[i] *= gain;
        target.CopyFrom(Tensor.From(q, target.Shape));
    });

    /// <summary>Any function of the shape and the random stream that returns the values.</summary>
    public static Init Of(Func<Shape, RandomStream, Tensor> values) => new Formula((target, random) => target.CopyFrom(values(target.Shape, random)));

    /// <summary>PyTorch's default for weights: uniform in +-1 / sqrt(fan in).</summary>
    internal static Init DefaultWeight { get; } = KaimingUniform(gain: 1 / Math.Sqrt(3));

    /// <summary>PyTorch's default for biases: uniform in +-1 / sqrt(fan in of the weight).</summary>
    internal static Init DefaultBias(Shape weight) => Symmetric(1 / Math.Sqrt(Math.Max(Fans(weight).In, 1)));

    /// <summary>Inputs and outputs of one unit of a weight of shape (outputs, inputs, ...).</summary>
    /// <exception cref="ShapeException">The rank is below 2.</exception>
    public static (long In, long Out) Fans(Shape weight)
    {
        if (weight.Rank < 2) throw ShapeException.For("init", $"fan in and fan out need a weight of rank 2 or more, (outputs, inputs, ...); this shape is {weight}");
        long field = 1;
        for (int i = 2; i < weight.Rank; i++) field *= weight[i];
        return (weight[1] * field, weight[0] * field);
    }

    static Init ByFans(Func<long, long, Init> make) => new Formula((target, random) =>
    {
        (long i, long o) = Fans(target.Shape);
        make(i, o).Fill(target, random);
    });

    static Init UniformOf(double deviation) => Symmetric(Math.Sqrt(3) * deviation);

    static Init Symmetric(double bound) => Uniform(-bound, bound);

    sealed class Formula(Action<Tensor, RandomStream> fill) : Init
    {
        public override void Fill(Tensor target, RandomStream random)
        {
            ArgumentNullException.ThrowIfNull(target);
            fill(target, random);
        }
    }
}

/// <summary>By how much an activation shrinks a signal's deviation, inverted: what an initialiser multiplies by.</summary>
public static class Gain
{
    /// <summary>1: linear layers, convolutions and sigmoids.</summary>
    public const double Linear = 1;
    /// <summary>5 / 3.</summary>
    public const double Tanh = 5.0 / 3;
    /// <summary>sqrt(2).</summary>
    public const double Relu = 1.4142135623730951;
    /// <summary>3 / 4.</summary>
    public const double Selu = 0.75;
    /// <summary>sqrt(2 / (1 + slope^2)).</summary>
    public static double LeakyRelu(double negativeSlope = 0.01) => Math.Sqrt(2 / (1 + negativeSlope * negativeSlope));
}
