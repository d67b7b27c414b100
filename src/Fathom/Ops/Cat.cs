using Fathom.Autograd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Tensors one after another along an axis; all other sizes agree. Element types are promoted.</summary>
    /// <exception cref="ShapeException">No tensor is given, or shapes differ in another axis.</exception>
    public static Tensor Cat(IReadOnlyList<Tensor> tensors, int axis = 0)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        if (tensors.Count == 0) throw ShapeException.For("cat", "at least one tensor is needed");
        DType? type = null;
        foreach (Tensor t in tensors) type = Join(type, t);
        if (tensors[0].Rank == 0) throw ShapeException.For("cat", "scalars have no axis to join along; use Stack");
        return Op.Run(new CatOp(tensors[0].Shape.Axis(axis)), [.. tensors.Select(t => t.To(type!.Value))]);
    }

    /// <summary>Tensors of one shape along a new axis.</summary>
    /// <exception cref="ShapeException">No tensor is given, or shapes differ.</exception>
    public static Tensor Stack(IReadOnlyList<Tensor> tensors, int axis = 0)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        foreach (Tensor t in tensors)
            if (t.Shape != tensors[0].Shape) throw ShapeException.For("stack", $"shapes {tensors[0].Shape} and {t.Shape} differ; all must be the same");
        int a = tensors.Count > 0 && axis < 0 ? axis + tensors[0].Rank + 1 : axis;
        return Cat([.. tensors.Select(t => t.Unsqueeze(a))], a);
    }
}

file sealed class CatOp(int axis) : Op
{
    int[] starts = [];

    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x)
    {
        starts = new int[x.Length];
        int size = 0;
        for (int i = 0; i < x.Length; i++)
        {
            if (x[i].Rank != x[0].Rank || x[i].Shape.With(axis, 1) != x[0].Shape.With(axis, 1))
                throw ShapeException.For(Name, $"shapes {x[0].Shape} and {x[i].Shape} differ in more than axis {axis}");
            starts[i] = size;
            size = checked(size + x[i].Shape[axis]);
        }
        return new(x[0].Layout.SameOrder(x[0].Shape.With(axis, size)), x[0].DType);
    }

    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y)
    {
        for (int i = 0; i < x.Length; i++) y.Device.Copy(x[i], y.SliceMemory(Part(y.Whole(), i, x[i].Shape[axis])));
    }

    protected override void Backward(Tensor gy, Span<Tensor?> gx)
    {
        for (int i = 0; i < gx.Length; i++)
            if (Needs(i)) gx[i] = gy.Slice(Part(gy.Whole(), i, InputShape(i)[axis]));
    }

    AxisSlice[] Part(AxisSlice[] whole, int i, int length)
    {
        whole[axis] = new(starts[i], length, 1);
        return whole;
    }
}
