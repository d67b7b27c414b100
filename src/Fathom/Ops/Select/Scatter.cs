using Fathom.Autograd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>
    /// A copy with elements of <paramref name="source"/> added at positions along an axis: for axis 1 of a matrix y[i, index[i, j]] += source[i, j]. Positions may
    /// repeat; what falls on one place is added in row-major order.
    /// </summary>
    /// <param name="axis">The axis along which positions count.</param>
    /// <param name="index">Int64 or Int32 positions, from 0; as many axes as this tensor.</param>
    /// <param name="source">At least as large as the index along each axis.</param>
    /// <exception cref="ShapeException">The shapes do not fit, or a position lies outside the axis.</exception>
    /// <exception cref="InvalidOperationException">The index does not hold integers, or the element types of this tensor and the source differ.</exception>
    public Tensor ScatterAdd(int axis, Tensor index, Tensor source)
    {
        int a = Shape.Axis(axis);
        index = Positions.Check("scatter_add", index, this, a);
        return Op.Run(new ScatterAddOp(a), this, index, Part("scatter_add", source, index));
    }

    /// <summary>
    /// A copy with elements of <paramref name="source"/> put at positions along an axis: for axis 1 of a matrix y[i, index[i, j]] = source[i, j]. Where positions
    /// repeat the last one stays, and it alone has a gradient.
    /// </summary>
    /// <inheritdoc cref="ScatterAdd"/>
    public Tensor Scatter(int axis, Tensor index, Tensor source)
    {
        int a = Shape.Axis(axis);
        index = Positions.Check("scatter", index, this, a);
        if (source.IsNumber) source = source.To(DType).Expand(index.Shape);
        return Op.Run(new ScatterOp(a), this, index, Part("scatter", source, index));
    }

    /// <summary>Zeros of a shape with this tensor's elements added at positions along an axis: the gradient of <see cref="Gather"/>.</summary>
    internal Tensor ScatterInto(Shape shape, int axis, Tensor index) => Op.Run(new ScatterIntoOp(shape, axis), this, index);

    /// <summary>The part of the source that an index covers.</summary>
    Tensor Part(string op, Tensor source, Tensor index)
    {
        if (source.DType != DType) throw new InvalidOperationException($"[{op}] the source is {source.DType.Name()} and the tensor {DType.Name()}; convert one with .To(DType...).");
        if (source.Rank != index.Rank) throw ShapeException.For(op, $"a source of shape {source.Shape} needs as many axes as the index of shape {index.Shape}");
        var part = source.Whole();
        for (int i = 0; i < part.Length; i++)
        {
            if (source.Shape.Span[i] < index.Shape.Span[i]) throw ShapeException.For(op, $"a source of shape {source.Shape} is smaller than the index of shape {index.Shape} along axis {i}");
            part[i] = part[i] with { Length = index.Shape.Span[i] };
        }
        return source.Slice(part);
    }
}

file sealed class ScatterAddOp(int axis) : Op
{
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => ResultSpec.Like(x[0]);

    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y)
    {
        Save(x[1]);
        y.Device.Copy(x[0], y);
        y.Device.ScatterAdd(x[2], x[1], axis, y);
    }

    protected override void Backward(Tensor gy, Span<Tensor?> gx)
    {
        if (Needs(0)) gx[0] = gy;
        if (Needs(2)) gx[2] = gy.Gather(axis, Saved(0));
    }
}

file sealed class ScatterIntoOp(Shape shape, int axis) : Op
{
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => new(x[0].Layout.SameOrder(shape), x[0].DType);

    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y)
    {
        Save(x[1]);
        y.Device.Fill(y, 0);
        y.Device.ScatterAdd(x[0], x[1], axis, y);
    }

    protected override void Backward(Tensor gy, Span<Tensor?> gx) => gx[0] = gy.Gather(axis, Saved(0));
}

file sealed class ScatterOp(int axis) : Op
{
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => ResultSpec.Like(x[0]);

    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y)
    {
        Save(x[1]);
        y.Device.Copy(x[0], y);
        y.Device.Scatter(x[2], x[1], axis, y);
    }

    protected override void Backward(Tensor gy, Span<Tensor?> gx)
    {
        Tensor index = Saved(0);
        if (Needs(0)) gx[0] = gy.Scatter(axis, index, 0);
        if (Needs(2)) gx[2] = Tensor.Where(Stayed(index), gy.Gather(axis, index), 0);
    }

    /// <summary>Bool: which elements of the source were not overwritten by later ones.</summary>
    Tensor Stayed(Tensor index)
    {
        Tensor order = Tensor.Arange(index.Count).Reshape(index.Shape);
        return Tensor.Zeros(InputShape(0), DType.Int64).Scatter(axis, index, order).Gather(axis, index).Eq(order);
    }
}
