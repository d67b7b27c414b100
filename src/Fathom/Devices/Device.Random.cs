namespace Fathom.Devices;

/// <summary>Where in which stream a draw of random numbers begins. A group holds 64 random words; see <see cref="RandomStream"/>.</summary>
/// <param name="Key">The stream's key.</param>
/// <param name="Stream">The stream among those of one key.</param>
/// <param name="Group">The first group.</param>
internal readonly record struct RandomPlace(ulong Key, ulong Stream, ulong Group);

public abstract partial class Device
{
    /// <summary>Fills y, contiguous and of Float32 or Float64, with numbers uniform in [low, high).</summary>
    internal abstract void Uniform(Tensor y, RandomPlace at, double low, double high);

    /// <summary>Fills y, contiguous and of Float32 or Float64, with normal numbers.</summary>
    internal abstract void Normal(Tensor y, RandomPlace at, double mean, double deviation);

    /// <summary>Fills y, contiguous and of Int64, with whole numbers from low to high - 1.</summary>
    internal abstract void Integers(Tensor y, RandomPlace at, long low, long high);

    /// <summary>Fills y, contiguous and of Bool, with true at the given probability.</summary>
    internal abstract void Bernoulli(Tensor y, RandomPlace at, double probability);
}

internal sealed partial class MetaDevice
{
    internal override void Uniform(Tensor y, RandomPlace at, double low, double high) { }
    internal override void Normal(Tensor y, RandomPlace at, double mean, double deviation) { }
    internal override void Integers(Tensor y, RandomPlace at, long low, long high) { }
    internal override void Bernoulli(Tensor y, RandomPlace at, double probability) { }
}
