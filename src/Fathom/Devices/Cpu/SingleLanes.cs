using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Fathom.Devices.Cpu;

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
    public static Singlex16 MultiplyAddAll(float* a, nint at, Singlex16 b, Singlex16 c) => new(Vector512.FusedMultiplyAdd(Vector512.Create(a[at]), b._v, c._v));

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
    public static Singlex8 MultiplyAddAll(float* a, nint at, Singlex8 b, Singlex8 c) => new(Vector256.FusedMultiplyAdd(Vector256.Create(a[at]), b._v, c._v));

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
    public static Singlex4 MultiplyAddAll(float* a, nint at, Singlex4 b, Singlex4 c) => MultiplyAdd(All(a[at]), b, c);

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
