using Fathom.Autograd;

namespace Fathom;

public partial class Tensor
{
    /// <summary>The different values among all elements, in rising order, outside the graph. Each NaN counts as different.</summary>
    /// <returns>
    /// The values as a vector; for each element, in this tensor's shape, where its value stands among them; how often each value occurs. The latter two are Int64.
    /// </returns>
    public (Tensor Values, Tensor Inverse, Tensor Counts) Unique()
    {
        using var mode = GradMode.NoGrad();
        var (sorted, order) = Detach().Reshape(-1).Sort(0);
        if (Count == 0) return (sorted, Zeros(Shape, DType.Int64), Zeros(new Shape(0), DType.Int64));
        int n = checked((int)Count);
        Tensor first = Cat([Tensor.From(true), sorted.Slice(0, 1).Ne(sorted.Slice(0, 0, n - 1))]);
        Tensor group = first.CumSum(0) - 1;                 // of each sorted element, the number of its value
        int values = (int)group.Slice(0, n - 1).Item<long>() + 1;
        Tensor none = Zeros(new Shape(values), DType.Int64);
        Tensor starts = none.Scatter(0, group.Flip(0), Arange(n).Flip(0));      // the first of each group is written last
        Tensor inverse = Zeros(new Shape(n), DType.Int64).Scatter(0, order, group);
        return (sorted.Gather(0, starts), inverse.Reshape(Shape), none.ScatterAdd(0, group, Ones(new Shape(n), DType.Int64)));
    }
}
