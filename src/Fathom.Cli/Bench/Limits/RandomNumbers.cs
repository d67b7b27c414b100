using Fathom.Devices.Cpu;

namespace Fathom.Cli.Bench;

/// <summary>Operands for kernels.</summary>
internal static unsafe class RandomNumbers
{
    /// <summary>Scratch memory with numbers between -0.5 and 0.5, the same every time.</summary>
    public static Scratch<float> Rent(long count)
    {
        var random = new Random(1);
        Scratch<float> values = Scratch.Rent<float>(count);
        for (long i = 0; i < count; i++) values.Pointer[i] = random.NextSingle() - 0.5f;
        return values;
    }
}
