using Fathom.Autograd;
using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Sum of all elements; integers and Bool are summed as Int64.</summary>
    public Tensor Sum(DType? dtype = null) => Sum([], false, dtype);

    /// <summary>Sum along one axis.</summary>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public Tensor Sum(int axis, bool keepDim = false) => Sum([axis], keepDim);

    /// <summary>Sum along some axes; all of them if none is named.</summary>
    /// <exception cref="ShapeException">There is no such axis, or one is named twice.</exception>
    public Tensor Sum(ReadOnlySpan<int> axes, bool keepDim = false, DType? dtype = null)
    {
        Tensor x = To(dtype ?? (DType.IsIntegral() ? DType.Int64 : DType));
        return ReduceAxes.Squeeze(Op.Run(new SumOp(ReduceAxes.Kept(x.Shape, axes, "sum")), x), Shape, axes, keepDim);
    }

    /// <summary>Sums what broadcasting repeated, down to a smaller shape.</summary>
    internal Tensor SumTo(Shape shape)
    {
        if (shape == Shape) return this;
        int lead = Rank - shape.Rank;
        List<int> axes = [];
        for (int i = 0; i < Rank; i++)
            if (i < lead || (shape.Span[i - lead] == 1 && Shape.Span[i] != 1)) axes.Add(i);
        return Sum([.. axes], keepDim: true).Reshape(shape);
    }
}

file sealed class SumOp(Shape kept) : Op
{
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => new(x[0].Layout.SameOrder(kept), x[0].DType);
    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y) => y.Device.Reduce(x[0], y, new Kernel());
    protected override void Backward(Tensor gy, Span<Tensor?> gx) => gx[0] = gy.Expand(InputShape(0));

    readonly struct Kernel : IReduceKernel
    {
        public V Identity<V>() where V : struct, ISimd<V> => V.Zero;
        public V Combine<V>(V a, V b) where V : struct, ISimd<V> => a + b;
    }
}
