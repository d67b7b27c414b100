using Fathom.Devices.Cpu;

namespace Fathom.Devices;

/// <summary>What the CPU kernels run with.</summary>
public static class CpuSettings
{
    /// <summary>
    /// Threads that work on one operation. Starts as the environment variable FATHOM_THREADS or else the number of processors; may be changed at any time.
    /// Results have the same bits for any number.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The new value is below 1 or above <see cref="MaxThreadCount"/>.</exception>
    /// <exception cref="InvalidOperationException">FATHOM_THREADS holds no valid count.</exception>
    public static int ThreadCount
    {
        get => Threads.Count;
        set => Threads.Count = value;
    }

    /// <summary>The most threads that can be asked for.</summary>
    public const int MaxThreadCount = Threads.MaxCount;

    /// <summary>Bits of the vectors that kernels work with: 512, 256 or 128, or 0 where they go one element at a time. FATHOM_ISA forces it.</summary>
    /// <exception cref="InvalidOperationException">FATHOM_ISA names no instruction set that the processor has.</exception>
    public static int VectorBits => Isa.Current switch { SimdWidth.V512 => 512, SimdWidth.V256 => 256, SimdWidth.V128 => 128, _ => 0 };

    /// <summary>
    /// Whether 3x3 convolutions of single precision without stride or dilation may run by Winograd's algorithm, two to three times as fast. Starts as the environment variable
    /// FATHOM_WINOGRAD (on or off), or else true; may be changed at any time. Rounding errors are then about 1e-6 of the result's root mean square (as measured on random data), some times as large as when every
    /// product is computed; and a NaN or an infinity in one pixel reaches all outputs of the tiles of 4 x 4 pixels that see it, as NaN. Double precision is never affected.
    /// </summary>
    /// <exception cref="InvalidOperationException">FATHOM_WINOGRAD is neither on nor off.</exception>
    public static bool Winograd
    {
        get => s_winograd ??= WinogradFrom(Environment.GetEnvironmentVariable("FATHOM_WINOGRAD"));
        set => s_winograd = value;
    }

    static bool? s_winograd;

    internal static bool WinogradFrom(string? setting) => setting?.Trim().ToLowerInvariant() switch
    {
        null or "" or "on" => true,
        "off" => false,
        _ => throw new InvalidOperationException($"FATHOM_WINOGRAD={setting} is neither on nor off. Set it to off to compute every product of a convolution, or unset it."),
    };

    /// <summary>Memory that tensors use: bytes held from the operating system, bytes that living tensors take of them, and how often dead ones were looked for.</summary>
    public static (long Held, long InUse, long Sweeps) TensorMemory => BufferPool.Statistics;
}
