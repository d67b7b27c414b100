using System.Globalization;
using System.Text;
using Fathom.Formats;

namespace Fathom.Data.Tables;

/// <summary>Named columns of equal length, each of one type, with missing values: what a CSV file holds, on its way to tensors (Dive into Deep Learning, 2.2).
/// A table does not change; what alters it gives a new one.</summary>
/// <example><code>
/// Table data = Table.ReadCsv("house_tiny.csv");
/// Table inputs = data[.., ..2].OneHot(missingIndicator: true).FillMean();
/// Tensor x = inputs.ToTensor(), y = data["Price"].ToTensor();
/// </code></example>
public sealed partial class Table
{
    /// <summary>A table of columns.</summary>
    /// <param name="columns">Columns of equal length with different names.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a name comes twice.</exception>
    public Table(params IReadOnlyList<Column> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        for (int i = 0; i < columns.Count; i++)
        {
            if (columns[i].Count != columns[0].Count)
                throw new ArgumentException($"Column '{columns[i].Name}' has {columns[i].Count} values, '{columns[0].Name}' has {columns[0].Count}: columns of a table are equally long.", nameof(columns));
            if (columns.Take(i).Any(c => c.Name == columns[i].Name)) throw new ArgumentException($"Two columns are called '{columns[i].Name}': rename one.", nameof(columns));
        }
        Columns = [.. columns];
    }

    /// <summary>The columns, left to right.</summary>
    public IReadOnlyList<Column> Columns { get; }

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Names => [.. Columns.Select(c => c.Name)];

    /// <summary>What stands before each row when the table is printed; null for the rows' numbers.</summary>
    public IReadOnlyList<string>? RowLabels { get; init; }

    /// <summary>The number of rows.</summary>
    public int RowCount => Columns.Count == 0 ? 0 : Columns[0].Count;

    // ---- files ----

    /// <summary>Reads a CSV file (RFC 4180): a type for each column, the narrowest that holds all of it, and missing values where a field is empty, NA, NaN or the like.</summary>
    /// <param name="path">The file, UTF-8.</param>
    /// <param name="options">Separator, header, missing values, types; null for the usual.</param>
    /// <exception cref="DataFormatException">It is malformed, or a value is not of the type given for its column; the message names line or row, column and value.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static Table ReadCsv(string path, CsvOptions? options = null)
    {
        using StreamReader reader = new(path);
        return CsvReading.Read(reader, path, options ?? new());
    }

    /// <summary>Reads the text of a CSV file; see <see cref="ReadCsv"/>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">Separator, header, missing values, types; null for the usual.</param>
    public static Table ParseCsv(string text, CsvOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        using StringReader reader = new(text);
        return CsvReading.Read(reader, "CSV text", options ?? new());
    }

    /// <summary>Writes the table as a CSV file, whole or not at all.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="missing">What is written for a missing value.</param>
    public void WriteCsv(string path, string missing = "") => AtomicFile.WriteAllText(path, ToCsv(missing));

    /// <summary>The table as the text of a CSV file; reading it gives the same values.</summary>
    /// <param name="missing">What is written for a missing value.</param>
    public string ToCsv(string missing = "")
    {
        StringBuilder csv = new();
        csv.AppendJoin(',', Names.Select(Quoted)).Append('\n');
        for (int row = 0; row < RowCount; row++) csv.AppendJoin(',', Columns.Select(c => c.Text(row) is { } text ? Quoted(text) : missing)).Append('\n');
        return csv.ToString();
    }

    static string Quoted(string field) =>
        field.AsSpan().IndexOfAny(",\"\n\r") >= 0 || field.Length != field.Trim().Length ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;

    // ---- parts ----

    /// <summary>A column by name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those that are there.</exception>
    public Column this[string name] => Columns.FirstOrDefault(c => c.Name == name)
        ?? throw new ArgumentException($"There is no column '{name}'; there are {string.Join(", ", Names)}.", nameof(name));

    /// <summary>Some columns by name, in the order asked for.</summary>
    public Table this[params IReadOnlyList<string> names] => WithColumns(names.Select(n => this[n]));

    /// <summary>A column by its place: <c>table[^1]</c> is the last.</summary>
    public Column this[Index column] => Columns[column.GetOffset(Columns.Count)];

    /// <summary>Rows and columns by ranges: <c>table[.., 0..2]</c>.</summary>
    public Table this[Range rows, Range columns] => WithColumns(Columns.Take(columns)).Rows(rows);

    /// <summary>Some rows of one column: <c>table[.., ^1]</c>.</summary>
    public Column this[Range rows, Index column] => this[column].Take(Numbers(rows));

    /// <summary>A range of rows.</summary>
    public Table Rows(Range rows) => Rows(Numbers(rows));

    /// <summary>Some rows by number, in the order asked for.</summary>
    public Table Rows(IReadOnlyList<int> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return new([.. Columns.Select(c => c.Take(rows))]) { RowLabels = [.. rows.Select(Label)] };
    }

    /// <summary>The first rows.</summary>
    public Table Head(int count = 5) => Rows(..Math.Min(count, RowCount));

    /// <summary>The last rows.</summary>
    public Table Tail(int count = 5) => Rows(^Math.Min(count, RowCount)..);

    /// <summary>The rows whose value in a column passes a test; missing values are offered as not-a-number.</summary>
    /// <param name="column">A column of numbers.</param>
    /// <param name="test">Whether to keep the row.</param>
    public Table Where(string column, Func<double, bool> test) => Rows([.. Enumerable.Range(0, RowCount).Where(r => test(this[column].Number(r)))]);

    /// <summary>The rows whose text in a column passes a test; a missing value is offered as null.</summary>
    /// <param name="column">Any column.</param>
    /// <param name="test">Whether to keep the row.</param>
    public Table WhereText(string column, Func<string?, bool> test) => Rows([.. Enumerable.Range(0, RowCount).Where(r => test(this[column].Text(r)))]);

    /// <summary>The rows in which nothing is missing.</summary>
    public Table DropMissing() => Rows([.. Enumerable.Range(0, RowCount).Where(r => !Columns.Any(c => c.IsMissing(r)))]);

    /// <summary>The table without some columns.</summary>
    public Table Drop(params IReadOnlyList<string> names)
    {
        foreach (string name in names) _ = this[name];
        return WithColumns(Columns.Where(c => !names.Contains(c.Name)));
    }

    /// <summary>The table with a further column, or one in the place of that of the same name.</summary>
    public Table With(Column column)
    {
        ArgumentNullException.ThrowIfNull(column);
        return WithColumns(Names.Contains(column.Name) ? Columns.Select(c => c.Name == column.Name ? column : c) : Columns.Append(column));
    }

    Table WithColumns(IEnumerable<Column> columns) => new([.. columns]) { RowLabels = RowLabels };

    int[] Numbers(Range rows)
    {
        (int offset, int length) = rows.GetOffsetAndLength(RowCount);
        return [.. Enumerable.Range(offset, length)];
    }

    string Label(int row) => RowLabels?[row] ?? row.ToString(CultureInfo.InvariantCulture);

    // ---- to tensors ----

    /// <summary>The table as a tensor (rows, columns). Missing numbers become not-a-number, truth values 0 and 1.</summary>
    /// <param name="dtype">The element type.</param>
    /// <exception cref="InvalidOperationException">A column holds text, or a value is missing and the type has no not-a-number.</exception>
    public Tensor ToTensor(DType dtype = DType.Float32)
    {
        if (Columns.FirstOrDefault(c => !c.IsNumeric) is { } text)
            throw new InvalidOperationException($"Column '{text.Name}' holds text: encode it with OneHot(), or drop it, before the table becomes a tensor.");
        return Columns.Count == 0 ? Tensor.Zeros(new Shape(0, 0), dtype) : Tensor.Stack([.. Columns.Select(c => c.ToTensor(dtype))], 1);
    }
}
