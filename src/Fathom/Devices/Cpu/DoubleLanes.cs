using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Fathom.Devices.Cpu;

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
    public static Doublex8 MultiplyAddAll(double* a, nint at, Doublex8 b, Doublex8 c) => new(Vector512.FusedMultiplyAdd(Vector512.Create(a[at]), b._v, c._v));

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
    public static Doublex4 MultiplyAddAll(double* a, nint at, Doublex4 b, Doublex4 c) => new(Vector256.FusedMultiplyAdd(Vector256.Create(a[at]), b._v, c._v));

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
    public static Doublex2 MultiplyAddAll(double* a, nint at, Doublex2 b, Doublex2 c) => MultiplyAdd(All(a[at]), b, c);

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
