using Fathom.Autograd;

namespace Fathom;

/// <summary>A range along one axis: the first element, how many, and the distance between them.</summary>
internal readonly record struct AxisSlice(int Start, int Length, int Step);

public partial class Tensor
{
    /// <summary>
    /// A view of every <paramref name="step"/>-th element along an axis from <paramref name="start"/> up to but without <paramref name="end"/>; negative positions count
    /// from the end and positions beyond the ends are cut off, as Python does.
    /// </summary>
    /// <exception cref="ShapeException">There is no such axis, or the step is not positive.</exception>
    public Tensor Slice(int axis, int start, int end = int.MaxValue, int step = 1)
    {
        if (step < 1) throw ShapeException.For("slice", $"a step must be 1 or more, not {step}; use Flip to reverse");
        int a = Shape.Axis(axis), size = Shape[a];
        int from = Clip(start, size), to = Clip(end, size);
        var slices = Whole();
        slices[a] = new(from, Math.Max(0, (to - from + step - 1) / step), step);
        return Slice(slices);

        static int Clip(int i, int size) => Math.Clamp(i < 0 ? i + size : i, 0, size);
    }

    internal Tensor Slice(AxisSlice[] slices) => slices.AsSpan().SequenceEqual(Whole()) ? this : Op.Run(new SliceOp(slices), this);

    internal AxisSlice[] Whole()
    {
        var slices = new AxisSlice[Rank];
        for (int i = 0; i < slices.Length; i++) slices[i] = new(0, Shape.Span[i], 1);
        return slices;
    }

    /// <summary>Zeros of a shape with this tensor in place of a slice.</summary>
    internal Tensor SliceInto(Shape shape, AxisSlice[] slices) => Op.Run(new SliceIntoOp(shape, slices), this);

    /// <summary>This tensor's memory seen through a slice, outside the graph.</summary>
    internal Tensor SliceMemory(AxisSlice[] slices)
    {
        var (layout, offset) = SliceOp.Slice(this, slices);
        return new(this, layout, offset);
    }
}

file sealed class SliceOp(AxisSlice[] slices) : ViewOp
{
    protected override (Layout, long) View(Tensor x) => Slice(x, slices);

    public static (Layout, long) Slice(Tensor x, AxisSlice[] slices)
    {
        int[] d = new int[slices.Length];
        long[] strides = new long[slices.Length];
        long offset = x.Offset;
        for (int i = 0; i < d.Length; i++)
        {
            d[i] = slices[i].Length;
            strides[i] = x.Strides[i] * slices[i].Step;
            offset += x.Strides[i] * slices[i].Start;
        }
        return (new(Shape.Trust(d), strides), offset);
    }

    protected override void Backward(Tensor gy, Span<Tensor?> gx) => gx[0] = gy.SliceInto(InputShape(0), slices);
}

file sealed class SliceIntoOp(Shape shape, AxisSlice[] slices) : Op
{
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => new(x[0].Layout.SameOrder(shape), x[0].DType);

    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y)
    {
        y.Device.Fill(y, 0);
        y.Device.Copy(x[0], y.SliceMemory(slices));
    }

    protected override void Backward(Tensor gy, Span<Tensor?> gx) => gx[0] = gy.Slice(slices);
}
