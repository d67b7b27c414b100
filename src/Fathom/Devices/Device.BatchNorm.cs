using Fathom.Devices.Cpu;
using Fathom.Devices.Cpu.Simd;

namespace Fathom.Devices;

public abstract partial class Device
{
    /// <summary>
    /// y = (x - mean) / sqrt(variance + eps) * weight + bias for each channel (axis 1), with the batch's mean and biased variance, which are returned too. Images are
    /// channels-last.
    /// </summary>
    public abstract void BatchNorm(Tensor x, Tensor? weight, Tensor? bias, double eps, Tensor mean, Tensor variance, Tensor y);

    /// <summary>The gradients of <see cref="BatchNorm"/>; those of weight and bias where a tensor is given for them.</summary>
    public abstract void BatchNormGrad(Tensor gy, Tensor x, Tensor? weight, Tensor mean, Tensor variance, double eps, Tensor? gx, Tensor? gw, Tensor? gb);
}

internal sealed partial class MetaDevice
{
    public override void BatchNorm(Tensor x, Tensor? weight, Tensor? bias, double eps, Tensor mean, Tensor variance, Tensor y) { }
    public override void BatchNormGrad(Tensor gy, Tensor x, Tensor? weight, Tensor mean, Tensor variance, double eps, Tensor? gx, Tensor? gw, Tensor? gb) { }
}

internal sealed unsafe partial class CpuDevice
{
    public override void BatchNorm(Tensor x, Tensor? weight, Tensor? bias, double eps, Tensor mean, Tensor variance, Tensor y)
    {
        if (x.DType == DType.Float32) BatchNorm<float>(x, weight, bias, eps, mean, variance, y);
        else if (x.DType == DType.Float64) BatchNorm<double>(x, weight, bias, eps, mean, variance, y);
        else throw StorageOnly(x.DType);
    }

    public override void BatchNormGrad(Tensor gy, Tensor x, Tensor? weight, Tensor mean, Tensor variance, double eps, Tensor? gx, Tensor? gw, Tensor? gb)
    {
        if (x.DType == DType.Float32) BatchNormGrad<float>(gy, x, weight, mean, variance, eps, gx, gw, gb);
        else BatchNormGrad<double>(gy, x, weight, mean, variance, eps, gx, gw, gb);
    }

    static void BatchNorm<T>(Tensor x, Tensor? weight, Tensor? bias, double eps, Tensor mean, Tensor variance, Tensor y) where T : unmanaged
    {
        int channels = x.Shape[1];
        long rows = x.Count / channels;
        BatchNormRows.Statistics(x.Ptr<T>(), rows, channels, mean.Ptr<T>(), variance.Ptr<T>());
        using var table = Scratch.Rent<T>(2L * channels);
        T* p = table.Pointer, q = p + channels;
        for (int c = 0; c < channels; c++)
        {
            double scale = At<T>(weight, c, 1) / Math.Sqrt(At<T>(variance, c, 0) + eps);
            p[c] = Number<T>.From(scale);
            q[c] = Number<T>.From(At<T>(bias, c, 0) - At<T>(mean, c, 0) * scale);
        }
        BatchNormRows.Scale(x.Ptr<T>(), p, q, y.Ptr<T>(), rows, channels);
    }

    /// <summary>
    /// With xh = (x - mean) / s, s = sqrt(variance + eps), n rows: gb = sum gy, gw = sum gy xh, gx = w / s (gy - gb / n - xh gw / n)
    /// (Ioffe and Szegedy 2015, section 3), put in order of gy and x.
    /// </summary>
    static void BatchNormGrad<T>(Tensor gy, Tensor x, Tensor? weight, Tensor mean, Tensor variance, double eps, Tensor? gx, Tensor? gw, Tensor? gb) where T : unmanaged
    {
        int channels = x.Shape[1];
        long rows = x.Count / channels;
        double[] sum = new double[channels], product = new double[channels];
        BatchNormRows.GradientSums(gy.Ptr<T>(), x.Ptr<T>(), mean.Ptr<T>(), rows, channels, sum, product);
        using var table = Scratch.Rent<T>(3L * channels);
        T* p = table.Pointer, q = p + channels, r = q + channels;
        for (int c = 0; c < channels; c++)
        {
            double inverse = 1 / Math.Sqrt(At<T>(variance, c, 0) + eps), k = At<T>(weight, c, 1) * inverse, slope = -k * inverse * inverse * product[c] / rows;
            if (gw is not null) gw.Ptr<T>()[c] = Number<T>.From(product[c] * inverse);
            if (gb is not null) gb.Ptr<T>()[c] = Number<T>.From(sum[c]);
            p[c] = Number<T>.From(k);
            q[c] = Number<T>.From(slope);
            r[c] = Number<T>.From(-k * sum[c] / rows - slope * At<T>(mean, c, 0));
        }
        if (gx is not null) BatchNormRows.Combine(gy.Ptr<T>(), x.Ptr<T>(), p, q, r, gx.Ptr<T>(), rows, channels);
    }

    static double At<T>(Tensor? t, int i, double otherwise) where T : unmanaged => t is null ? otherwise : Number<T>.ToDouble(t.Ptr<T>()[i]);
}
