using Fathom.Autograd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>
    /// Part of this tensor, or an assignment to it: <c>x[^1]</c>, <c>x[1..3]</c>, <c>x[.., 0]</c>, <c>x[1, 2] = 17</c>, <c>x[x &lt; 0] = 0</c>, <c>x[rows, columns]</c>.
    /// </summary>
    /// <remarks>
    /// Positions drop their axis and ranges keep it; axes that are not named are taken whole. Such a part is a view of the same memory. Masks and
    /// integer tensors pick elements into a new tensor: several of them are broadcast to each other and picked from pairwise; the picks' axes
    /// stand where the indexed axes stood if those are neighbours once positions have been taken, else in front, as in PyTorch.
    /// <para>Assigning broadcasts the value, converts its type and keeps this tensor's identity. Where an index tensor names an element
    /// twice, the last value stays. Gradients flow to the value and to what was not overwritten.</para>
    /// </remarks>
    /// <param name="index">One entry an axis; see <see cref="TensorIndex"/>.</param>
    /// <exception cref="ShapeException">A position lies outside its axis, too many axes are indexed, a mask does not fit, or the value does not broadcast.</exception>
    /// <exception cref="InvalidOperationException">An assignment would make a gradient silently wrong.</exception>
    [System.Runtime.CompilerServices.IndexerName("Selection")]
    public Tensor this[params ReadOnlySpan<TensorIndex> index]
    {
        get => Select(new(Shape, index));
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            Assign(new(Shape, index), value);
        }
    }

    /// <summary>The positions of all elements that are not zero, in row-major order: Int64, a row for each, a column for each axis.</summary>
    public Tensor NonZero()
    {
        Tensor mask = To(DType.Bool);
        if (Rank == 0) return Zeros((mask.Item<bool>() ? 1 : 0, 0), DType.Int64);
        return Stack(IndexPlan.True(mask), axis: 1);
    }

    /// <summary>This tensor with another value where the mask is true; both broadcast.</summary>
    /// <exception cref="InvalidOperationException">The mask is not Bool.</exception>
    public Tensor MaskedFill(Tensor mask, Tensor value) => Where(mask, value, this);

    internal Tensor Select(IndexPlan plan)
    {
        Tensor view = plan.View is { } v ? Op.Run(new IndexOp(v), this) : this;
        return plan.Gather is { } g ? g.FromRows(Op.Run(new PickOp(g), view)) : view;
    }

    void Assign(IndexPlan plan, Tensor value)
    {
        bool records = GradMode.IsEnabled && DType.IsFloating() && (RequiresGrad || value.RequiresGrad);
        CheckInPlace("assign", records);
        value = Fit(value, plan.Shape);
        PutOp op = new(plan);
        if (records) Op.RunInto(op, this, BeforeChange(), value);
        else op.Write(this, value);
    }

    /// <summary>A value as an assignment to a part of some shape takes it.</summary>
    Tensor Fit(Tensor value, Shape part)
    {
        if (value.IsNumber) value = value.To(Device);
        if (value.Device != Device) throw new InvalidOperationException($"[assign] the value is on {value.Device}, the tensor on {Device}; move one with .To(device).");
        int extra = value.Rank;
        while (extra > part.Rank && value.Shape[value.Rank - extra] == 1) extra--;
        if (extra < value.Rank) value = value.Reshape(Shape.Trust([.. value.Shape.Span[^extra..]]));
        if (!value.Shape.BroadcastsTo(part)) throw ShapeException.For("assign", $"a value of shape {value.Shape} does not broadcast to the shape {part} of what the index selects of {Shape}");
        value = value.To(DType);
        return value.Storage is { } s && ReferenceEquals(s, Storage) ? value.Clone() : value;       // read before it is overwritten
    }
}

file sealed class IndexOp(BasicIndex index) : ViewOp
{
    protected override (Layout, long) View(Tensor x) => index.Of(x);
    protected override void Backward(Tensor gy, Span<Tensor?> gx) => gx[0] = index.Spread(gy);
}

/// <summary>Rows picked by index tensors; the gradient adds them back to where they came from.</summary>
file sealed class PickOp(GatherIndex index) : Op
{
    public override string Name => "index";
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => new(index.Rows, x[0].DType);
    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y) => y.Device.GatherRows(x[0], index, y);
    protected override void Backward(Tensor gy, Span<Tensor?> gx) => gx[0] = Run(new PickAddOp(index), gy);
}

/// <summary>Zeros with rows added where index tensors say.</summary>
file sealed class PickAddOp(GatherIndex index) : Op
{
    public override string Name => "index_add";
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => new(index.Source, x[0].DType);

    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y)
    {
        y.Device.Fill(y, 0);
        y.Device.AddRows(x[0], index, y);
    }

    protected override void Backward(Tensor gy, Span<Tensor?> gx) => gx[0] = Run(new PickOp(index), gy);
}

/// <summary>A tensor with a part replaced: in place, or, in gradients, as a new tensor.</summary>
file sealed class PutOp(IndexPlan plan) : Op
{
    public override string Name => "assign";
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => ResultSpec.Like(x[0]);

    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y)
    {
        if (!ReferenceEquals(x[0].Storage, y.Storage)) y.Device.Copy(x[0], y);
        Part(y, x[1]);
    }

    protected override void Backward(Tensor gy, Span<Tensor?> gx)
    {
        if (Needs(0)) gx[0] = Run(new PutOp(plan), gy, Tensor.Zeros(Shape.Scalar, gy.DType, gy.Device));
        if (!Needs(1)) return;
        gx[1] = gy.Select(plan);
        if (plan.Gather?.LastOfEach(gy.DType) is { } kept) gx[1] = gx[1]! * plan.Gather.FromRows(kept);
    }

    /// <summary>Writes without recording.</summary>
    public void Write(Tensor target, Tensor value)
    {
        if (!target.Device.HasData) return;
        using var mode = GradMode.NoGrad();
        Part(target, value);
        target.Storage!.Version++;
        GC.KeepAlive(target);
    }

    void Part(Tensor target, Tensor value)
    {
        Tensor part = target;
        if (plan.View is { } view)
        {
            var (layout, offset) = view.Of(target);
            part = new(target, layout, offset);
        }
        if (plan.Gather is not { } g) part.Device.Copy(value, part);
        else part.Device.ScatterRows(g.ToRows(value.Detach().Expand(g.Result)).Contiguous(), g, part);
    }
}
