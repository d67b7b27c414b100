using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Fathom.Devices.Cpu;

/// <summary>
/// A vector of <see cref="Count"/> elements of type <typeparamref name="T"/>: the few operations that the kernels for images are written in, once for
/// every width and element type. The structs below wrap one hardware vector each; the JIT compiles a kernel anew for each of them, with
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

/// <summary>16 floats in a 512-bit vector.</summary>
internal readonly unsafe struct Singlex16(Vector512<float> value) : ILanes<Singlex16, float>
{
    private readonly Vector512<float> _v = value;

    public static int Count => 16;
    public static int TileRows => 12;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex16 Load(float* p) => new(Vector512.Load(p));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex16 LoadFirst(float* p, int n) => new(Avx512F.MaskLoad(p, First(n), Vector512<float>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex16 All(float x) => new(Vector512.Create(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Singlex16 v, float* p) => v._v.Store(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStream(Singlex16 v, float* p) => v._v.StoreAlignedNonTemporal(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFirst(Singlex16 v, float* p, int n) => Avx512F.MaskStore(p, First(n), v._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex16 Add(Singlex16 a, Singlex16 b) => new(a._v + b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex16 Divide(Singlex16 a, Singlex16 b) => new(a._v / b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex16 MultiplyAdd(Singlex16 a, Singlex16 b, Singlex16 c) => new(Vector512.FusedMultiplyAdd(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex16 TakesOver(Singlex16 x, Singlex16 best) => new(Vector512.GreaterThan(x._v, best._v) | ~Vector512.Equals(x._v, x._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex16 Select(Singlex16 mask, Singlex16 yes, Singlex16 no) => new(Vector512.ConditionalSelect(mask._v, yes._v, no._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex16 Tag(int number) => new(Vector512.Create((int)number).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTags(Singlex16 tags, int* p, int n) => StoreFirst(tags, (float*)p, n);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex16 LoadTags(int* p, int n) => n == Count ? Load((float*)p) : LoadFirst((float*)p, n);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex16 WhereTag(Singlex16 tags, int number, Singlex16 yes) => new(Vector512.Equals(tags._v.AsInt32(), Vector512.Create(number)).AsSingle() & yes._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> First(int n) => Vector512.LessThan(Vector512<float>.Indices, Vector512.Create((float)n));
}

/// <summary>8 floats in a 256-bit vector.</summary>
internal readonly unsafe struct Singlex8(Vector256<float> value) : ILanes<Singlex8, float>
{
    private readonly Vector256<float> _v = value;

    public static int Count => 8;
    public static int TileRows => 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex8 Load(float* p) => new(Vector256.Load(p));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex8 LoadFirst(float* p, int n) => new(Avx.MaskLoad(p, First(n)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex8 All(float x) => new(Vector256.Create(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Singlex8 v, float* p) => v._v.Store(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStream(Singlex8 v, float* p) => v._v.StoreAlignedNonTemporal(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFirst(Singlex8 v, float* p, int n) => Avx.MaskStore(p, First(n), v._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex8 Add(Singlex8 a, Singlex8 b) => new(a._v + b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex8 Divide(Singlex8 a, Singlex8 b) => new(a._v / b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex8 MultiplyAdd(Singlex8 a, Singlex8 b, Singlex8 c) => new(Vector256.FusedMultiplyAdd(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex8 TakesOver(Singlex8 x, Singlex8 best) => new(Vector256.GreaterThan(x._v, best._v) | ~Vector256.Equals(x._v, x._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex8 Select(Singlex8 mask, Singlex8 yes, Singlex8 no) => new(Vector256.ConditionalSelect(mask._v, yes._v, no._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex8 Tag(int number) => new(Vector256.Create((int)number).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTags(Singlex8 tags, int* p, int n) => StoreFirst(tags, (float*)p, n);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex8 LoadTags(int* p, int n) => n == Count ? Load((float*)p) : LoadFirst((float*)p, n);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex8 WhereTag(Singlex8 tags, int number, Singlex8 yes) => new(Vector256.Equals(tags._v.AsInt32(), Vector256.Create(number)).AsSingle() & yes._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> First(int n) => Vector256.LessThan(Vector256<float>.Indices, Vector256.Create((float)n));
}

/// <summary>4 floats in a 128-bit vector.</summary>
internal readonly unsafe struct Singlex4(Vector128<float> value) : ILanes<Singlex4, float>
{
    private readonly Vector128<float> _v = value;

    public static int Count => 4;
    public static int TileRows => 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex4 Load(float* p) => new(Vector128.Load(p));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex4 LoadFirst(float* p, int n) {
        if (Avx.IsSupported) return new(Avx.MaskLoad(p, First(n)));
        Vector128<float> v = default;
        for (int i = 0; i < n; i++) v = v.WithElement(i, p[i]);
        return new(v);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex4 All(float x) => new(Vector128.Create(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Singlex4 v, float* p) => v._v.Store(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStream(Singlex4 v, float* p) => v._v.StoreAlignedNonTemporal(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFirst(Singlex4 v, float* p, int n) {
        if (Avx.IsSupported) Avx.MaskStore(p, First(n), v._v);
        else for (int i = 0; i < n; i++) p[i] = v._v[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex4 Add(Singlex4 a, Singlex4 b) => new(a._v + b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex4 Divide(Singlex4 a, Singlex4 b) => new(a._v / b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex4 MultiplyAdd(Singlex4 a, Singlex4 b, Singlex4 c) => new(Vector128.FusedMultiplyAdd(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex4 TakesOver(Singlex4 x, Singlex4 best) => new(Vector128.GreaterThan(x._v, best._v) | ~Vector128.Equals(x._v, x._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex4 Select(Singlex4 mask, Singlex4 yes, Singlex4 no) => new(Vector128.ConditionalSelect(mask._v, yes._v, no._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex4 Tag(int number) => new(Vector128.Create((int)number).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTags(Singlex4 tags, int* p, int n) => StoreFirst(tags, (float*)p, n);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex4 LoadTags(int* p, int n) => n == Count ? Load((float*)p) : LoadFirst((float*)p, n);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Singlex4 WhereTag(Singlex4 tags, int number, Singlex4 yes) => new(Vector128.Equals(tags._v.AsInt32(), Vector128.Create(number)).AsSingle() & yes._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> First(int n) => Vector128.LessThan(Vector128<float>.Indices, Vector128.Create((float)n));
}

/// <summary>8 doubles in a 512-bit vector.</summary>
internal readonly unsafe struct Doublex8(Vector512<double> value) : ILanes<Doublex8, double>
{
    private readonly Vector512<double> _v = value;

    public static int Count => 8;
    public static int TileRows => 12;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doublex8 Load(double* p) => new(Vector512.Load(p));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doublex8 LoadFirst(double* p, int n) => new(Avx512F.MaskLoad(p, First(n), Vector512<double>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doublex8 All(double x) => new(Vector512.Create(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Doublex8 v, double* p) => v._v.Store(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStream(Doublex8 v, double* p) => v._v.StoreAlignedNonTemporal(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFirst(Doublex8 v, double* p, int n) => Avx512F.MaskStore(p, First(n), v._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doublex8 Add(Doublex8 a, Doublex8 b) => new(a._v + b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doublex8 Divide(Doublex8 a, Doublex8 b) => new(a._v / b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doublex8 MultiplyAdd(Doublex8 a, Doublex8 b, Doublex8 c) => new(Vector512.FusedMultiplyAdd(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doublex8 TakesOver(Doublex8 x, Doublex8 best) => new(Vector512.GreaterThan(x._v, best._v) | ~Vector512.Equals(x._v, x._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doublex8 Select(Doublex8 mask, Doublex8 yes, Doublex8 no) => new(Vector512.ConditionalSelect(mask._v, yes._v, no._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doublex8 Tag(int number) => new(Vector512.Create((long)number).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTags(Doublex8 tags, int* p, int n) {
        for (int i = 0; i < n; i++) p[i] = (int)tags._v.AsInt64()[i];
    }

    public static Doublex8 LoadTags(int* p, int n)
    {
        long* tags = stackalloc long[Count];
        for (int i = 0; i < Count; i++) tags[i] = i < n ? p[i] : 0;
        return new(Vector512.Load(tags).AsDouble());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doublex8 WhereTag(Doublex8 tags, int number, Doublex8 yes) => new(Vector512.Equals(tags._v.AsInt64(), Vector512.Create((long)number)).AsDouble() & yes._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> First(int n) => Vector512.LessThan(Vector512<double>.Indices, Vector512.Create((double)n));
}

/// <summary>4 doubles in a 256-bit vector.</summary>
internal readonly unsafe struct Doublex4(Vector256<double> value) : ILanes<Doublex4, double>
{
    private readonly Vector256<double> _v = value;

    public static int Count => 4;
    public static int TileRows => 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doublex4 Load(double* p) => new(Vector256.Load(p));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doublex4 LoadFirst(double* p, int n) => new(Avx.MaskLoad(p, First(n)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doublex4 All(double x) => new(Vector256.Create(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Doublex4 v, double* p) => v._v.Store(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStream(Doublex4 v, double* p) => v._v.StoreAlignedNonTemporal(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFirst(Doublex4 v, double* p, int n) => Avx.MaskStore(p, First(n), v._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doublex4 Add(Doublex4 a, Doublex4 b) => new(a._v + b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doublex4 Divide(Doublex4 a, Doublex4 b) => new(a._v / b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doublex4 MultiplyAdd(Doublex4 a, Doublex4 b, Doublex4 c) => new(Vector256.FusedMultiplyAdd(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doublex4 TakesOver(Doublex4 x, Doublex4 best) => new(Vector256.GreaterThan(x._v, best._v) | ~Vector256.Equals(x._v, x._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doublex4 Select(Doublex4 mask, Doublex4 yes, Doublex4 no) => new(Vector256.ConditionalSelect(mask._v, yes._v, no._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doublex4 Tag(int number) => new(Vector256.Create((long)number).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTags(Doublex4 tags, int* p, int n) {
        for (int i = 0; i < n; i++) p[i] = (int)tags._v.AsInt64()[i];
    }

    public static Doublex4 LoadTags(int* p, int n)
    {
        long* tags = stackalloc long[Count];
        for (int i = 0; i < Count; i++) tags[i] = i < n ? p[i] : 0;
        return new(Vector256.Load(tags).AsDouble());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doublex4 WhereTag(Doublex4 tags, int number, Doublex4 yes) => new(Vector256.Equals(tags._v.AsInt64(), Vector256.Create((long)number)).AsDouble() & yes._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> First(int n) => Vector256.LessThan(Vector256<double>.Indices, Vector256.Create((double)n));
}

/// <summary>2 doubles in a 128-bit vector.</summary>
internal readonly unsafe struct Doublex2(Vector128<double> value) : ILanes<Doublex2, double>
{
    private readonly Vector128<double> _v = value;

    public static int Count => 2;
    public static int TileRows => 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doublex2 Load(double* p) => new(Vector128.Load(p));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doublex2 LoadFirst(double* p, int n) {
        if (Avx.IsSupported) return new(Avx.MaskLoad(p, First(n)));
        Vector128<double> v = default;
        for (int i = 0; i < n; i++) v = v.WithElement(i, p[i]);
        return new(v);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doublex2 All(double x) => new(Vector128.Create(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Doublex2 v, double* p) => v._v.Store(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStream(Doublex2 v, double* p) => v._v.StoreAlignedNonTemporal(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFirst(Doublex2 v, double* p, int n) {
        if (Avx.IsSupported) Avx.MaskStore(p, First(n), v._v);
        else for (int i = 0; i < n; i++) p[i] = v._v[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doublex2 Add(Doublex2 a, Doublex2 b) => new(a._v + b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doublex2 Divide(Doublex2 a, Doublex2 b) => new(a._v / b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doublex2 MultiplyAdd(Doublex2 a, Doublex2 b, Doublex2 c) => new(Vector128.FusedMultiplyAdd(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doublex2 TakesOver(Doublex2 x, Doublex2 best) => new(Vector128.GreaterThan(x._v, best._v) | ~Vector128.Equals(x._v, x._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doublex2 Select(Doublex2 mask, Doublex2 yes, Doublex2 no) => new(Vector128.ConditionalSelect(mask._v, yes._v, no._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doublex2 Tag(int number) => new(Vector128.Create((long)number).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTags(Doublex2 tags, int* p, int n) {
        for (int i = 0; i < n; i++) p[i] = (int)tags._v.AsInt64()[i];
    }

    public static Doublex2 LoadTags(int* p, int n)
    {
        long* tags = stackalloc long[Count];
        for (int i = 0; i < Count; i++) tags[i] = i < n ? p[i] : 0;
        return new(Vector128.Load(tags).AsDouble());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doublex2 WhereTag(Doublex2 tags, int number, Doublex2 yes) => new(Vector128.Equals(tags._v.AsInt64(), Vector128.Create((long)number)).AsDouble() & yes._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> First(int n) => Vector128.LessThan(Vector128<double>.Indices, Vector128.Create((double)n));
}
