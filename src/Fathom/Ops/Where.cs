using Fathom.Autograd;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Element by element <paramref name="a"/> where the condition holds, else <paramref name="b"/>, with broadcasting.</summary>
    /// <exception cref="InvalidOperationException">The condition is not Bool.</exception>
    public static Tensor Where(Tensor condition, Tensor a, Tensor b)
    {
        if (condition.DType != DType.Bool) throw new InvalidOperationException($"[where] the condition must be bool, not {condition.DType.Name()}; compare it first, as in x > 0.");
        (a, b) = Promote(a, b);
        if (a.IsNumber && b.IsNumber) (a, b) = (a.To(condition.Device), b.To(condition.Device));
        return Op.Run(new WhereOp(), condition, a, b);
    }

    /// <summary>Bool: where the element is NaN.</summary>
    public Tensor IsNaN() => Ne(this);
}

file sealed class WhereOp : Op
{
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => ResultSpec.Broadcast(Name, x, x[1].DType);

    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y)
    {
        Save(x[0]);
        y.Device.Where(x[0], x[1], x[2], y);
    }

    protected override void Backward(Tensor gy, Span<Tensor?> gx)
    {
        if (Needs(1)) gx[1] = Tensor.Where(Saved(0), gy, 0);
        if (Needs(2)) gx[2] = Tensor.Where(Saved(0), 0, gy);
    }
}
