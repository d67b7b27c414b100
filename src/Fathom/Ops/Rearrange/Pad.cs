using Fathom.Autograd;

namespace Fathom;

/// <summary>What <see cref="Tensor.Pad"/> puts around a tensor.</summary>
public enum PadMode
{
    /// <summary>A value.</summary>
    Constant,
    /// <summary>The elements mirrored at the edge, the edge itself not repeated: c b | a b c | b a.</summary>
    Reflect,
    /// <summary>The element at the edge: a a | a b c | c c.</summary>
    Replicate,
}

public partial class Tensor
{
    /// <summary>
    /// The tensor with elements put before and after it along its last axes. Sizes come in pairs, the last axis first, as in PyTorch: <c>x.Pad([1, 2])</c> puts one column
    /// on the left and two on the right, <c>x.Pad([1, 1, 2, 2])</c> also two rows above and below. Negative sizes cut off.
    /// </summary>
    /// <param name="sizes">Pairs of sizes before and after, for the last axis, the one before it, and so on.</param>
    /// <param name="mode">What is put there.</param>
    /// <param name="value">The value of <see cref="PadMode.Constant"/>.</param>
    /// <exception cref="ShapeException">The sizes are not pairs, are too many, cut off more than there is, or reflect more than there is.</exception>
    public Tensor Pad(ReadOnlySpan<int> sizes, PadMode mode = PadMode.Constant, double value = 0)
    {
        if (sizes.Length % 2 != 0) throw ShapeException.For("pad", $"sizes come in pairs, before and after; got {sizes.Length}");
        if (sizes.Length > 2 * Rank) throw ShapeException.For("pad", $"{sizes.Length / 2} pairs of sizes for shape {Shape}, which has {Rank} axes");
        Tensor y = Cropped(sizes);
        int[] before = new int[Rank], after = new int[Rank];
        for (int i = 0; i < sizes.Length / 2; i++) (before[Rank - 1 - i], after[Rank - 1 - i]) = (Math.Max(0, sizes[2 * i]), Math.Max(0, sizes[2 * i + 1]));
        if (!before.Concat(after).Any(s => s > 0)) return y;
        if (mode == PadMode.Constant) return y.PadConstant(before, after, value);
        for (int axis = 0; axis < Rank; axis++)
            if (before[axis] + after[axis] > 0) y = y.IndexSelect(axis, PadSource(y, axis, before[axis], after[axis], mode));
        return y;
    }

    Tensor Cropped(ReadOnlySpan<int> sizes)
    {
        Tensor y = this;
        for (int i = 0; i < sizes.Length / 2; i++)
        {
            int axis = Rank - 1 - i, size = Shape.Span[axis], from = Math.Max(0, -sizes[2 * i]), to = size - Math.Max(0, -sizes[2 * i + 1]);
            if (from > to) throw ShapeException.For("pad", $"sizes {sizes[2 * i]} and {sizes[2 * i + 1]} cut off more than axis {axis} of shape {Shape} has");
            if (from > 0 || to < size) y = y.Slice(axis, from, to);
        }
        return y;
    }

    Tensor PadConstant(int[] before, int[] after, double value)
    {
        var inner = Whole();
        int[] d = Shape.ToArray();
        for (int i = 0; i < d.Length; i++)
        {
            d[i] = checked(d[i] + before[i] + after[i]);
            inner[i] = inner[i] with { Start = before[i] };
        }
        return Op.Run(new PadOp(new Shape(d), inner, value), this);
    }

    /// <summary>Where each element along a padded axis comes from.</summary>
    static Tensor PadSource(Tensor x, int axis, int before, int after, PadMode mode)
    {
        int n = x.Shape[axis];
        if (n == 0 || (mode == PadMode.Reflect && Math.Max(before, after) >= n))
            throw ShapeException.For("pad", $"axis {axis} of shape {x.Shape} is too short for {mode} by {before} and {after}" + (n == 0 ? "" : $"; at most {n - 1} elements can be mirrored"));
        long[] source = new long[n + before + after];
        for (int i = 0; i < source.Length; i++)
        {
            int at = i - before;
            source[i] = mode == PadMode.Replicate ? Math.Clamp(at, 0, n - 1) : at < 0 ? -at : at >= n ? 2 * (n - 1) - at : at;
        }
        return From(source);
    }
}

file sealed class PadOp(Shape shape, AxisSlice[] inner, double value) : Op
{
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => new(x[0].Layout.SameOrder(shape), x[0].DType);

    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y)
    {
        y.Device.Fill(y, value);
        y.Device.Copy(x[0], y.SliceMemory(inner));
    }

    protected override void Backward(Tensor gy, Span<Tensor?> gx) => gx[0] = gy.Slice(inner);
}
