using Fathom.Autograd;

namespace Fathom;

public partial class Tensor
{
    /// <summary>x W^T + b over the last axis in one product: (..., inputs) by a weight (outputs, inputs) gives (..., outputs).</summary>
    internal Tensor Linear(Tensor weight, Tensor? bias)
    {
        DType type = ResultType(this, weight);
        Tensor x = To(type), w = weight.To(type), rows = x.Rank == 2 ? x : x.Rank == 1 ? x.Unsqueeze(0) : x.Flatten(0, -2);
        Tensor y = bias is null ? Op.Run(new LinearOp(), rows, w) : Op.Run(new LinearOp(), rows, w, bias.To(type).Contiguous());
        return x.Rank == 2 ? y : y.Reshape(x.Shape.With(-1, w.Shape[0]));
    }
}

/// <summary>y = x W^T + b. The weight's gradient is computed in the weight's own order, so that optimisers read it straight through.</summary>
file sealed class LinearOp : Op
{
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x)
    {
        if (x[1].Rank != 2 || x[0].Shape[1] != x[1].Shape[1])
            throw ShapeException.For(Name, $"an input of shape {x[0].Shape} does not fit a weight of shape {x[1].Shape} (outputs, inputs): their last axes differ");
        if (x.Length > 2 && x[2].Shape != new Shape(x[1].Shape[0])) throw ShapeException.For(Name, $"a bias of shape {x[2].Shape} does not fit {x[1].Shape[0]} outputs");
        return new(new Shape(x[0].Shape[0], x[1].Shape[0]), x[0].DType);
    }

    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y)
    {
        Save(x[0], x[1]);
        y.Device.Linear(x[0], x[1], x.Length > 2 ? x[2] : null, y);
    }

    protected override void Backward(Tensor gy, Span<Tensor?> gx)
    {
        if (Needs(0)) gx[0] = gy.MatMul(Saved(1));
        if (Needs(1)) gx[1] = Waiting(gy, Saved(0)) ?? gy.T.MatMul(Saved(0));
        if (gx.Length > 2 && Needs(2)) gx[2] = gy.Sum(0);
    }

    /// <summary>The weight's gradient as a product that is computed when somebody reads it; null where it is read at once or small.</summary>
    Tensor? Waiting(Tensor gy, Tensor x) =>
        !GradMode.IsEnabled && Edges[1].Leaf is { GradUnseen: null, LeafHooks: null or { Count: 0 } } ? gy.Device.ProductWhenRead(gy, x) : null;
}
