namespace Fathom.Tests.Ops;

/// <summary>Reductions, scans and searches along axes against one element at a time, over every width, layout and set of axes.</summary>
[Collection(nameof(Alone))]
public class ReductionTests
{
    delegate Tensor Reduce(Tensor x, ReadOnlySpan<int> axes);

    static readonly (string Name, Reduce F, Func<double[], double> Want)[] Reductions =
    [
        ("sum", (x, a) => x.Sum(a), v => v.Sum()), ("mean", (x, a) => x.Mean(a), v => v.Average()),
        ("amax", (x, a) => x.Amax(a), v => v.Max()), ("amin", (x, a) => x.Amin(a), v => v.Min()),
        ("prod", (x, a) => (x * 0.2 + 1).Prod(a), v => v.Aggregate(1.0, (p, q) => p * (q * 0.2 + 1))),
        ("var", (x, a) => x.Var(a), v => Variance(v, 1)), ("std", (x, a) => x.Std(a, correction: 0), v => Math.Sqrt(Variance(v, 0))),
        ("norm", (x, a) => x.Norm(2, a), v => Math.Sqrt(v.Sum(e => e * e))), ("norm 3", (x, a) => x.Norm(3, a), v => Math.Pow(v.Sum(e => Math.Abs(e * e * e)), 1.0 / 3)),
        ("norm inf", (x, a) => x.Norm(double.PositiveInfinity, a), v => v.Max(Math.Abs)), ("norm 0", (x, a) => x.Norm(0, a), v => v.Count(e => e != 0)),
        ("logsumexp", (x, a) => x.LogSumExp(a), v => Math.Log(v.Sum(Math.Exp))),
        ("count", (x, a) => (x > 0).CountNonZero(a), v => v.Count(e => e > 0)), ("any", (x, a) => (x > 3.9).Any(a), v => v.Any(e => e > 3.9) ? 1 : 0), ("all", (x, a) => (x > -3).All(a), v => v.All(e => e > -3) ? 1 : 0),
    ];

    static double Variance(double[] v, int correction)
    {
        double mean = v.Average();
        return v.Sum(e => (e - mean) * (e - mean)) / Math.Max(0, v.Length - correction);
    }

    /// <summary>All elements that make each result, in row-major order of the results.</summary>
    static IEnumerable<double[]> Lines(Tensor x, int[] axes)
    {
        int[] reduced = [.. axes.Length == 0 ? Enumerable.Range(0, x.Rank) : axes], kept = [.. Enumerable.Range(0, x.Rank).Except(reduced)];
        foreach (int[] outer in Oracle.Indices(new Shape([.. kept.Select(a => x.Shape[a])])))
            yield return [.. Oracle.Indices(new Shape([.. reduced.Select(a => x.Shape[a])])).Select(inner =>
            {
                int[] index = new int[x.Rank];
                for (int i = 0; i < kept.Length; i++) index[kept[i]] = outer[i];
                for (int i = 0; i < reduced.Length; i++) index[reduced[i]] = inner[i];
                return Oracle.At(x, index);
            })];
    }

    [Fact]
    public void Every_set_of_axes_of_every_layout_at_every_width() => Oracle.AtEveryWidth(width =>
    {
        foreach (var (layout, x) in Oracle.Layouts((2, 3, 19)).Concat(Oracle.Layouts((2, 3, 4, 5))))
            for (int set = 0; set < 1 << x.Rank; set++)
            {
                int[] axes = [.. Enumerable.Range(0, x.Rank).Where(i => (set >> i & 1) != 0)];
                double[][] lines = [.. Lines(x, axes)];
                foreach (var (name, f, want) in Reductions)
                    Close([.. lines.Select(want)], f(x, axes), $"{name} of {layout} {x.Shape} along ({string.Join(", ", axes)}) at {width}", 2e-6);
            }
    });

    static void Close(double[] want, Tensor y, string what, double tolerance)
    {
        double[] got = Oracle.Values(y);
        Assert.Equal(want.Length, got.Length);
        for (int i = 0; i < want.Length; i++)
            Assert.True(want[i].Equals(got[i]) || Math.Abs(want[i] - got[i]) <= tolerance * Math.Max(4, Math.Abs(want[i])), $"{what}, result {i}: {got[i]:R}, not {want[i]:R}");
    }

    [Fact]
    public void Every_length_at_every_width() => Oracle.AtEveryWidth(width =>
    {
        for (int n = 1; n <= 70; n++)
            foreach (DType type in new[] { DType.Float32, DType.Float64, DType.Int32, DType.Int64, DType.UInt8 })
            {
                Tensor x = Oracle.Make((2, n), type);
                double[][] lines = [.. Lines(x, [1])];
                string what = $"of {n} {type} at {width}";
                Close([.. lines.Select(v => v.Sum())], x.Sum([1]), "sum " + what, 1e-6);
                Close([.. lines.Select(v => v.Max())], x.Amax([1]), "amax " + what, 0);
                Close([.. lines.Select(v => v.Min())], x.Amin([1]), "amin " + what, 0);
                Close([.. lines.Select(v => Array.IndexOf(v, v.Max()))], x.ArgMax(1), "argmax " + what, 0);
                Close([.. lines.Select(v => Array.IndexOf(v, v.Min()))], x.ArgMin(1), "argmin " + what, 0);
            }
    });

    [Fact]
    public void Positions_of_extremes_over_every_layout_and_length() => Oracle.AtEveryWidth(width =>
    {
        foreach (var (layout, x) in Oracle.Layouts((3, 4, 5)).Concat(Oracle.Layouts((2, 700))).Concat(Oracle.Layouts((700, 3))))
            for (int axis = 0; axis < x.Rank; axis++)
            {
                Tensor rounded = (x * 2).Round();               // many equal elements: the first must win
                double[][] lines = [.. Lines(rounded, [axis])];
                string what = $"of {layout} {x.Shape} along {axis} at {width}";
                Close([.. lines.Select(v => Array.IndexOf(v, v.Max()))], rounded.ArgMax(axis), "argmax " + what, 0);
                Close([.. lines.Select(v => Array.IndexOf(v, v.Min()))], rounded.ArgMin(axis), "argmin " + what, 0);
                Close([.. lines.Select(v => v.Max())], rounded.Max(axis).Values, "max " + what, 0);
            }
    });

    /// <summary>As the gradient of a bias is: short rows one after the other, whole, in parts, and with rows left over.</summary>
    [Fact]
    public void Columns_of_every_width_at_every_vector_width() => Oracle.AtEveryWidth(width =>
    {
        for (int n = 1; n <= 140; n += n < 40 ? 1 : 25)
            foreach (int rows in new[] { 1, 5, 67 })
                foreach (DType type in new[] { DType.Float32, DType.Float64, DType.Int32, DType.UInt8 })
                {
                    Tensor x = Oracle.Make((rows, n), type);
                    double[][] lines = [.. Lines(x, [0])];
                    string what = $"of columns of ({rows}, {n}) {type} at {width}";
                    Close([.. lines.Select(v => v.Sum())], x.Sum([0]), "sum " + what, 3e-6);
                    Close([.. lines.Select(v => v.Max())], x.Amax([0]), "amax " + what, 0);
                    Close([.. lines.Select(v => v.Min())], x.Amin([0]), "amin " + what, 0);
                }
        foreach (int n in new[] { 3, 6, 16, 100 })
        {
            Tensor x = Oracle.Make((9001, n));      // enough rows for several parts
            Close([.. Lines(x, [0]).Select(v => v.Sum())], x.Sum([0]), $"sum of columns of {x.Shape} at {width}", 2e-5);
        }
    });

    [Fact]
    public void NaN_wins_wherever_it_stands() => Oracle.AtEveryWidth(_ =>
    {
        foreach (int n in new[] { 1, 2, 7, 33, 300, 1000 })
            for (int at = 0; at < n; at += Math.Max(1, n / 13))
            {
                float[] v = Oracle.Make(n).ToArray<float>();
                v[at] = float.NaN;
                if (at + 5 < n) v[at + 5] = float.NaN;
                Tensor x = Tensor.From(v), columns = x.Unsqueeze(1).Expand(n, 3).Contiguous();
                Assert.Equal(at, x.ArgMax().Item());
                Assert.Equal(at, x.ArgMin().Item());
                Assert.True(double.IsNaN(x.Max().Item()) && double.IsNaN(x.Min().Item()) && double.IsNaN(x.Sum().Item()) && double.IsNaN(x.Median().Item()));
                Assert.Equal([at, at, at], columns.ArgMax(0).ToArray<int>());
                Assert.All(columns.Amin([0]).ToArray<float>(), f => Assert.True(float.IsNaN(f)));
            }
    });

    [Fact]
    public void Running_sums_over_every_layout()
    {
        foreach (var (layout, x) in Oracle.Layouts((3, 4, 5)).Concat(Oracle.Layouts((2, 300))))
            for (int axis = 0; axis < x.Rank; axis++)
            {
                Tensor y = x.CumSum(axis), z = (x / 32 + 1).CumProd(axis);
                double[][] from = [.. Lines(x, [axis])], sums = [.. Lines(y, [axis])], products = [.. Lines(z, [axis])];
                for (int line = 0; line < from.Length; line++)
                {
                    double sum = 0, product = 1;
                    for (int t = 0; t < from[line].Length; t++)
                    {
                        sum += from[line][t];
                        product *= from[line][t] / 32 + 1;
                        Assert.Equal(sum, sums[line][t], 1e-4);
                        Assert.True(Math.Abs(product - products[line][t]) <= 1e-4 * Math.Abs(product) + 1e-30, $"cumprod of {layout} along {axis}");
                    }
                }
            }
        Assert.Equal([1L, 3, 6], Tensor.From(1, 2, 3).CumSum(0).ToArray<long>());
        Assert.Equal(DType.Int64, Tensor.From(true, true).CumSum(0).DType);
    }

    [Fact]
    public void A_million_elements_are_added_up_accurately()
    {
        const int n = 1_000_003;
        Tensor x = Tensor.Full(new Shape(n), 0.1f), spread = Oracle.Make(n) + 1000;
        Assert.Equal(0.1f * (double)n, x.Sum().Item(), 1e-6 * 1e5);
        double[] v = spread.ToArray<double>();
        double mean = v.Average();
        Assert.Equal(mean, spread.Mean().Item(), 1e-3);
        Assert.Equal(Variance(v, 1), spread.Var().Item(), 1e-3);
        Assert.Equal(Math.Sqrt(v.Sum(e => e * e)), spread.Norm().Item(), 1.0);
        Assert.Equal(v.Sum(), spread.CumSum(0).Slice(0, n - 1).Item(), 100.0);
        Tensor tall = spread.Slice(0, 0, 1_000_000).Reshape(-1, 4);
        for (int c = 0; c < 4; c++)
            Assert.Equal(v.Take(1_000_000).Where((_, i) => i % 4 == c).Average(), tall.Mean(0).ToArray<double>()[c], 1e-3);
    }

    [Fact]
    public void Results_do_not_depend_on_the_number_of_threads()
    {
        Tensor x = Oracle.Make((64, 130, 127));
        foreach (int[] axes in new int[][] { [], [0], [1], [2], [0, 1], [0, 2], [1, 2] })
        {
            Oracle.OnAnyNumberOfThreads("sum", () => x.Sum(axes));
            Oracle.OnAnyNumberOfThreads("var", () => x.Var(axes));
            Oracle.OnAnyNumberOfThreads("logsumexp", () => x.LogSumExp(axes));
        }
        Tensor index = (Oracle.Make((64, 130, 127), seed: 3).Abs() * 15).To(DType.Int64);
        for (int axis = 0; axis < 3; axis++)
        {
            Oracle.OnAnyNumberOfThreads("argmax", () => x.ArgMax(axis));
            Oracle.OnAnyNumberOfThreads("cumsum", () => x.CumSum(axis));
            Oracle.OnAnyNumberOfThreads("sort", () => x.Sort(axis).Values);
            Oracle.OnAnyNumberOfThreads("gather", () => x.Gather(axis, index));
            Oracle.OnAnyNumberOfThreads("scatter add", () => x.ScatterAdd(axis, index, x));
            Oracle.OnAnyNumberOfThreads("scatter", () => x.Scatter(axis, index, x));
        }
        Tensor wide = Oracle.Make((50, 4096)), rows = (Oracle.Make(20_000, seed: 2).Abs() * 12).To(DType.Int64);
        Oracle.OnAnyNumberOfThreads("rows", () => wide.IndexSelect(0, rows.Slice(0, 0, 300)));
        Oracle.OnAnyNumberOfThreads("gradient of rows", () => Oracle.Make((300, 4096)).ScatterInto((50, 4096), 0, rows.Slice(0, 0, 300).Unsqueeze(1).Expand(300, 4096)));
    }

    [Fact]
    public void Reductions_of_nothing()
    {
        Tensor none = Tensor.Zeros(0, 3);
        Assert.Equal([0f, 0, 0], none.Sum(0).ToArray<float>());
        Assert.Equal([1f, 1, 1], none.Prod(0).ToArray<float>());
        Assert.All(none.Mean(0).ToArray<float>(), v => Assert.True(float.IsNaN(v)));
        Assert.All(none.Var(0).ToArray<float>(), v => Assert.True(float.IsNaN(v)));
        Assert.Equal(0, none.Norm().Item());
        Assert.False(none.Any().Item<bool>());
        Assert.True(none.All().Item<bool>());
        Assert.Equal(new Shape(0), none.Amax([1]).Shape);
        Assert.Equal(new Shape(0), none.ArgMax(1).Shape);
        Assert.Equal(new Shape(0, 3), none.CumSum(0).Shape);
        foreach (Action nothing in new Action[] { () => none.Max(), () => none.Max(0), () => none.ArgMin(0), () => none.Amin([0]), () => none.LogSumExp(0), () => none.Median(0) })
        {
            string message = Assert.Throws<ShapeException>(nothing).Message;
            Assert.Contains("empty", message);
            Assert.Contains("(0, 3)", message);
        }
    }

    [Fact]
    public void Integers_and_truth_values()
    {
        Tensor x = Tensor.From(3, 1, 2);
        Assert.Equal(DType.Int64, x.Prod().DType);
        Assert.Equal(DType.Int32, x.Max().DType);
        Assert.Equal(DType.Float32, x.Mean().DType);
        Assert.Equal(2, x.Mean().Item());
        Assert.Equal(0.5, Tensor.From(true, false).Mean().Item());
        Assert.True(Tensor.From(true, false).Max().Item<bool>());
        Assert.Equal(long.MinValue, Tensor.From(long.MinValue, long.MinValue).Max().Item<long>());
        Assert.Equal(1, Tensor.From(long.MinValue, long.MaxValue).ArgMax().Item());
        Assert.Equal(-3, Tensor.From(-3, -3).Max().Item());
    }

    [Fact]
    public void Axes_are_checked()
    {
        Tensor x = Tensor.Zeros(2, 3);
        Assert.Contains("axis 2 does not exist in shape (2, 3)", Assert.Throws<ShapeException>(() => x.Mean(2)).Message);
        Assert.Contains("[argmax]", Assert.Throws<ShapeException>(() => x.ArgMax(-3)).Message);
        Assert.Contains("named twice", Assert.Throws<ShapeException>(() => x.Var([0, -2])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => x.Norm(double.NaN));
    }

    [Fact]
    public void Extremes_along_one_axis_are_those_of_a_list_of_one()
    {
        Tensor x = Tensor.From(new[,] { { 1f, 5, 3 }, { 4, 2, 6 } });
        Assert.Equal([5f, 6], x.Amax(1).ToArray<float>());
        Assert.Equal([1f, 2, 3], x.Amin(-2).ToArray<float>());
        Assert.Equal(new Shape(2, 1), x.Amax(1, keepDim: true).Shape);
        Assert.Equal(new Shape(1, 3), x.Amin(0, keepDim: true).Shape);
        Assert.Throws<ShapeException>(() => x.Amax(2));
    }
}
