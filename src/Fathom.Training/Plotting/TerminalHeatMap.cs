using Spectre.Console.Rendering;

namespace Fathom.Training.Plotting;

/// <summary>A heat map in characters: a table of its numbers, or a picture of its colours where there are too many.</summary>
internal static class TerminalHeatMap
{
    public static IEnumerable<List<Segment>> Rows(HeatMap map, int width, bool ascii, bool coloured)
    {
        if (map.Title is not null) yield return [TerminalText.Bold(map.Title, width)];
        foreach (List<Segment> row in map.HasValues ? Table(map, width, ascii, coloured) : TerminalPicture.Rows(map.Squares(), width, coloured && !ascii)) yield return row;
    }

    static IEnumerable<List<Segment>> Table(HeatMap map, int width, bool ascii, bool coloured)
    {
        (Func<double, string> text, Func<double, Rgb> shade) = (map.Texts(), map.Shades());
        int head = map.RowLabels?.Select(l => l.Length + 1).DefaultIfEmpty(0).Max() ?? 0;
        int cell = 1 + Math.Max(map.Values.Cast<double>().Max(v => text(v).Length), Math.Min(8, map.ColumnLabels?.Select(l => l.Length).DefaultIfEmpty(0).Max() ?? 0));
        int columns = Math.Min(map.ColumnCount, (width - head) / cell);
        if (columns < 1) yield break;
        if (map.ColumnLabels is { } names)
            yield return [TerminalText.Muted(new string(' ', head) + string.Concat(names.Take(columns).Select(l => TerminalText.Cut(l, cell - 1).PadLeft(cell))))];
        for (int r = 0; r < map.RowCount; r++)
        {
            List<Segment> row = [TerminalText.Muted((map.RowLabels is not null && r < map.RowLabels.Count ? map.RowLabels[r] : "").PadRight(head))];
            for (int c = 0; c < columns; c++)
            {
                double value = map.Values[r, c];
                string words = text(value).Replace('–', ascii ? '-' : '–').PadLeft(cell);
                row.Add(coloured && !double.IsNaN(value) ? new(words, new(TerminalText.Colour(shade(value).Contrast), TerminalText.Colour(shade(value)))) : new(words));
            }
            yield return row;
        }
        if (columns < map.ColumnCount) yield return [TerminalText.Muted(TerminalText.Cut($"{map.ColumnCount - columns} more columns", width))];
    }
}
