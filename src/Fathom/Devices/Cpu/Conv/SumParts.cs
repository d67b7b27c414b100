using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>Adds up parts that lie one after the other, in order: what jobs summed each for itself becomes the result.</summary>
internal readonly unsafe struct SumParts<V, T> : IJob where V : struct, ILanes<V, T> where T : unmanaged
{
    private const int JobElements = 4096;

    private readonly T* _parts, _sum;
    private readonly int _count;
    private readonly long _size;

    private SumParts(T* parts, int count, long size, T* sum)
    {
        (_count, _size) = (count, size);
        _parts = parts;
        _sum = sum;
    }

    /// <summary>Does the whole sum.</summary>
    /// <param name="parts">The parts.</param>
    /// <param name="count">How many.</param>
    /// <param name="size">Elements of each.</param>
    /// <param name="sum">Result; may be the first part.</param>
    public static void Run(T* parts, int count, long size, T* sum)
    {
        var job = new SumParts<V, T>(parts, count, size, sum);
        Threads.For(checked((int)((size + JobElements - 1) / JobElements)), ref job);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int index)
    {
        long i = (long)index * JobElements, end = Math.Min(i + JobElements, _size);
        for (; i + V.Count <= end; i += V.Count)
        {
            V sum = V.Load(_parts + i);
            for (int part = 1; part < _count; part++) sum = V.Add(sum, V.Load(_parts + part * _size + i));
            V.Store(sum, _sum + i);
        }
        if (i == end) return;
        int rest = (int)(end - i);
        V last = V.LoadFirst(_parts + i, rest);
        for (int part = 1; part < _count; part++) last = V.Add(last, V.LoadFirst(_parts + part * _size + i, rest));
        V.StoreFirst(last, _sum + i, rest);
    }
}
