using System.Numerics;
using System.Runtime.InteropServices;

namespace Fathom.Tests.Cpu;

/// <summary>
/// Native memory between two strips of NaN. A kernel that reads beyond its operands spreads NaN into its result; one that writes beyond them
/// disturbs the strips, which <see cref="AssertIntact"/> sees.
/// </summary>
internal sealed unsafe class GuardedBuffer<T> : IDisposable where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Strip = 64;
    private T* _block;

    public GuardedBuffer(long count)
    {
        Count = checked((int)count);
        _block = (T*)NativeMemory.AlignedAlloc((nuint)((Count + 2 * Strip) * sizeof(T)), 64);
        new Span<T>(_block, Count + 2 * Strip).Fill(T.NaN);
    }

    public GuardedBuffer(ReadOnlySpan<T> values) : this(values.Length) => values.CopyTo(Span);

    public int Count { get; }

    public T* Pointer => _block + Strip;

    public Span<T> Span => new(Pointer, Count);

    public void AssertIntact()
    {
        for (int i = 0; i < Strip; i++)
            Assert.True(T.IsNaN(_block[i]) && T.IsNaN(Pointer[Count + i]), $"the kernel wrote outside its buffer, {i + 1} elements from an end");
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_block);
        _block = null;
    }
}
