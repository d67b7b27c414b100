namespace Fathom.Devices;

public abstract partial class Device
{
    /// <summary>y = x picked along an axis by Int64 positions; index and y have one shape, x may be larger along the other axes.</summary>
    /// <exception cref="ShapeException">A position lies outside the axis.</exception>
    public abstract void Gather(Tensor x, Tensor index, int axis, Tensor y);

    /// <summary>Adds x to y at Int64 positions along an axis; index and x have one shape, y may be larger along the other axes. Places hit repeatedly add up in row-major order.</summary>
    /// <exception cref="ShapeException">A position lies outside the axis.</exception>
    public abstract void ScatterAdd(Tensor x, Tensor index, int axis, Tensor y);

    /// <summary>Puts x into y at Int64 positions along an axis; the last one at a place stays.</summary>
    /// <exception cref="ShapeException">A position lies outside the axis.</exception>
    public abstract void Scatter(Tensor x, Tensor index, int axis, Tensor y);

    /// <summary>y = Int64 position along an axis of the first largest or smallest element, NaN before all; y has size 1 along the axis.</summary>
    public abstract void ArgExtremum(Tensor x, Tensor y, int axis, bool largest);

    /// <summary>y = running sums of x along an axis.</summary>
    public abstract void CumSum(Tensor x, Tensor y, int axis);

    /// <summary>
    /// y = Int64 positions along an axis that sort x, equal elements in their order, NaN as the largest; y may be shorter along the axis and then holds the first ones.
    /// </summary>
    public abstract void ArgSort(Tensor x, Tensor y, int axis, bool descending);
}

internal sealed partial class MetaDevice
{
    public override void Gather(Tensor x, Tensor index, int axis, Tensor y) { }
    public override void ScatterAdd(Tensor x, Tensor index, int axis, Tensor y) { }
    public override void Scatter(Tensor x, Tensor index, int axis, Tensor y) { }
    public override void ArgExtremum(Tensor x, Tensor y, int axis, bool largest) { }
    public override void CumSum(Tensor x, Tensor y, int axis) { }
    public override void ArgSort(Tensor x, Tensor y, int axis, bool descending) { }
}
