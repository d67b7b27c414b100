using System.Runtime.CompilerServices;
using Fathom.Autograd;
using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>
    /// This to the power of <paramref name="exponent"/>, element by element, with broadcasting: <c>x.Pow(2)</c>, <c>x.Pow(y)</c>, <c>((Tensor)2).Pow(x)</c>. Integers to the
    /// power of integers stay integers. A negative base has real powers, and gradients by the base, for whole exponents only.
    /// </summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    /// <exception cref="ArgumentException">Integers are raised to a negative integer.</exception>
    public Tensor Pow(Tensor exponent)
    {
        var (a, b) = Promote(this, exponent);
        if (a.DType.IsIntegral()) return IntegerPow(a, b);
        return exponent.IsNumber ? a.PowNumber(exponent.Item()) : Op.Run(new PowOp(), a, b);
    }

    static Tensor IntegerPow(Tensor a, Tensor b)
    {
        if (b.Device.HasData && b.Lt(0).Any().Item<bool>())
            throw new ArgumentException("[pow] integers have no integer power with a negative exponent; convert the base with .To(DType.Float32) first.");
        return Op.Run(new PowOp(), a, b);
    }

    Tensor PowNumber(double p) => p switch
    {
        1 => Clone(),
        2 => Square(),
        3 => Square() * this,
        0.5 => Sqrt(),
        -0.5 => Rsqrt(),
        -1 => Reciprocal(),
        _ => Op.Run(new PowNumberOp(p), this),
    };
}

file sealed class PowNumberOp(double p) : UnaryOp<PowNumberOp.Kernel>(Keep.Input, new Kernel(p))
{
    public override string Name => "pow";
    protected override Tensor Gradient(Tensor gy) => p == 0 ? Tensor.ZerosLike(gy) : gy * X.Pow(p - 1) * p;

    public readonly struct Kernel(double p) : IUnaryKernel
    {
        public static int Cost => 48;
        public V Invoke<V>(V x) where V : struct, ISimd<V> => V.Lanewise<PowFunction>(x, V.Const(p));
    }
}

file sealed class PowOp() : BinaryOp<PowOp.Kernel>(true)
{
    /// <summary>b a^(b-1); 0 for 0^0, where that reads 0 times infinity.</summary>
    protected override Tensor? GradientA(Tensor gy) => gy * B * Tensor.Where(A.Eq(0).LogicalAnd(B.Eq(0)), 1, A).Pow(B - 1);

    /// <summary>a^b ln a; 0 for powers of 0 that exist, where the logarithm does not.</summary>
    protected override Tensor? GradientB(Tensor gy) => gy * A.Pow(B) * Tensor.Where(A.Eq(0).LogicalAnd(B.Ge(0)), 1, A).Log();

    public readonly struct Kernel : IBinaryKernel
    {
        public static int Cost => 48;
        public V Invoke<V>(V a, V b) where V : struct, ISimd<V> => V.Lanewise<PowFunction>(a, b);
    }
}

file readonly struct PowFunction : ILaneFunction2
{
    public static T Of<T>(T x, T y) where T : unmanaged
    {
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double)) return Number<T>.From(Math.Pow(Number<T>.ToDouble(x), Number<T>.ToDouble(y)));
        if (typeof(T) == typeof(long)) return Unsafe.BitCast<long, T>(Whole(Unsafe.BitCast<T, long>(x), Unsafe.BitCast<T, long>(y)));
        if (typeof(T) == typeof(int)) return Unsafe.BitCast<int, T>((int)Whole(Unsafe.BitCast<T, int>(x), Unsafe.BitCast<T, int>(y)));
        return Unsafe.BitCast<byte, T>((byte)Whole(Unsafe.BitCast<T, byte>(x), Unsafe.BitCast<T, byte>(y)));
    }

    /// <summary>By squaring, wrapping around; exponents below 0 were refused before.</summary>
    static long Whole(long x, long n)
    {
        long y = 1;
        for (; n > 0; n >>= 1, x *= x)
            if ((n & 1) != 0) y *= x;
        return y;
    }
}
