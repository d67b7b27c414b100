namespace Fathom.Data.Tables;

public sealed partial class Table
{
    /// <summary>Each column of text replaced by one of truth values for each text that occurs in it, named COLUMN_TEXT, in order of the texts; the other columns come first.</summary>
    /// <param name="missingIndicator">Whether each such column also gives COLUMN_nan, true where its value is missing; without it such rows are false everywhere.</param>
    /// <param name="columns">The columns to encode, of any type; null for all columns of text.</param>
    public Table OneHot(bool missingIndicator = false, IReadOnlyList<string>? columns = null)
    {
        Column[] encoded = columns is null ? [.. Columns.Where(c => c.Type == ColumnType.Text)] : [.. columns.Select(n => this[n])];
        return WithColumns(Columns.Except(encoded).Concat(encoded.SelectMany(c => Indicators(c, missingIndicator))));
    }

    static IEnumerable<Column> Indicators(Column column, bool missingIndicator)
    {
        int[] rows = [.. Enumerable.Range(0, column.Count)];
        IEnumerable<string> values = column.Type is ColumnType.Text or ColumnType.Bool
            ? rows.Select(column.Text).OfType<string>().Distinct().Order(StringComparer.Ordinal)
            : rows.Where(r => !column.IsMissing(r)).OrderBy(column.Number).Select(r => column.Text(r)!).Distinct();
        foreach (string value in values) yield return Column.Of($"{column.Name}_{value}", rows.Select(r => column.Text(r) == value).ToArray());
        if (missingIndicator) yield return Column.Of($"{column.Name}_nan", rows.Select(column.IsMissing).ToArray());
    }

    /// <summary>Missing numbers replaced by a constant, in the given columns, or in all columns of numbers.</summary>
    public Table Fill(double value, params IReadOnlyList<string> columns) => Each(c => c.IsNumeric, columns, c => c.Fill(value));

    /// <summary>Missing text replaced, in the given columns, or in all columns of text.</summary>
    public Table Fill(string text, params IReadOnlyList<string> columns) => Each(c => !c.IsNumeric, columns, c => c.Fill(text));

    /// <summary>Missing numbers replaced by the mean of their column's others, in the given columns, or in all columns of numbers. A column without any number stays as it is.</summary>
    public Table FillMean(params IReadOnlyList<string> columns) => Each(c => c.IsNumeric, columns, c => c.Fill(c.Mean()));

    /// <summary>Missing values replaced by the last one above that is there, in the given columns, or in all.</summary>
    public Table FillForward(params IReadOnlyList<string> columns) => Each(_ => true, columns, c => c.FillForward());

    /// <summary>The columns of numbers scaled to mean 0 and standard deviation 1; missing values stay missing, columns of one value become 0.</summary>
    public Table Standardize(params IReadOnlyList<string> columns) => Each(c => c.Type is ColumnType.Number or ColumnType.Integer, columns, c =>
    {
        (double mean, double deviation) = (c.Mean(), c.StandardDeviation());
        return Column.Of(c.Name, [.. c.Numbers().Select(v => double.IsNaN(v) ? v : deviation > 0 ? (v - mean) / deviation : 0)]);
    });

    Table Each(Func<Column, bool> usual, IReadOnlyList<string> names, Func<Column, Column> change)
    {
        foreach (string name in names) _ = this[name];
        return WithColumns(Columns.Select(c => (names.Count == 0 ? usual(c) : names.Contains(c.Name)) ? change(c) : c));
    }

    /// <summary>Count, mean, sample standard deviation, least value, quartiles and greatest value of each column of numbers, missing values left out.</summary>
    /// <returns>A table with these eight rows.</returns>
    public Table Summary() => new([.. Columns.Where(c => c.Type is ColumnType.Number or ColumnType.Integer).Select(c => Column.Of(c.Name,
        c.Count - c.MissingCount, c.Mean(), c.StandardDeviation(), c.Quantile(0), c.Quantile(0.25), c.Quantile(0.5), c.Quantile(0.75), c.Quantile(1)))])
    {
        RowLabels = ["count", "mean", "std", "min", "25%", "50%", "75%", "max"],
    };
}
