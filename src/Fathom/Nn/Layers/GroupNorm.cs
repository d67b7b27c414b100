namespace Fathom.Nn;

/// <summary>
/// Normalises each sample over groups of channels and space to mean 0 and variance 1, then scales and shifts each channel by learned amounts (Wu
/// and He 2018). One group is layer normalisation over channels and space; as many groups as channels is instance normalisation.
/// </summary>
public sealed class GroupNorm : Module, IKeepsNothing
{
    readonly int groups;
    readonly double eps;

    /// <summary>A layer with this many groups.</summary>
    /// <param name="groups">Must divide the number of channels.</param>
    /// <param name="channels">The number of channels; null takes it from the first input.</param>
    /// <param name="eps">Added to the variance before the root.</param>
    /// <param name="affine">Whether to scale and shift.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="groups"/> is below 1.</exception>
    /// <exception cref="ShapeException">The groups do not divide the channels.</exception>
    public GroupNorm(int groups, int? channels = null, double eps = 1e-5, bool affine = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        (this.groups, this.eps) = (groups, eps);
        Weight = affine ? new(Init.Ones) : null;
        Bias = affine ? new(Init.Zeros) : null;
        if (channels is { } n) Materialize(n);
    }

    /// <summary>The scale, (channels); null if not affine.</summary>
    public Parameter? Weight { get; set => field = Register(value); }

    /// <summary>The shift, (channels); null if not affine.</summary>
    public Parameter? Bias { get; set => field = Register(value); }

    /// <inheritdoc/>
    protected override void Build(Shape input)
    {
        if (input.Rank < 2) throw ShapeException.For("group_norm", $"needs an input of shape (N, C, ...); this one has shape {input}");
        Materialize(Weight is { HasShape: true } w ? w.Shape[0] : input[1]);
    }

    void Materialize(int channels)
    {
        Functional.CheckGroups(groups, channels);
        Weight?.Materialize(channels);
        Bias?.Materialize(channels);
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Functional.GroupNorm(x, groups, Weight, Bias, eps);

    /// <inheritdoc/>
    protected override string Details => $"{groups} groups of {(Weight is { HasShape: true } w ? $"{w.Count / groups}" : "?")}";
}

public static partial class Functional
{
    /// <summary>Normalises each sample over groups of channels and space, then scales and shifts each channel.</summary>
    /// <param name="x">(N, C, ...).</param>
    /// <param name="groups">Must divide C.</param>
    /// <param name="weight">(C), or null for no scale.</param>
    /// <param name="bias">(C), or null for no shift.</param>
    /// <param name="eps">Added to the variance before the root.</param>
    /// <exception cref="ShapeException">The groups do not divide the channels, or the sizes of axis 1 differ.</exception>
    public static Tensor GroupNorm(Tensor x, int groups, Tensor? weight = null, Tensor? bias = null, double eps = 1e-5)
    {
        ArgumentNullException.ThrowIfNull(x);
        CheckChannels(x, weight, "group_norm");
        CheckGroups(groups, x.Shape[1]);
        int n = x.Shape[0];
        Tensor grouped = x.Reshape(n, groups, n == 0 ? 0 : (int)(x.Count / n / groups));
        Tensor y = Normalized(grouped, [2], eps).Reshape(x.Shape);
        Shape perChannel = PerChannel(x);
        if (weight is not null) y = y * weight.Reshape(perChannel);
        return bias is null ? y : y + bias.Reshape(perChannel);
    }

    internal static void CheckGroups(int groups, int channels)
    {
        if (channels % groups != 0) throw ShapeException.For("group_norm", $"{channels} channels cannot be split into {groups} groups; choose groups that divide the channels");
    }
}
