using Fathom.Training.Plotting;

namespace Fathom.Training;

/// <summary>What each epoch of a fit came to: <c>history["val_accuracy"][^1]</c>. Figures of the training samples have plain names, those of the validation samples begin with val_.</summary>
public sealed class History
{
    internal History(IReadOnlyList<EpochSummary> epochs)
    {
        Epochs = [.. epochs];
        Names = [.. epochs.SelectMany(e => e.Metrics.Keys).Distinct().Select(Plain)];
    }

    /// <summary>The epochs as the trainer told of them, with times and numbers of samples.</summary>
    public IReadOnlyList<EpochSummary> Epochs { get; }

    /// <summary>What was measured: loss, accuracy, val_loss, ...</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>A figure by epoch.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="ArgumentException">It was not measured; the message lists what was.</exception>
    public IReadOnlyList<double> this[string name] => Names.Contains(name)
        ? [.. Epochs.Select(e => e[name.StartsWith("val_", StringComparison.Ordinal) ? name : "train_" + name])]
        : throw new ArgumentException($"'{name}' was not measured; there are {string.Join(", ", Names)}.", nameof(name));

    /// <summary>The figures as curves over the epochs.</summary>
    /// <param name="names">Which; none for all.</param>
    public LinePlot ToPlot(params IReadOnlyList<string> names) => new()
    {
        XLabel = "epoch",
        Series = [.. (names.Count == 0 ? Names : names).Select(n => new Series(n, [.. this[n].Select((v, i) => new DataPoint(i + 1, v))]))],
    };

    static string Plain(string name) => name.StartsWith("train_", StringComparison.Ordinal) ? name["train_".Length..] : name;

    /// <summary>An epoch's figures in a line: <c>loss 0.2613  accuracy 0.925  val_loss 0.1412</c>.</summary>
    internal static string Line(EpochSummary epoch) => string.Join("  ", epoch.Metrics.Select(m => $"{Plain(m.Key)} {Figures.Short(m.Value)}"));
}
