namespace Fathom.Autograd;

/// <summary>An op whose result shares the memory of its input: it only computes a layout.</summary>
internal abstract class ViewOp : Op
{
    /// <summary>The layout and offset, in elements, of the view.</summary>
    protected abstract (Layout Layout, long Offset) View(Tensor x);

    (Layout Layout, long Offset) view;

    protected sealed override ResultSpec Infer(ReadOnlySpan<Tensor> x)
    {
        view = View(x[0]);
        return new(view.Layout, x[0].DType);
    }

    private protected sealed override Tensor Apply(ReadOnlySpan<Tensor> x, in ResultSpec spec) =>
        Tensor.ViewOf(x[0], view.Layout, view.Offset);

    protected sealed override void Forward(ReadOnlySpan<Tensor> x, Tensor y) { }
}
