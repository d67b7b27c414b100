using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>
    /// Gaussian error linear unit x P(Z &lt; x) for a standard normal Z, element by element (Hendrycks and Gimpel 2016).
    /// </summary>
    /// <param name="tanh">Whether to approximate by 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))), as BERT and GPT-2 do.</param>
    public Tensor Gelu(bool tanh = false)
    {
        Tensor x = Floating();
        return tanh ? Autograd.Op.Run(new GeluTanhOp(), x) : 0.5 * x * (1 + (x * double.Sqrt(0.5)).Erf());
    }
}

file sealed class GeluTanhOp() : UnaryOp<GeluTanhOp.Kernel>(Keep.Input)
{
    const double Scale = 0.7978845608028654, Cubic = 0.044715;       // sqrt(2 / pi), and the constant fitted in the paper

    public override string Name => "gelu";

    protected override Tensor Gradient(Tensor gy)
    {
        Tensor x = X.Clamp(-16, 16);            // beyond, t is -1 or 1, and x^2 might overflow
        Tensor square = x * x;
        Tensor t = (Scale * x * (1 + Cubic * square)).Tanh();
        return gy * 0.5 * (1 + t + x * (1 - t * t) * Scale * (1 + 3 * Cubic * square));
    }

    public readonly struct Kernel : IUnaryKernel
    {
        public static int Cost => 12;

        public V Invoke<V>(V x) where V : struct, ISimd<V>
        {
            V inner = V.Const(Scale) * x * V.MultiplyAdd(x * x, V.Const(Cubic), V.One);
            return V.Const(0.5) * x * (V.One + SimdMath.Tanh(inner));
        }
    }
}
