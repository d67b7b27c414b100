using System.Runtime.CompilerServices;
using Fathom.Devices.Cpu.Simd;

namespace Fathom.Devices.Cpu;

/// <summary>What softmax and cross-entropy share: the last, partial vector of a row, the row's maximum, and the sum of e^(x - maximum).</summary>
/// <remarks>Each is a method of its own: the compiler stops inlining formulas into a method that holds several of them, and a call in a loop costs more than its work.</remarks>
internal static unsafe class RowJoin<T, V> where T : unmanaged where V : struct, ISimd<V, T>
{
    const MethodImplOptions Compiled = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    /// <summary>The elements after the whole vectors, padded with minus infinity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Rest(T* x, int n, int whole)
    {
        V rest = V.Const(double.NegativeInfinity);          // a variable rather than stackalloc, which would keep the method from being inlined
        T* lanes = (T*)Unsafe.AsPointer(ref rest);
        for (int i = 0; i < n - whole; i++) lanes[i] = x[whole + i];
        return rest;
    }

    /// <summary>
    /// The maximum of a row. A row with NaN may give any of its elements: the sum of e^(x - maximum) is NaN whichever it is, and with it all that is made of it.
    /// </summary>
    [MethodImpl(Compiled)]
    public static T Max(T* x, int n)
    {
        int w = V.Width, whole = n - n % w, i = 0;
        V a = Rest(x, n, whole), b = a, c = a, d = a;
        for (; i + 4 * w <= whole; i += 4 * w)
        {
            a = V.MaxNative(a, V.Load(x + i));
            b = V.MaxNative(b, V.Load(x + i + w));
            c = V.MaxNative(c, V.Load(x + i + 2 * w));
            d = V.MaxNative(d, V.Load(x + i + 3 * w));
        }
        for (; i < whole; i += w) a = V.MaxNative(a, V.Load(x + i));
        return Across<MaxOf>(V.MaxNative(V.MaxNative(a, b), V.MaxNative(c, d)));
    }

    /// <summary>The sum of e^(x - maximum) over a row.</summary>
    [MethodImpl(Compiled)]
    public static T Total(T* x, int n, T maximum)
    {
        int whole = n - n % V.Width;
        V max = V.Create(maximum), sum = V.Zero;
        if (whole < n) sum = SimdMath.Exp(Rest(x, n, whole) - max);
        for (int i = 0; i < whole; i += V.Width) sum += SimdMath.Exp(V.Load(x + i) - max);
        return Across<SumOf>(sum);
    }

    /// <summary>y = e^(x - maximum) times a factor.</summary>
    [MethodImpl(Compiled)]
    public static void Scaled(T* x, T* y, int n, T maximum, T factor)
    {
        int whole = n - n % V.Width;
        V max = V.Create(maximum), f = V.Create(factor);
        for (int i = 0; i < whole; i += V.Width) (SimdMath.Exp(V.Load(x + i) - max) * f).Store(y + i);
        if (whole == n) return;
        V rest = SimdMath.Exp(Rest(x, n, whole) - max) * f;
        T* lanes = (T*)Unsafe.AsPointer(ref rest);
        for (int i = whole; i < n; i++) y[i] = lanes[i - whole];
    }

    /// <summary>All lanes joined, each half with the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T Across<F>(V v) where F : struct, IJoin
    {
        V local = v;
        T* lanes = (T*)Unsafe.AsPointer(ref local);
        int w = V.Width;
        if (Unsafe.SizeOf<V>() == 64) F.Join(V256<T>.Load(lanes), V256<T>.Load(lanes + (w /= 2))).Store(lanes);
        if (Unsafe.SizeOf<V>() >= 32) F.Join(V128<T>.Load(lanes), V128<T>.Load(lanes + (w /= 2))).Store(lanes);
        for (w /= 2; w > 0; w /= 2)
            for (int i = 0; i < w; i++) F.Join(V1<T>.Load(lanes + i), V1<T>.Load(lanes + i + w)).Store(lanes + i);
        return lanes[0];
    }

    interface IJoin
    {
        static abstract W Join<W>(W a, W b) where W : struct, ISimd<W>;
    }

    struct MaxOf : IJoin { public static W Join<W>(W a, W b) where W : struct, ISimd<W> => W.MaxNative(a, b); }
    struct SumOf : IJoin { public static W Join<W>(W a, W b) where W : struct, ISimd<W> => a + b; }
}

/// <summary>Formulas over single numbers.</summary>
internal static unsafe class RowJoin
{
    /// <summary>The number in a vector of width one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Scalar<T>(V1<T> x) where T : unmanaged => Unsafe.As<V1<T>, T>(ref x);
}
