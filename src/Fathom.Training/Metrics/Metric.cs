namespace Fathom.Training;

/// <summary>A figure of merit that is gathered batch by batch: <see cref="Update"/> with each, read <see cref="Value"/>, <see cref="Reset"/> before the next pass.
/// Its value is that of all samples together, not a mean over batches.</summary>
public abstract class Metric
{
    /// <summary>The name under which it is reported: accuracy becomes val_accuracy.</summary>
    public abstract string Name { get; }

    /// <summary>The figure over everything since the last reset; not-a-number before the first sample.</summary>
    public abstract double Value { get; }

    /// <summary>Takes in a batch. No graph is recorded.</summary>
    /// <param name="prediction">What the model gave.</param>
    /// <param name="target">What it should have given.</param>
    /// <exception cref="ShapeException">The shapes do not fit each other.</exception>
    public abstract void Update(Tensor prediction, Tensor target);

    /// <summary>Forgets all samples.</summary>
    public abstract void Reset();

    /// <summary>The name and the value.</summary>
    public override string ToString() => $"{Name} {Plotting.Figures.Short(Value)}";

    /// <summary>The metric of a name, as libraries of the field spell them: accuracy, top_5_accuracy, precision, recall, f1, mean_absolute_error (mae), mean_squared_error (mse), root_mean_squared_error (rmse).</summary>
    /// <exception cref="ArgumentException">There is no such metric; the message lists them.</exception>
    public static Metric Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.ToLowerInvariant() switch
        {
            "accuracy" or "acc" or "sparse_categorical_accuracy" or "categorical_accuracy" or "binary_accuracy" => new Accuracy(),
            "precision" => new Precision(),
            "recall" => new Recall(),
            "f1" or "f1_score" => new F1(),
            "mean_absolute_error" or "mae" => new MeanAbsoluteError(),
            "mean_squared_error" or "mse" => new MeanSquaredError(),
            "root_mean_squared_error" or "rmse" => new RootMeanSquaredError(),
            ['t', 'o', 'p', '_', .. var k, '_', 'a', 'c', 'c', 'u', 'r', 'a', 'c', 'y'] when int.TryParse(k, out int count) && count > 0 => new TopKAccuracy(count),
            _ => throw new ArgumentException($"There is no metric '{name}'; there are accuracy, top_K_accuracy, precision, recall, f1, mean_absolute_error, mean_squared_error, root_mean_squared_error.", nameof(name)),
        };
    }
}
