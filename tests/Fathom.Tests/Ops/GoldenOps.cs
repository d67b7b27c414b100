using Fathom.Tests.Golden;

namespace Fathom.Tests.Ops;

/// <summary>The ops of tensors.json by PyTorch's names, called with PyTorch's arguments.</summary>
static class GoldenOps
{
    delegate Tensor[] Call(GoldenCase args, Tensor[] x);

    static readonly Dictionary<string, Call> Calls = [];

    /// <summary>Ops of the file that other tests read, or that have no counterpart.</summary>
    public static readonly HashSet<string> Elsewhere =
    [
        "create", "index", "assign", "nonzero", "masked_fill", "hessian", "jacobian",
        "lgamma", "digamma", "trunc_divide", "fmod",
    ];

    public static Tensor[] Run(string op, GoldenCase args, Tensor[] x) => Calls[op](args, x);

    static void Map(string op, Func<Tensor, Tensor> f) => Calls.Add(op, (_, x) => [f(x[0])]);
    static void Map(string op, Func<Tensor, Tensor, Tensor> f) => Calls.Add(op, (_, x) => [f(x[0], x[1])]);
    static void Map(string op, Func<GoldenCase, Tensor, Tensor> f) => Calls.Add(op, (a, x) => [f(a, x[0])]);
    static void Map(string op, Func<GoldenCase, Tensor, (Tensor, Tensor)> f) => Calls.Add(op, (a, x) =>
    {
        var (values, indices) = f(a, x[0]);
        return [values, indices];
    });

    static GoldenOps()
    {
        Elementwise();
        Reductions();
        Ordering();
        Algebra();
        Moving();
    }

    static void Elementwise()
    {
        Map("exp", x => x.Exp());
        Map("sin", x => x.Sin());
        Map("cos", x => x.Cos());
        Map("tan", x => x.Tan());
        Map("sinh", x => x.Sinh());
        Map("cosh", x => x.Cosh());
        Map("tanh", x => x.Tanh());
        Map("erf", x => x.Erf());
        Map("erfc", x => x.Erfc());
        Map("atan", x => x.Atan());
        Map("asinh", x => x.Asinh());
        Map("abs", x => x.Abs());
        Map("neg", x => -x);
        Map("square", x => x.Square());
        Map("sigmoid", x => x.Sigmoid());
        Map("expm1", x => x.Expm1());
        Map("relu", x => x.Relu());
        Map("sign", x => x.Sign());
        Map("floor", x => x.Floor());
        Map("ceil", x => x.Ceil());
        Map("round", x => x.Round());
        Map("trunc", x => x.Trunc());
        Map("exp2", x => x.Exp2());
        Map("log", x => x.Log());
        Map("log2", x => x.Log2());
        Map("log10", x => x.Log10());
        Map("log1p", x => x.Log1p());
        Map("sqrt", x => x.Sqrt());
        Map("rsqrt", x => x.Rsqrt());
        Map("reciprocal", x => x.Reciprocal());
        Map("asin", x => x.Asin());
        Map("acos", x => x.Acos());
        Map("atanh", x => x.Atanh());
        Map("acosh", x => x.Acosh());
        Map("add", (a, b) => a + b);
        Map("sub", (a, b) => a - b);
        Map("mul", (a, b) => a * b);
        Map("div", (a, b) => a / b);
        Map("maximum", (a, b) => a.Maximum(b));
        Map("minimum", (a, b) => a.Minimum(b));
        Map("atan2", (a, b) => a.Atan2(b));
        Map("floor_divide", (a, b) => a.FloorDivide(b));
        Map("remainder", (a, b) => a % b);
        Map("eq", (a, b) => a.Eq(b));
        Map("ne", (a, b) => a.Ne(b));
        Map("lt", (a, b) => a < b);
        Map("le", (a, b) => a <= b);
        Map("gt", (a, b) => a > b);
        Map("ge", (a, b) => a >= b);
        Map("logical_and", (a, b) => a & b);
        Map("logical_or", (a, b) => a | b);
        Map("logical_xor", (a, b) => a ^ b);
        Map("logical_not", x => !x);
        Calls.Add("pow", (a, x) => [x[0].Pow(a.Has("exponent") ? Number(a, "exponent") : x[1])]);
        Map("rpow", (a, x) => Number(a, "base").Pow(x));
        Map("clamp", (a, x) => x.Clamp(a.Has("min") ? Number(a, "min") : null, a.Has("max") ? Number(a, "max") : null));
        Calls.Add("where", (_, x) => [Tensor.Where(x[0].DType == DType.Bool ? x[0] : x[0] > 0, x[^2], x[^1])]);
        Map("cast", (a, x) => a.Text("dtype") is "float16" ? x.To(DType.Float16).To(DType.Float32) : a.Text("dtype") is "bfloat16" ? x.To(DType.BFloat16).To(DType.Float32) : x.To(DType.Int64));
    }

    static Tensor Number(GoldenCase a, string key) => a.Json.GetProperty(key).TryGetInt64(out long whole) ? whole : a.Number(key, 0);

    static int[] Axes(GoldenCase a) => a.Has("dim") ? a.Integers("dim") : [];
    static bool Keep(GoldenCase a) => a.Flag("keepdim");
    static double Correction(GoldenCase a) => a.Has("unbiased") ? a.Flag("unbiased") ? 1 : 0 : a.Number("correction", 1);

    static void Reductions()
    {
        Map("sum", (a, x) => x.Sum(Axes(a), Keep(a)));
        Map("mean", (a, x) => x.Mean(Axes(a), Keep(a)));
        Map("prod", (a, x) => x.Prod(Axes(a), Keep(a)));
        Map("amax", (a, x) => x.Amax(Axes(a), Keep(a)));
        Map("amin", (a, x) => x.Amin(Axes(a), Keep(a)));
        Calls.Add("max", (a, x) => a.Has("dim") ? Both(x[0].Max(a.Integer("dim", 0), Keep(a))) : [x[0].Max()]);
        Calls.Add("min", (a, x) => a.Has("dim") ? Both(x[0].Min(a.Integer("dim", 0), Keep(a))) : [x[0].Min()]);
        Map("argmax", (a, x) => a.Has("dim") ? x.ArgMax(a.Integer("dim", 0), Keep(a)) : x.ArgMax());
        Map("argmin", (a, x) => a.Has("dim") ? x.ArgMin(a.Integer("dim", 0), Keep(a)) : x.ArgMin());
        Map("var", (a, x) => x.Var(Axes(a), Keep(a), Correction(a)));
        Map("std", (a, x) => x.Std(Axes(a), Keep(a), Correction(a)));
        Map("norm", (a, x) => x.Norm(a.Number("p", 2), Axes(a), Keep(a)));
        Map("cumsum", (a, x) => x.CumSum(a.Integer("dim", 0)));
        Map("cumprod", (a, x) => x.CumProd(a.Integer("dim", 0)));
        Map("logsumexp", (a, x) => x.LogSumExp(Axes(a), Keep(a)));
        Map("any", (a, x) => x.Any(Axes(a), Keep(a)));
        Map("all", (a, x) => x.All(Axes(a), Keep(a)));
        Map("count_nonzero", (a, x) => x.CountNonZero(Axes(a)));
    }

    static Tensor[] Both((Tensor Values, Tensor Indices) pair) => [pair.Values, pair.Indices];

    static void Ordering()
    {
        Map("sort", (a, x) => x.Sort(a.Integer("dim", -1), a.Flag("descending")));
        Map("argsort", (a, x) => x.ArgSort(a.Integer("dim", -1)));
        Map("topk", (a, x) => x.TopK(a.Integer("k", 0), a.Integer("dim", -1), a.Flag("largest", true)));
        Map("kthvalue", (a, x) => x.KthValue(a.Integer("k", 0), a.Integer("dim", -1)));
        Map("median", (a, x) => x.Median(a.Integer("dim", -1)));
        Calls.Add("unique", (a, x) => x[0].Unique() is var (values, inverse, counts) && a.Has("return_inverse") ? [values, inverse, counts] : [x[0].Unique().Values]);
    }

    static void Algebra()
    {
        Calls.Add("einsum", (a, x) => [Tensor.Einsum(a.Text("equation"), x)]);
        Map("matmul", (a, b) => a.MatMul(b));
        Map("dot", (a, b) => a.Dot(b));
        Map("outer", (a, b) => a.Outer(b));
        Map("trace", x => x.Trace());
        Map("tril", (a, x) => x.Tril(a.Integer("diagonal", 0)));
        Map("triu", (a, x) => x.Triu(a.Integer("diagonal", 0)));
        Map("diagonal", x => x.Diagonal());
    }

    static void Moving()
    {
        Calls.Add("cat", (a, x) => [Tensor.Cat(x, a.Integer("dim", 0))]);
        Calls.Add("stack", (a, x) => [Tensor.Stack(x, a.Integer("dim", 0))]);
        Calls.Add("split", (a, x) => a.Integers("split_size_or_sections") is var s && s.Length == 1 ? x[0].Split(s[0], a.Integer("dim", 0)) : x[0].Split(s, a.Integer("dim", 0)));
        Calls.Add("chunk", (a, x) => x[0].Chunk(a.Integer("chunks", 1), a.Integer("dim", 0)));
        Map("repeat", (a, x) => x.Repeat(a.Integers("repeats")));
        Map("tile", (a, x) => x.Tile(a.Integers("dims")));
        Map("repeat_interleave", (a, x) => x.RepeatInterleave(a.Integer("repeats", 1), a.Integer("dim", 0)));
        Map("flip", (a, x) => x.Flip(a.Integers("dims")));
        Map("roll", (a, x) => a.Has("dims") ? x.Roll(a.Integers("shifts"), a.Integers("dims")) : x.Roll(a.Integer("shifts", 0)));
        Map("pad", (a, x) => x.Pad(a.Integers("pad"), PadMode.Constant, a.Number("value", 0)));
        Map("expand", (a, x) => x.Expand(a.Integers("size")));
        Map("permute", (a, x) => x.Permute(a.Integers("dims")));
        Map("gather", (a, x) => x.Gather(a.Integer("dim", 0), Index(a)));
        Calls.Add("scatter_add", (a, x) => [x[0].ScatterAdd(a.Integer("dim", 0), Index(a), x[1])]);
        Map("index_select", (a, x) => x.IndexSelect(a.Integer("dim", 0), Tensor.From<int>(a.Integers("index"))));
        Map("take_along_dim", (Tensor x) => x.TakeAlong(1, x.ArgSort(1)));
    }

    static Tensor Index(GoldenCase a)
    {
        int[][] rows = [.. a.Json.GetProperty("index").EnumerateArray().Select(r => r.EnumerateArray().Select(v => v.GetInt32()).ToArray())];
        return Tensor.From(rows);
    }
}
