using Fathom.Devices.Cpu;

namespace Fathom.Cli.Bench;

/// <summary>A convolution to time, channels-last, with its two gradients.</summary>
/// <param name="Dims">The geometry.</param>
internal readonly record struct ConvCase(ConvDims Dims)
{
    /// <summary>A convolution of square images with a square kernel.</summary>
    public ConvCase(int batch, int channels, int size, int outputs, int kernel, int stride = 1, int pad = 0, int groups = 1)
        : this(new ConvDims(batch, channels, size, size, outputs, kernel, kernel, stride, stride, pad, pad, Groups: groups)) { }

    public override string ToString() => $"conv {Dims.N},{Dims.C},{Dims.H} -> {Dims.K} {Dims.R}x{Dims.S} s{Dims.StrideH} p{Dims.PadH} g{Dims.Groups}";

    /// <summary>Seconds of each pass in single precision, see <see cref="Timing.Best"/>.</summary>
    /// <param name="budget">Seconds to spend on each.</param>
    /// <param name="inputGradient">Whether the input gradient is wanted; else 0 stands for it, as for the first layer of a network.</param>
    public unsafe (double Forward, double InputGradient, double WeightGradient) Time(double budget = 1.0, bool inputGradient = true)
    {
        const ImageOrder last = ImageOrder.ChannelsLast;
        ConvDims d = Dims;
        using Scratch<float> sx = RandomNumbers.Rent(d.InputCount), sw = RandomNumbers.Rent(d.WeightCount), sy = RandomNumbers.Rent(d.OutputCount);
        using Scratch<float> sgx = RandomNumbers.Rent(d.InputCount), sgw = RandomNumbers.Rent(d.WeightCount);
        float* x = sx.Pointer, w = sw.Pointer, y = sy.Pointer, gx = sgx.Pointer, gw = sgw.Pointer;
        return (Timing.Best(() => Conv.Forward(d, x, last, w, null, y, last), budget),
            inputGradient ? Timing.Best(() => Conv.InputGradient(d, y, last, w, gx, last), budget) : 0,
            Timing.Best(() => Conv.WeightGradient(d, x, last, y, last, gw), budget));
    }
}
