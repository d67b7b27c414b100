using Fathom.Training;
using Fathom.Training.Plotting;

namespace Fathom.Cli;

/// <summary>What an epoch came to, in a line.</summary>
internal static class EpochLine
{
    const int FigureWidth = 7;                                     // so that epochs stand below each other

    /// <summary>"train loss 0.512  val loss 0.401  val accuracy 85.3%".</summary>
    public static string Metrics(EpochSummary summary) => string.Join("  ", summary.Metrics.Select(m => $"{m.Key.Replace('_', ' ')} {Text(m.Key, m.Value)}"));

    static string Text(string name, double value) => name.EndsWith("accuracy", StringComparison.Ordinal) ? Figures.Percent(value) : Figures.Short(value).PadRight(FigureWidth);
}
