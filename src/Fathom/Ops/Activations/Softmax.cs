using Fathom.Autograd;

namespace Fathom;

public partial class Tensor
{
    /// <summary>e^x along an axis, divided by its sum there: positive numbers that add up to 1, exact for any size of x.</summary>
    /// <param name="axis">The axis of the classes; negative ones count from the end.</param>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public Tensor Softmax(int axis) => AlongLast(axis, x => Op.Run(new SoftmaxOp(), x));

    /// <summary>The logarithm of <see cref="Softmax"/>, exact where that would round to 0.</summary>
    /// <param name="axis">The axis of the classes; negative ones count from the end.</param>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public Tensor LogSoftmax(int axis) => AlongLast(axis, x => Op.Run(new LogSoftmaxOp(), x));

    Tensor AlongLast(int axis, Func<Tensor, Tensor> f)
    {
        Tensor x = Floating();
        if (Rank == 0) return f(x.Reshape(1)).Reshape();
        int a = Shape.Axis(axis);
        return a == Rank - 1 ? f(x.Contiguous()) : f(x.Transpose(a, -1).Contiguous()).Transpose(a, -1);
    }
}

file sealed class SoftmaxOp : Op
{
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => new(x[0].Shape, x[0].DType);

    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y)
    {
        y.Device.Softmax(x[0], y, log: false);
        Save(y);
    }

    protected override void Backward(Tensor gy, Span<Tensor?> gx)
    {
        Tensor y = Saved(0), weighted = gy * y;
        gx[0] = weighted - y * weighted.Sum(-1, keepDim: true);
    }
}

file sealed class LogSoftmaxOp : Op
{
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => new(x[0].Shape, x[0].DType);

    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y)
    {
        y.Device.Softmax(x[0], y, log: true);
        Save(y);
    }

    protected override void Backward(Tensor gy, Span<Tensor?> gx) => gx[0] = gy - Saved(0).Exp() * gy.Sum(-1, keepDim: true);
}
