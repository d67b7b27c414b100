using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu.Simd;

/// <summary>Conversions between an element type and double, resolved when the code is compiled.</summary>
internal static class Number<T> where T : unmanaged
{
    /// <summary>Converts as C# casts do, saturating; Bool is 1 for anything but 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T From(double x)
    {
        if (typeof(T) == typeof(float)) return Unsafe.BitCast<float, T>((float)x);
        if (typeof(T) == typeof(double)) return Unsafe.BitCast<double, T>(x);
        if (typeof(T) == typeof(long)) return Unsafe.BitCast<long, T>((long)x);
        if (typeof(T) == typeof(int)) return Unsafe.BitCast<int, T>((int)x);
        if (typeof(T) == typeof(byte)) return Unsafe.BitCast<byte, T>((byte)x);
        if (typeof(T) == typeof(bool)) return Unsafe.BitCast<bool, T>(x != 0);
        if (typeof(T) == typeof(Half)) return Unsafe.BitCast<Half, T>((Half)x);
        if (typeof(T) == typeof(BFloat16)) return Unsafe.BitCast<BFloat16, T>((BFloat16)(float)x);
        throw new NotSupportedException(typeof(T).Name);
    }

    /// <summary>The value as a double; exact but for very large long.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double ToDouble(T x)
    {
        if (typeof(T) == typeof(float)) return Unsafe.BitCast<T, float>(x);
        if (typeof(T) == typeof(double)) return Unsafe.BitCast<T, double>(x);
        if (typeof(T) == typeof(long)) return Unsafe.BitCast<T, long>(x);
        if (typeof(T) == typeof(int)) return Unsafe.BitCast<T, int>(x);
        if (typeof(T) == typeof(byte)) return Unsafe.BitCast<T, byte>(x);
        if (typeof(T) == typeof(bool)) return Unsafe.BitCast<T, bool>(x) ? 1 : 0;
        if (typeof(T) == typeof(Half)) return (double)Unsafe.BitCast<T, Half>(x);
        if (typeof(T) == typeof(BFloat16)) return Unsafe.BitCast<T, BFloat16>(x);
        throw new NotSupportedException(typeof(T).Name);
    }
}
