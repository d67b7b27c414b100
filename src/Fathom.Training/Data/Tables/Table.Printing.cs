using System.Globalization;
using System.Text;

namespace Fathom.Data.Tables;

public sealed partial class Table
{
    /// <summary>The most rows that are printed; of longer tables the first and the last five are.</summary>
    const int MostRows = 60, Ends = 5;

    /// <summary>The table with its columns aligned to the right, row numbers or labels before them, missing values as NaN; of long tables the two ends and the size.</summary>
    public override string ToString()
    {
        if (Columns.Count == 0) return "Table without columns";
        bool cut = RowCount > MostRows;
        int[] rows = cut ? [.. Enumerable.Range(0, Ends), .. Enumerable.Range(RowCount - Ends, Ends)] : [.. Enumerable.Range(0, RowCount)];
        string[][] columns = [.. Columns.Select(c => Texts(c, rows))];
        int head = rows.Select(r => Label(r).Length).Append(cut ? 2 : 0).Max();
        int[] widths = [.. columns.Select((texts, i) => texts.Append(Columns[i].Name).Append(cut ? "..." : "").Max(t => t.Length))];
        StringBuilder text = new();
        AppendRow(text, "".PadRight(head), Names, widths);
        for (int i = 0; i < rows.Length; i++)
        {
            if (cut && i == Ends) AppendRow(text, "..".PadRight(head), [.. widths.Select(_ => "...")], widths);
            AppendRow(text, Label(rows[i]).PadRight(head), [.. columns.Select(c => c[i])], widths);
        }
        if (cut) text.Append($"\n[{RowCount} rows x {Columns.Count} columns]\n");
        return text.ToString().TrimEnd('\n');
    }

    static void AppendRow(StringBuilder text, string head, IReadOnlyList<string> cells, int[] widths)
    {
        text.Append(head);
        for (int i = 0; i < cells.Count; i++) text.Append("  ").Append(cells[i].PadLeft(widths[i]));
        text.Append('\n');
    }

    /// <summary>The cells of a column; its numbers share the decimals that the one in need of most has, up to six.</summary>
    static string[] Texts(Column column, int[] rows)
    {
        if (column.Type != ColumnType.Number) return [.. rows.Select(r => column.Text(r) ?? "NaN")];
        double[] values = [.. rows.Select(column.Number)];
        bool extreme = values.Any(v => double.IsFinite(v) && v != 0 && (Math.Abs(v) >= 1e9 || Math.Abs(v) < 1e-5));
        int decimals = extreme ? 6 : values.Where(double.IsFinite).Select(Decimals).DefaultIfEmpty(1).Max();
        string format = extreme ? "0.000000e+00" : "F" + decimals;
        return [.. values.Select(v => v.ToString(double.IsFinite(v) ? format : "G", CultureInfo.InvariantCulture))];
    }

    /// <summary>How many decimals six-decimal precision leaves of a number, at least one.</summary>
    static int Decimals(double value) => Math.Max(1, Math.Abs(value).ToString("0.######", CultureInfo.InvariantCulture) is var t && t.Contains('.', StringComparison.Ordinal) ? t.Length - t.IndexOf('.', StringComparison.Ordinal) - 1 : 0);
}
