using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Fathom.Formats;

namespace Fathom.Data.Tables;

/// <summary>From the text of a CSV file to columns.</summary>
internal static class CsvReading
{
    public static Table Read(TextReader text, string source, CsvOptions options)
    {
        CsvConfiguration configuration = new(CultureInfo.InvariantCulture)
        {
            Delimiter = options.Separator.ToString(), TrimOptions = TrimOptions.Trim, IgnoreBlankLines = true,
            BadDataFound = bad => throw new DataFormatException(source, $"line {bad.Context.Parser?.RawRow} has a stray quotation mark", "quotation marks around the whole field, those inside doubled"),
        };
        using var parser = new CsvParser(text, configuration, leaveOpen: true);
        List<string?[]> rows = [];
        string[]? names = null;
        while (parser.Read())
        {
            string[] fields = parser.Record!;
            if (names is null)
            {
                names = options.HasHeader ? fields : [.. fields.Select((_, i) => i.ToString(CultureInfo.InvariantCulture))];
                CheckNames(names, source);
                CheckTypes(names, source, options);
                if (options.HasHeader) continue;
            }
            if (fields.Length != names.Length)
                throw new DataFormatException(source, $"line {parser.RawRow} has {fields.Length} fields", $"{names.Length}, as the first line has");
            rows.Add([.. fields.Select(f => options.MissingValues.Contains(f) ? null : f)]);
        }
        if (names is null) throw new DataFormatException(source, "is empty", options.HasHeader ? "a line with the names of the columns" : "at least one line");
        return new([.. names.Select((name, i) => ToColumn(name, [.. rows.Select(r => r[i])], source, options))]);
    }

    static void CheckNames(string[] names, string source)
    {
        if (names.GroupBy(n => n).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new DataFormatException(source, $"{twice.Count()} columns are called '{twice.Key}'", "names that differ; read it with HasHeader = false to go by numbers");
    }

    static void CheckTypes(string[] names, string source, CsvOptions options)
    {
        if (options.Types.Keys.FirstOrDefault(t => !names.Contains(t)) is { } unknown)
            throw new ArgumentException($"{source} has no column '{unknown}', for which a type was given; it has {string.Join(", ", names)}.", nameof(options));
    }

    static Column ToColumn(string name, string?[] fields, string source, CsvOptions options)
    {
        ColumnType type = options.Types.TryGetValue(name, out ColumnType given) ? given : Infer(fields);
        return type switch
        {
            ColumnType.Integer => Column.Of(name, fields.Select((f, row) => f is not null && IsWhole(f, out long v) ? v : throw Wrong(row, f)).ToArray()),
            ColumnType.Number => Column.Of(name, fields.Select((f, row) => f is null ? double.NaN : IsNumber(f, out double v) ? v : throw Wrong(row, f)).ToArray()),
            ColumnType.Bool => Column.Of(name, fields.Select((f, row) => f is not null && bool.TryParse(f, out bool v) ? v : throw Wrong(row, f)).ToArray()),
            _ => Column.Of(name, fields),
        };

        DataFormatException Wrong(int row, string? field) =>
            new(source, $"row {row} of column '{name}' is {(field is null ? "missing" : $"'{field}'")}", type switch
            {
                ColumnType.Integer => "a whole number (a column with missing values is a Number)",
                ColumnType.Number => "a number",
                _ => "true or false",
            });
    }

    /// <summary>The narrowest type that holds every field; a column with nothing in it is one of numbers.</summary>
    static ColumnType Infer(string?[] fields)
    {
        bool missing = fields.Contains(null);
        string[] present = [.. fields.OfType<string>()];
        return !missing && present.Length > 0 && present.All(f => IsWhole(f, out _)) ? ColumnType.Integer
            : present.All(f => IsNumber(f, out _)) ? ColumnType.Number
            : !missing && present.All(f => bool.TryParse(f, out _)) ? ColumnType.Bool
            : ColumnType.Text;
    }

    static bool IsWhole(string field, out long value) => long.TryParse(field, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    static bool IsNumber(string field, out double value) => double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
}
