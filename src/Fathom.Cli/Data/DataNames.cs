using Fathom.Data;

namespace Fathom.Cli;

/// <summary>The data sets by name.</summary>
internal static class DataNames
{
    /// <summary>The built-in digits.</summary>
    public const string Glyphs = "glyphs";

    /// <summary>Noisy points on a plane, for regression.</summary>
    public const string Synthetic = "synthetic";

    /// <summary>Sets of images.</summary>
    public static IReadOnlyList<string> Images { get; } = [.. IdxDataSet.Known.Select(s => s.Name), Glyphs];

    /// <summary>All sets.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Images, Synthetic];

    /// <summary>The public set of that name; null for those that are made here.</summary>
    public static IdxDataSet? Public(string name) => IdxDataSet.Known.FirstOrDefault(s => s.Name == name);
}
