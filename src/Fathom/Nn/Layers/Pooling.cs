namespace Fathom.Nn;

/// <summary>The maximum of each window of images (N, C, H, W).</summary>
/// <param name="window">The window's height and width.</param>
/// <param name="stride">Pixels between neighbouring windows; the window's size if not given.</param>
/// <param name="padding">Rows and columns around the image that never win; at most half the window.</param>
/// <param name="ceilMode">Whether a last window that is only partly inside counts.</param>
public sealed class MaxPool2d(Hw window, Hw? stride = null, Hw padding = default, bool ceilMode = false) : Module, IKeepsNothing
{
    internal Hw Window => window;
    internal Hw Stride => stride ?? window;
    internal Hw Padding => padding;
    internal bool CeilMode => ceilMode;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.MaxPool2d(window, stride, padding, ceilMode);

    /// <summary>What Call(x.Relu()) gives, in one op that keeps no rectified images. <see cref="Sequential"/> does so by itself where a ReLU stands before.</summary>
    public Tensor CallAfterRelu(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.MaxPool2d(window, stride, padding, ceilMode, relu: true);
    }

    /// <inheritdoc/>
    protected override string Details => PoolText.Of(window, stride ?? window, padding, ceilMode);
}

/// <summary>The mean of each window of images (N, C, H, W).</summary>
/// <param name="window">The window's height and width.</param>
/// <param name="stride">Pixels between neighbouring windows; the window's size if not given.</param>
/// <param name="padding">Rows and columns of zeros around the image; at most half the window.</param>
/// <param name="ceilMode">Whether a last window that is only partly inside counts.</param>
/// <param name="countPadding">Whether padding counts in the mean.</param>
public sealed class AvgPool2d(Hw window, Hw? stride = null, Hw padding = default, bool ceilMode = false, bool countPadding = true) : Module, IKeepsNothing
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.AvgPool2d(window, stride, padding, ceilMode, countPadding);

    /// <inheritdoc/>
    protected override string Details => PoolText.Of(window, stride ?? window, padding, ceilMode) + (countPadding ? "" : ", padding not counted");
}

/// <summary>The means of a fixed number of bins that cover images (N, C, H, W), whatever their size.</summary>
/// <param name="output">Bins along height and width; (1, 1) is global average pooling.</param>
public sealed class AdaptiveAvgPool2d(Hw output) : Module, IKeepsNothing
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.AdaptiveAvgPool2d(output);

    /// <inheritdoc/>
    protected override string Details => $"{output}";
}

/// <summary>The maximum of each window of sequences (N, C, L).</summary>
/// <param name="window">The window's length.</param>
/// <param name="stride">Places between neighbouring windows; the window's length if not given.</param>
/// <param name="padding">Places on each side that never win; at most half the window.</param>
/// <param name="ceilMode">Whether a last window that is only partly inside counts.</param>
public sealed class MaxPool1d(int window, int? stride = null, int padding = 0, bool ceilMode = false) : Module, IKeepsNothing
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Functional.MaxPool1d(x, window, stride, padding, ceilMode);

    /// <inheritdoc/>
    protected override string Details => PoolText.Of(window, stride ?? window, padding, ceilMode);
}

/// <summary>The mean of each window of sequences (N, C, L).</summary>
/// <param name="window">The window's length.</param>
/// <param name="stride">Places between neighbouring windows; the window's length if not given.</param>
/// <param name="padding">Zeros on each side; at most half the window.</param>
/// <param name="ceilMode">Whether a last window that is only partly inside counts.</param>
/// <param name="countPadding">Whether padding counts in the mean.</param>
public sealed class AvgPool1d(int window, int? stride = null, int padding = 0, bool ceilMode = false, bool countPadding = true) : Module, IKeepsNothing
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Functional.AvgPool1d(x, window, stride, padding, ceilMode, countPadding);

    /// <inheritdoc/>
    protected override string Details => PoolText.Of(window, stride ?? window, padding, ceilMode) + (countPadding ? "" : ", padding not counted");
}

/// <summary>The means of a fixed number of bins that cover sequences (N, C, L), whatever their length.</summary>
/// <param name="output">The number of bins.</param>
public sealed class AdaptiveAvgPool1d(int output) : Module, IKeepsNothing
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Functional.AdaptiveAvgPool1d(x, output);

    /// <inheritdoc/>
    protected override string Details => $"{output}";
}

file static class PoolText
{
    public static string Of(Hw window, Hw stride, Hw padding, bool ceil) =>
        $"{window}{(stride == window ? "" : $", stride: {stride}")}{(padding == 0 ? "" : $", padding: {padding}")}{(ceil ? ", ceil mode" : "")}";
}

public static partial class Functional
{
    /// <inheritdoc cref="Tensor.MaxPool2d"/>
    public static Tensor MaxPool2d(Tensor x, Hw window, Hw? stride = null, Hw padding = default, bool ceilMode = false) => x.MaxPool2d(window, stride, padding, ceilMode);

    /// <inheritdoc cref="Tensor.AvgPool2d"/>
    public static Tensor AvgPool2d(Tensor x, Hw window, Hw? stride = null, Hw padding = default, bool ceilMode = false, bool countPadding = true) => x.AvgPool2d(window, stride, padding, ceilMode, countPadding);

    /// <inheritdoc cref="Tensor.AdaptiveAvgPool2d"/>
    public static Tensor AdaptiveAvgPool2d(Tensor x, Hw bins) => x.AdaptiveAvgPool2d(bins);

    /// <summary>The maximum of each window of sequences (N, C, L).</summary>
    /// <exception cref="ShapeException">The input is not a batch of sequences.</exception>
    public static Tensor MaxPool1d(Tensor x, int window, int? stride = null, int padding = 0, bool ceilMode = false)
    {
        CheckSequence(x, "max_pool1d");
        return x.Unsqueeze(2).MaxPool2d((1, window), (1, stride ?? window), (0, padding), ceilMode).Squeeze(2);
    }

    /// <summary>The mean of each window of sequences (N, C, L).</summary>
    /// <exception cref="ShapeException">The input is not a batch of sequences.</exception>
    public static Tensor AvgPool1d(Tensor x, int window, int? stride = null, int padding = 0, bool ceilMode = false, bool countPadding = true)
    {
        CheckSequence(x, "avg_pool1d");
        return x.Unsqueeze(2).AvgPool2d((1, window), (1, stride ?? window), (0, padding), ceilMode, countPadding).Squeeze(2);
    }

    /// <summary>The means of a fixed number of bins that cover sequences (N, C, L).</summary>
    /// <exception cref="ShapeException">The input is not a batch of sequences.</exception>
    public static Tensor AdaptiveAvgPool1d(Tensor x, int bins)
    {
        CheckSequence(x, "adaptive_avg_pool1d");
        return x.Unsqueeze(2).AdaptiveAvgPool2d((1, bins)).Squeeze(2);
    }
}
