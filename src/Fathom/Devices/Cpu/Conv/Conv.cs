namespace Fathom.Devices.Cpu;

/// <summary>
/// Two-dimensional convolution and its two gradients on the CPU, for float and double, with stride, padding, dilation and groups.
/// <para>
/// Geometry must be valid (<see cref="ConvDims.Validate"/>). Inputs x (N, C, H, W), outputs y (N, K, OutH, OutW) and their gradients are dense and may lie in
/// either <see cref="ImageOrder"/>, each in its own; the kernels work channels-last, for many channels and for few alike, and copy what lies otherwise. So the
/// cheapest order of every result is channels-last, and of x as well, save for images of one channel or one pixel, where the orders are the same.
/// Weights w and their gradient are contiguous (K, C / groups, R, S). Results overwrite what was there and have the same bits for any number of threads.
/// A batch of no images gives no outputs and a weight gradient of zeros.
/// </para>
/// <para>
/// The input gradient is also the forward pass of a transposed convolution. The bias gradient is a sum of gy over all but the channels.
/// </para>
/// </summary>
internal static unsafe class Conv
{
    private static readonly ConvKernels<float> Singles = ForFloat(Isa.Current, ConvChoice.Fastest);
    private static readonly ConvKernels<double> Doubles = ForDouble(Isa.Current, ConvChoice.AlwaysDirect);

    /// <summary>The order in which a result is made without a copy, whatever the order of the operands.</summary>
    public const ImageOrder BestOrder = ImageOrder.ChannelsLast;

    /// <summary>y = x convolved with w, plus <paramref name="bias"/> (K values; null for none).</summary>
    public static void Forward(in ConvDims d, float* x, ImageOrder xOrder, float* w, float* bias, float* y, ImageOrder yOrder) =>
        Singles.Forward(d, x, xOrder, w, bias, y, yOrder);

    /// <inheritdoc cref="Forward(in ConvDims, float*, ImageOrder, float*, float*, float*, ImageOrder)"/>
    public static void Forward(in ConvDims d, double* x, ImageOrder xOrder, double* w, double* bias, double* y, ImageOrder yOrder) =>
        Doubles.Forward(d, x, xOrder, w, bias, y, yOrder);

    /// <summary>gx = the gradient of the input, from the gradient of the output and the weights.</summary>
    public static void InputGradient(in ConvDims d, float* gy, ImageOrder gyOrder, float* w, float* gx, ImageOrder gxOrder) =>
        Singles.InputGradient(d, gy, gyOrder, w, gx, gxOrder);

    /// <inheritdoc cref="InputGradient(in ConvDims, float*, ImageOrder, float*, float*, ImageOrder)"/>
    public static void InputGradient(in ConvDims d, double* gy, ImageOrder gyOrder, double* w, double* gx, ImageOrder gxOrder) =>
        Doubles.InputGradient(d, gy, gyOrder, w, gx, gxOrder);

    /// <summary>gw = the gradient of the weights, from the input and the gradient of the output.</summary>
    public static void WeightGradient(in ConvDims d, float* x, ImageOrder xOrder, float* gy, ImageOrder gyOrder, float* gw) =>
        Singles.WeightGradient(d, x, xOrder, gy, gyOrder, gw);

    /// <inheritdoc cref="WeightGradient(in ConvDims, float*, ImageOrder, float*, ImageOrder, float*)"/>
    public static void WeightGradient(in ConvDims d, double* x, ImageOrder xOrder, double* gy, ImageOrder gyOrder, double* gw) =>
        Doubles.WeightGradient(d, x, xOrder, gy, gyOrder, gw);

    /// <summary>The kernels for float at a given width; tests run all of them.</summary>
    internal static ConvKernels<float> ForFloat(SimdWidth width, ConvChoice? choose = null) => width switch
    {
        SimdWidth.V512 => new ConvKernels<Singlex16, float>(choose ?? ConvChoice.AlwaysDirect),
        SimdWidth.V256 => new ConvKernels<Singlex8, float>(choose ?? ConvChoice.AlwaysDirect),
        SimdWidth.V128 => new ConvKernels<Singlex4, float>(choose ?? ConvChoice.AlwaysDirect),
        _ => new ConvKernels<Lane<float>, float>(choose ?? ConvChoice.AlwaysDirect),
    };

    /// <summary>The kernels for double at a given width.</summary>
    internal static ConvKernels<double> ForDouble(SimdWidth width, ConvChoice? choose = null) => width switch
    {
        SimdWidth.V512 => new ConvKernels<Doublex8, double>(choose ?? ConvChoice.AlwaysDirect),
        SimdWidth.V256 => new ConvKernels<Doublex4, double>(choose ?? ConvChoice.AlwaysDirect),
        SimdWidth.V128 => new ConvKernels<Doublex2, double>(choose ?? ConvChoice.AlwaysDirect),
        _ => new ConvKernels<Lane<double>, double>(choose ?? ConvChoice.AlwaysDirect),
    };
}
