using Fathom.Autograd;

namespace Fathom;

public partial class Tensor
{
    /// <summary>The elements in reverse order along the given axes.</summary>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public Tensor Flip(params ReadOnlySpan<int> axes)
    {
        bool[] reversed = new bool[Rank];
        foreach (int axis in axes) reversed[Shape.Axis(axis)] = true;
        return Op.Run(new FlipOp(reversed), this);
    }

    /// <summary>The elements moved along an axis by <paramref name="shift"/>, those pushed over the end coming in at the start.</summary>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public Tensor Roll(int shift, int axis)
    {
        int a = Shape.Axis(axis), n = Shape[a];
        if (n == 0) return Clone();
        int cut = (int)(((-(long)shift % n) + n) % n);
        return cut == 0 ? Clone() : Cat([Slice(a, cut), Slice(a, 0, cut)], a);
    }

    /// <summary>The elements moved along several axes, each by its own shift.</summary>
    /// <exception cref="ShapeException">There is no such axis, or shifts and axes differ in number.</exception>
    public Tensor Roll(ReadOnlySpan<int> shifts, ReadOnlySpan<int> axes)
    {
        if (shifts.Length != axes.Length) throw ShapeException.For("roll", $"{shifts.Length} shifts and {axes.Length} axes; give a shift for each axis");
        Tensor y = this;
        for (int i = 0; i < shifts.Length; i++) y = y.Roll(shifts[i], axes[i]);
        return y;
    }

    /// <summary>The elements moved by <paramref name="shift"/> in row-major order, shape kept.</summary>
    public Tensor Roll(int shift) => Reshape(-1).Roll(shift, 0).Reshape(Shape);
}

file sealed class FlipOp(bool[] reversed) : Op
{
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => ResultSpec.Like(x[0]);

    /// <summary>A copy of the same memory seen from its other end.</summary>
    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y)
    {
        if (y.Count == 0) return;
        long[] strides = [.. x[0].Strides];
        long offset = x[0].Offset;
        for (int i = 0; i < strides.Length; i++)
        {
            if (!reversed[i]) continue;
            offset += (x[0].Shape.Span[i] - 1) * strides[i];
            strides[i] = -strides[i];
        }
        y.Device.Copy(new Tensor(x[0], new Layout(x[0].Shape, strides), offset), y);
    }

    protected override void Backward(Tensor gy, Span<Tensor?> gx)
    {
        int[] axes = [.. Enumerable.Range(0, reversed.Length).Where(i => reversed[i])];
        gx[0] = gy.Flip(axes);
    }
}
