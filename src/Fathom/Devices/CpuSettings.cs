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

    /// <summary>Memory that tensors use: bytes held from the operating system, bytes that living tensors take of them, and how often dead ones were looked for.</summary>
    public static (long Held, long InUse, long Sweeps) TensorMemory => BufferPool.Statistics;
}
