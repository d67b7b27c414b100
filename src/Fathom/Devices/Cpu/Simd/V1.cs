using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Fathom.Devices.Cpu.Simd;

/// <summary>One lane, for machines without SIMD and as the plainest form of every formula: lane 0 of a 128-bit vector, which the runtime emulates where there is none.</summary>
internal readonly unsafe struct V1<T>(Vector128<T> v) : ISimd<V1<T>, T> where T : unmanaged
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
    readonly Vector128<T> v = v;

    public static int Width => 1;
    public static bool IsDouble => typeof(T) == typeof(double);
    public static bool IsFloating => typeof(T) == typeof(float) || typeof(T) == typeof(double);

    [MethodImpl(Inline)] public static V1<T> Load(T* p) => new(Vector128.CreateScalar(*p));
    [MethodImpl(Inline)] public void Store(T* p) => *p = v.ToScalar();
    [MethodImpl(Inline)] public static V1<T> Create(T x) => new(Vector128.Create(x));
    [MethodImpl(Inline)] public static V1<T> Const(double c) => new(Vector128.Create(Number<T>.From(c)));
    [MethodImpl(Inline)] static V1<T> F(Vector128<float> x) => new(x.As<float, T>());
    [MethodImpl(Inline)] static V1<T> D(Vector128<double> x) => new(x.As<double, T>());
    Vector128<float> S { [MethodImpl(Inline)] get => v.AsSingle(); }
    Vector128<double> L { [MethodImpl(Inline)] get => v.AsDouble(); }

    [MethodImpl(Inline)] public static V1<T> operator +(V1<T> a, V1<T> b) => new(a.v + b.v);
    [MethodImpl(Inline)] public static V1<T> operator -(V1<T> a, V1<T> b) => new(a.v - b.v);
    [MethodImpl(Inline)] public static V1<T> operator *(V1<T> a, V1<T> b) => new(a.v * b.v);
    [MethodImpl(Inline)] public static V1<T> operator /(V1<T> a, V1<T> b) => new(a.v / b.v);
    [MethodImpl(Inline)] public static V1<T> operator -(V1<T> a) => new(-a.v);
    [MethodImpl(Inline)] public static V1<T> operator &(V1<T> a, V1<T> b) => new(a.v & b.v);
    [MethodImpl(Inline)] public static V1<T> operator |(V1<T> a, V1<T> b) => new(a.v | b.v);
    [MethodImpl(Inline)] public static V1<T> operator ^(V1<T> a, V1<T> b) => new(a.v ^ b.v);
    [MethodImpl(Inline)] public static V1<T> operator ~(V1<T> a) => new(~a.v);

    [MethodImpl(Inline)] public static V1<T> Equal(V1<T> a, V1<T> b) => new(Vector128.Equals(a.v, b.v));
    [MethodImpl(Inline)] public static V1<T> Less(V1<T> a, V1<T> b) => new(Vector128.LessThan(a.v, b.v));
    [MethodImpl(Inline)] public static V1<T> LessOrEqual(V1<T> a, V1<T> b) => new(Vector128.LessThanOrEqual(a.v, b.v));
    [MethodImpl(Inline)] public static bool Any(V1<T> mask) => mask.v.AsUInt64().ToScalar() != 0;
    [MethodImpl(Inline)] public static V1<T> Select(V1<T> mask, V1<T> yes, V1<T> no) => new(Vector128.ConditionalSelect(mask.v, yes.v, no.v));

    [MethodImpl(Inline)] public static V1<T> Min(V1<T> a, V1<T> b) => new(Vector128.Min(a.v, b.v));
    [MethodImpl(Inline)] public static V1<T> Max(V1<T> a, V1<T> b) => new(Vector128.Max(a.v, b.v));
    [MethodImpl(Inline)] public static V1<T> MinNative(V1<T> a, V1<T> b) => new(Vector128.MinNative(a.v, b.v));
    [MethodImpl(Inline)] public static V1<T> MaxNative(V1<T> a, V1<T> b) => new(Vector128.MaxNative(a.v, b.v));
    [MethodImpl(Inline)] public static V1<T> Abs(V1<T> a) => new(Vector128.Abs(a.v));
    [MethodImpl(Inline)] public static V1<T> Sqrt(V1<T> a) => new(Vector128.Sqrt(a.v));

    [MethodImpl(Inline)] public static V1<T> Floor(V1<T> a) => typeof(T) == typeof(float) ? F(Vector128.Floor(a.S)) : typeof(T) == typeof(double) ? D(Vector128.Floor(a.L)) : a;
    [MethodImpl(Inline)] public static V1<T> Ceiling(V1<T> a) => typeof(T) == typeof(float) ? F(Vector128.Ceiling(a.S)) : typeof(T) == typeof(double) ? D(Vector128.Ceiling(a.L)) : a;
    [MethodImpl(Inline)] public static V1<T> Round(V1<T> a) => typeof(T) == typeof(float) ? F(Vector128.Round(a.S)) : typeof(T) == typeof(double) ? D(Vector128.Round(a.L)) : a;
    [MethodImpl(Inline)] public static V1<T> Truncate(V1<T> a) => typeof(T) == typeof(float) ? F(Vector128.Truncate(a.S)) : typeof(T) == typeof(double) ? D(Vector128.Truncate(a.L)) : a;

    [MethodImpl(Inline)]
    public static V1<T> MultiplyAdd(V1<T> a, V1<T> b, V1<T> c) =>
        typeof(T) == typeof(float) ? F(Vector128.FusedMultiplyAdd(a.S, b.S, c.S))
        : typeof(T) == typeof(double) ? D(Vector128.FusedMultiplyAdd(a.L, b.L, c.L))
        : new((a.v * b.v) + c.v);

    [MethodImpl(Inline)]
    public static V1<T> PowerOfTwo(V1<T> n) => typeof(T) == typeof(float)
        ? new(((Vector128.ConvertToInt32Native(n.S) + Vector128.Create(127)) << 23).As<int, T>())
        : new(((Vector128.ConvertToInt64Native(n.L) + Vector128.Create(1023L)) << 52).As<long, T>());

    [MethodImpl(Inline)]
    public static V1<T> Exponent(V1<T> x) => typeof(T) == typeof(float)
        ? F(Vector128.ConvertToSingle((x.v.AsInt32() >> 23) - Vector128.Create(126)))
        : D(Vector128.ConvertToDouble((x.v.AsInt64() >> 52) - Vector128.Create(1022L)));

    [MethodImpl(Inline)]
    public static V1<T> Mantissa(V1<T> x) => typeof(T) == typeof(float)
        ? new(((x.v.AsInt32() & Vector128.Create(0x007FFFFF)) | Vector128.Create(0x3F000000)).As<int, T>())
        : new(((x.v.AsInt64() & Vector128.Create(0x000FFFFFFFFFFFFFL)) | Vector128.Create(0x3FE0000000000000L)).As<long, T>());

    public static V1<T> Lanewise<F>(V1<T> x) where F : struct, ILaneFunction
    {
        T* lanes = stackalloc T[Vector128<T>.Count];
        Vector128.Store(x.v, lanes);
        for (int i = 0; i < Width; i++) lanes[i] = Number<T>.From(F.Of(Number<T>.ToDouble(lanes[i])));
        return new(Vector128.Load(lanes));
    }

    public static V1<T> Lanewise<F>(V1<T> x, V1<T> y) where F : struct, ILaneFunction2
    {
        T* lanes = stackalloc T[Vector128<T>.Count], others = stackalloc T[Vector128<T>.Count];
        Vector128.Store(x.v, lanes);
        Vector128.Store(y.v, others);
        for (int i = 0; i < Width; i++) lanes[i] = F.Of(lanes[i], others[i]);
        return new(Vector128.Load(lanes));
    }
}
