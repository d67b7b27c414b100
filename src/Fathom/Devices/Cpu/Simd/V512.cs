using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Fathom.Devices.Cpu.Simd;

/// <summary>A 512-bit vector (AVX-512).</summary>
internal readonly unsafe struct V512<T>(Vector512<T> v) : ISimd<V512<T>, T> where T : unmanaged
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
    readonly Vector512<T> v = v;

    public static int Width => Vector512<T>.Count;
    public static bool IsDouble => typeof(T) == typeof(double);
    public static bool IsFloating => typeof(T) == typeof(float) || typeof(T) == typeof(double);

    [MethodImpl(Inline)] public static V512<T> Load(T* p) => new(Vector512.Load(p));
    [MethodImpl(Inline)] public void Store(T* p) => v.Store(p);
    [MethodImpl(Inline)] public static V512<T> Create(T x) => new(Vector512.Create(x));
    [MethodImpl(Inline)] public static V512<T> Const(double c) => new(Vector512.Create(Number<T>.From(c)));
    [MethodImpl(Inline)] static V512<T> F(Vector512<float> x) => new(x.As<float, T>());
    [MethodImpl(Inline)] static V512<T> D(Vector512<double> x) => new(x.As<double, T>());
    Vector512<float> S { [MethodImpl(Inline)] get => v.AsSingle(); }
    Vector512<double> L { [MethodImpl(Inline)] get => v.AsDouble(); }

    [MethodImpl(Inline)] public static V512<T> operator +(V512<T> a, V512<T> b) => new(a.v + b.v);
    [MethodImpl(Inline)] public static V512<T> operator -(V512<T> a, V512<T> b) => new(a.v - b.v);
    [MethodImpl(Inline)] public static V512<T> operator *(V512<T> a, V512<T> b) => new(a.v * b.v);
    [MethodImpl(Inline)] public static V512<T> operator /(V512<T> a, V512<T> b) => new(a.v / b.v);
    [MethodImpl(Inline)] public static V512<T> operator -(V512<T> a) => new(-a.v);
    [MethodImpl(Inline)] public static V512<T> operator &(V512<T> a, V512<T> b) => new(a.v & b.v);
    [MethodImpl(Inline)] public static V512<T> operator |(V512<T> a, V512<T> b) => new(a.v | b.v);
    [MethodImpl(Inline)] public static V512<T> operator ^(V512<T> a, V512<T> b) => new(a.v ^ b.v);
    [MethodImpl(Inline)] public static V512<T> operator ~(V512<T> a) => new(~a.v);

    [MethodImpl(Inline)] public static V512<T> Equal(V512<T> a, V512<T> b) => new(Vector512.Equals(a.v, b.v));
    [MethodImpl(Inline)] public static V512<T> Less(V512<T> a, V512<T> b) => new(Vector512.LessThan(a.v, b.v));
    [MethodImpl(Inline)] public static V512<T> LessOrEqual(V512<T> a, V512<T> b) => new(Vector512.LessThanOrEqual(a.v, b.v));
    [MethodImpl(Inline)] public static bool Any(V512<T> mask) => !Vector512.EqualsAll(mask.v.AsUInt64(), Vector512<ulong>.Zero);
    [MethodImpl(Inline)] public static V512<T> Select(V512<T> mask, V512<T> yes, V512<T> no) => new(Vector512.ConditionalSelect(mask.v, yes.v, no.v));

    [MethodImpl(Inline)] public static V512<T> Min(V512<T> a, V512<T> b) => new(Vector512.Min(a.v, b.v));
    [MethodImpl(Inline)] public static V512<T> Max(V512<T> a, V512<T> b) => new(Vector512.Max(a.v, b.v));
    [MethodImpl(Inline)] public static V512<T> MinNative(V512<T> a, V512<T> b) => new(Vector512.MinNative(a.v, b.v));
    [MethodImpl(Inline)] public static V512<T> MaxNative(V512<T> a, V512<T> b) => new(Vector512.MaxNative(a.v, b.v));
    [MethodImpl(Inline)] public static V512<T> Abs(V512<T> a) => new(Vector512.Abs(a.v));
    [MethodImpl(Inline)] public static V512<T> Sqrt(V512<T> a) => new(Vector512.Sqrt(a.v));

    [MethodImpl(Inline)] public static V512<T> Floor(V512<T> a) => typeof(T) == typeof(float) ? F(Vector512.Floor(a.S)) : typeof(T) == typeof(double) ? D(Vector512.Floor(a.L)) : a;
    [MethodImpl(Inline)] public static V512<T> Ceiling(V512<T> a) => typeof(T) == typeof(float) ? F(Vector512.Ceiling(a.S)) : typeof(T) == typeof(double) ? D(Vector512.Ceiling(a.L)) : a;
    [MethodImpl(Inline)] public static V512<T> Round(V512<T> a) => typeof(T) == typeof(float) ? F(Vector512.Round(a.S)) : typeof(T) == typeof(double) ? D(Vector512.Round(a.L)) : a;
    [MethodImpl(Inline)] public static V512<T> Truncate(V512<T> a) => typeof(T) == typeof(float) ? F(Vector512.Truncate(a.S)) : typeof(T) == typeof(double) ? D(Vector512.Truncate(a.L)) : a;

    [MethodImpl(Inline)]
    public static V512<T> MultiplyAdd(V512<T> a, V512<T> b, V512<T> c) =>
        typeof(T) == typeof(float) ? F(Vector512.FusedMultiplyAdd(a.S, b.S, c.S))
        : typeof(T) == typeof(double) ? D(Vector512.FusedMultiplyAdd(a.L, b.L, c.L))
        : new((a.v * b.v) + c.v);

    [MethodImpl(Inline)]
    public static V512<T> PowerOfTwo(V512<T> n) => typeof(T) == typeof(float)
        ? new(((Vector512.ConvertToInt32Native(n.S) + Vector512.Create(127)) << 23).As<int, T>())
        : new(((Vector512.ConvertToInt64Native(n.L) + Vector512.Create(1023L)) << 52).As<long, T>());

    [MethodImpl(Inline)]
    public static V512<T> Exponent(V512<T> x) => typeof(T) == typeof(float)
        ? F(Vector512.ConvertToSingle((x.v.AsInt32() >> 23) - Vector512.Create(126)))
        : D(Vector512.ConvertToDouble((x.v.AsInt64() >> 52) - Vector512.Create(1022L)));

    [MethodImpl(Inline)]
    public static V512<T> Mantissa(V512<T> x) => typeof(T) == typeof(float)
        ? new(((x.v.AsInt32() & Vector512.Create(0x007FFFFF)) | Vector512.Create(0x3F000000)).As<int, T>())
        : new(((x.v.AsInt64() & Vector512.Create(0x000FFFFFFFFFFFFFL)) | Vector512.Create(0x3FE0000000000000L)).As<long, T>());

    public static V512<T> Lanewise<F>(V512<T> x) where F : struct, ILaneFunction
    {
        T* lanes = stackalloc T[Vector512<T>.Count];
        Vector512.Store(x.v, lanes);
        for (int i = 0; i < Width; i++) lanes[i] = Number<T>.From(F.Of(Number<T>.ToDouble(lanes[i])));
        return new(Vector512.Load(lanes));
    }

    public static V512<T> Lanewise<F>(V512<T> x, V512<T> y) where F : struct, ILaneFunction2
    {
        T* lanes = stackalloc T[Vector512<T>.Count], others = stackalloc T[Vector512<T>.Count];
        Vector512.Store(x.v, lanes);
        Vector512.Store(y.v, others);
        for (int i = 0; i < Width; i++) lanes[i] = F.Of(lanes[i], others[i]);
        return new(Vector512.Load(lanes));
    }
}
