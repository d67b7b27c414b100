namespace Fathom.Tests.Ops;

public class EinsumTests
{
    /// <summary>Every product of elements, added where the result's letters say.</summary>
    static double[] Plain(string equation, Tensor[] x)
    {
        string[] sides = equation.Split("->"), inputs = sides[0].Split(',');
        string letters = string.Concat(string.Concat(inputs).Distinct());
        int[] sizes = [.. letters.Select(c => inputs.Select((s, i) => s.IndexOf(c) is >= 0 and var at ? x[i].Shape[at] : 0).Max())];
        Shape result = new([.. sides[1].Select(c => sizes[letters.IndexOf(c)])]);
        double[] y = new double[result.Count];
        foreach (int[] index in Oracle.Indices(new Shape(sizes)))
        {
            double product = 1;
            for (int i = 0; i < x.Length; i++) product *= Oracle.At(x[i], [.. inputs[i].Select(c => index[letters.IndexOf(c)])]);
            long at = 0;
            foreach (char c in sides[1]) at = at * sizes[letters.IndexOf(c)] + index[letters.IndexOf(c)];
            y[at] += product;
        }
        return y;
    }

    [Theory]
    [InlineData("ij,jk->ik")]
    [InlineData("ij,jk->ki")]
    [InlineData("ji,kj->ik")]
    [InlineData("bij,bjk->bik")]
    [InlineData("bij,bjk->ikb")]
    [InlineData("bij,kj->bik")]
    [InlineData("i,j,k->kij")]
    [InlineData("ij,ij->i")]
    [InlineData("ij,ij->")]
    [InlineData("ij,ij->ji")]
    [InlineData("ijk->kj")]
    [InlineData("ii->i")]
    [InlineData("iij->ij")]
    [InlineData("iji,jk->k")]
    [InlineData("ii,jj->ij")]
    [InlineData("ij,k->k")]
    [InlineData("ij,jk,kl,lm->im")]
    [InlineData("bhqd,bhkd->bhqk")]
    [InlineData("abc,bcd,cda->ad")]
    [InlineData(",ij->ij")]
    public void Agrees_with_plain_loops(string equation)
    {
        const string Letters = "abcdbhijklmq";
        int[] sizes = [2, 3, 2, 4, 3, 2, 3, 2, 4, 3, 2, 3];
        Tensor[] x = [.. equation.Split("->")[0].Split(',').Select((s, i) => Oracle.Make(new Shape([.. s.Select(c => sizes[Letters.LastIndexOf(c)])]), DType.Float64, i))];
        Tensor y = Tensor.Einsum(equation, x);
        double[] want = Plain(equation, x), got = Oracle.Values(y);
        Assert.Equal(want.Length, got.Length);
        for (int i = 0; i < want.Length; i++) Assert.Equal(want[i], got[i], 1e-9);
    }

    [Fact]
    public void Without_an_arrow_letters_that_occur_once_remain_in_order()
    {
        Tensor a = Oracle.Make((2, 3)), b = Oracle.Make((3, 4), seed: 1);
        Assert.Equal(a.MatMul(b).ToArray<float>(), Tensor.Einsum("ij,jk", a, b).ToArray<float>());
        Assert.Equal(a.T.ToArray<float>(), Tensor.Einsum("ba", a).ToArray<float>());
        Assert.Equal(Shape.Scalar, Tensor.Einsum("ii", Oracle.Make((3, 3))).Shape);
    }

    [Fact]
    public void Axes_behind_an_ellipsis_broadcast()
    {
        Tensor a = Oracle.Make((2, 1, 3, 4)), b = Oracle.Make((5, 4, 2), seed: 1), y = Tensor.Einsum("...ij, ...jk -> ...ik", a, b);
        Assert.Equal(a.MatMul(b).Shape, y.Shape);
        Assert.True((a.MatMul(b) - y).Abs().Max().Item() < 1e-4);
        Assert.Equal(new Shape(4, 2, 1), Tensor.Einsum("...ij->j...", a).Shape);
        Assert.Equal(new Shape(2, 3, 4), Tensor.Einsum("i...,i...->i...", Oracle.Make((2, 3, 1)), Oracle.Make((2, 4))).Shape);
    }

    [Fact]
    public void Integers_stay_integers() => Assert.Equal(DType.Int32, Tensor.Einsum("ij->i", Tensor.From(new[,] { { 1, 2 } })).DType);

    [Theory]
    [InlineData("ij,jk->ik", "names 2 operands")]
    [InlineData("ijk->k", "names 3 axes")]
    [InlineData("i->i", "names 1 axes")]
    [InlineData("ij->ik", "letter 'k'")]
    [InlineData("ij->ii", "twice")]
    [InlineData("i1->i", "not a letter")]
    [InlineData("ij->i->j", "more than one arrow")]
    [InlineData("ii->i", "sizes 2 and 3")]
    public void Mistakes_are_named(string equation, string message) =>
        Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(() => Tensor.Einsum(equation, Tensor.Zeros(2, 3))).Message);

    [Fact]
    public void Sizes_must_agree() =>
        Assert.Contains("'j' in 'ij,jk' has sizes 3 and 4", Assert.Throws<ShapeException>(() => Tensor.Einsum("ij,jk", Tensor.Zeros(2, 3), Tensor.Zeros(4, 2))).Message);
}
