using Fathom.Autograd;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Sets all elements to a value in place.</summary>
    /// <exception cref="InvalidOperationException">The change would make a gradient silently wrong.</exception>
    public Tensor FillInPlace(double value)
    {
        CheckInPlace("fill", records: GradMode.IsEnabled && RequiresGrad);
        Device.Fill(this, value);
        if (Storage is { } s) s.Version++;
        GradFn = null;
        return this;
    }

    /// <summary>Applies an element-wise op whose result takes the place of this tensor's elements.</summary>
    Tensor InPlace(Op op, Tensor other)
    {
        CheckInPlace(op.Name, records: GradMode.IsEnabled && (RequiresGrad || other.RequiresGrad));
        if (other.DType.Category() > DType.Category())
            throw new InvalidOperationException($"[{op.Name}] a result of type {ResultType(this, other).Name()} does not fit in place into {DType.Name()}; write x = x.To(...) first.");
        if (other.IsNumber) other = other.To(Device);
        Op.RunInto(op, this, BeforeChange(), other.To(DType));
        return this;
    }

    /// <summary>This tensor as it stands in the graph before a change in place.</summary>
    internal Tensor BeforeChange() => new(this, Layout, Offset) { GradFn = GradFn };

    /// <summary>A copy of the elements that stands in the same place of the graph.</summary>
    internal Tensor CopyInGraph()
    {
        using var mode = GradMode.NoGrad();
        Tensor copy = Clone();
        copy.GradFn = GradFn;
        return copy;
    }

    /// <summary>Refuses changes in place that automatic differentiation could not follow.</summary>
    internal void CheckInPlace(string name, bool records)
    {
        if (GradMode.IsEnabled && IsLeaf && RequiresGrad)
            throw new InvalidOperationException($"[{name}] a leaf that requires gradients cannot be changed in place while gradients are recorded. Wrap the update in using (GradMode.NoGrad()), as optimisers do.");
        if (records && viewBase is not null)
            throw new InvalidOperationException($"[{name}] a view cannot be changed in place while gradients are recorded for it. Assign through its base, as in x[0] = ..., or use the out-of-place form.");
    }
}
