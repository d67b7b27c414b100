using Fathom.Tests.Golden;

namespace Fathom.Tests.Ops;

public class GoldenOpTests
{
    /// <summary>Where Fathom differs on purpose: the sign of NaN is NaN, as in NumPy, so that it is not lost.</summary>
    static readonly HashSet<string> Different = ["sign of special values"];

    public static TheoryData<string> Cases()
    {
        TheoryData<string> names = [];
        foreach (GoldenCase c in GoldenFile.Tensors.Cases)
            if (c.Has("op") && !GoldenOps.Elsewhere.Contains(c.Text("op")) && !Different.Contains(c.Name)) names.Add(c.Name);
        return names;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Values_and_gradients_are_those_of_PyTorch(string name)
    {
        GoldenCase c = GoldenFile.Tensors[name];
        Tensor[] x = [.. c.Tensors("inputs").Select(t => Read(t!))];
        if (c.Has("gradients"))
            for (int i = 0; i < x.Length; i++) if (c.Tensors("gradients")[i] is not null) x[i].RequiresGrad = true;
        Tensor[] y = GoldenOps.Run(c.Text("op"), c.Has("args") ? c.Object("args") : c, x);
        GoldenTensor?[] want = c.Tensors("outputs");
        Assert.Equal(want.Length, y.Length);
        for (int i = 0; i < y.Length; i++) Same(want[i]!, y[i], $"output {i}");
        if (!c.Has("gradients")) return;
        y[0].Backward(Read(c.Tensor("gy")));
        for (int i = 0; i < x.Length; i++)
            if (c.Tensors("gradients")[i] is { } g) Same(g, x[i].Grad ?? Tensor.ZerosLike(x[i]), $"gradient {i}");
    }

    [Fact]
    public void Every_case_of_the_file_is_tested_here_or_known_to_be_elsewhere()
    {
        string[] ops = [.. GoldenFile.Tensors.Cases.Where(c => c.Has("op")).Select(c => c.Text("op")).Distinct()];
        Assert.Empty(GoldenOps.Elsewhere.Except(ops));
    }

    [Fact]
    public void Element_types_of_two_tensors_are_those_of_PyTorch()
    {
        foreach (var row in Rows("promotion of tensors"))
        {
            DType a = Type(row[0]), b = Type(row[1]);
            Tensor x = Tensor.Ones(new Shape(1), a), y = Tensor.Ones(new Shape(1), b);
            Assert.Equal(Type(row[2]), Tensor.ResultType(x, y));
            Assert.Equal(Type(row[3]), Tensor.ResultType(x, y.Reshape(Shape.Scalar)));
            Assert.Equal(Type(row[4]), Tensor.ResultType(x.Reshape(Shape.Scalar), y.Reshape(Shape.Scalar)));
        }
    }

    [Fact]
    public void Element_types_with_numbers_are_those_of_PyTorch()
    {
        foreach (var row in Rows("promotion with literals"))
        {
            Tensor x = Tensor.Ones(new Shape(1), Type(row[0]));
            Assert.Equal([Type(row[1]), Type(row[2]), Type(row[3])], [Tensor.ResultType(x, true), Tensor.ResultType(x, 2), Tensor.ResultType(x, 2.5)]);
        }
    }

    [Fact]
    public void Element_types_of_quotients_and_sums_are_those_of_PyTorch()
    {
        foreach (var row in Rows("types of division and sum"))
        {
            DType type = Type(row[0]);
            Tensor x = Tensor.Ones(new Shape(1), type);
            if (type is DType.Float16 or DType.BFloat16)
            {
                Assert.Contains("storage and conversion", Assert.Throws<NotSupportedException>(() => x / x).Message);
                Assert.Throws<NotSupportedException>(() => x.Sum());
                continue;
            }
            Assert.Equal(Type(row[1]), (x / x).DType);
            Assert.Equal(Type(row[2]), x.Sum().DType);
        }
    }

    static IEnumerable<string[]> Rows(string name) =>
        GoldenFile.Tensors[name].Json.GetProperty("rows").EnumerateArray().Select(r => r.EnumerateArray().Select(v => v.GetString()!).ToArray());

    static DType Type(string name) => Enum.GetValues<DType>().Single(d => d.Name() == name);

    static Tensor Read(GoldenTensor t)
    {
        DType type = Type(t.DType);
        return type == DType.Int64 ? Tensor.From(t.Integers, new Shape(t.Shape)) : Tensor.From(t.Values, new Shape(t.Shape)).To(type);
    }

    static void Same(GoldenTensor want, Tensor got, string what)
    {
        Assert.Equal(new Shape(want.Shape), got.Shape);
        Assert.Equal(Type(want.DType), got.DType);
        double[] w = want.Values, g = got.ToArray<double>();
        double tolerance = want.DType is "float64" ? 2e-12 : 1e-6;
        for (int i = 0; i < w.Length; i++)
            Assert.True(w[i].Equals(g[i]) || w[i] == g[i] || Math.Abs(w[i] - g[i]) <= tolerance * Math.Max(1, Math.Abs(w[i])), $"{what}, element {i}: {g[i]:R}, PyTorch {w[i]:R}");
    }
}
