namespace Fathom.Devices.Cpu;

/// <summary>
/// Two-dimensional pooling and its gradients on the CPU, for float and double. Geometry must be valid (<see cref="PoolDims.Validate"/>). Images are dense, of
/// either <see cref="ImageOrder"/>; all operands of a call, indices included, lie in the same one. Results overwrite what was there and have the
/// same bits for any number of threads. Channels-last images go through vectors of channels and are much the faster.
/// </summary>
internal static unsafe class Pool
{
    private static readonly PoolKernels<float> Singles = ForFloat(Isa.Current);
    private static readonly PoolKernels<double> Doubles = ForDouble(Isa.Current);

    /// <summary>
    /// y = the maximum of every window, and for each the position h * W + w in its channel's image where it was found (the first maximum; a NaN wins over
    /// everything, the last NaN over the others, as in PyTorch). Padding never wins. With <c>rectify</c> y = max(maximum, 0), and the position is -1 unless y is positive:
    /// the gradient goes nowhere.
    /// </summary>
    public static void Max(in PoolDims d, float* x, ImageOrder order, float* y, int* indices, bool rectify = false) => Singles.Max(View(d, order), x, y, indices, rectify);

    /// <inheritdoc cref="Max(in PoolDims, float*, ImageOrder, float*, int*, bool)"/>
    public static void Max(in PoolDims d, double* x, ImageOrder order, double* y, int* indices, bool rectify = false) => Doubles.Max(View(d, order), x, y, indices, rectify);

    /// <summary>gx = the gradient of the input of <see cref="Max(in PoolDims, float*, ImageOrder, float*, int*, bool)"/>: every gy added where the maximum was found.</summary>
    /// <returns>The sums of gx over each channel where they came along, else null.</returns>
    public static double[]? MaxGradient(in PoolDims d, float* gy, int* indices, ImageOrder order, float* gx) => Singles.MaxGradient(View(d, order), gy, indices, gx);

    /// <inheritdoc cref="MaxGradient(in PoolDims, float*, int*, ImageOrder, float*)"/>
    public static double[]? MaxGradient(in PoolDims d, double* gy, int* indices, ImageOrder order, double* gx) => Doubles.MaxGradient(View(d, order), gy, indices, gx);

    /// <summary>y = the elements of x where the maxima were found: the transpose of <see cref="MaxGradient(in PoolDims, float*, int*, ImageOrder, float*)"/>, and so its gradient.</summary>
    public static void MaxGather(in PoolDims d, float* x, int* indices, ImageOrder order, float* y) => Singles.MaxGather(View(d, order), x, indices, y);

    /// <inheritdoc cref="MaxGather(in PoolDims, float*, int*, ImageOrder, float*)"/>
    public static void MaxGather(in PoolDims d, double* x, int* indices, ImageOrder order, double* y) => Doubles.MaxGather(View(d, order), x, indices, y);

    /// <summary>
    /// y = the mean of every window. With <paramref name="countPadding"/> the sum is divided by the window's size within the padded image, else by the number of
    /// pixels inside the image.
    /// </summary>
    public static void Average(in PoolDims d, float* x, ImageOrder order, bool countPadding, float* y) => Singles.Average(View(d, order), countPadding, x, y);

    /// <inheritdoc cref="Average(in PoolDims, float*, ImageOrder, bool, float*)"/>
    public static void Average(in PoolDims d, double* x, ImageOrder order, bool countPadding, double* y) => Doubles.Average(View(d, order), countPadding, x, y);

    /// <summary>gx = the gradient of the input of <see cref="Average(in PoolDims, float*, ImageOrder, bool, float*)"/>.</summary>
    public static void AverageGradient(in PoolDims d, float* gy, ImageOrder order, bool countPadding, float* gx) =>
        Singles.AverageGradient(View(d, order), countPadding, gy, gx);

    /// <inheritdoc cref="AverageGradient(in PoolDims, float*, ImageOrder, bool, float*)"/>
    public static void AverageGradient(in PoolDims d, double* gy, ImageOrder order, bool countPadding, double* gx) =>
        Doubles.AverageGradient(View(d, order), countPadding, gy, gx);

    /// <summary>
    /// y (n, c, outH, outW) = the mean of each of outH x outW bins of x (n, c, h, w). Bin i of an axis reaches from floor(i * size / bins) to
    /// ceil((i + 1) * size / bins), so bins overlap where they do not divide the size.
    /// </summary>
    public static void AdaptiveAverage(int n, int c, int h, int w, int outH, int outW, float* x, ImageOrder order, float* y) =>
        Singles.Average(Bins(n, c, h, w, outH, outW, order), false, x, y);

    /// <inheritdoc cref="AdaptiveAverage(int, int, int, int, int, int, float*, ImageOrder, float*)"/>
    public static void AdaptiveAverage(int n, int c, int h, int w, int outH, int outW, double* x, ImageOrder order, double* y) =>
        Doubles.Average(Bins(n, c, h, w, outH, outW, order), false, x, y);

    /// <summary>gx = the gradient of the input of <see cref="AdaptiveAverage(int, int, int, int, int, int, float*, ImageOrder, float*)"/>.</summary>
    public static void AdaptiveAverageGradient(int n, int c, int h, int w, int outH, int outW, float* gy, ImageOrder order, float* gx) =>
        Singles.AverageGradient(Bins(n, c, h, w, outH, outW, order), false, gy, gx);

    /// <inheritdoc cref="AdaptiveAverageGradient(int, int, int, int, int, int, float*, ImageOrder, float*)"/>
    public static void AdaptiveAverageGradient(int n, int c, int h, int w, int outH, int outW, double* gy, ImageOrder order, double* gx) =>
        Doubles.AverageGradient(Bins(n, c, h, w, outH, outW, order), false, gy, gx);

    /// <summary>How the kernels see a regular pooling.</summary>
    internal static PoolView View(in PoolDims d, ImageOrder order) => PoolView.Of(d.N, d.C, d.H, d.W, order,
        PoolAxis.Regular(d.H, d.OutH, d.R, d.StrideH, d.PadH), PoolAxis.Regular(d.W, d.OutW, d.S, d.StrideW, d.PadW));

    /// <summary>How the kernels see an adaptive pooling.</summary>
    internal static PoolView Bins(int n, int c, int h, int w, int outH, int outW, ImageOrder order) =>
        PoolView.Of(n, c, h, w, order, PoolAxis.Adaptive(h, outH), PoolAxis.Adaptive(w, outW));

    /// <summary>The kernels for float at a given width; tests run all of them.</summary>
    internal static PoolKernels<float> ForFloat(SimdWidth width) => width switch
    {
        SimdWidth.V512 => new PoolKernels<Singlex16, float>(),
        SimdWidth.V256 => new PoolKernels<Singlex8, float>(),
        SimdWidth.V128 => new PoolKernels<Singlex4, float>(),
        _ => new PoolKernels<Lane<float>, float>(),
    };

    /// <summary>The kernels for double at a given width.</summary>
    internal static PoolKernels<double> ForDouble(SimdWidth width) => width switch
    {
        SimdWidth.V512 => new PoolKernels<Doublex8, double>(),
        SimdWidth.V256 => new PoolKernels<Doublex4, double>(),
        SimdWidth.V128 => new PoolKernels<Doublex2, double>(),
        _ => new PoolKernels<Lane<double>, double>(),
    };
}
