namespace Fathom.Data;

/// <summary>Some samples stacked along the first axis: the inputs, and last the target.</summary>
public sealed class Batch
{
    /// <summary>A batch of tensors with the same size along the first axis.</summary>
    /// <exception cref="ShapeException">There is no tensor, one is a scalar, or the sizes differ.</exception>
    public Batch(params IReadOnlyList<Tensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        if (tensors.Count == 0) throw ShapeException.For("batch", "at least one tensor is needed");
        foreach (Tensor t in tensors)
            if (t.Rank == 0 || t.Shape[0] != tensors[0].Shape[0])
                throw ShapeException.For("batch", $"shapes {tensors[0].Shape} and {t.Shape} do not hold the same number of samples");
        Tensors = tensors;
    }

    /// <summary>All tensors, the target last.</summary>
    public IReadOnlyList<Tensor> Tensors { get; }

    /// <summary>The first tensor, a model's input.</summary>
    public Tensor Input => Tensors[0];

    /// <summary>The last tensor, what a model should give.</summary>
    public Tensor Target => Tensors[^1];

    /// <summary>The number of samples.</summary>
    public int Count => Tensors[0].Shape[0];

    /// <summary>Takes <c>var (x, y) = batch</c> apart.</summary>
    public void Deconstruct(out Tensor input, out Tensor target) => (input, target) = (Input, Target);
}

/// <summary>Batches that can be walked through again and again, one walk an epoch.</summary>
public interface IDataLoader : IEnumerable<Batch>
{
    /// <summary>The number of batches of one walk.</summary>
    int BatchCount { get; }

    /// <summary>The number of samples of one walk.</summary>
    int SampleCount { get; }
}

/// <summary>A loader that can begin anywhere, so that training goes on where it stopped.</summary>
public interface IResumableLoader : IDataLoader
{
    /// <summary>Makes the next walk that of this epoch, beginning at this batch; the walks behind it are those of the epochs that follow, from their first batch.</summary>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="batch">The first batch to give, from 0; <see cref="IDataLoader.BatchCount"/> gives none.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such epoch or batch.</exception>
    void StartAt(int epoch, int batch);
}
