namespace Fathom.Data;

/// <summary>Samples held in tensors: sample i is slice i of each along the first axis. A batch is one copy of rows a tensor, whatever its size.</summary>
public sealed class TensorDataset : IDataset
{
    /// <summary>A data set over tensors with equally many samples.</summary>
    /// <param name="tensors">Inputs, and the target last. They are not copied unless their memory is not row-major; do not change them while the data set is in use.</param>
    /// <exception cref="ShapeException">There is no tensor, one is a scalar, or they differ in the number of samples.</exception>
    public TensorDataset(params IReadOnlyList<Tensor> tensors) => Tensors = [.. new Batch(tensors).Tensors.Select(t => t.Detach().Contiguous())];

    /// <summary>The tensors with all samples.</summary>
    public IReadOnlyList<Tensor> Tensors { get; }

    /// <inheritdoc/>
    public int Count => Tensors[0].Shape[0];

    /// <summary>One sample, without the first axis.</summary>
    public IReadOnlyList<Tensor> this[int index]
    {
        get
        {
            IReadOnlyList<Tensor> one = Gather([index]).Tensors;
            return [.. one.Select(t => t.Reshape(t.Shape.Without(0)))];
        }
    }

    /// <inheritdoc/>
    public Batch Gather(ReadOnlySpan<int> rows)
    {
        var parts = new Tensor[Tensors.Count];
        for (int i = 0; i < parts.Length; i++) parts[i] = Rows.Gather(Tensors[i], rows);
        return new Batch(parts);
    }
}
