namespace Fathom;

public partial class Tensor
{
    /// <summary>Int64: how many elements along some axes, along all of them if none is named, are not zero; NaN is not.</summary>
    /// <exception cref="ShapeException">There is no such axis, or one is named twice.</exception>
    public Tensor CountNonZero(ReadOnlySpan<int> axes = default, bool keepDim = false) => To(DType.Bool).Sum(axes, keepDim);

    /// <summary>Int64: how many elements along one axis are not zero.</summary>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public Tensor CountNonZero(int axis, bool keepDim = false) => CountNonZero([axis], keepDim);
}
