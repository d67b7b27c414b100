namespace Fathom.Tests.Ops;

/// <summary>Gather, scatter, sorting, padding and their kin against plain loops over every layout.</summary>
public class RearrangingTests
{
    static readonly DType[] Types = [DType.Float32, DType.Float64, DType.Int64, DType.Int32, DType.UInt8];

    static Tensor Index(Shape shape, int size) => (Oracle.Make(shape, seed: 5).Abs() * 100).To(DType.Int64) % size;

    [Fact]
    public void Gather_and_scatter_over_every_layout()
    {
        Shape shape = (3, 4, 5);
        foreach (DType type in Types)
            foreach (var (name, x) in Oracle.Layouts(shape, type))
                for (int axis = 0; axis < 3; axis++)
                {
                    Tensor index = Index(new Shape(3, 3, 4).With(axis, 7), shape[axis]), source = Oracle.Make(index.Shape, type, 2);
                    Tensor picked = x.Gather(axis, index), put = x.Scatter(axis, index, source), added = x.ScatterAdd(axis, index, source);
                    double[,,] puts = new double[3, 4, 5], sums = new double[3, 4, 5];
                    foreach (int[] i in Oracle.Indices(shape)) puts[i[0], i[1], i[2]] = sums[i[0], i[1], i[2]] = Oracle.At(x, i);
                    foreach (int[] i in Oracle.Indices(index.Shape))
                    {
                        int[] at = [.. i];
                        at[axis] = (int)Oracle.At(index, i);
                        Assert.True(Oracle.At(picked, i) == Oracle.At(x, at), $"gather of {type} {name} along {axis}");
                        puts[at[0], at[1], at[2]] = Oracle.At(source, i);
                        sums[at[0], at[1], at[2]] += Oracle.At(source, i);
                    }
                    Assert.Equal(puts.Cast<double>(), Oracle.Values(put));
                    Assert.True(sums.Cast<double>().Zip(Oracle.Values(added)).All(p => Math.Abs(p.First - p.Second) <= 1e-5), $"scatter add of {type} {name} along {axis}");
                }
    }

    [Fact]
    public void Rows_by_position()
    {
        Tensor table = Oracle.Make((50, 33)), rows = Index(20, 50), y = table.IndexSelect(0, rows.To(DType.Int32));
        foreach (int[] i in Oracle.Indices(y.Shape)) Assert.Equal(Oracle.At(table, [(int)Oracle.At(rows, [i[0]]), i[1]]), Oracle.At(y, i));
        Assert.Equal(Oracle.Values(y), Oracle.Values(table.T.IndexSelect(-1, rows).T));
        Assert.Equal(new Shape(0, 33), table.IndexSelect(0, Tensor.Zeros(new Shape(0), DType.Int64)).Shape);
        Half[] halves = [.. table.To(DType.Float16).IndexSelect(0, rows).ToArray<Half>()];
        Assert.Equal(y.To(DType.Float16).ToArray<Half>(), halves);
    }

    [Fact]
    public void Positions_outside_are_refused_wherever_they_stand()
    {
        Tensor x = Tensor.Zeros(3, 4);
        foreach (long bad in new[] { -1L, 4, long.MaxValue, long.MinValue })
        {
            Tensor index = Tensor.From(new[,] { { 0L, 1, bad } });
            foreach (Action a in new Action[] { () => x.Gather(1, index), () => x.ScatterAdd(1, index, Tensor.Ones(1, 3)), () => x.Scatter(1, index, 1.0), () => x.IndexSelect(1, index.Reshape(-1)) })
                Assert.Contains($"position {bad} lies outside an axis of size 4", Assert.Throws<ShapeException>(a).Message);
        }
        Tensor big = Tensor.Zeros(300_000, 2);                      // found by another thread
        Assert.Throws<ShapeException>(() => big.Gather(1, Tensor.Full((300_000, 2), 2, DType.Int64)));
        Assert.Contains("axis 0", Assert.Throws<ShapeException>(() => x.Gather(1, Tensor.Zeros((4, 1), DType.Int64))).Message);
        Assert.Contains("as many axes", Assert.Throws<ShapeException>(() => x.Gather(1, Tensor.Zeros(new Shape(4), DType.Int64))).Message);
        Assert.Contains("int64", Assert.Throws<InvalidOperationException>(() => x.Gather(1, Tensor.Zeros(3, 4))).Message);
    }

    [Fact]
    public void Sorting_is_stable_over_every_layout_and_type()
    {
        foreach (DType type in Types)
            foreach (Shape shape in new Shape[] { (3, 4, 50), (7, 300) })
                foreach (var (name, raw) in Oracle.Layouts(shape, type))
                {
                    Tensor x = type.IsFloating() ? raw.Round() : raw;
                    for (int axis = 0; axis < x.Rank; axis++)
                        foreach (bool descending in new[] { false, true })
                        {
                            var (values, indices) = x.Sort(axis, descending);
                            int k = (x.Shape[axis] + 5) / 6;
                            var (best, places) = x.TopK(k, axis, descending);
                            foreach (int[] line in Oracle.Indices(x.Shape.With(axis, 1)))
                            {
                                double At(Tensor t, int i) { int[] at = [.. line]; at[axis] = i; return Oracle.At(t, at); }
                                int[] order = [.. Enumerable.Range(0, x.Shape[axis])];
                                int[] sorted = descending ? [.. order.OrderByDescending(i => At(x, i))] : [.. order.OrderBy(i => At(x, i))];
                                for (int i = 0; i < sorted.Length; i++)
                                    Assert.True(At(indices, i) == sorted[i] && At(values, i) == At(x, sorted[i]), $"sort of {type} {name} {shape} along {axis}");
                                for (int i = 0; i < k; i++)
                                    Assert.True(At(places, i) == sorted[i] && At(best, i) == At(x, sorted[i]), $"top {k} of {type} {name} {shape} along {axis}");
                            }
                        }
                }
    }

    [Fact]
    public void Sorting_knows_NaN_infinities_and_both_zeros()
    {
        Tensor x = Tensor.From(0f, float.NaN, -0f, float.NegativeInfinity, 1e-45f, float.PositiveInfinity, -1e-45f);
        Assert.Equal([3L, 6, 0, 2, 4, 5, 1], x.ArgSort().ToArray<long>());
        Assert.Equal([1L, 5, 4, 0, 2, 6, 3], x.ArgSort(descending: true).ToArray<long>());
        Assert.Equal(x.ArgSort().ToArray<long>(), x.To(DType.Float64).ArgSort().ToArray<long>());
        Assert.Equal([2L, 0, 1], Tensor.From(0L, long.MaxValue, long.MinValue).ArgSort().ToArray<long>());
        Assert.Equal(0, Tensor.Scalar(3f).Sort().Indices.Item());
    }

    [Fact]
    public void The_best_few_of_many()
    {
        foreach (int n in new[] { 10, 1000, 50_000 })
        {
            Tensor x = (Oracle.Make(n) * 10).Round(), down = Tensor.Arange((long)n).Flip(0).To(DType.Float32);
            foreach (Tensor t in new[] { x, down, Tensor.Zeros(n) })
                foreach (int k in new[] { 0, 1, 2, n / 5, n })
                    Assert.Equal(t.ArgSort(descending: true).Slice(0, 0, k).ToArray<long>(), t.TopK(k).Indices.ToArray<long>());
        }
        Assert.Contains("4 of them", Assert.Throws<ShapeException>(() => Tensor.Zeros(3).TopK(4)).Message);
    }

    [Fact]
    public void Unique_values_with_inverse_and_counts()
    {
        Tensor x = (Oracle.Make((13, 17)) * 2).Round();
        var (values, inverse, counts) = x.Unique();
        float[] flat = x.ToArray<float>();
        Assert.Equal(flat.Distinct().Order(), values.ToArray<float>());
        Assert.Equal(flat, values.IndexSelect(0, inverse.Reshape(-1)).ToArray<float>());
        Assert.Equal(x.Shape, inverse.Shape);
        Assert.Equal(values.ToArray<float>().Select(v => (long)flat.Count(f => f == v)), counts.ToArray<long>());
        Assert.Equal(0, Tensor.Zeros(0).Unique().Values.Count);
        Assert.Equal(2, Tensor.From(float.NaN, float.NaN).Unique().Values.Count);
    }

    [Fact]
    public void Padding_of_every_kind()
    {
        Tensor x = Tensor.From(1f, 2, 3);
        Assert.Equal([9f, 1, 2, 3, 9, 9], x.Pad([1, 2], value: 9).ToArray<float>());
        Assert.Equal([3f, 2, 1, 2, 3, 2], x.Pad([2, 1], PadMode.Reflect).ToArray<float>());
        Assert.Equal([1f, 1, 1, 2, 3, 3], x.Pad([2, 1], PadMode.Replicate).ToArray<float>());
        Assert.Equal([2f, 3, 0], x.Pad([-1, 1]).ToArray<float>());
        Assert.Equal([2f], x.Pad([-1, -1], PadMode.Reflect).ToArray<float>());
        Assert.Contains("too short", Assert.Throws<ShapeException>(() => x.Pad([3, 0], PadMode.Reflect)).Message);
        Assert.Contains("pairs", Assert.Throws<ShapeException>(() => x.Pad([1])).Message);
        Assert.Contains("cut off", Assert.Throws<ShapeException>(() => x.Pad([-2, -2])).Message);
        Assert.Contains("which has 1 axes", Assert.Throws<ShapeException>(() => x.Pad([1, 1, 1, 1])).Message);
    }

    [Fact]
    public void Repeats_flips_rolls_and_triangles()
    {
        Tensor x = Tensor.From(new[,] { { 1, 2 }, { 3, 4 } });
        Assert.Equal([1, 2, 1, 2, 3, 4, 3, 4], x.Tile(2).ToArray<int>());
        Assert.Equal(new Shape(3, 2, 4), x.Repeat(3, 1, 2).Shape);
        Assert.Equal([1, 1, 2, 2, 3, 3, 4, 4], x.RepeatInterleave(2, 1).ToArray<int>());
        Assert.Equal([3, 4, 3, 4], x.RepeatInterleave(Tensor.From(0, 2), 0).ToArray<int>());
        Assert.Equal([4, 3, 2, 1], x.Flip(0, 1).ToArray<int>());
        Assert.Equal([4, 1, 2, 3], x.Roll(1).ToArray<int>());
        Assert.Equal([2, 1, 4, 3], x.Roll(-3, 1).ToArray<int>());
        Assert.Equal([1, 0, 3, 4], x.Tril().ToArray<int>());
        Assert.Equal([0, 2, 0, 0], x.Triu(1).ToArray<int>());
        Assert.Equal([0, 3, 4], Tensor.From(0, 3, 4).Roll(int.MinValue, 0).Roll(int.MinValue + 1, 0).Roll(1, 0).Sort().Values.ToArray<int>());
        Assert.Contains("give one for each axis", Assert.Throws<ShapeException>(() => x.Repeat(2)).Message);
    }

    [Fact]
    public void Splits_and_chunks()
    {
        Tensor x = Tensor.Arange(7L);
        Assert.Equal([3, 3, 1], x.Split(3).Select(t => (int)t.Count));
        Assert.Equal([2, 2, 2, 1], x.Chunk(4).Select(t => (int)t.Count));
        Assert.Equal([1, 0, 6], x.Split([1, 0, 6]).Select(t => (int)t.Count));
        Assert.Equal(7, x.Unbind().Length);
        Assert.Equal(Shape.Scalar, x.Unbind()[0].Shape);
        Assert.Single(Tensor.Zeros(0).Split(2));
        Assert.Contains("do not add up", Assert.Throws<ShapeException>(() => x.Split([3, 3])).Message);
        Assert.Contains("do not add up", Assert.Throws<ShapeException>(() => x.Split([8, -1])).Message);
        Assert.Throws<ShapeException>(() => x.Split(0));
    }

    [Fact]
    public void Made_matrices()
    {
        Assert.Equal([1f, 0, 0, 0, 1, 0], Tensor.Eye(2, 3).ToArray<float>());
        Assert.Equal([0L, 0, 1, 1, 0, 0], Tensor.From(2, 0).OneHot(3).ToArray<long>());
        Assert.Equal(new Shape(2, 2, 5), Tensor.From(new[,] { { 4, 0 }, { 1, 1 } }).OneHot().Shape);
        Assert.Contains("0 to 1", Assert.Throws<ShapeException>(() => Tensor.From(2, 0).OneHot(2)).Message);
        Assert.Throws<ShapeException>(() => Tensor.From(-1).OneHot(2));
        Assert.Equal([0, 1, 0, 0, 0, 2, 0, 0, 0], Tensor.From(1, 2).Diag(1).ToArray<int>());
        Assert.Equal([1, 5, 9], Tensor.Arange(1, 10, 1, DType.Int32).Reshape(3, 3).Diag().ToArray<int>());
        Tensor[] grid = Tensor.MeshGrid([Tensor.From(1, 2), Tensor.From(3, 4, 5)]);
        Assert.Equal([1, 1, 1, 2, 2, 2], grid[0].ToArray<int>());
        Assert.Equal([3, 4, 5, 3, 4, 5], grid[1].ToArray<int>());
        Assert.Equal(new Shape(3, 2), Tensor.MeshGrid([Tensor.From(1, 2), Tensor.From(3, 4, 5)], xyFirst: true)[0].Shape);
    }

    [Fact]
    public void Shapes_come_out_without_elements()
    {
        Tensor x = Tensor.Zeros((2, 3, 4), DType.Float32, Fathom.Devices.Device.Meta), index = Tensor.Zeros((2, 1, 4), DType.Int64, Fathom.Devices.Device.Meta);
        Assert.Equal(new Shape(2, 4), x.Max(1).Values.Shape);
        Assert.Equal(new Shape(2, 1, 4), x.Gather(1, index).Shape);
        Assert.Equal(new Shape(2, 3, 2), x.TopK(2).Values.Shape);
        Assert.Equal(new Shape(2, 3, 7), x.Pad([1, 2]).Shape);
        Assert.Equal(new Shape(2, 3, 4), x.Tril().CumSum(0).Flip(1).Roll(1, 2).Pow(2.5).Clamp(0, 1).Erf().Shape);
        Assert.Equal(Shape.Scalar, x.Var().Shape);
        Assert.Equal(new Shape(4, 2), Tensor.Einsum("bij->jb", x).Shape);
    }
}
