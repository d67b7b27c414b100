using Fathom.Autograd;
using Fathom.Devices;
using Fathom.Tests.Golden;
using static Fathom.TensorIndex;

namespace Fathom.Tests.Tensors;

public class IndexingTests
{
    public static TheoryData<string> Selections => GoldenFile.Tensors.Names("op", "index");
    public static TheoryData<string> Assignments => GoldenFile.Tensors.Names("op", "assign");

    static Tensor Of(GoldenTensor t) => Tensor.From(t.Values, new Shape(t.Shape));
    static Tensor Grid => Tensor.From(new long[,] { { 0, 1 }, { 3, 0 } });
    static readonly long[] I = [0, 3, 3], J = [1, 2, -1];
    static readonly bool[] Mask = [true, false, true, true];

    static Tensor Select(Tensor x, string form) => form switch
    {
        "x[-1]" => x[^1],
        "x[1:3]" => x[1..3],
        "x[:, 1:2]" => x[.., 1..2],
        "x[::2]" => x[Step(.., 2)],
        "x[..., 1::2]" => x[Ellipsis, Step(1.., 2)],
        "x[1, 2, 3]" => x[1, 2, 3],
        "x[:, None]" => x[.., NewAxis],
        "x[..., -1]" => x[Ellipsis, ^1],
        "x[i]" => x[I],
        "x[grid]" => x[Grid],
        "x[i, j]" => x[I, J],
        "x[:, j]" => x[.., J],
        "x[i, :, j]" => x[I, .., J],
        "x[i, 1]" => x[I, 1],
        "x[grid, j[:2]]" => x[Grid, J[..2]],
        "x[:, j, 1:3]" => x[.., J, 1..3],
        "x[..., i]" => x[Ellipsis, I],
        "x[mask]" => x[Mask],
        "x[mask, 1]" => x[Mask, 1],
        "x[mask, j]" => x[Mask, J],
        "x[m > 0]" => x[x > 0],
        "x[arange, classes]" => x[Tensor.Arange(4), new[] { 0, 2, 4, 1 }],
        _ => throw new NotImplementedException(form),
    };

    static void Assign(Tensor x, string form, Tensor v)
    {
        switch (form)
        {
            case "x[1] = v": x[1] = v; break;
            case "x[1:3] = v": x[1..3] = v; break;
            case "x[:, 2] = v": x[.., 2] = v; break;
            case "x[:, ::2] = v": x[.., Step(.., 2)] = v; break;
            case "x[i, j] = v": x[I[..2], J[..2]] = v; break;
            case "x[mask] = v" or "x[mask] = scalar": x[Mask] = v; break;
            default: throw new NotImplementedException(form);
        }
    }

    [Theory, MemberData(nameof(Selections))]
    public void Selects_as_the_reference(string name)
    {
        GoldenCase c = GoldenFile.Tensors[name];
        Tensor x = Of(c.Tensors("inputs")[0]!).WithGrad();
        Tensor y = Select(x, c.Object("args").Text("form"));
        GoldenTensor want = c.Tensors("outputs")[0]!;
        Assert.Equal(new Shape(want.Shape), y.Shape);
        Assert.Equal(want.Values, y.ToArray<double>());
        y.Backward(Of(c.Tensor("gy")));
        Assert.Equal(c.Tensors("gradients")[0]!.Values, x.Grad!.ToArray<double>());
    }

    [Theory, MemberData(nameof(Assignments))]
    public void Assigns_as_the_reference(string name)
    {
        GoldenCase c = GoldenFile.Tensors[name];
        Tensor x = Of(c.Tensors("inputs")[0]!).WithGrad(), v = Of(c.Tensors("inputs")[1]!).WithGrad();
        Tensor y = x * 1;
        Tensor same = y;
        Assign(y, c.Object("args").Text("form"), v);
        Assert.Same(same, y);
        Assert.Equal(c.Tensors("outputs")[0]!.Values, y.ToArray<double>());
        y.Backward(Of(c.Tensor("gy")));
        Assert.Equal(c.Tensors("gradients")[0]!.Values, x.Grad!.ToArray<double>());
        Assert.Equal(new Shape(c.Tensors("gradients")[1]!.Shape), v.Grad!.Shape);
        Assert.Equal(c.Tensors("gradients")[1]!.Values, v.Grad!.ToArray<double>());
    }

    [Fact]
    public void Every_basic_index_agrees_with_the_elements_one_by_one()
    {
        long[] all = Tensor.Arange(24).ToArray<long>();
        Tensor x = Tensor.Arange(24).Reshape(2, 3, 4);
        for (int i = 0; i < 2; i++)
            for (int j = 0; j < 3; j++)
                for (int k = 0; k < 4; k++)
                {
                    Assert.Equal(all[i * 12 + j * 4 + k], x[i, j, k].Item<long>());
                    Assert.Equal(all[i * 12 + j * 4 + k], x[^(2 - i), j - 3, k].Item<long>());
                }
        Assert.Equal(new Shape(2, 1, 3, 1), x[.., NewAxis, .., 0, NewAxis].Shape);
        Assert.Equal([4L, 5, 6, 7, 16, 17, 18, 19], x[.., 1].ToArray<long>());
        Assert.Equal(new Shape(2, 0, 4), x[.., 2..1].Shape);
        Assert.Equal(new Shape(2, 2, 4), x[.., 1..99].Shape);              // cut off, as Slice does
        Assert.Equal(new Shape(0, 4), x[0, 3.., Ellipsis].Shape);
        Assert.Equal(new Shape(3, 2), Tensor.Zeros(3, 5)[.., TensorIndex.Step(1, ^1, 2)].Shape);
    }

    [Fact]
    public void A_part_by_positions_and_ranges_is_a_view()
    {
        Tensor x = Tensor.Zeros(3, 4);
        Tensor row = x[1], column = x[.., 2..3];
        row.FillInPlace(5);
        Assert.Equal(5, column[1, 0].Item());
        x[.., 2] = 7;
        Assert.Equal([5f, 5, 7, 5], row.ToArray<float>());
        Assert.Equal([7f, 7, 7], column.ToArray<float>());
        Tensor picked = x[new[] { 1 }];
        x[1] = 0;
        Assert.Equal([5f, 5, 7, 5], picked.ToArray<float>());               // a copy
    }

    [Fact]
    public void Assigning_keeps_identity_broadcasts_and_converts()
    {
        Tensor x = Tensor.Zeros((2, 3), DType.Int64), same = x;
        x[..] = Tensor.From(1.9f, -2.9f, 3f);
        Assert.Same(same, x);
        Assert.Equal([1L, -2, 3, 1, -2, 3], x.ToArray<long>());
        x[x > 2] = 100;
        x[.., 0] = Tensor.From(new[,] { { 8, 9 } });                       // a leading axis of size 1 may be dropped
        Assert.Equal([8L, -2, 100, 9, -2, 100], x.ToArray<long>());
        x[Tensor.From(0, 1), Tensor.From(1, 2)] = Tensor.From(5, 6);
        Assert.Equal([8L, 5, 100, 9, -2, 6], x.ToArray<long>());
        x[TensorIndex.Step(.., 1), NewAxis, new[] { false, true, true }] = Tensor.From(-1, -3).Reshape(2, 1, 1);
        Assert.Equal([8L, -1, -1, 9, -3, -3], x.ToArray<long>());
        x[x > 1000] = 1;                                                    // nothing selected, nothing changed
        Assert.Equal([8L, -1, -1, 9, -3, -3], x.ToArray<long>());
        Tensor half = Tensor.Zeros(4, DType.Float16);
        half[new[] { 3, 0 }] = 1.5;
        Assert.Equal([1.5f, 0, 0, 1.5f], half.ToArray<float>());
    }

    [Fact]
    public void A_value_that_overlaps_its_target_is_read_first()
    {
        Tensor x = Tensor.Arange(6.0);
        x[1..] = x[..^1];
        Assert.Equal([0f, 0, 1, 2, 3, 4], x.ToArray<float>());
        Tensor m = Tensor.Arange(9.0).Reshape(3, 3);
        m[..] = m.T;
        Assert.Equal([0f, 3, 6, 1, 4, 7, 2, 5, 8], m.ToArray<float>());
    }

    [Fact]
    public void Compound_assignment_changes_the_part_in_place()
    {
        Tensor x = Tensor.Zeros(2, 2);
        x[0] += 3;
        x[.., 1] *= 2;
        x[new[] { 1 }] -= 1;
        Assert.Equal([3f, 6, -1, -1], x.ToArray<float>());
    }

    [Fact]
    public void The_last_of_several_values_for_one_place_stays()
    {
        Tensor x = Tensor.Zeros(3);
        x[new[] { 1, 1, 1 }] = Tensor.From(1f, 2, 3);
        Assert.Equal([0f, 3, 0], x.ToArray<float>());
    }

    [Fact]
    public void Large_picks_and_their_gradient_agree_with_loops_on_any_thread_count()
    {
        int rows = 37, columns = 700, picks = 900, before = Fathom.Devices.Cpu.Threads.Count;
        Tensor x = new RandomStream(1).Normal((rows, columns)), at = new RandomStream(2).Integers(picks, 0, rows), g = new RandomStream(3).Normal((picks, columns));
        long[] index = at.ToArray<long>();
        float[] values = x.ToArray<float>(), gs = g.ToArray<float>(), want = new float[rows * columns];
        for (int i = 0; i < picks; i++) for (int j = 0; j < columns; j++) want[index[i] * columns + j] += gs[i * columns + j];
        try
        {
            foreach (int threads in (int[])[1, 2, 5])
            {
                Fathom.Devices.Cpu.Threads.Count = threads;
                foreach (bool transposed in (bool[])[false, true])
                {
                    Tensor leaf = (transposed ? x.T.Contiguous().T : x.Clone()).WithGrad();
                    Tensor y = leaf[at];
                    y.Backward(g);
                    float[] got = y.ToArray<float>();
                    for (int i = 0; i < picks; i++) Assert.Equal(values.AsSpan((int)index[i] * columns, columns), got.AsSpan(i * columns, columns));
                    Assert.Equal(want, leaf.Grad!.ToArray<float>());
                }
            }
        }
        finally
        {
            Fathom.Devices.Cpu.Threads.Count = before;
        }
    }

    [Fact]
    public void Assignments_that_would_spoil_a_gradient_are_refused()
    {
        Tensor leaf = Tensor.Zeros(3).WithGrad();
        Assert.Contains("leaf", Assert.Throws<InvalidOperationException>(() => leaf[0] = 1).Message);
        using (GradMode.NoGrad()) leaf[0] = 1;
        Assert.Equal([1f, 0, 0], leaf.ToArray<float>());
        Assert.True(leaf.IsLeaf);

        Tensor y = leaf * 2, square = y * y;
        y[0] = 5;                                                           // square's gradient needs the old y
        Assert.Contains("changed in place", Assert.Throws<InvalidOperationException>(() => square.Sum().Backward()).Message);

        Tensor z = leaf * 2, view = z[1..];
        z[0] = 1;
        Assert.Contains("Take the view again", Assert.Throws<InvalidOperationException>(() => view * 2).Message);
        Assert.Contains("view", Assert.Throws<InvalidOperationException>(() => view[0] = 1).Message);
    }

    [Fact]
    public void Wrong_indices_are_explained()
    {
        Tensor x = Tensor.Zeros(2, 3);
        AssertSays("position 2 lies outside axis 0 of shape (2, 3)", () => x[2]);
        AssertSays("position ^4 lies outside axis 1", () => x[0, -4]);
        AssertSays("3 axes are indexed, but shape (2, 3) has 2: [0, 0, 0..^0]", () => x[0, 0, ..]);
        AssertSays("only one Ellipsis", () => x[Ellipsis, Ellipsis]);
        AssertSays("a mask of shape (3,) does not fit", () => x[new[] { true, false, true }]);
        AssertSays("a mask of shape (2, 2) does not fit axes 0 to 1", () => x[Tensor.Ones((2, 2), DType.Bool)]);
        AssertSays("3 axes are indexed", () => x[0, x > 0]);
        AssertSays("a mask needs an axis", () => x[Tensor.Scalar(true)]);
        AssertSays("holds integers or Bool, not float32", () => x[Tensor.Zeros(2)]);
        AssertSays("position 5 in an index tensor lies outside axis 1", () => x[.., new[] { 0, 5 }]);
        AssertSays("position -4 in an index tensor lies outside axis 1", () => x[.., new[] { -4 }]);
        AssertSays("[index] (2,) and (3,) do not broadcast", () => x[new[] { 0, 1 }, new[] { 0, 1, 2 }]);
        AssertSays("a step must be 1 or more, not -1", () => x[Step(.., -1)]);
        AssertSays("[assign] a value of shape (2,) does not broadcast to the shape (3,)", () => x[0] = Tensor.Zeros(2));
        AssertSays("position 0 lies outside axis 0", () => Tensor.Zeros(0)[0]);

        static void AssertSays(string words, Func<Tensor> act) => Assert.Contains(words, Assert.Throws<ShapeException>(act).Message);
    }

    [Fact]
    public void Shapes_alone_can_be_indexed()
    {
        Tensor x = Tensor.Zeros((4, 3, 5), DType.Float32, Device.Meta);
        Assert.Equal(new Shape(5), x[0, 1].Shape);
        Assert.Equal(new Shape(4, 2, 5), x[.., new[] { 0, 1 }].Shape);
        Assert.Equal(new Shape(2, 2, 3, 5), x[Tensor.Zeros((2, 2), DType.Int64, Device.Meta)].Shape);
        x[0] = 1;
    }

    [Fact]
    public void Positions_of_true_elements_and_filling_by_mask_are_those_of_the_reference()
    {
        GoldenCase c = GoldenFile.Tensors["nonzero"];
        Tensor at = Of(c.Tensors("inputs")[0]!).NonZero();
        Assert.Equal(DType.Int64, at.DType);
        Assert.Equal(new Shape(c.Tensors("outputs")[0]!.Shape), at.Shape);
        Assert.Equal(c.Tensors("outputs")[0]!.Values, at.ToArray<double>());
        c = GoldenFile.Tensors["masked_fill"];
        Tensor x = Of(c.Tensors("inputs")[0]!).WithGrad(), y = x.MaskedFill(x > 0.5, -1);
        Assert.Equal(c.Tensors("outputs")[0]!.Values, y.ToArray<double>());
        y.Backward(Of(c.Tensor("gy")));
        Assert.Equal(c.Tensors("gradients")[0]!.Values, x.Grad!.ToArray<double>());
    }

    [Fact]
    public void Empty_selections_work_forward_and_back()
    {
        Tensor x = Tensor.Zeros(3, 2).WithGrad();
        Tensor y = x[Tensor.Zeros(0, DType.Int64)];
        Assert.Equal(new Shape(0, 2), y.Shape);
        y.Sum().Backward();
        Assert.Equal(new float[6], x.Grad!.ToArray<float>());
        Assert.Equal(new Shape(0), x[x > 1].Shape);
    }
}
