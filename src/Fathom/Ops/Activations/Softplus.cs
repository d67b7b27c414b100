using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>
    /// Softplus ln(1 + e^(beta x)) / beta, element by element, exact for large |x|; a smooth form of <see cref="Relu"/>, and minus the logarithm of the
    /// sigmoid of -x.
    /// </summary>
    /// <param name="beta">Sharpness, above 0.</param>
    /// <param name="threshold">Where beta x exceeds this the result is x itself, with derivative 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="beta"/> is not above 0.</exception>
    public Tensor Softplus(double beta = 1, double threshold = double.PositiveInfinity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beta);
        return Autograd.Op.Run(new SoftplusOp(beta, threshold), Floating());
    }
}

file sealed class SoftplusOp(double beta, double threshold) : UnaryOp<SoftplusOp.Kernel>(Keep.Input, new(beta, threshold))
{
    readonly double beta = beta, threshold = threshold;

    protected override Tensor Gradient(Tensor gy)
    {
        Tensor slope = (X * beta).Sigmoid();
        return gy * (double.IsInfinity(threshold) ? slope : Tensor.Where(X * beta > threshold, 1, slope));
    }

    public readonly struct Kernel(double beta, double threshold) : IUnaryKernel
    {
        readonly double beta = beta, threshold = threshold;

        public static int Cost => 24;

        /// <summary>max(z, 0) + ln(1 + e^-|z|) for z = beta x, so that e is never raised to a positive power.</summary>
        public V Invoke<V>(V x) where V : struct, ISimd<V>
        {
            V z = x * V.Const(beta);
            V y = (V.Max(z, V.Zero) + LogOnePlus(SimdMath.Exp(-V.Abs(z)))) / V.Const(beta);
            return V.Select(V.Less(V.Const(threshold), z), x, y);
        }

        /// <summary>ln(1 + u) for u in [0, 1]: the rounding of w = 1 + u is undone by the factor u / (w - 1).</summary>
        static V LogOnePlus<V>(V u) where V : struct, ISimd<V>
        {
            V w = V.One + u, d = w - V.One;
            return V.Select(V.Equal(d, V.Zero), u, SimdMath.Log(w) * (u / d));
        }
    }
}
