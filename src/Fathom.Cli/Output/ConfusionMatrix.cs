using Fathom.Training;
using Fathom.Training.Plotting;
using Spectre.Console;

namespace Fathom.Cli;

/// <summary>How often each class was taken for each.</summary>
internal sealed class ConfusionMatrix(IReadOnlyList<string> classes)
{
    const int LongName = 5;

    readonly long[,] _counts = new long[classes.Count, classes.Count];

    /// <summary>Counts a batch of predicted and true class indices, both (N).</summary>
    public void Add(Tensor predicted, Tensor target)
    {
        long[] counts = Measures.ConfusionMatrix(predicted, target, classes.Count).ToArray<long>();
        for (int i = 0; i < counts.Length; i++) _counts[i / classes.Count, i % classes.Count] += counts[i];
    }

    /// <summary>The share of samples on the diagonal.</summary>
    public double Accuracy => Sum(All.Select(c => _counts[c, c])) / Math.Max(1.0, Sum(_counts.Cast<long>()));

    IEnumerable<int> All => Enumerable.Range(0, classes.Count);

    static long Sum(IEnumerable<long> values) => values.Sum();

    /// <summary>A row for each true class, a column for each predicted one, and how many of a row are right.</summary>
    public void Print(Terminal terminal)
    {
        // Long names would make the table wider than a terminal: columns have the numbers that the rows explain.
        bool numbered = classes.Any(c => c.Length > LongName);
        var table = new Table { Border = TableBorder.Simple, Title = null };
        table.AddColumn(new TableColumn("true \\ taken for"));
        foreach (int c in All) table.AddColumn(new TableColumn(Markup.Escape(numbered ? $"{c}" : classes[c])).RightAligned().NoWrap());
        table.AddColumn(new TableColumn("right").RightAligned().NoWrap());
        foreach (int t in All) table.AddRow(Row(t, numbered));
        terminal.Console.Write(table);
    }

    IEnumerable<Markup> Row(int t, bool numbered)
    {
        yield return new Markup(Markup.Escape(numbered ? $"{t} {classes[t]}" : classes[t]));
        foreach (int p in All) yield return new Markup(Cell(_counts[t, p], t == p));
        long all = Sum(All.Select(p => _counts[t, p]));
        yield return new Markup(all == 0 ? "-" : Figures.Percent((double)_counts[t, t] / all));
    }

    static string Cell(long count, bool right) => count == 0 ? "[grey]·[/]" : right ? $"[bold]{count}[/]" : $"{count}";
}
