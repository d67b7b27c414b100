using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>How a vector of channels is read and written in an image: whole, or only its first lanes where the channels end. Chosen when a loop is compiled.</summary>
internal unsafe interface ILanePart<V, T> where V : struct where T : unmanaged
{
    static abstract V Load(T* p, int lanes);

    static abstract void Store(V v, T* p, int lanes);
}

/// <summary>All lanes are in use.</summary>
internal readonly unsafe struct WholeVector<V, T> : ILanePart<V, T> where V : struct, ILanes<V, T> where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load(T* p, int lanes) => V.Load(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(V v, T* p, int lanes) => V.Store(v, p);
}

/// <summary>Some lanes are in use; the others are read as zeros and not written.</summary>
internal readonly unsafe struct FirstLanes<V, T> : ILanePart<V, T> where V : struct, ILanes<V, T> where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load(T* p, int lanes) => V.LoadFirst(p, lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(V v, T* p, int lanes) => V.StoreFirst(v, p, lanes);
}
