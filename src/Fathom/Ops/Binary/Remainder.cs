using System.Numerics;
using System.Runtime.CompilerServices;
using Fathom.Autograd;
using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>What is left after <see cref="FloorDivide"/>, element by element: it has the sign of the divisor, as in Python.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    /// <exception cref="DivideByZeroException">Integers are divided by zero.</exception>
    public Tensor Remainder(Tensor divisor)
    {
        var (a, b) = Divisible("remainder", this, divisor);
        return Op.Run(new RemainderOp(), a, b);
    }

    /// <summary>What is left after division rounded down, element by element, as in Python: <c>-7 % 3</c> is 2.</summary>
    public static Tensor operator %(Tensor a, Tensor b) => a.Remainder(b);

    /// <summary>Quotient rounded down, element by element, with broadcasting; integers stay integers.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    /// <exception cref="DivideByZeroException">Integers are divided by zero.</exception>
    public Tensor FloorDivide(Tensor divisor)
    {
        var (a, b) = Divisible("floor_divide", this, divisor);
        return Op.Run(new FloorDivideOp(), a, b);
    }

    static (Tensor, Tensor) Divisible(string op, Tensor x, Tensor divisor)
    {
        var (a, b) = Promote(x, divisor);
        if (b.DType.IsIntegral() && b.Device.HasData && !b.All().Item<bool>())
            throw new DivideByZeroException($"[{op}] a divisor is 0, and integers cannot be divided by it; convert with .To(DType.Float32) to get infinity or NaN.");
        return (a, b);
    }
}

file sealed class RemainderOp() : BinaryOp<RemainderOp.Kernel>(true)
{
    protected override Tensor? GradientA(Tensor gy) => gy;
    protected override Tensor? GradientB(Tensor gy) => -gy * A.FloorDivide(B);

    public readonly struct Kernel : IBinaryKernel
    {
        public static int Cost => 16;
        public V Invoke<V>(V a, V b) where V : struct, ISimd<V> => V.Lanewise<RemainderFunction>(a, b);
    }
}

file sealed class FloorDivideOp() : BinaryOp<FloorDivideOp.Kernel>(false)
{
    protected override Tensor? GradientA(Tensor gy) => Tensor.ZerosLike(gy);
    protected override Tensor? GradientB(Tensor gy) => Tensor.ZerosLike(gy);

    public readonly struct Kernel : IBinaryKernel
    {
        public static int Cost => 16;
        public V Invoke<V>(V a, V b) where V : struct, ISimd<V> => V.Lanewise<FloorDivideFunction>(a, b);
    }
}

file readonly struct RemainderFunction : ILaneFunction2
{
    public static T Of<T>(T x, T y) where T : unmanaged
    {
        if (typeof(T) == typeof(float)) return Unsafe.BitCast<float, T>(Single(Unsafe.BitCast<T, float>(x), Unsafe.BitCast<T, float>(y)));
        if (typeof(T) == typeof(double)) return Unsafe.BitCast<double, T>(Real(Unsafe.BitCast<T, double>(x), Unsafe.BitCast<T, double>(y)));
        if (typeof(T) == typeof(long)) return Unsafe.BitCast<long, T>(Whole(Unsafe.BitCast<T, long>(x), Unsafe.BitCast<T, long>(y)));
        if (typeof(T) == typeof(int)) return Unsafe.BitCast<int, T>((int)Whole(Unsafe.BitCast<T, int>(x), Unsafe.BitCast<T, int>(y)));
        return Unsafe.BitCast<byte, T>((byte)Whole(Unsafe.BitCast<T, byte>(x), Unsafe.BitCast<T, byte>(y)));
    }

    /// <summary>
    /// By double, many times faster than the exact remainder of floats and the same: below 2^24 the quotient of two floats is further from a whole number
    /// than double rounds, and the product with the divisor has at most 48 bits.
    /// </summary>
    static float Single(float x, float y)
    {
        double q = (double)x / y;
        if (!(Math.Abs(q) < 1 << 24) || !float.IsFinite(y)) return Real(x, y);
        double r = x - Math.Truncate(q) * y;
        return (float)(r != 0 && (r < 0) != (y < 0) ? (float)r + y : r);
    }

    static F Real<F>(F x, F y) where F : IFloatingPointIeee754<F>
    {
        F r = x % y;
        return r != F.Zero && F.IsNegative(r) != F.IsNegative(y) ? r + y : r;
    }

    /// <summary>Divisors of 0 were refused before; they come here in the unused lanes of a last vector.</summary>
    internal static long Whole(long x, long y)
    {
        if (y is 0 or -1) return 0;
        long r = x % y;
        return r != 0 && (r ^ y) < 0 ? r + y : r;
    }
}

file readonly struct FloorDivideFunction : ILaneFunction2
{
    public static T Of<T>(T x, T y) where T : unmanaged
    {
        if (typeof(T) == typeof(float)) return Unsafe.BitCast<float, T>(Real(Unsafe.BitCast<T, float>(x), Unsafe.BitCast<T, float>(y)));
        if (typeof(T) == typeof(double)) return Unsafe.BitCast<double, T>(Real(Unsafe.BitCast<T, double>(x), Unsafe.BitCast<T, double>(y)));
        if (typeof(T) == typeof(long)) return Unsafe.BitCast<long, T>(Whole(Unsafe.BitCast<T, long>(x), Unsafe.BitCast<T, long>(y)));
        if (typeof(T) == typeof(int)) return Unsafe.BitCast<int, T>((int)Whole(Unsafe.BitCast<T, int>(x), Unsafe.BitCast<T, int>(y)));
        return Unsafe.BitCast<byte, T>((byte)Whole(Unsafe.BitCast<T, byte>(x), Unsafe.BitCast<T, byte>(y)));
    }

    /// <summary>The quotient of what is left when the remainder is taken away, as Python does: the floor of the rounded quotient may be one too large.</summary>
    static F Real<F>(F x, F y) where F : IFloatingPointIeee754<F>
    {
        if (F.IsZero(y)) return x / y;
        F r = x % y, q = (x - r) / y;
        if (r != F.Zero && F.IsNegative(r) != F.IsNegative(y)) q -= F.One;
        if (F.IsZero(q)) return F.CopySign(F.Zero, x / y);
        F whole = F.Floor(q);
        return q - whole > F.CreateTruncating(0.5) ? whole + F.One : whole;
    }

    static long Whole(long x, long y) => y switch
    {
        0 => 0,                 // refused before; unused lanes of a last vector
        -1 => -x,
        _ => (x - RemainderFunction.Whole(x, y)) / y,
    };
}
