namespace Fathom.Nn;

/// <summary>Rectified linear unit max(x, 0).</summary>
public sealed class ReLU : Module, IKeepsNothing
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Relu();
}

/// <summary>Leaky rectifier: x where x > 0, else <paramref name="negativeSlope"/> x.</summary>
/// <param name="negativeSlope">The slope for negative x.</param>
public sealed class LeakyReLU(double negativeSlope = 0.01) : Module, IKeepsNothing
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.LeakyRelu(negativeSlope);

    /// <inheritdoc/>
    protected override string Details => $"{negativeSlope}";
}

/// <summary>Rectifier whose slope for negative x is learned: one for all, or one a channel (axis 1), 0.25 at first (He et al. 2015).</summary>
public sealed class PReLU : Module, IKeepsNothing
{
    /// <summary>A rectifier with this many slopes.</summary>
    /// <param name="channels">1 for a common slope, else the size of axis 1.</param>
    /// <param name="init">The slopes at first.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="channels"/> is below 1.</exception>
    public PReLU(int channels = 1, double init = 0.25)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        Weight = new(Init.Constant(init));
        Weight.Materialize(channels);
    }

    /// <summary>The slopes, (channels).</summary>
    public Parameter Weight { get; set => field = Register(value); }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Functional.PRelu(x, Weight);

    /// <inheritdoc/>
    protected override string Details => Weight.Count == 1 ? "" : $"{Weight.Count}";
}

/// <summary>Exponential linear unit: x where x > 0, else <paramref name="alpha"/> (e^x - 1).</summary>
/// <param name="alpha">Minus the limit for negative x.</param>
public sealed class ELU(double alpha = 1) : Module, IKeepsNothing
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Elu(alpha);

    /// <inheritdoc/>
    protected override string Details => $"{alpha}";
}

/// <summary>Gaussian error linear unit.</summary>
/// <param name="tanh">Whether to use the tanh approximation; see <see cref="Tensor.Gelu"/>.</param>
public sealed class GELU(bool tanh = false) : Module, IKeepsNothing
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Gelu(tanh);

    /// <inheritdoc/>
    protected override string Details => tanh ? "tanh" : "";
}

/// <summary>Sigmoid linear unit x / (1 + e^-x).</summary>
public sealed class SiLU : Module, IKeepsNothing
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Silu();
}

/// <summary>Logistic function 1 / (1 + e^-x).</summary>
public sealed class Sigmoid : Module, IKeepsNothing
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Sigmoid();
}

/// <summary>Hyperbolic tangent.</summary>
public sealed class Tanh : Module, IKeepsNothing
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Tanh();
}

/// <summary>Softplus ln(1 + e^(beta x)) / beta, x itself where beta x exceeds the threshold.</summary>
/// <param name="beta">Sharpness.</param>
/// <param name="threshold">From where on the function counts as linear.</param>
public sealed class Softplus(double beta = 1, double threshold = 20) : Module, IKeepsNothing
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Softplus(beta, threshold);

    /// <inheritdoc/>
    protected override string Details => beta == 1 && threshold == 20 ? "" : $"beta: {beta}, threshold: {threshold}";
}

/// <summary>Softmax along an axis.</summary>
/// <param name="axis">The axis of the classes; negative ones count from the end.</param>
public sealed class Softmax(int axis = -1) : Module, IKeepsNothing
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Softmax(axis);

    /// <inheritdoc/>
    protected override string Details => $"axis: {axis}";
}

/// <summary>The logarithm of softmax along an axis.</summary>
/// <param name="axis">The axis of the classes; negative ones count from the end.</param>
public sealed class LogSoftmax(int axis = -1) : Module, IKeepsNothing
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.LogSoftmax(axis);

    /// <inheritdoc/>
    protected override string Details => $"axis: {axis}";
}
