using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Mean of all elements; integers and Bool are averaged as Float32. The mean of nothing is NaN.</summary>
    public Tensor Mean() => Mean([]);

    /// <summary>Mean along one axis.</summary>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public Tensor Mean(int axis, bool keepDim = false) => Mean([axis], keepDim);

    /// <summary>Mean along some axes; along all of them if none is named.</summary>
    /// <exception cref="ShapeException">There is no such axis, or one is named twice.</exception>
    public Tensor Mean(ReadOnlySpan<int> axes, bool keepDim = false)
    {
        Tensor x = Floating(), sum = x.Sum(axes, keepDim);
        long n = ReduceAxes.Terms(Shape, axes, "mean");
        return n == 0 ? sum / 0 : sum * (1.0 / n);
    }
}
