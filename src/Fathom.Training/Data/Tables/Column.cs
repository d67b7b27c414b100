using System.Globalization;

namespace Fathom.Data.Tables;

/// <summary>What a column of a table holds.</summary>
public enum ColumnType
{
    /// <summary>Whole numbers (64 bits), none missing.</summary>
    Integer,

    /// <summary>Numbers (double precision); not-a-number is missing.</summary>
    Number,

    /// <summary>True or false, none missing.</summary>
    Bool,

    /// <summary>Text; null is missing.</summary>
    Text,
}

/// <summary>A named column of a table: values of one type, some of which may be missing. Columns do not change; what alters them gives new ones.</summary>
public sealed class Column
{
    readonly Array _values;         // long[], double[], bool[] or string?[]

    Column(string name, ColumnType type, Array values) => (Name, Type, _values) = (name, type, values);

    /// <summary>A column of whole numbers.</summary>
    public static Column Of(string name, params long[] values) => new(name, ColumnType.Integer, values);

    /// <summary>A column of numbers; not-a-number is missing.</summary>
    public static Column Of(string name, params double[] values) => new(name, ColumnType.Number, values);

    /// <summary>A column of truth values.</summary>
    public static Column Of(string name, params bool[] values) => new(name, ColumnType.Bool, values);

    /// <summary>A column of text; null is missing.</summary>
    public static Column Of(string name, params string?[] values) => new(name, ColumnType.Text, values);

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>What it holds.</summary>
    public ColumnType Type { get; }

    /// <summary>The number of values, missing ones included.</summary>
    public int Count => _values.Length;

    /// <summary>Whether the values are numbers, or truth values, which count as 0 and 1.</summary>
    public bool IsNumeric => Type != ColumnType.Text;

    /// <summary>How many values are missing.</summary>
    public int MissingCount => Enumerable.Range(0, Count).Count(IsMissing);

    /// <summary>Whether a value is missing.</summary>
    /// <param name="row">Its row, from 0.</param>
    public bool IsMissing(int row) => _values switch
    {
        double[] v => double.IsNaN(v[row]),
        string?[] v => v[row] is null,
        _ => false,
    };

    /// <summary>A value as a number; not-a-number if it is missing.</summary>
    /// <param name="row">Its row, from 0.</param>
    /// <exception cref="InvalidOperationException">The column holds text.</exception>
    public double Number(int row) => _values switch
    {
        double[] v => v[row],
        long[] v => v[row],
        bool[] v => v[row] ? 1 : 0,
        _ => throw new InvalidOperationException($"Column '{Name}' holds text, not numbers: encode it with OneHot, or select other columns."),
    };

    /// <summary>A value as text that reads back as the same value; null if it is missing.</summary>
    /// <param name="row">Its row, from 0.</param>
    public string? Text(int row) => IsMissing(row) ? null : _values switch
    {
        double[] v => v[row].ToString("R", CultureInfo.InvariantCulture),
        long[] v => v[row].ToString(CultureInfo.InvariantCulture),
        bool[] v => v[row] ? "True" : "False",
        var v => ((string?[])v)[row],
    };

    /// <summary>The values as numbers; missing ones are not-a-number.</summary>
    /// <exception cref="InvalidOperationException">The column holds text.</exception>
    public double[] Numbers() => [.. Enumerable.Range(0, Count).Select(Number)];

    /// <summary>The column as a tensor (rows). Missing numbers become not-a-number.</summary>
    /// <param name="dtype">The element type.</param>
    /// <exception cref="InvalidOperationException">The column holds text, or a value is missing and the type has no not-a-number.</exception>
    public Tensor ToTensor(DType dtype = DType.Float32)
    {
        if (!dtype.IsFloating() && MissingCount > 0)
            throw new InvalidOperationException($"Column '{Name}' has {MissingCount} missing values, and {dtype.Name()} cannot say so: fill them first (FillMean, Fill, FillForward), or take a floating-point type.");
        return _values is long[] whole ? Tensor.From(whole, new Shape([Count])).To(dtype) : Tensor.From(Numbers(), new Shape([Count])).To(dtype);
    }

    /// <summary>The same values under another name.</summary>
    public Column Rename(string name) => new(name, Type, _values);

    /// <summary>Some of the values, in the order asked for.</summary>
    /// <param name="rows">Rows, from 0.</param>
    public Column Take(IReadOnlyList<int> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return new(Name, Type, _values switch
        {
            double[] v => rows.Select(r => v[r]).ToArray(),
            long[] v => rows.Select(r => v[r]).ToArray(),
            bool[] v => rows.Select(r => v[r]).ToArray(),
            var v => rows.Select(r => ((string?[])v)[r]).ToArray(),
        });
    }

    /// <summary>The column with missing numbers replaced; unchanged if nothing is missing.</summary>
    /// <exception cref="InvalidOperationException">Text is missing.</exception>
    public Column Fill(double value) => MissingCount == 0 ? this : Of(Name, [.. Numbers().Select(v => double.IsNaN(v) ? value : v)]);

    /// <summary>The column with missing text replaced; unchanged if nothing is missing.</summary>
    /// <exception cref="InvalidOperationException">Numbers are missing.</exception>
    public Column Fill(string text) => MissingCount == 0 ? this
        : Type == ColumnType.Text ? Of(Name, [.. ((string?[])_values).Select(v => v ?? text)])
        : throw new InvalidOperationException($"Column '{Name}' holds numbers; its missing values cannot become the text '{text}'.");

    /// <summary>The column with each missing value replaced by the last one before it that is there; those before the first stay missing.</summary>
    public Column FillForward()
    {
        if (MissingCount == 0) return this;
        int[] from = new int[Count];
        for (int i = 0; i < Count; i++) from[i] = IsMissing(i) && i > 0 ? from[i - 1] : i;
        return Take(from);
    }

    /// <summary>The mean of the values that are there; not-a-number if none is.</summary>
    /// <exception cref="InvalidOperationException">The column holds text.</exception>
    public double Mean() => Present().DefaultIfEmpty(double.NaN).Average();

    /// <summary>The sample standard deviation (divisor n - 1) of the values that are there; not-a-number for fewer than two.</summary>
    /// <exception cref="InvalidOperationException">The column holds text.</exception>
    public double StandardDeviation()
    {
        double[] values = Present();
        double mean = Mean();
        return values.Length < 2 ? double.NaN : Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
    }

    /// <summary>The value below which a share of the values lies, on a straight line between its neighbours (type 7 of Hyndman and Fan, 1996); not-a-number if none is there.</summary>
    /// <param name="share">0 for the least, 0.5 for the median, 1 for the greatest.</param>
    /// <exception cref="InvalidOperationException">The column holds text.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The share is not between 0 and 1.</exception>
    public double Quantile(double share)
    {
        if (!(share >= 0 && share <= 1)) throw new ArgumentOutOfRangeException(nameof(share), $"A quantile is for a share from 0 to 1, not {share}.");
        double[] sorted = [.. Present().Order()];
        if (sorted.Length == 0) return double.NaN;
        double at = share * (sorted.Length - 1);
        int below = (int)at;
        return below + 1 == sorted.Length ? sorted[below] : sorted[below] + (sorted[below + 1] - sorted[below]) * (at - below);
    }

    double[] Present() => [.. Numbers().Where(v => !double.IsNaN(v))];
}
