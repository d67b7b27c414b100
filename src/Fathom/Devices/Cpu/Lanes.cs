using System.Numerics;
using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>
/// A vector of <see cref="Count"/> elements of type <typeparamref name="T"/>: the few operations that the kernels for images are written in, once for
/// every width and element type. The structs of SingleLanes.cs and DoubleLanes.cs wrap one hardware vector each; the JIT compiles a kernel anew for each of them, with
/// the calls inlined and constants such as <see cref="Count"/> folded.
/// </summary>
internal unsafe interface ILanes<V, T> where V : struct, ILanes<V, T> where T : unmanaged
{
    /// <summary>Elements in a vector.</summary>
    static abstract int Count { get; }

    /// <summary>
    /// Rows of a register tile two vectors wide. 12 fill 24 of the 32 registers that AVX-512 has, 6 fill 12 of 16 elsewhere; the others
    /// hold the two vectors of weights and a broadcast value.
    /// </summary>
    static abstract int TileRows { get; }

    /// <summary>The vector at <paramref name="p"/>, at any alignment.</summary>
    static abstract V Load(T* p);

    /// <summary>The first <paramref name="n"/> elements at <paramref name="p"/>, zeros after them; nothing beyond them is read.</summary>
    static abstract V LoadFirst(T* p, int n);

    /// <summary>A vector of copies of <paramref name="x"/>.</summary>
    static abstract V All(T x);

    /// <summary>Stores all elements, at any alignment.</summary>
    static abstract void Store(V v, T* p);

    /// <summary>Stores all elements past the caches; <paramref name="p"/> is aligned to the vector.</summary>
    static abstract void StoreStream(V v, T* p);

    /// <summary>Stores the first <paramref name="n"/> elements; nothing beyond them is written.</summary>
    static abstract void StoreFirst(V v, T* p, int n);

    /// <summary>a + b.</summary>
    static abstract V Add(V a, V b);

    /// <summary>a / b.</summary>
    static abstract V Divide(V a, V b);

    /// <summary>a * b + c, rounded once.</summary>
    static abstract V MultiplyAdd(V a, V b, V c);

    /// <summary>a[at] in all lanes, times b, plus c, rounded once. The copying is part of the instruction where there is one that can.</summary>
    static abstract V MultiplyAddAll(T* a, nint at, V b, V c);

    /// <summary>A mask of the elements where x is greater than <paramref name="best"/> or NaN: where x becomes the maximum.</summary>
    static abstract V TakesOver(V x, V best);

    /// <summary><paramref name="yes"/> where the mask is set, <paramref name="no"/> elsewhere; bits are kept as they are.</summary>
    static abstract V Select(V mask, V yes, V no);

    /// <summary>A vector of copies of a whole number, as bits that no arithmetic may touch; for <see cref="StoreTags"/>.</summary>
    static abstract V Tag(int number);

    /// <summary>Stores the numbers of the first <paramref name="n"/> elements.</summary>
    static abstract void StoreTags(V tags, int* p, int n);

    /// <summary>The numbers of the first <paramref name="n"/> elements as tags, zeros after them.</summary>
    static abstract V LoadTags(int* p, int n);

    /// <summary><paramref name="yes"/> where the tag is the number, zero elsewhere.</summary>
    static abstract V WhereTag(V tags, int number, V yes);
}

/// <summary>The scalar form of <see cref="ILanes{V, T}"/>: one element.</summary>
internal readonly unsafe struct Lane<T>(T value) : ILanes<Lane<T>, T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T _v = value;

    public static int Count => 1;
    public static int TileRows => 6;
    public static Lane<T> Load(T* p) => new(*p);
    public static Lane<T> LoadFirst(T* p, int n) => n > 0 ? new(*p) : default;
    public static Lane<T> All(T x) => new(x);
    public static void Store(Lane<T> v, T* p) => *p = v._v;
    public static void StoreStream(Lane<T> v, T* p) => *p = v._v;
    public static void StoreFirst(Lane<T> v, T* p, int n) { if (n > 0) *p = v._v; }
    public static Lane<T> Add(Lane<T> a, Lane<T> b) => new(a._v + b._v);
    public static Lane<T> Divide(Lane<T> a, Lane<T> b) => new(a._v / b._v);
    public static Lane<T> MultiplyAdd(Lane<T> a, Lane<T> b, Lane<T> c) => new(T.FusedMultiplyAdd(a._v, b._v, c._v));
    public static Lane<T> MultiplyAddAll(T* a, nint at, Lane<T> b, Lane<T> c) => new(T.FusedMultiplyAdd(a[at], b._v, c._v));
    public static Lane<T> TakesOver(Lane<T> x, Lane<T> best) => new(x._v > best._v || T.IsNaN(x._v) ? T.One : T.Zero);
    public static Lane<T> Select(Lane<T> mask, Lane<T> yes, Lane<T> no) => T.IsZero(mask._v) ? no : yes;
    public static Lane<T> Tag(int number) => new(sizeof(T) == sizeof(int) ? Unsafe.BitCast<int, T>(number) : Unsafe.BitCast<long, T>(number));

    public static void StoreTags(Lane<T> tags, int* p, int n)
    {
        if (n > 0) *p = sizeof(T) == sizeof(int) ? Unsafe.BitCast<T, int>(tags._v) : (int)Unsafe.BitCast<T, long>(tags._v);
    }

    public static Lane<T> LoadTags(int* p, int n) => n > 0 ? Tag(*p) : default;
    public static Lane<T> WhereTag(Lane<T> tags, int number, Lane<T> yes) =>
        (sizeof(T) == sizeof(int) ? Unsafe.BitCast<T, int>(tags._v) : (int)Unsafe.BitCast<T, long>(tags._v)) == number ? yes : default;
}
