using Fathom.Autograd;
using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Product of all elements; integers and Bool are multiplied as Int64. The product of nothing is 1.</summary>
    public Tensor Prod() => Prod([]);

    /// <summary>Product along one axis.</summary>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public Tensor Prod(int axis, bool keepDim = false) => Prod([axis], keepDim);

    /// <summary>Product along some axes; along all of them if none is named.</summary>
    /// <exception cref="ShapeException">There is no such axis, or one is named twice.</exception>
    public Tensor Prod(ReadOnlySpan<int> axes, bool keepDim = false)
    {
        Tensor x = DType.IsIntegral() ? To(DType.Int64) : this;
        return ReduceAxes.Squeeze(Op.Run(new ProdOp(ReduceAxes.Kept(Shape, axes, "prod")), x), Shape, axes, keepDim);
    }
}

file sealed class ProdOp(Shape kept) : Op
{
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => new(x[0].Layout.SameOrder(kept), x[0].DType);

    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y)
    {
        Save(x[0], y);
        y.Device.Reduce(x[0], y, new Kernel());
    }

    /// <summary>Each element's gradient is the product of the others: the whole product divided by it, unless some element is zero.</summary>
    protected override void Backward(Tensor gy, Span<Tensor?> gx)
    {
        Tensor x = Saved(0);
        gx[0] = gy * (x.Detach().All().Item<bool>() ? Saved(1) / x : Others(x));
    }

    /// <summary>Products of all elements but one along the reduced axes: what comes before it times what comes after it.</summary>
    Tensor Others(Tensor x)
    {
        int[] reduced = ReduceAxes.Reduced(x.Shape, kept);
        if (reduced.Length == 0) return Tensor.OnesLike(x);
        int[] order = [.. Enumerable.Range(0, x.Rank).Except(reduced), .. reduced];
        Tensor moved = x.Permute(order), line = moved.Flatten(-reduced.Length);
        Tensor one = Tensor.Ones(line.Shape.With(-1, 1), x.DType, x.Device);
        Tensor before = Tensor.Cat([one, line.Slice(-1, 0, -1)], -1).CumProd(-1);
        Tensor after = Tensor.Cat([line.Slice(-1, 1), one], -1).Flip(-1).CumProd(-1).Flip(-1);
        int[] back = new int[order.Length];
        for (int i = 0; i < back.Length; i++) back[order[i]] = i;
        return (before * after).Reshape(moved.Shape).Permute(back);
    }

    readonly struct Kernel : IReduceKernel
    {
        public V Identity<V>() where V : struct, ISimd<V> => V.One;
        public V Combine<V>(V a, V b) where V : struct, ISimd<V> => a * b;
    }
}
