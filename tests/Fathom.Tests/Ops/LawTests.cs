using FsCheck;
using FsCheck.Fluent;

namespace Fathom.Tests.Ops;

/// <summary>Laws that hold for tensors of any shape: random shapes and layouts, small enough to shrink well.</summary>
public class LawTests
{
    /// <summary>A shape of rank 0 to 4 with sizes 0 to 4 and a number for the values and choices of a case.</summary>
    static readonly Arbitrary<(int[] Sizes, int Seed)> Cases = (
        from rank in Gen.Choose(0, 4)
        from sizes in Gen.Choose(0, 12).Select(n => n / 3).ArrayOf(rank)
        from seed in Gen.Choose(0, 9999)
        select (sizes, seed)).ToArbitrary();

    static void ForAll(Action<Shape, Random> law) => Prop.ForAll(Cases, c => law(new Shape(c.Sizes), new Random(c.Seed))).QuickCheckThrowOnFailure();

    static Tensor Make(Shape shape, Random random, DType type = DType.Float64)
    {
        Tensor x = Oracle.Make(shape, type, random.Next(50));
        return random.Next(3) == 0 && shape.Rank > 1 ? Oracle.Make(new Shape([.. shape.Reverse()]), type, random.Next(50)).Permute([.. Enumerable.Range(0, shape.Rank).Reverse()]) : x;
    }

    static void Same(Tensor a, Tensor b)
    {
        Assert.Equal(a.Shape, b.Shape);
        Assert.Equal(a.DType, b.DType);
        Assert.Equal(Oracle.Values(a), Oracle.Values(b));
    }

    /// <summary>The shape with some axes of size 1, or missing in front: it broadcasts to the shape.</summary>
    static Shape Smaller(Shape shape, Random random)
    {
        int drop = random.Next(shape.Rank + 1);
        return new([.. shape.Skip(drop).Select(d => random.Next(2) == 0 ? 1 : d)]);
    }

    static int[] Order(int rank, Random random)
    {
        int[] order = [.. Enumerable.Range(0, rank)];
        random.Shuffle(order);
        return order;
    }

    [Fact]
    public void Broadcasting_is_explicit_expansion() => ForAll((shape, random) =>
    {
        Tensor x = Make(shape, random), y = Make(Smaller(shape, random), random), z = Make(Smaller(shape, random), random);
        Same(x * y, x * y.Expand(shape).Contiguous());
        Same(y - x, y.Expand(shape).Contiguous() - x);
        Same(y + z, y.Expand(Shape.Broadcast(y.Shape, z.Shape)) + z.Expand(Shape.Broadcast(y.Shape, z.Shape)).Contiguous());
    });

    [Fact]
    public void Sums_and_products_commute() => ForAll((shape, random) =>
    {
        Tensor x = Make(shape, random), y = Make(Smaller(shape, random), random);
        Same(x + y, y + x);
        Same(x * y, y * x);
        Same(x.Maximum(y), y.Maximum(x));
        Same(x - y, -(y - x));
        Same(x < y, y > x);
        Same(x <= y, !(x > y));
    });

    [Fact]
    public void Views_go_there_and_back() => ForAll((shape, random) =>
    {
        Tensor x = Make(shape, random);
        int[] order = Order(shape.Rank, random), back = new int[order.Length];
        for (int i = 0; i < order.Length; i++) back[order[i]] = i;
        Same(x, x.Permute(order).Permute(back));
        Same(x, x.Reshape(-1 * (shape.Count == 0 ? 0 : 1)).Reshape(shape));
        Same(x, x.Unsqueeze(random.Next(shape.Rank + 1)).Reshape(shape));
        Same(x, x.Flip(order).Flip(order));
        Same(x.Contiguous(), x);
        Same(x.Permute(order).Contiguous(), x.Permute(order));
        if (shape.Rank > 0) Same(x, x.Roll(7, order[0]).Roll(-7, order[0]));
    });

    [Fact]
    public void What_is_cut_is_joined_again() => ForAll((shape, random) =>
    {
        if (shape.Rank == 0) return;
        Tensor x = Make(shape, random);
        int axis = random.Next(shape.Rank);
        Same(x, Tensor.Cat(x.Split(random.Next(1, 4), axis), axis));
        Same(x, Tensor.Cat(x.Chunk(random.Next(1, 4), axis), axis));
        if (shape[axis] > 0) Same(x, Tensor.Stack(x.Unbind(axis), axis));
        Same(x, x.Pad([.. Enumerable.Repeat(2, 2 * shape.Rank)], value: 9).Pad([.. Enumerable.Repeat(-2, 2 * shape.Rank)]));
        Same(x, x.RepeatInterleave(3, axis).Slice(axis, 1, step: 3));
        Same(x, x.IndexSelect(axis, Tensor.Arange((long)shape[axis])));
    });

    [Fact]
    public void Sums_over_axes_may_be_taken_in_any_order() => ForAll((shape, random) =>
    {
        Tensor x = Make(shape, random, DType.Int64);        // exact
        Tensor y = x;
        foreach (int axis in Order(shape.Rank, random)) y = y.Sum(axis, keepDim: true);
        Same(x.Sum(), y.Reshape(Shape.Scalar));
        Same(x.Sum(), x.Reshape(shape.Count == 0 ? new Shape(0) : new Shape((int)shape.Count)).Sum(0));
        int[] some = Order(shape.Rank, random)[..random.Next(shape.Rank + 1)];
        if (some.Length > 0) Same(x.Sum(some), x.Permute([.. Enumerable.Range(0, shape.Rank).Except(some), .. some]).Flatten(shape.Rank - some.Length).Sum(-1));
    });

    [Fact]
    public void Orders_agree() => ForAll((shape, random) =>
    {
        if (shape.Rank == 0) return;
        Tensor x = (Make(shape, random) * 2).Round();
        int axis = random.Next(shape.Rank);
        if (shape[axis] == 0) return;
        var (sorted, order) = x.Sort(axis);
        Same(sorted, x.TakeAlong(axis, order));
        Same(sorted.Slice(axis, 0, 1), x.Amin([axis], keepDim: true));
        Same(order.Slice(axis, 0, 1), x.ArgMin(axis, keepDim: true));
        Same(x.Sort(axis, descending: true).Values, sorted.Flip(axis));
        Same(x, sorted.TakeAlong(axis, order.ArgSort(axis)));
        Same(x.CumSum(axis).Slice(axis, shape[axis] - 1), x.Sum(axis, keepDim: true));
    });

    [Fact]
    public void Scattering_undoes_gathering() => ForAll((shape, random) =>
    {
        if (shape.Rank == 0) return;
        Tensor x = Make(shape, random), zero = Tensor.ZerosLike(x);
        int axis = random.Next(shape.Rank);
        Tensor order = Make(shape, random).ArgSort(axis);
        Same(x, zero.Scatter(axis, order, x.Gather(axis, order)));
        Same(x, zero.ScatterAdd(axis, order, x.Gather(axis, order)));
    });
}
