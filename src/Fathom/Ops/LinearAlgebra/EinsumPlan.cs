namespace Fathom.Ops;

/// <summary>
/// A sum of products as permutations, reshapes and matrix products. Operands are joined from left to right; a letter that nothing further needs is summed
/// over as soon as possible, within a matrix product where both operands have it. Axes behind an ellipsis get letters of their own, counted from the last axis.
/// </summary>
internal sealed class EinsumPlan
{
    /// <summary>A tensor and the letter of each of its axes.</summary>
    readonly record struct Term(Tensor Value, string Letters);

    const char Hidden = '\uE000';               // private use: the last axis behind an ellipsis, the one before it, ...

    readonly Queue<Term> terms = new();
    readonly string result;

    EinsumPlan(IEnumerable<Term> terms, string result)
    {
        foreach (Term t in terms) this.terms.Enqueue(t);
        this.result = result;
    }

    public static EinsumPlan Read(string equation, ReadOnlySpan<Tensor> operands)
    {
        string[] sides = equation.Replace(" ", "", StringComparison.Ordinal).Split("->");
        string[] inputs = sides[0].Split(',');
        if (sides.Length > 2) throw Unreadable(equation, "it has more than one arrow");
        if (inputs.Length != operands.Length) throw Unreadable(equation, $"it names {inputs.Length} operands, but {operands.Length} were given");
        Term[] terms = new Term[inputs.Length];
        DType? type = null;
        foreach (Tensor t in operands) type = Tensor.Join(type, t);
        for (int i = 0; i < terms.Length; i++) terms[i] = Diagonals(new(operands[i].To(type!.Value), Letters(equation, inputs[i], operands[i])));
        int hidden = terms.Max(t => t.Letters.Count(c => c >= Hidden));
        string result = sides.Length == 2 ? Result(equation, sides[1], hidden) : Implied(inputs, hidden);
        foreach (char c in result)
            if (!terms.Any(t => t.Letters.Contains(c))) throw Unreadable(equation, $"no operand has the letter '{c}' of the result");
        CheckSizes(equation, terms);
        return new(terms, result);
    }

    static ArgumentException Unreadable(string equation, string why) => new($"[einsum] '{equation}' cannot be read: {why}.");

    /// <summary>The letters of an operand's axes, those behind an ellipsis spelled out.</summary>
    static string Letters(string equation, string input, Tensor x)
    {
        int named = input.Replace("...", "", StringComparison.Ordinal).Length, hidden = x.Rank - named;
        if (hidden < 0 || (hidden > 0 && named == input.Length))
            throw ShapeException.For("einsum", $"'{input}' in '{equation}' names {named} axes, but the operand has shape {x.Shape}");
        return Spell(equation, input, hidden);
    }

    static string Spell(string equation, string letters, int hidden)
    {
        string spelled = letters.Replace("...", HiddenLetters(hidden), StringComparison.Ordinal);
        foreach (char c in spelled)
            if (!char.IsAsciiLetter(c) && c < Hidden) throw Unreadable(equation, $"'{c}' is not a letter");
        return spelled;
    }

    static string HiddenLetters(int n) => string.Concat(Enumerable.Range(0, n).Select(i => (char)(Hidden + n - 1 - i)));

    static string Result(string equation, string letters, int hidden)
    {
        string spelled = Spell(equation, letters, hidden);
        if (spelled.Distinct().Count() != spelled.Length) throw Unreadable(equation, "the result names an axis twice");
        return spelled;
    }

    static string Implied(string[] inputs, int hidden)
    {
        string all = string.Concat(inputs).Replace(".", "", StringComparison.Ordinal);
        return HiddenLetters(hidden) + string.Concat(all.Where(c => all.Count(d => d == c) == 1).Order());
    }

    static void CheckSizes(string equation, Term[] terms)
    {
        Dictionary<char, int> sizes = [];
        foreach (Term t in terms)
            for (int i = 0; i < t.Letters.Length; i++)
            {
                char c = t.Letters[i];
                int size = t.Value.Shape[i];
                if (!sizes.TryGetValue(c, out int other) || (c >= Hidden && other == 1)) sizes[c] = size;
                else if (other != size && !(c >= Hidden && size == 1))
                    throw ShapeException.For("einsum", c >= Hidden ? $"axes behind '...' in '{equation}' have sizes {other} and {size}, which do not broadcast" : $"'{c}' in '{equation}' has sizes {other} and {size}");
            }
    }

    /// <summary>Letters that a term repeats become one axis, its diagonal.</summary>
    static Term Diagonals(Term t)
    {
        for (int i = 0; i < t.Letters.Length; i++)
        {
            int again = t.Letters.IndexOf(t.Letters[i], i + 1);
            if (again < 0) continue;
            if (t.Value.Shape[i] != t.Value.Shape[again]) throw ShapeException.For("einsum", $"'{t.Letters[i]}' names axes of sizes {t.Value.Shape[i]} and {t.Value.Shape[again]} of one operand");
            return Diagonals(new(t.Value.Diagonal(0, i, again), t.Letters.Remove(again, 1).Remove(i, 1) + t.Letters[i]));
        }
        return t;
    }

    public Tensor Compute()
    {
        Term joined = terms.Dequeue();
        while (terms.TryDequeue(out Term next)) joined = Join(SumUnneeded(joined, next.Letters), SumUnneeded(next, joined.Letters));
        return Arrange(SumUnneeded(joined, ""), result);
    }

    bool IsNeeded(char c) => result.Contains(c) || terms.Any(t => t.Letters.Contains(c));

    /// <summary>Sums over the axes that neither the partner nor anything later needs.</summary>
    Term SumUnneeded(Term t, string partner)
    {
        int[] axes = [.. Enumerable.Range(0, t.Letters.Length).Where(i => !partner.Contains(t.Letters[i]) && !IsNeeded(t.Letters[i]))];
        if (axes.Length == 0) return t;
        return new(t.Value.Sum(axes, dtype: t.Value.DType), string.Concat(t.Letters.Where((_, i) => !axes.Contains(i))));
    }

    Term Join(Term a, Term b)
    {
        string common = string.Concat(a.Letters.Where(c => b.Letters.Contains(c)));
        string batch = string.Concat(common.Where(IsNeeded)), inner = string.Concat(common.Where(c => !IsNeeded(c)));
        string left = string.Concat(a.Letters.Where(c => !common.Contains(c))), right = string.Concat(b.Letters.Where(c => !common.Contains(c)));
        (a, b) = (Widen(a, b), Widen(b, a));
        Tensor x = Arrange(a, batch + left + inner), y = Arrange(b, batch + inner + right);
        int[] sizesB = [.. x.Shape.Span[..batch.Length]], sizesL = [.. x.Shape.Span[batch.Length..(batch.Length + left.Length)]], sizesR = [.. y.Shape.Span[common.Length..]];
        int n = Count(sizesB), l = Count(sizesL), r = Count(sizesR), k = Count(x.Shape.Span[(batch.Length + left.Length)..]);
        Tensor product = inner.Length == 0 ? x.Reshape(n, l, 1) * y.Reshape(n, 1, r)
            : batch.Length == 0 ? x.Reshape(l, k).MatMul(y.Reshape(k, r))
            : x.Reshape(n, l, k).MatMul(y.Reshape(n, k, r));
        return new(product.Reshape(new Shape([.. sizesB, .. sizesL, .. sizesR])), batch + left + right);
    }

    static int Count(ReadOnlySpan<int> sizes) => checked((int)new Shape(sizes).Count);

    /// <summary>Stretches axes of size 1 behind an ellipsis to the partner's size.</summary>
    static Term Widen(Term t, Term partner)
    {
        int[] d = t.Value.Shape.ToArray();
        for (int i = 0; i < d.Length; i++)
            if (d[i] == 1 && partner.Letters.IndexOf(t.Letters[i]) is >= 0 and var at) d[i] = partner.Value.Shape[at];
        return t with { Value = t.Value.Expand(new Shape(d)) };
    }

    static Tensor Arrange(Term t, string letters) => t.Letters == letters ? t.Value : t.Value.Permute([.. letters.Select(c => t.Letters.IndexOf(c))]);
}
