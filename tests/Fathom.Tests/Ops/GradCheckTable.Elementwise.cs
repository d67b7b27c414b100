namespace Fathom.Tests.Ops;

public static partial class GradCheckTable
{
    static IEnumerable<GradRow> Unary() =>
    [
        .. Forms("abs", x => x.Abs()), .. Forms("neg", x => -x), .. Forms("square", x => x.Square()), .. Forms("reciprocal", x => x.Reciprocal(), 0.5, 2),
        .. Forms("exp", x => x.Exp()), .. Forms("exp2", x => x.Exp2()), .. Forms("expm1", x => x.Expm1()),
        .. Forms("log", x => x.Log(), 0.4, 3), .. Forms("log2", x => x.Log2(), 0.4, 3), .. Forms("log10", x => x.Log10(), 0.4, 3), .. Forms("log1p", x => x.Log1p(), -0.6, 3),
        .. Forms("sqrt", x => x.Sqrt(), 0.4, 3), .. Forms("rsqrt", x => x.Rsqrt(), 0.5, 3), .. Forms("root", x => x.Root(), 0.4, 3),
        .. Forms("sin", x => x.Sin()), .. Forms("cos", x => x.Cos()), .. Forms("tan", x => x.Tan(), -1, 1),
        .. Forms("asin", x => x.Asin(), -0.8, 0.8), .. Forms("acos", x => x.Acos(), -0.8, 0.8), .. Forms("atan", x => x.Atan()),
        .. Forms("sinh", x => x.Sinh()), .. Forms("cosh", x => x.Cosh()), .. Forms("tanh", x => x.Tanh()),
        .. Forms("asinh", x => x.Asinh()), .. Forms("acosh", x => x.Acosh(), 1.3, 3), .. Forms("atanh", x => x.Atanh(), -0.8, 0.8),
        .. Forms("erf", x => x.Erf()), .. Forms("erfc", x => x.Erfc()), .. Forms("sigmoid", x => x.Sigmoid()), .. Forms("relu", x => x.Relu()),
        .. Forms("sign", x => x.Sign()), .. Forms("frac", x => x.Frac(), 0.1, 0.9),
        .. Forms("floor", x => x.Floor(), 0.1, 0.9), .. Forms("ceil", x => x.Ceil(), 0.1, 0.9), .. Forms("round", x => x.Round(), 0.6, 1.4), .. Forms("trunc", x => x.Trunc(), 0.1, 0.9),
        .. Forms("clamp", x => x.Clamp(-0.7, 0.9)), .. Forms("clamp above", x => x.Clamp(max: 0.5)),
        .. Forms("pow 2", x => x.Pow(2)), .. Forms("pow 3", x => x.Pow(3)), .. Forms("pow 4 of any sign", x => x.Pow(4)), .. Forms("pow 0", x => x.Pow(0)), .. Forms("pow 1", x => x.Pow(1)),
        .. Forms("pow -1", x => x.Pow(-1), 0.5, 2), .. Forms("pow 0.5", x => x.Pow(0.5), 0.5, 2), .. Forms("pow -0.5", x => x.Pow(-0.5), 0.5, 2), .. Forms("pow 2.5", x => x.Pow(2.5), 0.5, 2),
        .. Forms("nan to num", x => x.NanToNum()),
        Row("pow 4 at 0", x => x.Pow(4), Tensor.From(0.0, 1.0)),
        new("cast to float32 and back", t => t[0].To(DType.Float32).To(DType.Float64), [Real((2, 3))], 1e-4, 1e-2),
    ];

    /// <summary>An element-wise function over plain, transposed, sliced, expanded and channels-last inputs.</summary>
    static IEnumerable<GradRow> Forms(string name, Func<Tensor, Tensor> f, double low = -2, double high = 2) =>
    [
        Row(name, f, Real((2, 3), low, high)),
        Row(name + ", scalar", f, Real(Shape.Scalar, low, high)),
        Row(name + ", transposed", x => f(x.Transpose(0, 1)), Real((2, 3), low, high)),
        Row(name + ", every second column", x => f(x.Slice(1, 1, 5, 2)), Real((2, 5), low, high)),
        Row(name + ", expanded", x => f(x.Expand(3, 2, 2)), Real((2, 1), low, high)),
        Row(name + ", channels last", f, ChannelsLast(Real((1, 2, 2, 2), low, high))),
    ];

    static IEnumerable<GradRow> Binary() =>
    [
        .. Forms("add", (a, b) => a + b), .. Forms("sub", (a, b) => a - b), .. Forms("mul", (a, b) => a * b), .. Forms("div", (a, b) => a / b, 0.5, 2),
        .. Forms("maximum", (a, b) => a.Maximum(b - 0.011)), .. Forms("minimum", (a, b) => a.Minimum(b - 0.011)),
        .. Forms("atan2", (a, b) => a.Atan2(b), 0.5, 2), .. Forms("hypot", (a, b) => a.Hypot(b), 0.5, 2), .. Forms("pow", (a, b) => a.Pow(b), 0.5, 2),
        .. Forms("remainder", (a, b) => (a + 3.2) % (b + 0.5), 1, 1.1), .. Forms("floor divide", (a, b) => (a + 3.2).FloorDivide(b + 0.5), 1, 1.1),
        .. Forms("lerp", (a, b) => a.Lerp(b, 0.3)), .. Forms("where", (a, b) => Tensor.Where(a > b - 0.011, a * a, b)),
        Row("mul by itself", x => x * x, Real((2, 3))),
        Row("numbers on both sides", x => 2 * x + 1 - x / 3 + (3 - x) * 0.5, Real((2, 3))),
        new("add in place", t => { Tensor y = t[0] * 1; y += t[1]; y *= 2; y -= t[0]; y /= 3; return y; }, [Real((2, 3)), Real(3, 0.5, 2)]),
        new("lerp of three tensors", t => t[0].Lerp(t[1], t[2]), [Real((2, 3)), Real(3), Real((2, 1))]),
        Row("pow of a number", x => ((Tensor)2.0).Pow(x), Real((2, 3))),
    ];

    /// <summary>A function of two inputs over equal shapes, broadcast both ways, views and mixed memory orders.</summary>
    static IEnumerable<GradRow> Forms(string name, Func<Tensor, Tensor, Tensor> f, double low = -2, double high = 2)
    {
        Tensor R(params ReadOnlySpan<int> sizes) => Real(new Shape(sizes), low, high);
        return
        [
            Row(name, f, R(2, 3), R(2, 3).Flip(1)),
            Row(name + ", row broadcast", f, R(2, 3), R(3).Flip(0)),
            Row(name + ", column broadcast", (a, b) => f(b, a), R(2, 3), R(2, 1)),
            Row(name + ", outer", f, R(3, 1), R(1, 2)),
            Row(name + ", scalar", f, R(2, 2), R()),
            Row(name + ", views", (a, b) => f(a.Transpose(0, 1), b.Slice(1, 0, 6, 2)), R(3, 2), R(2, 6)),
            Row(name + ", channels last and channels", f, ChannelsLast(R(1, 3, 2, 1)), R(3, 1, 1).Flip(0)),
            Row(name + ", channels last and row-major", f, ChannelsLast(R(1, 2, 2, 2)), R(1, 2, 2, 2).Flip(1)),
        ];
    }

    static IEnumerable<GradRow> Choices() =>
    [
        new("clamp between tensors", t => t[0].Clamp(t[1], t[2]), [Real((3, 4)), Real(4, -1, -0.3), Real((3, 1), 0.3, 1)]),
        Row("clamp below a tensor", (a, b) => a.Clamp(max: b), Real((3, 4)), Real(4, -1, 1.1)),
        Row("where with a number", x => Tensor.Where(x > 0, x * x, -1), Real((2, 3))),
        Row("where broadcast", (a, b) => Tensor.Where(Tensor.From(true, false, true), a * b, a), Real((2, 1)), Real((2, 3))),
    ];
}
