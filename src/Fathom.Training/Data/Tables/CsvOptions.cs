namespace Fathom.Data.Tables;

/// <summary>How a CSV file is read.</summary>
public sealed record CsvOptions
{
    /// <summary>What stands for a missing value unless told otherwise.</summary>
    public static IReadOnlyList<string> UsualMissingValues { get; } = ["", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "<NA>", "#N/A"];

    /// <summary>What stands between fields.</summary>
    public char Separator { get; init; } = ',';

    /// <summary>Whether the first line has the columns' names; without it they are called 0, 1, ...</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>Fields that stand for a missing value, compared as they are after blanks around them are dropped.</summary>
    public IReadOnlyList<string> MissingValues { get; init; } = UsualMissingValues;

    /// <summary>The types of some columns by name; those of the others are inferred.</summary>
    public IReadOnlyDictionary<string, ColumnType> Types { get; init; } = new Dictionary<string, ColumnType>();
}
