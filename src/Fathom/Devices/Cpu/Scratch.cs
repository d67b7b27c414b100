using System.Numerics;
using System.Runtime.InteropServices;

namespace Fathom.Devices.Cpu;

/// <summary>
/// Short-lived native memory for kernels: <c>using var s = Scratch.Rent&lt;float&gt;(n); float* p = s.Pointer;</c>.
/// Blocks are aligned to 64 bytes and not cleared. Returned blocks are kept for the next renter, so a kernel that runs every step pays for
/// page faults once; how much is kept is bounded, and large blocks go straight back to the operating system. A thread keeps one block of each smaller size
/// for itself: what it works in stays in its own caches, and no lock is taken.
/// </summary>
internal static unsafe class Scratch
{
    /// <summary>Alignment of every block in bytes: one cache line and one 512-bit vector.</summary>
    public const int Alignment = 64;

    /// <summary>Blocks above this size are never kept.</summary>
    internal const long MaxKeptBlock = 1L << MaxClass;

    /// <summary>Upper bound on the bytes that idle blocks hold, all together, without those that threads keep for themselves.</summary>
    internal const long MaxKept = 128L << 20;

    // Sizes are rounded up to powers of two from 4 KiB (a page) to 32 MiB, a list of idle blocks for each. Pages of the rounded-up part that
    // are never touched cost no memory.
    private const int MinClass = 12, MaxClass = 25;

    // Blocks that a thread keeps: up to 1 MiB, about a second-level cache; 2 MiB together.
    private const int MaxOwnClass = 20;

    private static readonly Lock Gate = new();
    private static readonly Stack<nint>[] Idle = [.. Enumerable.Range(MinClass, MaxClass - MinClass + 1).Select(_ => new Stack<nint>())];
    private static long s_kept;
    [ThreadStatic] private static OwnBlocks? s_own;

    /// <summary>Bytes held by idle blocks now.</summary>
    internal static long Kept { get { lock (Gate) return s_kept; } }

    /// <summary>Rents room for <paramref name="count"/> elements until the result is disposed. The contents are undefined.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    /// <exception cref="OutOfMemoryException">The system has no memory left.</exception>
    public static Scratch<T> Rent<T>(long count) where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        long bytes = checked(count * sizeof(T));
        int sizeClass = ClassOf(bytes);
        return new((T*)(sizeClass > MaxClass ? Allocate(bytes) : Take(sizeClass)), sizeClass);
    }

    /// <summary>Gives every idle block back to the operating system that no other thread keeps for itself.</summary>
    internal static void Trim()
    {
        s_own?.Free();
        lock (Gate)
        {
            foreach (Stack<nint> blocks in Idle)
                while (blocks.TryPop(out nint block)) NativeMemory.AlignedFree((void*)block);
            s_kept = 0;
        }
    }

    internal static void Return(void* block, int sizeClass)
    {
        if (!TryKeep(block, sizeClass)) NativeMemory.AlignedFree(block);
    }

    private static void* Take(int sizeClass)
    {
        if (sizeClass <= MaxOwnClass && s_own is { } own && own.TryTake(sizeClass, out nint kept)) return (void*)kept;
        lock (Gate)
        {
            if (Idle[sizeClass - MinClass].TryPop(out nint block))
            {
                s_kept -= 1L << sizeClass;
                return (void*)block;
            }
        }
        return Allocate(1L << sizeClass);
    }

    private static bool TryKeep(void* block, int sizeClass)
    {
        if (sizeClass > MaxClass) return false;
        if (sizeClass <= MaxOwnClass && (s_own ??= new OwnBlocks()).TryKeep((nint)block, sizeClass)) return true;
        lock (Gate)
        {
            if (s_kept + (1L << sizeClass) > MaxKept) return false;
            s_kept += 1L << sizeClass;
            Idle[sizeClass - MinClass].Push((nint)block);
            return true;
        }
    }

    private static void* Allocate(long bytes) => NativeMemory.AlignedAlloc((nuint)bytes, Alignment);

    /// <summary>Base-two logarithm of the size rounded up to a power of two.</summary>
    private static int ClassOf(long bytes) => bytes <= 1L << MinClass ? MinClass : 64 - BitOperations.LeadingZeroCount((ulong)bytes - 1);

    /// <summary>One idle block of each smaller size, a thread's own; freed when the thread has ended.</summary>
    private sealed class OwnBlocks
    {
        private readonly nint[] _blocks = new nint[MaxOwnClass - MinClass + 1];

        ~OwnBlocks() => Free();

        public bool TryTake(int sizeClass, out nint block)
        {
            ref nint own = ref _blocks[sizeClass - MinClass];
            block = own;
            own = 0;
            return block != 0;
        }

        public bool TryKeep(nint block, int sizeClass)
        {
            ref nint own = ref _blocks[sizeClass - MinClass];
            if (own != 0) return false;
            own = block;
            return true;
        }

        public void Free()
        {
            foreach (ref nint block in _blocks.AsSpan())
            {
                NativeMemory.AlignedFree((void*)block);
                block = 0;
            }
        }
    }
}

/// <summary>A rented block of scratch memory; see <see cref="Scratch.Rent{T}"/>. Disposing gives it back.</summary>
internal unsafe ref struct Scratch<T> where T : unmanaged
{
    private readonly int _sizeClass;

    internal Scratch(T* pointer, int sizeClass)
    {
        Pointer = pointer;
        _sizeClass = sizeClass;
    }

    /// <summary>First element, aligned to <see cref="Scratch.Alignment"/> bytes; null once disposed.</summary>
    public T* Pointer { get; private set; }

    /// <summary>Returns the block. Its contents may not be used afterwards.</summary>
    public void Dispose()
    {
        if (Pointer == null) return;
        Scratch.Return(Pointer, _sizeClass);
        Pointer = null;
    }
}
