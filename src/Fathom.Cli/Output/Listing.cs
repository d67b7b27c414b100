using Spectre.Console;

namespace Fathom.Cli;

/// <summary>Rows under headings: a table where the terminal is wide enough for it, and else a block of lines for each row.</summary>
internal static class Listing
{
    /// <summary>What a column takes beside its text.</summary>
    const int Gap = 3;

    /// <summary>What a table takes beside its columns.</summary>
    const int Edges = 2;

    /// <summary>Prints rows; the first cell of each names it.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="headings">The headings.</param>
    /// <param name="rows">As many cells a row as there are headings.</param>
    public static void Print(Terminal terminal, IReadOnlyList<string> headings, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        int width = terminal.Console.Profile.Width, needed = Edges + headings.Select((h, c) => Gap + rows.Select(r => r[c].Length).Append(h.Length).Max()).Sum();
        if (needed > width && !terminal.IsInteractive) terminal.Console.Profile.Width = width = needed;          // no reader's eyes, no edge
        if (needed <= width) PrintTable(terminal, headings, rows);
        else foreach (IReadOnlyList<string> row in rows) PrintBlock(terminal, headings, row, width);
    }

    static void PrintTable(Terminal terminal, IReadOnlyList<string> headings, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (string h in headings) table.AddColumn(Markup.Escape(h));
        foreach (IReadOnlyList<string> row in rows) table.AddRow([.. row.Select(Markup.Escape)]);
        terminal.Console.Write(table);
    }

    static void PrintBlock(Terminal terminal, IReadOnlyList<string> headings, IReadOnlyList<string> row, int width)
    {
        terminal.Out.WriteLine(row[0].Length > 0 ? row[0] : headings[0]);
        int column = headings.Skip(1).Max(h => h.Length);
        if (column > width / 2) column = 0;                         // such names are followed by a line of their own
        for (int c = 1; c < headings.Count; c++)
        {
            if (row[c].Length == 0) continue;
            if (column == 0) terminal.Out.WriteLine($"  {headings[c]}");
            string lead = column == 0 ? "    " : $"  {headings[c].PadRight(column)}  ";
            foreach (string line in Wrapped(row[c], Math.Max(8, width - lead.Length - 1)))
            {
                terminal.Out.WriteLine(lead + line);
                lead = new string(' ', lead.Length);
            }
        }
    }

    /// <summary>A text in lines that are broken between words; a word that is too long stands alone.</summary>
    public static IEnumerable<string> Wrapped(string text, int width)
    {
        string line = "";
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }
            line = line.Length == 0 ? word : $"{line} {word}";
        }
        yield return line;
    }
}
