namespace Fathom.Nn;

/// <summary>
/// Transposed convolution of images (N, C, H, W): the gradient of a convolution with respect to its input, as a layer. The weight is (C, outputs / groups,
/// kernel height, kernel width).
/// </summary>
public sealed class ConvTranspose2d : Convolution, IKeepsNothing
{
    readonly Hw outputPadding;

    /// <summary>A transposed convolution.</summary>
    /// <param name="outputs">Output channels.</param>
    /// <param name="kernel">The kernel's height and width.</param>
    /// <param name="stride">Output pixels between neighbouring inputs; 1 if not given.</param>
    /// <param name="padding">Rows and columns cut off on each side.</param>
    /// <param name="outputPadding">Rows and columns added at the end, less than stride or dilation.</param>
    /// <param name="dilation">Pixels between neighbouring taps; 1 if not given.</param>
    /// <param name="groups">Output channel group g sees only input channel group g.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="inputs">Input channels; null takes them from the first input.</param>
    /// <param name="init">How to fill the weight; by default uniform in +-1 / sqrt(kernel size times outputs / groups), as the bias is always.</param>
    /// <exception cref="ArgumentException">A size does not make sense.</exception>
    public ConvTranspose2d(int outputs, Hw kernel, Hw? stride = null, Hw padding = default, Hw outputPadding = default, Hw? dilation = null, int groups = 1, bool bias = true, int? inputs = null, Init? init = null)
        : base(outputs, kernel, stride, padding, dilation, groups, bias, init)
    {
        this.outputPadding = outputPadding;
        if (inputs is { } n) Materialize(n);
    }

    private protected override int InputRank => 4;
    private protected override Shape WeightShape(int inputs) => (inputs, Outputs / Groups, Kernel.H, Kernel.W);
    private protected override int? Inputs => Weight.HasShape ? Weight.Shape[0] : null;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Functional.ConvTranspose2d(x, Weight, Bias, Stride, Padding.For(Kernel, Dilation).Pad, outputPadding, Dilation, Groups);

    /// <inheritdoc/>
    protected override string Details => base.Details + (outputPadding == 0 ? "" : $", output padding: {outputPadding}");
}

/// <summary>Transposed convolution of sequences (N, C, L); the weight is (C, outputs / groups, kernel).</summary>
public sealed class ConvTranspose1d : Convolution, IKeepsNothing
{
    readonly int outputPadding;

    /// <summary>A transposed convolution.</summary>
    /// <param name="outputs">Output channels.</param>
    /// <param name="kernel">The kernel's length.</param>
    /// <param name="stride">Output places between neighbouring inputs.</param>
    /// <param name="padding">Places cut off on each side.</param>
    /// <param name="outputPadding">Places added at the end, less than stride or dilation.</param>
    /// <param name="dilation">Places between neighbouring taps.</param>
    /// <param name="groups">Output channel group g sees only input channel group g.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="inputs">Input channels; null takes them from the first input.</param>
    /// <param name="init">How to fill the weight; by default uniform in +-1 / sqrt(kernel size times outputs / groups), as the bias is always.</param>
    /// <exception cref="ArgumentException">A size does not make sense.</exception>
    public ConvTranspose1d(int outputs, int kernel, int stride = 1, int padding = 0, int outputPadding = 0, int dilation = 1, int groups = 1, bool bias = true, int? inputs = null, Init? init = null)
        : base(outputs, (1, kernel), (1, stride), (0, padding), (1, dilation), groups, bias, init)
    {
        this.outputPadding = outputPadding;
        if (inputs is { } n) Materialize(n);
    }

    private protected override int InputRank => 3;
    private protected override Shape WeightShape(int inputs) => (inputs, Outputs / Groups, Kernel.W);
    private protected override int? Inputs => Weight.HasShape ? Weight.Shape[0] : null;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Functional.ConvTranspose1d(x, Weight, Bias, Stride.W, Padding.For(Kernel, Dilation).Pad.W, outputPadding, Dilation.W, Groups);

    /// <inheritdoc/>
    protected override string Details => base.Details + (outputPadding == 0 ? "" : $", output padding: {outputPadding}");
}

public static partial class Functional
{
    /// <inheritdoc cref="Tensor.ConvTranspose2d"/>
    /// <param name="x">Images, (N, C, H, W).</param>
    /// <param name="weight">(C, K / groups, R, S).</param>
    /// <param name="bias">(K), or null.</param>
    /// <param name="stride">Output pixels between neighbouring inputs; 1 if not given.</param>
    /// <param name="padding">Rows and columns cut off on each side.</param>
    /// <param name="outputPadding">Rows and columns added at the end, less than stride or dilation.</param>
    /// <param name="dilation">Pixels between neighbouring taps; 1 if not given.</param>
    /// <param name="groups">Output channel group g sees only input channel group g.</param>
    public static Tensor ConvTranspose2d(Tensor x, Tensor weight, Tensor? bias = null, Hw? stride = null, Hw padding = default, Hw outputPadding = default, Hw? dilation = null, int groups = 1)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.ConvTranspose2d(weight, bias, stride, padding, outputPadding, dilation, groups);
    }

    /// <summary>Transposed convolution of sequences.</summary>
    /// <param name="x">Sequences, (N, C, L).</param>
    /// <param name="weight">(C, K / groups, S).</param>
    /// <param name="bias">(K), or null.</param>
    /// <param name="stride">Output places between neighbouring inputs.</param>
    /// <param name="padding">Places cut off on each side.</param>
    /// <param name="outputPadding">Places added at the end, less than stride or dilation.</param>
    /// <param name="dilation">Places between neighbouring taps.</param>
    /// <param name="groups">Output channel group g sees only input channel group g.</param>
    /// <returns>(N, K, L').</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    public static Tensor ConvTranspose1d(Tensor x, Tensor weight, Tensor? bias = null, int stride = 1, int padding = 0, int outputPadding = 0, int dilation = 1, int groups = 1)
    {
        CheckSequence(x, "conv_transpose1d");
        ArgumentNullException.ThrowIfNull(weight);
        if (weight.Rank != 3) throw ShapeException.For("conv_transpose1d", $"needs a weight of shape (C, K / groups, S); this one has shape {weight.Shape}");
        return x.Unsqueeze(2).ConvTranspose2d(weight.Unsqueeze(2), bias, (1, stride), (0, padding), (0, outputPadding), (1, dilation), groups).Squeeze(2);
    }
}
