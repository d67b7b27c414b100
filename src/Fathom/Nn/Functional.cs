namespace Fathom.Nn;

/// <summary>
/// Layers and losses as functions: what they need is passed in. Each stands beside the layer it belongs to; element-wise activations are
/// methods of <see cref="Tensor"/> as well.
/// </summary>
public static partial class Functional
{
    /// <inheritdoc cref="Tensor.Relu"/>
    public static Tensor Relu(Tensor x) => x.Relu();

    /// <inheritdoc cref="Tensor.LeakyRelu"/>
    public static Tensor LeakyRelu(Tensor x, double negativeSlope = 0.01) => x.LeakyRelu(negativeSlope);

    /// <summary>x where x > 0, else a slope times x: one slope for all, or one a channel.</summary>
    /// <param name="x">(N, C, ...) if there are several slopes, else any shape.</param>
    /// <param name="slopes">(1) or (C).</param>
    /// <exception cref="ShapeException">There are several slopes, but not one a channel.</exception>
    public static Tensor PRelu(Tensor x, Tensor slopes)
    {
        if (slopes.Count > 1)
        {
            if (x.Rank < 2 || x.Shape[1] != slopes.Count) throw ShapeException.For("prelu", $"{slopes.Count} slopes do not fit an input of shape {x.Shape}: axis 1 must have that size");
            slopes = slopes.Reshape([(int)slopes.Count, .. Enumerable.Repeat(1, x.Rank - 2)]);
        }
        return Tensor.Where(x > 0, x, slopes * x);
    }

    /// <inheritdoc cref="Tensor.Elu"/>
    public static Tensor Elu(Tensor x, double alpha = 1) => x.Elu(alpha);

    /// <inheritdoc cref="Tensor.Gelu"/>
    public static Tensor Gelu(Tensor x, bool tanh = false) => x.Gelu(tanh);

    /// <inheritdoc cref="Tensor.Silu"/>
    public static Tensor Silu(Tensor x) => x.Silu();

    /// <inheritdoc cref="Tensor.Sigmoid"/>
    public static Tensor Sigmoid(Tensor x) => x.Sigmoid();

    /// <inheritdoc cref="Tensor.Tanh"/>
    public static Tensor Tanh(Tensor x) => x.Tanh();

    /// <inheritdoc cref="Tensor.Softplus"/>
    public static Tensor Softplus(Tensor x, double beta = 1, double threshold = 20) => x.Softplus(beta, threshold);

    /// <inheritdoc cref="Tensor.Softmax"/>
    public static Tensor Softmax(Tensor x, int axis = -1) => x.Softmax(axis);

    /// <inheritdoc cref="Tensor.LogSoftmax"/>
    public static Tensor LogSoftmax(Tensor x, int axis = -1) => x.LogSoftmax(axis);

    /// <summary>Joins axes into one; by default all but the first, the batch.</summary>
    public static Tensor Flatten(Tensor x, int startAxis = 1, int endAxis = -1) => x.Flatten(startAxis, endAxis);
}
