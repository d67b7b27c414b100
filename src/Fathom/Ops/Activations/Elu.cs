using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>
    /// Exponential linear unit, element by element: x where x > 0, else <paramref name="alpha"/> (e^x - 1) (Clevert et al. 2015); the derivative at 0 is alpha.
    /// </summary>
    public Tensor Elu(double alpha = 1) => Autograd.Op.Run(new EluOp(alpha), Floating());
}

file sealed class EluOp(double alpha) : UnaryOp<EluOp.Kernel>(Keep.Input | Keep.Output, new(alpha))
{
    readonly double alpha = alpha;

    protected override Tensor Gradient(Tensor gy) => Tensor.Where(X > 0, gy, gy * (Y + alpha));

    public readonly struct Kernel(double alpha) : IUnaryKernel
    {
        readonly double alpha = alpha;

        public static int Cost => 24;

        public V Invoke<V>(V x) where V : struct, ISimd<V> => V.Select(V.LessOrEqual(x, V.Zero), V.Const(alpha) * ExpMinusOne(x), x);

        /// <summary>e^x - 1 for x &lt;= 0: the rounding of u = e^x is undone by the factor x / ln u.</summary>
        static V ExpMinusOne<V>(V x) where V : struct, ISimd<V>
        {
            V u = SimdMath.Exp(x), d = u - V.One;
            V y = d * (x / SimdMath.Log(u));
            y = V.Select(V.Equal(d, V.Zero), x, y);
            return V.Select(V.Equal(d, V.Const(-1)), d, y);
        }
    }
}
