namespace Fathom.Nn;

/// <summary>Two-dimensional convolution (cross-correlation) of images (N, C, H, W); the weight is (outputs, C / groups, kernel height, kernel width).</summary>
public sealed class Conv2d : Convolution, IKeepsNothing
{
    /// <summary>A convolution.</summary>
    /// <param name="outputs">Output channels.</param>
    /// <param name="kernel">The kernel's height and width.</param>
    /// <param name="stride">Input pixels between neighbouring outputs; 1 if not given.</param>
    /// <param name="padding">Zeros on each side, or <see cref="Padding.Same"/>.</param>
    /// <param name="dilation">Input pixels between neighbouring taps; 1 if not given.</param>
    /// <param name="groups">Output channel group g sees only input channel group g.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="inputs">Input channels; null takes them from the first input.</param>
    /// <param name="init">How to fill the weight; by default uniform in +-1 / sqrt(fan in), as the bias is always.</param>
    /// <exception cref="ArgumentException">A size does not make sense.</exception>
    public Conv2d(int outputs, Hw kernel, Hw? stride = null, Padding padding = default, Hw? dilation = null, int groups = 1, bool bias = true, int? inputs = null, Init? init = null)
        : base(outputs, kernel, stride, padding, dilation, groups, bias, init)
    {
        if (inputs is { } n) Materialize(n);
    }

    private protected override int InputRank => 4;
    private protected override Shape WeightShape(int inputs) => (Outputs, inputs / Groups, Kernel.H, Kernel.W);
    private protected override int? Inputs => Weight.HasShape ? Weight.Shape[1] * Groups : null;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Functional.Conv2d(x, Weight, Bias, Stride, Padding, Dilation, Groups);

    /// <summary>What the pooling gives of this convolution, rectified, as one op; null where it does not pay.</summary>
    internal Tensor? TryCallReluPooled(Tensor x, MaxPool2d pool)
    {
        EnsureBuilt(x);
        (Hw pad, Hw drop) = Padding.For(Kernel, Dilation);
        return drop != 0 ? null : x.TryConv2dMaxPool(Weight, Bias, Stride, pad, Dilation, Groups, pool.Window, pool.Stride, pool.Padding, pool.CeilMode);
    }
}

/// <summary>One-dimensional convolution (cross-correlation) of sequences (N, C, L); the weight is (outputs, C / groups, kernel).</summary>
public sealed class Conv1d : Convolution, IKeepsNothing
{
    /// <summary>A convolution.</summary>
    /// <param name="outputs">Output channels.</param>
    /// <param name="kernel">The kernel's length.</param>
    /// <param name="stride">Input places between neighbouring outputs.</param>
    /// <param name="padding">Zeros on each side, or <see cref="Padding.Same"/>.</param>
    /// <param name="dilation">Input places between neighbouring taps.</param>
    /// <param name="groups">Output channel group g sees only input channel group g.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="inputs">Input channels; null takes them from the first input.</param>
    /// <param name="init">How to fill the weight; by default uniform in +-1 / sqrt(fan in), as the bias is always.</param>
    /// <exception cref="ArgumentException">A size does not make sense.</exception>
    public Conv1d(int outputs, int kernel, int stride = 1, Padding padding = default, int dilation = 1, int groups = 1, bool bias = true, int? inputs = null, Init? init = null)
        : base(outputs, (1, kernel), (1, stride), padding, (1, dilation), groups, bias, init)
    {
        if (inputs is { } n) Materialize(n);
    }

    private protected override int InputRank => 3;
    private protected override Shape WeightShape(int inputs) => (Outputs, inputs / Groups, Kernel.W);
    private protected override int? Inputs => Weight.HasShape ? Weight.Shape[1] * Groups : null;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Functional.Conv1d(x, Weight, Bias, Stride.W, Padding, Dilation.W, Groups);
}

public static partial class Functional
{
    /// <summary>Two-dimensional cross-correlation; see <see cref="Tensor.Conv2d"/>.</summary>
    /// <param name="x">Images, (N, C, H, W).</param>
    /// <param name="weight">(K, C / groups, R, S).</param>
    /// <param name="bias">(K), or null.</param>
    /// <param name="stride">Input pixels between neighbouring outputs; 1 if not given.</param>
    /// <param name="padding">Zeros on each side, or <see cref="Padding.Same"/>.</param>
    /// <param name="dilation">Input pixels between neighbouring taps; 1 if not given.</param>
    /// <param name="groups">Output channel group g sees only input channel group g.</param>
    /// <returns>(N, K, H', W').</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    public static Tensor Conv2d(Tensor x, Tensor weight, Tensor? bias = null, Hw? stride = null, Padding padding = default, Hw? dilation = null, int groups = 1)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        if (weight.Rank != 4) throw ShapeException.For("conv2d", $"needs a weight of shape (K, C / groups, R, S); this one has shape {weight.Shape}");
        (Hw pad, Hw drop) = padding.For((weight.Shape[2], weight.Shape[3]), dilation ?? 1);
        Tensor y = x.Conv2d(weight, bias, stride, pad, dilation, groups);
        if (drop.H > 0) y = y.Slice(2, drop.H);
        return drop.W > 0 ? y.Slice(3, drop.W) : y;
    }

    /// <summary>One-dimensional cross-correlation.</summary>
    /// <param name="x">Sequences, (N, C, L).</param>
    /// <param name="weight">(K, C / groups, S).</param>
    /// <param name="bias">(K), or null.</param>
    /// <param name="stride">Input places between neighbouring outputs.</param>
    /// <param name="padding">Zeros on each side, or <see cref="Padding.Same"/>.</param>
    /// <param name="dilation">Input places between neighbouring taps.</param>
    /// <param name="groups">Output channel group g sees only input channel group g.</param>
    /// <returns>(N, K, L').</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    public static Tensor Conv1d(Tensor x, Tensor weight, Tensor? bias = null, int stride = 1, Padding padding = default, int dilation = 1, int groups = 1)
    {
        CheckSequence(x, "conv1d");
        ArgumentNullException.ThrowIfNull(weight);
        if (weight.Rank != 3) throw ShapeException.For("conv1d", $"needs a weight of shape (K, C / groups, S); this one has shape {weight.Shape}");
        return Conv2d(x.Unsqueeze(2), weight.Unsqueeze(2), bias, (1, stride), padding.AlongWidth(), (1, dilation), groups).Squeeze(2);
    }

    static void CheckSequence(Tensor x, string op)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank != 3) throw ShapeException.For(op, $"needs sequences of shape (N, C, L); this tensor has shape {x.Shape}" + (x.Rank == 2 ? ". Use Unsqueeze(0) for a single one" : ""));
    }
}
