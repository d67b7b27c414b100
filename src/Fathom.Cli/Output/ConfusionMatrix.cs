using Fathom.Training;
using Fathom.Training.Plotting;
using Spectre.Console;

namespace Fathom.Cli;

/// <summary>How often each class was taken for each.</summary>
internal sealed class ConfusionMatrix(IReadOnlyList<string> classes)
{
    const int LongName = 5;

    /// <summary>What a column takes beside its text.</summary>
    const int Gap = 3;

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

    /// <summary>A row for each true class, a column for each predicted one, and how many of a row are right; where that is too wide, what each class is taken for most often.</summary>
    public void Print(Terminal terminal)
    {
        int names = Math.Max("taken".Length, All.Max(t => RowName(t).Length)), needed = Gap + names + All.Sum(p => Gap + Math.Max(ColumnName(p).Length, $"{All.Max(t => _counts[t, p])}".Length)) + Gap + "100.0%".Length;
        if (needed > terminal.Console.Profile.Width)
        {
            if (terminal.IsInteractive)
            {
                PrintWorst(terminal);
                return;
            }
            terminal.Console.Profile.Width = needed;
        }
        var table = new Table { Border = TableBorder.Simple, Title = null };
        table.AddColumn(new TableColumn("true \\ taken for"));
        foreach (int c in All) table.AddColumn(new TableColumn(Markup.Escape(ColumnName(c))).RightAligned().NoWrap());
        table.AddColumn(new TableColumn("right").RightAligned().NoWrap());
        foreach (int t in All) table.AddRow(Row(t));
        terminal.Console.Write(table);
    }

    /// <summary>Long names would make the table wider than a terminal: columns have the numbers that the rows explain.</summary>
    bool Numbered => classes.Any(c => c.Length > LongName);

    string ColumnName(int c) => Numbered ? $"{c}" : classes[c];

    string RowName(int c) => Numbered ? $"{c} {classes[c]}" : classes[c];

    void PrintWorst(Terminal terminal) => Listing.Print(terminal, ["class", "right", "else mostly"], [.. All.Select(t =>
    {
        int other = All.Where(p => p != t).DefaultIfEmpty(t).MaxBy(p => _counts[t, p]);
        return (string[])[classes[t], Right(t), other == t || _counts[t, other] == 0 ? "" : $"{classes[other]} ({_counts[t, other]})"];
    })]);

    string Right(int t)
    {
        long all = Sum(All.Select(p => _counts[t, p]));
        return all == 0 ? "-" : Figures.Percent((double)_counts[t, t] / all);
    }

    IEnumerable<Markup> Row(int t)
    {
        yield return new Markup(Markup.Escape(RowName(t)));
        foreach (int p in All) yield return new Markup(Cell(_counts[t, p], t == p));
        yield return new Markup(Right(t));
    }

    static string Cell(long count, bool right) => count == 0 ? "[grey]·[/]" : right ? $"[bold]{count}[/]" : $"{count}";
}
