namespace Fathom.Nn;

/// <summary>An affine map of the last axis: y = x W^T + b, with a weight of shape (outputs, inputs). The last axis of the first input decides a size left open.</summary>
public sealed class Linear : Module, IKeepsNothing
{
    readonly int outputs;

    /// <summary>A layer with this many outputs.</summary>
    /// <param name="outputs">The size of the output's last axis.</param>
    /// <param name="inputs">The size of the input's last axis; null takes it from the first input.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="init">How to fill the weight; by default uniform in +-1 / sqrt(inputs), as the bias is always.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public Linear(int outputs, int? inputs = null, bool bias = true, Init? init = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        if (inputs is { } given) ArgumentOutOfRangeException.ThrowIfLessThan(given, 1, nameof(inputs));
        this.outputs = outputs;
        Weight = new(init);
        Bias = bias ? new() : null;
        if (inputs is { } n) Build(new Shape(n));
    }

    /// <summary>The weight, (outputs, inputs).</summary>
    public Parameter Weight { get; set => field = Register(value); }

    /// <summary>The bias, (outputs); null for a layer without.</summary>
    public Parameter? Bias { get; set => field = Register(value); }

    /// <inheritdoc/>
    protected override void Build(Shape input)
    {
        if (input.Rank == 0) throw ShapeException.For("linear", $"{this} was given a scalar; it needs a last axis of inputs");
        if (!Weight.HasShape) Weight.Materialize((outputs, input[^1]), Init.DefaultWeight);
        Weight.Materialize(Weight.Shape);
        Bias?.Materialize(outputs, Init.DefaultBias(Weight.Shape));
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Functional.Linear(x, Weight, Bias);

    /// <inheritdoc/>
    protected override string Details => $"{(Weight.HasShape ? Weight.Shape[1] : "?")} -> {outputs}{(Bias is null ? ", no bias" : "")}";
}

public static partial class Functional
{
    /// <summary>x W^T + b over the last axis.</summary>
    /// <param name="x">(..., inputs).</param>
    /// <param name="weight">(outputs, inputs).</param>
    /// <param name="bias">(outputs), or null.</param>
    /// <returns>(..., outputs).</returns>
    /// <exception cref="ShapeException">The last axis of x is not the weight's.</exception>
    public static Tensor Linear(Tensor x, Tensor weight, Tensor? bias = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        if (weight.Rank != 2 || x.Rank == 0 || x.Shape[^1] != weight.Shape[1])
            throw ShapeException.For("linear", $"an input of shape {x.Shape} does not fit a weight of shape {weight.Shape} (outputs, inputs): the input's last axis must be {(weight.Rank == 2 ? weight.Shape[1] : "the inputs")}");
        return x.Linear(weight, bias);
    }
}
