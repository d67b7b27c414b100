using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Fathom.Devices.Cpu.Simd;

/// <summary>A 256-bit vector (AVX2).</summary>
internal readonly unsafe struct V256<T>(Vector256<T> v) : ISimd<V256<T>, T> where T : unmanaged
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
    readonly Vector256<T> v = v;

    public static int Width => Vector256<T>.Count;
    public static bool IsDouble => typeof(T) == typeof(double);
    public static bool IsFloating => typeof(T) == typeof(float) || typeof(T) == typeof(double);

    [MethodImpl(Inline)] public static V256<T> Load(T* p) => new(Vector256.Load(p));
    [MethodImpl(Inline)] public void Store(T* p) => v.Store(p);
    [MethodImpl(Inline)] public static V256<T> Create(T x) => new(Vector256.Create(x));
    [MethodImpl(Inline)] public static V256<T> Const(double c) => new(Vector256.Create(Number<T>.From(c)));
    [MethodImpl(Inline)] static V256<T> F(Vector256<float> x) => new(x.As<float, T>());
    [MethodImpl(Inline)] static V256<T> D(Vector256<double> x) => new(x.As<double, T>());
    Vector256<float> S { [MethodImpl(Inline)] get => v.AsSingle(); }
    Vector256<double> L { [MethodImpl(Inline)] get => v.AsDouble(); }

    [MethodImpl(Inline)] public static V256<T> operator +(V256<T> a, V256<T> b) => new(a.v + b.v);
    [MethodImpl(Inline)] public static V256<T> operator -(V256<T> a, V256<T> b) => new(a.v - b.v);
    [MethodImpl(Inline)] public static V256<T> operator *(V256<T> a, V256<T> b) => new(a.v * b.v);
    [MethodImpl(Inline)] public static V256<T> operator /(V256<T> a, V256<T> b) => new(a.v / b.v);
    [MethodImpl(Inline)] public static V256<T> operator -(V256<T> a) => new(-a.v);
    [MethodImpl(Inline)] public static V256<T> operator &(V256<T> a, V256<T> b) => new(a.v & b.v);
    [MethodImpl(Inline)] public static V256<T> operator |(V256<T> a, V256<T> b) => new(a.v | b.v);
    [MethodImpl(Inline)] public static V256<T> operator ^(V256<T> a, V256<T> b) => new(a.v ^ b.v);
    [MethodImpl(Inline)] public static V256<T> operator ~(V256<T> a) => new(~a.v);

    [MethodImpl(Inline)] public static V256<T> Equal(V256<T> a, V256<T> b) => new(Vector256.Equals(a.v, b.v));
    [MethodImpl(Inline)] public static V256<T> Less(V256<T> a, V256<T> b) => new(Vector256.LessThan(a.v, b.v));
    [MethodImpl(Inline)] public static V256<T> LessOrEqual(V256<T> a, V256<T> b) => new(Vector256.LessThanOrEqual(a.v, b.v));
    [MethodImpl(Inline)] public static bool Any(V256<T> mask) => !Vector256.EqualsAll(mask.v.AsUInt64(), Vector256<ulong>.Zero);
    [MethodImpl(Inline)] public static V256<T> Select(V256<T> mask, V256<T> yes, V256<T> no) => new(Vector256.ConditionalSelect(mask.v, yes.v, no.v));

    [MethodImpl(Inline)] public static V256<T> Min(V256<T> a, V256<T> b) => new(Vector256.Min(a.v, b.v));
    [MethodImpl(Inline)] public static V256<T> Max(V256<T> a, V256<T> b) => new(Vector256.Max(a.v, b.v));
    [MethodImpl(Inline)] public static V256<T> MinNative(V256<T> a, V256<T> b) => new(Vector256.MinNative(a.v, b.v));
    [MethodImpl(Inline)] public static V256<T> MaxNative(V256<T> a, V256<T> b) => new(Vector256.MaxNative(a.v, b.v));
    [MethodImpl(Inline)] public static V256<T> Abs(V256<T> a) => new(Vector256.Abs(a.v));
    [MethodImpl(Inline)] public static V256<T> Sqrt(V256<T> a) => new(Vector256.Sqrt(a.v));

    [MethodImpl(Inline)] public static V256<T> Floor(V256<T> a) => typeof(T) == typeof(float) ? F(Vector256.Floor(a.S)) : typeof(T) == typeof(double) ? D(Vector256.Floor(a.L)) : a;
    [MethodImpl(Inline)] public static V256<T> Ceiling(V256<T> a) => typeof(T) == typeof(float) ? F(Vector256.Ceiling(a.S)) : typeof(T) == typeof(double) ? D(Vector256.Ceiling(a.L)) : a;
    [MethodImpl(Inline)] public static V256<T> Round(V256<T> a) => typeof(T) == typeof(float) ? F(Vector256.Round(a.S)) : typeof(T) == typeof(double) ? D(Vector256.Round(a.L)) : a;
    [MethodImpl(Inline)] public static V256<T> Truncate(V256<T> a) => typeof(T) == typeof(float) ? F(Vector256.Truncate(a.S)) : typeof(T) == typeof(double) ? D(Vector256.Truncate(a.L)) : a;

    [MethodImpl(Inline)]
    public static V256<T> MultiplyAdd(V256<T> a, V256<T> b, V256<T> c) =>
        typeof(T) == typeof(float) ? F(Vector256.FusedMultiplyAdd(a.S, b.S, c.S))
        : typeof(T) == typeof(double) ? D(Vector256.FusedMultiplyAdd(a.L, b.L, c.L))
        : new((a.v * b.v) + c.v);

    [MethodImpl(Inline)]
    public static V256<T> PowerOfTwo(V256<T> n) => typeof(T) == typeof(float)
        ? new(((Vector256.ConvertToInt32Native(n.S) + Vector256.Create(127)) << 23).As<int, T>())
        : new(((Vector256.ConvertToInt64Native(n.L) + Vector256.Create(1023L)) << 52).As<long, T>());

    [MethodImpl(Inline)]
    public static V256<T> Exponent(V256<T> x) => typeof(T) == typeof(float)
        ? F(Vector256.ConvertToSingle((x.v.AsInt32() >> 23) - Vector256.Create(126)))
        : D(Vector256.ConvertToDouble((x.v.AsInt64() >> 52) - Vector256.Create(1022L)));

    [MethodImpl(Inline)]
    public static V256<T> Mantissa(V256<T> x) => typeof(T) == typeof(float)
        ? new(((x.v.AsInt32() & Vector256.Create(0x007FFFFF)) | Vector256.Create(0x3F000000)).As<int, T>())
        : new(((x.v.AsInt64() & Vector256.Create(0x000FFFFFFFFFFFFFL)) | Vector256.Create(0x3FE0000000000000L)).As<long, T>());

    public static V256<T> Lanewise<F>(V256<T> x) where F : struct, ILaneFunction
    {
        T* lanes = stackalloc T[Vector256<T>.Count];
        Vector256.Store(x.v, lanes);
        for (int i = 0; i < Width; i++) lanes[i] = Number<T>.From(F.Of(Number<T>.ToDouble(lanes[i])));
        return new(Vector256.Load(lanes));
    }

    public static V256<T> Lanewise<F>(V256<T> x, V256<T> y) where F : struct, ILaneFunction2
    {
        T* lanes = stackalloc T[Vector256<T>.Count], others = stackalloc T[Vector256<T>.Count];
        Vector256.Store(x.v, lanes);
        Vector256.Store(y.v, others);
        for (int i = 0; i < Width; i++) lanes[i] = F.Of(lanes[i], others[i]);
        return new(Vector256.Load(lanes));
    }
}
