using Fathom.Autograd;
using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>The largest of all elements; NaN if any is. Equal largest elements share the gradient evenly.</summary>
    /// <exception cref="ShapeException">There are no elements.</exception>
    public Tensor Max() => Amax([]);

    /// <summary>The smallest of all elements; NaN if any is. Equal smallest elements share the gradient evenly.</summary>
    /// <exception cref="ShapeException">There are no elements.</exception>
    public Tensor Min() => Amin([]);

    /// <summary>The largest elements along some axes, along all of them if none is named; NaN where any is. Equal largest elements share the gradient evenly.</summary>
    /// <exception cref="ShapeException">There is no such axis, one is named twice, or one is empty.</exception>
    public Tensor Amax(ReadOnlySpan<int> axes = default, bool keepDim = false) => Extremum<MaxKernel>("amax", axes, keepDim);

    /// <summary>The largest elements along one axis; <see cref="Max(int, bool)"/> also says where they are.</summary>
    /// <inheritdoc cref="Amax(ReadOnlySpan{int}, bool)"/>
    public Tensor Amax(int axis, bool keepDim = false) => Amax([axis], keepDim);

    /// <summary>The smallest elements along some axes, along all of them if none is named; NaN where any is. Equal smallest elements share the gradient evenly.</summary>
    /// <exception cref="ShapeException">There is no such axis, one is named twice, or one is empty.</exception>
    public Tensor Amin(ReadOnlySpan<int> axes = default, bool keepDim = false) => Extremum<MinKernel>("amin", axes, keepDim);

    /// <summary>The smallest elements along one axis; <see cref="Min(int, bool)"/> also says where they are.</summary>
    /// <inheritdoc cref="Amin(ReadOnlySpan{int}, bool)"/>
    public Tensor Amin(int axis, bool keepDim = false) => Amin([axis], keepDim);

    /// <summary>The largest elements along the axes where a shape has size 1.</summary>
    internal Tensor AmaxTo(Shape kept) => kept == Shape ? this : Op.Run(new ExtremumOp<MaxKernel>("amax", kept), this);

    Tensor Extremum<K>(string name, ReadOnlySpan<int> axes, bool keepDim) where K : struct, IReduceKernel
    {
        ReduceAxes.NotEmpty(Shape, axes, name);
        return ReduceAxes.Squeeze(Op.Run(new ExtremumOp<K>(name, ReduceAxes.Kept(Shape, axes, name)), this), Shape, axes, keepDim);
    }
}

file sealed class ExtremumOp<K>(string name, Shape kept) : Op where K : struct, IReduceKernel
{
    public override string Name => name;

    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => new(x[0].Layout.SameOrder(kept), x[0].DType);

    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y)
    {
        Save(x[0], y);
        y.Device.Reduce(x[0], y, default(K));
    }

    protected override void Backward(Tensor gy, Span<Tensor?> gx)
    {
        Tensor winners = Saved(0).Eq(Saved(1)).To(gy.DType);
        gx[0] = gy / winners.SumTo(kept) * winners;
    }
}

file readonly struct MaxKernel : IReduceKernel
{
    public V Identity<V>() where V : struct, ISimd<V> => V.Const(double.NegativeInfinity);     // saturates to the least integer
    public V Combine<V>(V a, V b) where V : struct, ISimd<V> => V.Max(a, b);
}

file readonly struct MinKernel : IReduceKernel
{
    public V Identity<V>() where V : struct, ISimd<V> => V.Const(double.PositiveInfinity);
    public V Combine<V>(V a, V b) where V : struct, ISimd<V> => V.Min(a, b);
}
