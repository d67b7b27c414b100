using System.Numerics;

namespace Fathom.Devices.Cpu;

/// <summary>Turns one group of random words into numbers of a distribution.</summary>
internal unsafe interface IDistribution<T> where T : unmanaged
{
    /// <summary>How many numbers a group of words gives.</summary>
    static abstract int PerGroup { get; }
    /// <summary>Makes that many numbers of the words of <see cref="PhiloxGroup"/>.</summary>
    void Map(uint* words, T* y);
}

/// <summary>Words to numbers in [0, 1): the top bits, as many as the type holds exactly.</summary>
internal static unsafe class Unit
{
    public static Vector<float> Single(uint* words) => Vector.ConvertToSingle((Vector.Load(words) >>> 8).As<uint, int>()) * (1f / (1 << 24));

    /// <summary>From a word for the upper 32 bits and one for the lower 21.</summary>
    public static Vector<double> Double(uint* high, uint* low) =>
        (Vector.ConvertToDouble(Wide(high)) + Vector.ConvertToDouble(Wide(low) >>> 11) * (1.0 / (1 << 21))) * (1.0 / (1L << 32));

    static Vector<long> Wide(uint* words)
    {
        Vector<long> x = default;
        for (int i = 0; i < Vector<long>.Count; i++) x = x.WithElement(i, words[i]);
        return x;
    }
}

/// <summary>Uniform in [low, high).</summary>
internal readonly unsafe struct UniformSingle(float low, float high) : IDistribution<float>
{
    readonly float low = low, range = high - low, last = high > low ? MathF.BitDecrement(high) : high;
    public static int PerGroup => PhiloxGroup.Words;

    public void Map(uint* words, float* y)
    {
        for (int i = 0; i < PerGroup; i += Vector<float>.Count)
            Vector.Min(new Vector<float>(low) + Unit.Single(words + i) * range, new Vector<float>(last)).Store(y + i);
    }
}

/// <summary>Uniform in [low, high).</summary>
internal readonly unsafe struct UniformDouble(double low, double high) : IDistribution<double>
{
    readonly double low = low, range = high - low, last = high > low ? Math.BitDecrement(high) : high;
    public static int PerGroup => PhiloxGroup.Words / 2;

    public void Map(uint* words, double* y)
    {
        for (int i = 0; i < PerGroup; i += Vector<double>.Count)
            Vector.Min(new Vector<double>(low) + Unit.Double(words + i, words + PerGroup + i) * range, new Vector<double>(last)).Store(y + i);
    }
}

/// <summary>Normal, by the transformation of Box and Muller (1958): half of the numbers are sines, half cosines.</summary>
internal readonly unsafe struct NormalSingle(float mean, float deviation) : IDistribution<float>
{
    readonly float mean = mean, deviation = deviation;
    public static int PerGroup => PhiloxGroup.Words;

    public void Map(uint* words, float* y)
    {
        const int half = PhiloxGroup.Words / 2;
        for (int i = 0; i < half; i += Vector<float>.Count)
        {
            Vector<float> radius = Vector.SquareRoot(-2 * Vector.Log(Vector<float>.One - Unit.Single(words + i))) * deviation;
            (Vector<float> sin, Vector<float> cos) = Vector.SinCos(Unit.Single(words + half + i) * MathF.Tau);
            (new Vector<float>(mean) + radius * cos).Store(y + i);
            (new Vector<float>(mean) + radius * sin).Store(y + half + i);
        }
    }
}

/// <summary>Normal, by the transformation of Box and Muller (1958): half of the numbers are sines, half cosines.</summary>
internal readonly unsafe struct NormalDouble(double mean, double deviation) : IDistribution<double>
{
    readonly double mean = mean, deviation = deviation;
    public static int PerGroup => PhiloxGroup.Words / 2;

    public void Map(uint* words, double* y)
    {
        const int half = PhiloxGroup.Words / 4;
        for (int i = 0; i < half; i += Vector<double>.Count)
        {
            Vector<double> radius = Vector.SquareRoot(-2 * Vector.Log(Vector<double>.One - Unit.Double(words + i, words + half + i))) * deviation;
            (Vector<double> sin, Vector<double> cos) = Vector.SinCos(Unit.Double(words + 2 * half + i, words + 3 * half + i) * Math.Tau);
            (new Vector<double>(mean) + radius * cos).Store(y + i);
            (new Vector<double>(mean) + radius * sin).Store(y + half + i);
        }
    }
}

/// <summary>Whole numbers from low to low + range - 1: the upper half of a 128-bit product. Its bias, under range / 2^64, is beyond notice.</summary>
internal readonly unsafe struct UniformInt64(long low, ulong range) : IDistribution<long>
{
    readonly long low = low;
    readonly ulong range = range;
    public static int PerGroup => PhiloxGroup.Words / 2;

    public void Map(uint* words, long* y)
    {
        for (int i = 0; i < PerGroup; i++)
            y[i] = low + (long)Math.BigMul((ulong)words[i] << 32 | words[PerGroup + i], range, out _);
    }
}

/// <summary>1 with the given probability, else 0.</summary>
internal readonly unsafe struct BernoulliMask(double probability) : IDistribution<byte>
{
    readonly ulong below = (ulong)Math.Round(probability * (1L << 32));
    public static int PerGroup => PhiloxGroup.Words;

    public void Map(uint* words, byte* y)
    {
        for (int i = 0; i < PerGroup; i++) y[i] = words[i] < below ? (byte)1 : (byte)0;
    }
}
