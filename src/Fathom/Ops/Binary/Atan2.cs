using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>The angle, in radians, of the point (other, this): arc tangent of this / other in the right quadrant.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Atan2(Tensor other)
    {
        var (a, b) = Promote(this, other, floating: true);
        return Autograd.Op.Run(new Atan2Op(), a, b);
    }
}

file sealed class Atan2Op() : BinaryOp<Atan2Op.Kernel>(true)
{
    protected override Tensor? GradientA(Tensor gy) => gy * B / (A * A + B * B);
    protected override Tensor? GradientB(Tensor gy) => -gy * A / (A * A + B * B);

    public readonly struct Kernel : IBinaryKernel
    {
        public static int Cost => 32;
        public V Invoke<V>(V a, V b) where V : struct, ISimd<V> => V.Lanewise<Function>(a, b);
    }

    readonly struct Function : ILaneFunction2
    {
        public static T Of<T>(T y, T x) where T : unmanaged => Number<T>.From(Math.Atan2(Number<T>.ToDouble(y), Number<T>.ToDouble(x)));
    }
}
