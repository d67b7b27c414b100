using Fathom.Autograd;
using static Fathom.TensorIndex;

namespace Fathom.Tests.Ops;

public static partial class GradCheckTable
{
    static readonly CustomFunction Exponential = CustomFunction.From(x => x.Exp(), (gy, x, y) => gy * y);

    static IEnumerable<GradRow> Indexing() =>
    [
        Row("x[1, .., ^1]", x => x[1, .., ^1], Real((2, 3, 4))),
        Row("x[.., new, 1.., step]", x => x[.., NewAxis, 1.., Step(0..4, 3)], Real((2, 3, 4))),
        Row("x[.., picks]", x => x[.., new[] { 2, 0, 2 }], Real((2, 3, 4))),
        Row("x[picks, .., picks]", x => x[new[] { 1, 0, 1 }, .., new[] { 3, 3, 3 }], Real((2, 3, 4))),
        Row("x[.., .., mask]", x => x[.., .., new[] { true, false, true, false }], Real((2, 3, 4))),
        Row("x[mask of all axes]", x => x[Tensor.From(new[,] { { true, false }, { true, true } })], Real((2, 2, 2))),
        Row("picks of a permuted tensor", x => x.Permute(2, 0, 1)[new[] { 3, 1 }, 1], Real((2, 3, 4))),
        Row("rows by columns", x => x[0, Tensor.From(new[,] { { 0 }, { 2 } }), new[] { 1, 3 }], Real((2, 3, 4))),
        Row("masked fill", (x, v) => x.MaskedFill(new bool[] { true, false, true }.ToMask(), v), Real((2, 3)), Real(Shape.Scalar)),
        Row("x[1, .., 0..4] = v", (x, v) => { Tensor y = x * x; y[1, .., 0..4] = v * v; return y; }, Real((2, 3, 4)), Real(4)),
        Row("x[.., picks] = v, one place twice", (x, v) => { Tensor y = x * x; y[.., new[] { 0, 2, 0 }] = v; return y; }, Real((2, 3, 4)), Real(4)),
        Row("x[mask] = v", (x, v) => { Tensor y = x * x; y[Mask24] = v.Sum(); return y; }, Real((2, 3, 4)), Real(4)),
        Row("rows of zeros, filled", x => { Tensor y = Tensor.Zeros((2, 4), DType.Float64); y[0] = x; y[1] = y[0].Clone() * x; return y; }, Real(4)),
        Row("x[1..] = x[..^1]", x => { Tensor y = x * 2; y[1..] = y[..^1]; return y * y; }, Real(4)),
        Row("in place arithmetic", (x, v) => { Tensor y = x * 2; y += v; y *= v; y /= v.Exp(); y -= x; return y; }, Real((2, 3)), Real(3)),
        Row("custom function", x => Exponential.Apply(x * 2) * Exponential.Apply(x), Real((2, 3))),
    ];

    static readonly Tensor Mask24 = new RandomStream(1).Bernoulli((2, 3, 4), 0.5);

    static Tensor ToMask(this bool[] mask) => Tensor.From<bool>(mask);
}
