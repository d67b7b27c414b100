using Fathom.Devices.Cpu.Simd;

namespace Fathom.Devices.Cpu;

/// <summary>
/// Batch normalisation of channels-last images, with residual and rectifier where asked: one pass for the statistics, one for the result, two for the
/// gradient, whatever is fused in.
/// </summary>
internal static unsafe class BatchNormRows
{
    /// <summary>y = f((x - mean) / sqrt(variance + eps) weight + bias + residual).</summary>
    public static void Forward<T>(in BatchNormArgs a, Tensor y) where T : unmanaged
    {
        int channels = a.X.Shape[1];
        long rows = a.X.Count / channels;
        if (a.OfBatch) Statistics(a.X.Ptr<T>(), rows, channels, a.Mean.Ptr<T>(), a.Variance.Ptr<T>());
        using var table = Scratch.Rent<T>(2L * channels);
        ChannelOperands<T> at = new() { A = a.X.Ptr<T>(), B = a.Residual is null ? null : a.Residual.Ptr<T>(), Out = y.Ptr<T>(), P = table.Pointer, Q = table.Pointer + channels };
        SlopeAndShift(a, at.P, at.Q);
        if (a.Residual is null && a.Relu) ChannelMap.Run<T, AffineRelu>(rows, channels, at);
        else if (a.Residual is null) ChannelMap.Run<T, Affine>(rows, channels, at);
        else if (a.Relu) ChannelMap.Run<T, AffineAddRelu>(rows, channels, at);
        else ChannelMap.Run<T, AffineAdd>(rows, channels, at);
    }

    /// <summary>Mean and biased variance of each column.</summary>
    /// <remarks>One pass: sums of d and d^2, where d is the distance from the channel's value in the first row, so that a large mean does not cancel the variance away.</remarks>
    public static void Statistics<T>(T* x, long rows, int columns, T* mean, T* variance) where T : unmanaged
    {
        double[] s1 = new double[columns], s2 = new double[columns];
        ChannelSums.Run<T, Deviations>(rows, columns, new() { A = x, P = x }, s1, s2);
        for (int c = 0; c < columns; c++)
        {
            double m = s1[c] / rows;
            mean[c] = Number<T>.From(m + Number<T>.ToDouble(x[c]));
            variance[c] = Number<T>.From(Math.Max(0, s2[c] / rows - m * m));
        }
    }

    /// <summary>
    /// With g = gy where the rectifier passes it, xh = (x - mean) / s, s = sqrt(variance + eps), n rows: gb = sum g, gw = sum g xh, and with the batch's own
    /// statistics gx = w / s (g - gb / n - xh gw / n) (Ioffe and Szegedy 2015, section 3), put in order of g and x; with fixed ones gx = w / s g.
    /// </summary>
    /// <param name="a">What was computed.</param>
    /// <param name="gy">The gradient of the result.</param>
    /// <param name="y">The result where a sum with a residual was rectified, else null.</param>
    /// <param name="gx">For the gradient of x; may share memory with gy.</param>
    /// <param name="gw">For that of the weight.</param>
    /// <param name="gb">For that of the bias.</param>
    /// <param name="g">For gy where the rectifier passes it, the gradient of the residual; needed with y. May share memory with gy, not with gx.</param>
    /// <returns>The sums of g over each channel.</returns>
    public static double[] Gradient<T>(in BatchNormArgs a, Tensor gy, Tensor? y, Tensor? gx, Tensor? gw, Tensor? gb, Tensor? g) where T : unmanaged
    {
        int channels = a.X.Shape[1];
        long rows = a.X.Count / channels;
        double[] sum = new double[channels], product = new double[channels];
        using var table = Scratch.Rent<T>(5L * channels);
        T* p = table.Pointer, q = p + channels, r = q + channels, slope = r + channels, shift = slope + channels;
        SlopeAndShift(a, slope, shift);
        ChannelOperands<T> sums = new() { A = gy.Ptr<T>(), B = a.X.Ptr<T>(), P = a.Mean.Ptr<T>(), Q = slope, R = shift };
        bool gated = a.Relu && y is null;                       // x tells where the rectifier passes: the second pass asks again
        if (gated) ChannelSums.Run<T, ProductsWherePositive>(rows, channels, sums, sum, product);
        else if (a.Relu) ChannelSums.Run<T, ProductsOfRectified>(rows, channels, sums with { C = y!.Ptr<T>(), Out = g!.Ptr<T>() }, sum, product);
        else ChannelSums.Run<T, Products>(rows, channels, sums, sum, product);
        Coefficients(a, rows, sum, product, p, q, r, gw is null ? null : gw.Ptr<T>(), gb is null ? null : gb.Ptr<T>());
        if (gx is null) return sum;
        T* passed = (g ?? gy).Ptr<T>();
        ChannelOperands<T> maps = new() { A = passed, B = a.X.Ptr<T>(), Out = gx.Ptr<T>(), P = p, Q = q, R = r, S = slope, U = shift };
        if (a.OfBatch && gated) ChannelMap.Run<T, CombinedWherePositive>(rows, channels, maps);
        else if (a.OfBatch) ChannelMap.Run<T, Combined>(rows, channels, maps);
        else if (gated) ChannelMap.Run<T, ScaledWherePositive>(rows, channels, maps with { P = slope, Q = shift });
        else ChannelMap.Run<T, Scaled>(rows, channels, maps);
        return sum;
    }

    /// <summary>The factors of g and x and what is added, for each channel, and the gradients of weight and bias.</summary>
    static void Coefficients<T>(in BatchNormArgs a, long rows, double[] sum, double[] product, T* p, T* q, T* r, T* gw, T* gb) where T : unmanaged
    {
        T* weight = Table<T>(a.Weight), mean = Table<T>(a.Mean), variance = Table<T>(a.Variance);
        for (int c = 0; c < sum.Length; c++)
        {
            double inverse = 1 / Math.Sqrt(Number<T>.ToDouble(variance[c]) + a.Eps), k = weight == null ? inverse : Number<T>.ToDouble(weight[c]) * inverse;
            double along = -k * inverse * inverse * product[c] / rows;
            p[c] = Number<T>.From(k);
            q[c] = Number<T>.From(along);
            r[c] = Number<T>.From(-k * sum[c] / rows - along * Number<T>.ToDouble(mean[c]));
            if (gw != null) gw[c] = Number<T>.From(product[c] * inverse);
            if (gb != null) gb[c] = Number<T>.From(sum[c]);
        }
    }

    /// <summary>w / s and bias - mean w / s for each channel: the result is one multiplication and one addition.</summary>
    static void SlopeAndShift<T>(in BatchNormArgs a, T* slope, T* shift) where T : unmanaged
    {
        T* weight = Table<T>(a.Weight), bias = Table<T>(a.Bias), mean = Table<T>(a.Mean), variance = Table<T>(a.Variance);
        for (int c = 0, channels = a.X.Shape[1]; c < channels; c++)
        {
            double scale = (weight == null ? 1 : Number<T>.ToDouble(weight[c])) / Math.Sqrt(Number<T>.ToDouble(variance[c]) + a.Eps);
            slope[c] = Number<T>.From(scale);
            shift[c] = Number<T>.From((bias == null ? 0 : Number<T>.ToDouble(bias[c])) - Number<T>.ToDouble(mean[c]) * scale);
        }
    }

    static T* Table<T>(Tensor? t) where T : unmanaged => t is null ? null : t.Ptr<T>();
}
