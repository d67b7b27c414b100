using Fathom.Devices.Cpu;
using Fathom.Devices.Cpu.Simd;

namespace Fathom.Devices;

/// <summary>
/// A batch normalisation y = f((x - mean) / sqrt(variance + eps) weight + bias + residual) for each channel (axis 1), all of x's element type, images
/// and residual channels-last; f is the identity, or max(., 0).
/// </summary>
/// <param name="X">(N, C, ...).</param>
/// <param name="Weight">(C), or null for 1.</param>
/// <param name="Bias">(C), or null for 0.</param>
/// <param name="Residual">Of x's shape, or null for none.</param>
/// <param name="Relu">Whether f rectifies.</param>
/// <param name="Eps">Added to the variance before the root.</param>
/// <param name="Mean">(C): the mean of the batch, which is computed, or a given one.</param>
/// <param name="Variance">(C), likewise, biased.</param>
/// <param name="OfBatch">Whether mean and variance are those of x, which the gradient then goes through as well.</param>
public readonly record struct BatchNormArgs(Tensor X, Tensor? Weight, Tensor? Bias, Tensor? Residual, bool Relu, double Eps, Tensor Mean, Tensor Variance, bool OfBatch);

public abstract partial class Device
{
    /// <summary>The result, and mean and variance where they are those of the batch.</summary>
    public abstract void BatchNorm(in BatchNormArgs a, Tensor y);

    /// <summary>
    /// The gradients of <see cref="BatchNorm"/>, where a tensor is given for them. Where a sum with a residual was rectified, the result <paramref name="y"/>
    /// is needed, and <paramref name="g"/> for the gradient of the residual; the residual itself never is. Either gx or g may share memory with gy.
    /// </summary>
    /// <returns>The sums over each channel of gy where the rectifier passes it.</returns>
    public abstract double[] BatchNormGrad(in BatchNormArgs a, Tensor gy, Tensor? y, Tensor? gx, Tensor? gw, Tensor? gb, Tensor? g);

    /// <summary>The sums over each channel (axis 1) of channels-last images.</summary>
    public abstract double[] ChannelTotals(Tensor x);

    /// <summary>running = (1 - share) running + share factor value, number by number, in place.</summary>
    public abstract void MoveAverage(Tensor running, Tensor value, double factor, double share);
}

internal sealed partial class MetaDevice
{
    public override void BatchNorm(in BatchNormArgs a, Tensor y) { }
    public override double[] BatchNormGrad(in BatchNormArgs a, Tensor gy, Tensor? y, Tensor? gx, Tensor? gw, Tensor? gb, Tensor? g) => new double[a.X.Shape[1]];
    public override double[] ChannelTotals(Tensor x) => new double[x.Shape[1]];
    public override void MoveAverage(Tensor running, Tensor value, double factor, double share) { }
}

internal sealed unsafe partial class CpuDevice
{
    public override void BatchNorm(in BatchNormArgs a, Tensor y)
    {
        if (y.DType == DType.Float32) BatchNormRows.Forward<float>(a, y);
        else if (y.DType == DType.Float64) BatchNormRows.Forward<double>(a, y);
        else throw StorageOnly(y.DType);
    }

    public override double[] BatchNormGrad(in BatchNormArgs a, Tensor gy, Tensor? y, Tensor? gx, Tensor? gw, Tensor? gb, Tensor? g) =>
        gy.DType == DType.Float32 ? BatchNormRows.Gradient<float>(a, gy, y, gx, gw, gb, g) : BatchNormRows.Gradient<double>(a, gy, y, gx, gw, gb, g);

    public override double[] ChannelTotals(Tensor x)
    {
        double[] sums = new double[x.Shape[1]];
        long rows = x.Count / sums.Length;
        if (x.DType == DType.Float32) ChannelSums.Run<float, Totals>(rows, sums.Length, new() { A = x.Ptr<float>() }, sums, []);
        else if (x.DType == DType.Float64) ChannelSums.Run<double, Totals>(rows, sums.Length, new() { A = x.Ptr<double>() }, sums, []);
        else throw StorageOnly(x.DType);
        return sums;
    }

    public override void MoveAverage(Tensor running, Tensor value, double factor, double share)
    {
        if (running.DType == DType.Float32) MoveAverage<float>(running, value, factor, share);
        else MoveAverage<double>(running, value, factor, share);
        running.Storage!.Version++;
    }

    static void MoveAverage<T>(Tensor running, Tensor value, double factor, double share) where T : unmanaged
    {
        T* to = running.Ptr<T>(), from = value.Ptr<T>();
        for (long i = 0; i < running.Count; i++) to[i] = Number<T>.From((1 - share) * Number<T>.ToDouble(to[i]) + share * factor * Number<T>.ToDouble(from[i]));
    }
}
