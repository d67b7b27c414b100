using System.Runtime.InteropServices;

namespace Fathom.Tests.Cpu;

/// <summary>
/// Native memory between two pages that may not be touched: a kernel that reads or writes past either end of a block placed there ends the test
/// process. (On Windows the margins are ordinary memory.)
/// </summary>
internal sealed unsafe class GuardedMemory : IDisposable
{
    private readonly nuint _page = (nuint)Environment.SystemPageSize, _bytes;
    private readonly byte* _start;

    public GuardedMemory(long bytes)
    {
        _bytes = ((nuint)bytes + _page - 1) / _page * _page;
        _start = (byte*)NativeMemory.AlignedAlloc(_bytes + 2 * _page, _page);
        Protect(ProtNone);
    }

    /// <summary>A block that begins right after the first forbidden page.</summary>
    public T* AtStart<T>(long count) where T : unmanaged => Fits<T>(count) ? (T*)(_start + _page) : null;

    /// <summary>A block that ends right before the second forbidden page.</summary>
    public T* AtEnd<T>(long count) where T : unmanaged => Fits<T>(count) ? (T*)(_start + _page + _bytes) - count : null;

    private bool Fits<T>(long count) where T : unmanaged =>
        (nuint)(count * sizeof(T)) <= _bytes ? true : throw new ArgumentOutOfRangeException(nameof(count), $"{count} elements are more than the {_bytes} bytes here");

    public void Dispose()
    {
        Protect(ProtReadWrite);
        NativeMemory.AlignedFree(_start);
    }

    private const int ProtNone = 0, ProtReadWrite = 3;

    private void Protect(int access)
    {
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(0, mprotect(_start, _page, access));
        Assert.Equal(0, mprotect(_start + _page + _bytes, _page, access));
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int mprotect(void* address, nuint bytes, int access);
}
