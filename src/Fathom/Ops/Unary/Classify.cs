using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Bool: where the element is infinity or -infinity.</summary>
    public Tensor IsInf() => DType.IsFloating() ? Compare<IsInfKernel>("is_inf", this, this) : Full(Shape, 0, DType.Bool, Device);

    /// <summary>Bool: where the element is neither infinite nor NaN.</summary>
    public Tensor IsFinite() => DType.IsFloating() ? Compare<IsFiniteKernel>("is_finite", this, this) : Full(Shape, 1, DType.Bool, Device);

    /// <summary>NaN and infinities replaced by numbers, element by element; their gradient is 0.</summary>
    /// <param name="nan">Takes the place of NaN.</param>
    /// <param name="posInf">Takes the place of infinity; by default the largest number of the element type.</param>
    /// <param name="negInf">Takes the place of -infinity; by default the least number of the element type.</param>
    public Tensor NanToNum(double nan = 0, double? posInf = null, double? negInf = null)
    {
        if (DType.IsIntegral()) return Clone();
        double largest = DType == DType.Float64 ? double.MaxValue : float.MaxValue;
        Tensor y = Where(Eq(double.PositiveInfinity), posInf ?? largest, this);
        y = Where(Eq(double.NegativeInfinity), negInf ?? -largest, y);
        return Where(IsNaN(), nan, y);
    }
}

file readonly struct IsInfKernel : IBinaryKernel { public V Invoke<V>(V a, V b) where V : struct, ISimd<V> => V.Equal(V.Abs(a), V.Const(double.PositiveInfinity)); }
file readonly struct IsFiniteKernel : IBinaryKernel { public V Invoke<V>(V a, V b) where V : struct, ISimd<V> => V.Less(V.Abs(a), V.Const(double.PositiveInfinity)); }
