namespace Fathom.Tests.Ops;

public static partial class GradCheckTable
{
    static IEnumerable<GradRow> Reductions() =>
    [
        .. Over("sum", (x, axes, keep) => x.Sum(axes, keep)), .. Over("mean", (x, axes, keep) => x.Mean(axes, keep)), .. Over("prod", (x, axes, keep) => x.Prod(axes, keep)),
        .. Over("amax", (x, axes, keep) => x.Amax(axes, keep)), .. Over("amin", (x, axes, keep) => x.Amin(axes, keep)),
        .. Over("var", (x, axes, keep) => x.Var(axes, keep)), .. Over("std", (x, axes, keep) => x.Std(axes, keep, 0)), .. Over("logsumexp", (x, axes, keep) => x.LogSumExp(axes, keep)),
        .. Over("norm 1", (x, axes, keep) => x.Norm(1, axes, keep)), .. Over("norm 2", (x, axes, keep) => x.Norm(2, axes, keep)), .. Over("norm 3", (x, axes, keep) => x.Norm(3, axes, keep)),
        .. Over("norm 0.5", (x, axes, keep) => (x + 3).Norm(0.5, axes, keep)), .. Over("norm 0", (x, axes, keep) => x.Norm(0, axes, keep) + x.Sum()), .. Over("norm inf", (x, axes, keep) => x.Norm(double.PositiveInfinity, axes, keep)),
        .. Over("norm -inf", (x, axes, keep) => x.Norm(double.NegativeInfinity, axes, keep)),
        Row("prod with a zero", x => x.Prod(1), Tensor.From(new[,] { { 1.5, 0, -2 }, { 0.5, 3, 2 } })),
        Row("prod with two zeros", x => x.Prod(), Tensor.From(0.0, 1.5, 0, -2)),
        Row("prod with a zero over outer axes", x => x.Prod([0, 2]), Tensor.From([1.5, 0, -2, 3, 0.5, 2, -1, 4], new Shape(2, 2, 2))),
        Row("mean of a column", x => x.Mean(0, keepDim: true), Real((3, 2))),
        Row("max along an axis", x => x.Max(1).Values, Real((2, 3, 2))),
        Row("min along an axis", x => x.Min(-1, keepDim: true).Values, Real((2, 3))),
        Row("median", x => x.Median(1).Values, Real((2, 5))),
        Row("kth value", x => x.KthValue(2, 0).Values, Real((3, 2))),
        Row("cumsum", x => x.CumSum(1), Real((2, 3, 2))),
        Row("cumsum along rows", x => x.CumSum(-1), Real((2, 4))),
        Row("cumsum, channels last", x => x.CumSum(1), ChannelsLast(Real((1, 3, 2, 1)))),
        Row("cumprod", x => x.CumProd(1), Real((2, 5), 0.5, 2)),
        Row("cumprod with zeros", x => x.CumProd(0), Tensor.From(1.5, 0, 2, 0, -1)),
    ];

    delegate Tensor Reduction(Tensor x, ReadOnlySpan<int> axes, bool keep);

    static IEnumerable<GradRow> Over(string name, Reduction f) =>
    [
        Row(name + " of all", x => f(x, [], false), Real((2, 3))),
        Row(name + " of rows", x => f(x, [-1], false), Real((2, 3))),
        Row(name + " of columns, kept", x => f(x, [0], true), Real((3, 2))),
        Row(name + " of outer axes", x => f(x, [0, 2], false), Real((2, 2, 3))),
        Row(name + " of a view", x => f(x.Transpose(0, 1).Slice(1, 0, 4, 2), [1], false), Real((4, 2))),
        Row(name + " of pixels, channels last", x => f(x, [2, 3], false), ChannelsLast(Real((1, 2, 2, 2)))),
    ];

    static IEnumerable<GradRow> Algebra() =>
    [
        Row("matmul", (a, b) => a.MatMul(b), Real((2, 3)), Real((3, 2))),
        Row("matmul of transposes", (a, b) => a.T.MatMul(b.T), Real((3, 2)), Real((2, 3))),
        Row("matmul, batch broadcast", (a, b) => a.MatMul(b), Real((2, 1, 2, 3)), Real((2, 3, 2))),
        Row("matmul, batch by matrix", (a, b) => a.MatMul(b), Real((2, 2, 3)), Real((3, 2))),
        Row("matmul by a vector", (a, b) => a.MatMul(b), Real((2, 2, 3)), Real(3)),
        Row("vector by matmul", (a, b) => a.MatMul(b), Real(3), Real((2, 3, 2))),
        Row("dot", (a, b) => a.Dot(b), Real(4), Real(4).Flip(0)),
        Row("mat vec", (a, b) => a.MatVec(b), Real((2, 3)), Real(3)),
        Row("outer", (a, b) => a.Outer(b), Real(3), Real(2)),
        Row("trace", x => x.Trace(), Real((3, 2))),
        Row("diagonal", x => x.Diagonal(1), Real((2, 2, 4))),
        Row("diagonal below, of outer axes", x => x.Diagonal(-1, 2, 0), Real((3, 2, 3))),
        Row("diag of a vector", x => x.Diag(-1), Real(3)),
        Row("tril", x => x.Tril(1), Real((2, 3, 3))),
        Row("triu", x => x.Triu(), Real((3, 2))),
        Row("einsum, product", (a, b) => Tensor.Einsum("ij,kj->ik", a, b), Real((2, 3)), Real((2, 3))),
        Row("einsum, batch", (a, b) => Tensor.Einsum("bij,bjk->kbi", a, b), Real((2, 2, 3)), Real((2, 3, 1))),
        Row("einsum, diagonal", x => Tensor.Einsum("bii->ib", x), Real((2, 2, 2))),
        Row("einsum, trace", x => Tensor.Einsum("ii", x), Real((3, 3))),
        Row("einsum, ellipsis", (a, b) => Tensor.Einsum("...i,i...->...", a, b), Real((2, 1, 3)), Real((3, 2))),
        new("einsum of three", t => Tensor.Einsum("bn,anm,bm->ba", t), [Real((2, 2)), Real((2, 2, 3)), Real((2, 3))]),
    ];

    static IEnumerable<GradRow> Views() =>
    [
        Row("reshape", x => x.Reshape(3, -1), Real((2, 3))),
        Row("reshape of a transpose", x => x.T.Reshape(-1), Real((2, 3))),
        Row("permute", x => x.Permute(2, 0, 1), Real((2, 3, 2))),
        Row("expand", x => x.Expand(2, 3, 2), Real((3, 1))),
        Row("slice", x => x.Slice(1, 1, 6, 2), Real((2, 6))),
        Row("slice of a slice", x => x.Slice(0, 1).Slice(1, 0, 4, 3), Real((3, 4))),
        Row("overlapping slices", x => x.Slice(0, 0, 3) * x.Slice(0, 1, 4), Real(4)),
        Row("squeeze and unsqueeze", x => x.Unsqueeze(1).Squeeze(0), Real((1, 3))),
        Row("clone", x => x.Clone() * x, Real((2, 3))),
        Row("contiguous", x => x.T.Contiguous(), Real((2, 3))),
    ];

    static IEnumerable<GradRow> Rearranging() =>
    [
        Row("cat", (a, b) => Tensor.Cat([a, b, a], 1), Real((2, 3)), Real((2, 1))),
        Row("cat of channels, channels last", (a, b) => Tensor.Cat([a, b], 1), ChannelsLast(Real((1, 2, 2, 1))), ChannelsLast(Real((1, 1, 2, 1)))),
        Row("stack", (a, b) => Tensor.Stack([a, b], -1), Real((2, 3)), Real((2, 3))),
        Row("split", x => Joined(x.Split(2, 1).Reverse()), Real((2, 5))),
        Row("split by sizes", x => Joined(x.Split([2, 0, 1], 0).Reverse()), Real((3, 2))),
        Row("chunk", x => Joined(x.Chunk(2, 0).Reverse()), Real((3, 2))),
        Row("unbind", x => Joined(x.Unbind(1).Select((t, i) => t * i)), Real((2, 3))),
        Row("repeat", x => x.Repeat(2, 1, 2), Real((2, 2))),
        Row("tile", x => x.Tile(2), Real((2, 2))),
        Row("repeat interleave", x => x.RepeatInterleave(2, 0), Real((2, 2))),
        Row("repeat interleave by a tensor", x => x.RepeatInterleave(Tensor.From(2, 0, 1), 1), Real((2, 3))),
        Row("flip", x => x.Flip(0, 2), Real((2, 2, 3))),
        Row("flip of a view", x => x.T.Flip(0), Real((2, 3))),
        Row("roll", x => x.Roll([1, -1], [0, 1]), Real((2, 3))),
        Row("pad", x => x.Pad([1, 2, 0, 1], value: 0.5), Real((2, 2))),
        Row("pad and crop", x => x.Pad([-1, 1]), Real((2, 3))),
        Row("pad by reflection", x => x.Pad([2, 1, 1, 0], PadMode.Reflect), Real((2, 3))),
        Row("pad by replication", x => x.Pad([2, 1, 1, 0], PadMode.Replicate), Real((2, 2))),
        Row("pad, channels last", x => x.Pad([1, 1, 1, 1]), ChannelsLast(Real((1, 2, 2, 1)))),
        Row("sort", x => x.Sort(1).Values, Real((2, 4))),
        Row("sort, descending", x => x.Sort(0, descending: true).Values, Real((4, 2))),
        Row("top k", x => x.TopK(2, 1).Values, Real((2, 4))),
        new("mesh grid", t => Tensor.MeshGrid(t) is [var a, var b] ? a * b : t[0], [Real(3), Real(2)]),
    ];

    static readonly Tensor Picks = Tensor.From(new long[,] { { 0, 2, 2 }, { 1, 1, 0 } });

    static IEnumerable<GradRow> Selecting() =>
    [
        Row("gather along columns", x => x.Gather(1, Picks), Real((2, 3))),
        Row("gather along rows", x => x.Gather(0, Picks), Real((3, 4))),
        Row("gather of a view", x => x.T.Gather(0, Picks), Real((3, 3))),
        Row("take along, broadcast", x => x.TakeAlong(1, Picks), Real((1, 3))),
        Row("index select of rows", x => x.IndexSelect(0, Tensor.From(2, 0, 2)), Real((3, 2))),
        Row("index select of columns", x => x.IndexSelect(-1, Tensor.From(2, 0, 2, 1)), Real((2, 3))),
        Row("scatter add along columns", (a, b) => a.ScatterAdd(1, Picks, b), Real((2, 3)), Real((2, 3))),
        Row("scatter add along rows", (a, b) => a.ScatterAdd(0, Picks, b), Real((3, 4)), Real((2, 3))),
        Row("scatter", (a, b) => a.Scatter(0, Picks, b), Real((3, 3)), Real((2, 4))),
        Row("scatter where the last one stays", (a, b) => a.Scatter(1, Picks, b), Real((2, 3)), Real((2, 3))),
        Row("scatter of a number", x => x.Scatter(1, Picks, 2), Real((2, 4))),
    ];
}
