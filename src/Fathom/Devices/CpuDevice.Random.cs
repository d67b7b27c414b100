using Fathom.Devices.Cpu;

namespace Fathom.Devices;

internal sealed unsafe partial class CpuDevice
{
    internal override void Uniform(Tensor y, RandomPlace at, double low, double high)
    {
        if (y.DType == DType.Float64) RandomFill.Run(at, y.Ptr<double>(), y.Count, new UniformDouble(low, high));
        else RandomFill.Run(at, y.Ptr<float>(), y.Count, new UniformSingle((float)low, (float)high));
    }

    internal override void Normal(Tensor y, RandomPlace at, double mean, double deviation)
    {
        if (y.DType == DType.Float64) RandomFill.Run(at, y.Ptr<double>(), y.Count, new NormalDouble(mean, deviation));
        else RandomFill.Run(at, y.Ptr<float>(), y.Count, new NormalSingle((float)mean, (float)deviation));
    }

    internal override void Integers(Tensor y, RandomPlace at, long low, long high) =>
        RandomFill.Run(at, y.Ptr<long>(), y.Count, new UniformInt64(low, (ulong)(high - low)));

    internal override void Bernoulli(Tensor y, RandomPlace at, double probability) =>
        RandomFill.Run(at, y.Ptr<byte>(), y.Count, new BernoulliMask(probability));
}
