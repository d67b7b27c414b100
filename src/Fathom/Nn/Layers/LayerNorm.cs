namespace Fathom.Nn;

/// <summary>Normalises each sample over its last axes to mean 0 and variance 1, then scales and shifts every element by learned amounts (Ba et al. 2016).</summary>
public sealed class LayerNorm : Module, IKeepsNothing
{
    readonly Shape? shape;
    readonly double eps;

    /// <summary>A layer over the last axes of these sizes.</summary>
    /// <param name="shape">The sizes of the axes to normalise over; null takes the last axis of the first input.</param>
    /// <param name="eps">Added to the variance before the root.</param>
    /// <param name="affine">Whether to scale and shift.</param>
    public LayerNorm(Shape? shape = null, double eps = 1e-5, bool affine = true)
    {
        (this.shape, this.eps) = (shape, eps);
        Weight = affine ? new(Init.Ones) : null;
        Bias = affine ? new(Init.Zeros) : null;
        if (shape is { } known) Materialize(known);
    }

    /// <summary>The scale, of the normalised shape; null if not affine.</summary>
    public Parameter? Weight { get; set => field = Register(value); }

    /// <summary>The shift, of the normalised shape; null if not affine.</summary>
    public Parameter? Bias { get; set => field = Register(value); }

    /// <inheritdoc/>
    protected override void Build(Shape input)
    {
        if (input.Rank == 0) throw ShapeException.For("layer_norm", "a scalar has no axis to normalise over");
        Materialize(Weight is { HasShape: true } w ? w.Shape : shape ?? new Shape(input[^1]));
    }

    void Materialize(Shape over)
    {
        Weight?.Materialize(over);
        Bias?.Materialize(over);
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Functional.LayerNorm(x, Weight is { } w ? w.Shape : shape ?? new Shape(x.Shape[^1]), Weight, Bias, eps);

    /// <inheritdoc/>
    protected override string Details => Weight is { HasShape: true } w ? $"{w.Shape}" : shape?.ToString() ?? "?";
}

public static partial class Functional
{
    /// <summary>Normalises over the last axes to mean 0 and variance 1, then scales and shifts.</summary>
    /// <param name="x">(..., shape).</param>
    /// <param name="shape">The sizes of the last axes, those to normalise over.</param>
    /// <param name="weight">Of that shape, or null for no scale.</param>
    /// <param name="bias">Of that shape, or null for no shift.</param>
    /// <param name="eps">Added to the variance before the root.</param>
    /// <exception cref="ShapeException">The last axes of x have other sizes.</exception>
    public static Tensor LayerNorm(Tensor x, Shape shape, Tensor? weight = null, Tensor? bias = null, double eps = 1e-5)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank < shape.Rank || !x.Shape.Span[^shape.Rank..].SequenceEqual(shape.Span))
            throw ShapeException.For("layer_norm", $"an input of shape {x.Shape} does not end in the normalised shape {shape}");
        Tensor y = Normalized(x, [.. Enumerable.Range(x.Rank - shape.Rank, shape.Rank)], eps);
        if (weight is not null) y = y * weight;
        return bias is null ? y : y + bias;
    }

    /// <summary>(x - mean) / sqrt(variance + eps) over some axes.</summary>
    static Tensor Normalized(Tensor x, int[] axes, double eps)
    {
        Tensor centred = x - x.Mean(axes, keepDim: true);
        return centred * (centred.Square().Mean(axes, keepDim: true) + eps).Rsqrt();
    }
}
