namespace Fathom.Nn;

/// <summary>
/// While training, sets each element to 0 with probability p and divides the others by 1 - p, so that the expectation stays; otherwise does nothing
/// (Srivastava et al. 2014).
/// </summary>
public sealed class Dropout : Module, IKeepsNothing
{
    readonly double p;

    /// <summary>A layer that drops with this probability.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="p"/> is not within 0 to 1.</exception>
    public Dropout(double p = 0.5) => this.p = Functional.CheckProbability(p);

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Functional.Dropout(x, p, IsTraining);

    /// <inheritdoc/>
    protected override string Details => $"p: {p}";
}

public static partial class Functional
{
    /// <summary>Sets each element to 0 with probability <paramref name="p"/> and divides the others by 1 - p; does nothing unless <paramref name="training"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="p"/> is not within 0 to 1.</exception>
    public static Tensor Dropout(Tensor x, double p = 0.5, bool training = true)
    {
        ArgumentNullException.ThrowIfNull(x);
        CheckProbability(p);
        if (!training || p == 0) return x;
        if (p == 1) return x * 0;
        return x * (RandomStream.Default.Bernoulli(x.Shape, 1 - p, x.DType, x.Device) * (1 / (1 - p)));
    }

    internal static double CheckProbability(double p) =>
        p is >= 0 and <= 1 ? p : throw new ArgumentOutOfRangeException(nameof(p), p, "The probability of dropping lies within 0 and 1.");
}
