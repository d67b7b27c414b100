using Fathom.Devices.Cpu;

namespace Fathom.Tests.Cpu;

/// <summary>Convolution by the definition, in plain loops over contiguous arrays of double: what the fast kernels are held against.</summary>
internal static class ConvOracle
{
    public static double[] Forward(ConvDims d, double[] x, double[] w, double[]? bias)
    {
        var y = new double[d.OutputCount];
        if (bias != null)
            for (int i = 0; i < y.Length; i++) y[i] = bias[i / (d.OutH * d.OutW) % d.K];
        ForEachProduct(d, (xi, wi, yi) => y[yi] += x[xi] * w[wi]);
        return y;
    }

    public static double[] InputGradient(ConvDims d, double[] gy, double[] w)
    {
        var gx = new double[d.InputCount];
        ForEachProduct(d, (xi, wi, yi) => gx[xi] += gy[yi] * w[wi]);
        return gx;
    }

    public static double[] WeightGradient(ConvDims d, double[] x, double[] gy)
    {
        var gw = new double[d.WeightCount];
        ForEachProduct(d, (xi, wi, yi) => gw[wi] += x[xi] * gy[yi]);
        return gw;
    }

    /// <summary>Every product that the convolution sums, as positions in x, w and y.</summary>
    private static void ForEachProduct(ConvDims d, Action<int, int, int> visit)
    {
        for (int n = 0; n < d.N; n++)
            for (int k = 0; k < d.K; k++)
                for (int oh = 0; oh < d.OutH; oh++)
                    for (int ow = 0; ow < d.OutW; ow++)
                        for (int c = 0; c < d.GroupC; c++)
                            for (int r = 0; r < d.R; r++)
                                for (int s = 0; s < d.S; s++)
                                {
                                    int h = oh * d.StrideH - d.PadH + r * d.DilationH, v = ow * d.StrideW - d.PadW + s * d.DilationW;
                                    if (h < 0 || h >= d.H || v < 0 || v >= d.W) continue;
                                    int channel = k / d.GroupK * d.GroupC + c;
                                    visit(((n * d.C + channel) * d.H + h) * d.W + v, ((k * d.GroupC + c) * d.R + r) * d.S + s, ((n * d.K + k) * d.OutH + oh) * d.OutW + ow);
                                }
    }
}

/// <summary>Moves test images between memory orders, element by element.</summary>
internal static class TestImages
{
    /// <summary>Contiguous (n, c, pixels) values as they lie in <paramref name="order"/>.</summary>
    public static T[] InOrder<T>(T[] contiguous, ImageOrder order, int n, int c, int pixels) => Move(contiguous, order, n, c, pixels, toOrder: true);

    /// <summary>The reverse of <see cref="InOrder"/>.</summary>
    public static T[] FromOrder<T>(T[] stored, ImageOrder order, int n, int c, int pixels) => Move(stored, order, n, c, pixels, toOrder: false);

    private static T[] Move<T>(T[] from, ImageOrder order, int n, int c, int pixels, bool toOrder)
    {
        if (order == ImageOrder.ChannelsFirst) return (T[])from.Clone();
        var to = new T[from.Length];
        for (int i = 0; i < n; i++)
            for (int k = 0; k < c; k++)
                for (int p = 0; p < pixels; p++)
                {
                    int first = (i * c + k) * pixels + p, last = (i * pixels + p) * c + k;
                    if (toOrder) to[last] = from[first];
                    else to[first] = from[last];
                }
        return to;
    }
}
