namespace Fathom.Nn;

/// <summary>A table of vectors, looked up by integer: the weight, (entries, size), is normal with deviation 1 at first.</summary>
public sealed class Embedding : Module
{
    readonly int? padding;

    /// <summary>A table.</summary>
    /// <param name="entries">The number of vectors; indices run from 0 to this less 1.</param>
    /// <param name="size">The length of each vector.</param>
    /// <param name="padding">An index whose vector is 0 at first and gets no gradient; negative ones count from the end.</param>
    /// <param name="init">How to fill the weight; by default normal with deviation 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or the padding index is not in the table.</exception>
    public Embedding(int entries, int size, int? padding = null, Init? init = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(entries, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        if (padding is { } p && (p < -entries || p >= entries))
            throw new ArgumentOutOfRangeException(nameof(padding), p, $"The padding index of a table of {entries} entries lies between {-entries} and {entries - 1}.");
        this.padding = padding < 0 ? padding + entries : padding;
        Weight = new(init);
        Weight.Materialize((entries, size), Init.Normal());
        if (this.padding is { } row) Weight.Detach().Slice(0, row, row + 1).FillInPlace(0);
    }

    /// <summary>The vectors, (entries, size).</summary>
    public Parameter Weight { get; set => field = Register(value); }

    /// <inheritdoc/>
    /// <param name="x">Integers of any shape; the result has one more axis.</param>
    public override Tensor Forward(Tensor x) => Functional.Embedding(x, Weight, padding);

    /// <inheritdoc/>
    protected override string Details => $"{Weight.Shape[0]} x {Weight.Shape[1]}{(padding is { } p ? $", padding: {p}" : "")}";
}

public static partial class Functional
{
    /// <summary>The rows of a table that integers name.</summary>
    /// <param name="indices">Integers of any shape.</param>
    /// <param name="weight">(entries, size).</param>
    /// <param name="padding">An index whose row gets no gradient.</param>
    /// <returns>The shape of the indices with an axis of the size added.</returns>
    /// <exception cref="ArgumentException">The indices are not integers.</exception>
    public static Tensor Embedding(Tensor indices, Tensor weight, int? padding = null)
    {
        ArgumentNullException.ThrowIfNull(indices);
        ArgumentNullException.ThrowIfNull(weight);
        if (indices.DType is not (DType.Int64 or DType.Int32 or DType.UInt8))
            throw new ArgumentException($"[embedding] the indices are {indices.DType.Name()}; they must be integers, as from .To(DType.Int64).", nameof(indices));
        indices = indices.To(DType.Int64);
        Tensor rows = weight.IndexSelect(0, indices.Flatten()).Reshape([.. indices.Shape.Span, weight.Shape[1]]);
        return padding is { } p ? Tensor.Where(indices.Ne(p).Unsqueeze(-1), rows, rows.Detach()) : rows;
    }
}
