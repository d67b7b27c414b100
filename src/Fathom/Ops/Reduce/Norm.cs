using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>The p-norm of all elements, taken as one vector: (sum |x|^p)^(1/p).</summary>
    /// <inheritdoc cref="Norm(double, ReadOnlySpan{int}, bool)"/>
    public Tensor Norm(double p = 2) => Norm(p, []);

    /// <summary>The p-norm along one axis.</summary>
    /// <inheritdoc cref="Norm(double, ReadOnlySpan{int}, bool)"/>
    public Tensor Norm(double p, int axis, bool keepDim = false) => Norm(p, [axis], keepDim);

    /// <summary>The p-norm along some axes, along all of them if none is named.</summary>
    /// <param name="p">The order: infinity takes the largest absolute value, -infinity the smallest, 0 counts what is not zero.</param>
    /// <param name="axes">The axes to reduce.</param>
    /// <param name="keepDim">Keep reduced axes at size 1.</param>
    /// <remarks>Where the norm is 0 its gradient is 0, a subgradient.</remarks>
    /// <exception cref="ShapeException">There is no such axis, one is named twice, or one is empty and p is infinite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">p is NaN.</exception>
    public Tensor Norm(double p, ReadOnlySpan<int> axes, bool keepDim = false)
    {
        if (double.IsNaN(p)) throw new ArgumentOutOfRangeException(nameof(p), "[norm] the order p is NaN; use a number, infinity or -infinity.");
        Tensor x = Floating();
        return p switch
        {
            double.PositiveInfinity => x.Abs().Amax(axes, keepDim),
            double.NegativeInfinity => x.Abs().Amin(axes, keepDim),
            0 => x.Ne(0).To(x.DType).Sum(axes, keepDim),
            1 => x.Abs().Sum(axes, keepDim),
            2 => x.Square().Sum(axes, keepDim).Root(),
            _ => x.Abs().PowOrZero(p).Sum(axes, keepDim).PowOrZero(1 / p),
        };
    }

    /// <summary>x^p of elements that are not negative, whose gradient where x is 0 is 0 instead of infinite.</summary>
    Tensor PowOrZero(double p)
    {
        Tensor zero = Eq(0);
        return Where(zero, p < 0 ? double.PositiveInfinity : 0, Where(zero, 1, this).Pow(p));
    }
}
