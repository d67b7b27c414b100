namespace Fathom.Training.Plotting;

/// <summary>How an axis maps values to places.</summary>
public enum AxisScale
{
    /// <summary>Equal differences take equal room.</summary>
    Linear,

    /// <summary>Equal ratios take equal room; only positive values can be shown.</summary>
    Log,
}

/// <summary>How a curve is stroked; told apart without colour.</summary>
public enum LineStyle
{
    /// <summary>An unbroken line.</summary>
    Solid,

    /// <summary>Long dashes.</summary>
    Dashed,

    /// <summary>Dashes and dots by turns.</summary>
    DashDot,

    /// <summary>Dots.</summary>
    Dotted,
}

/// <summary>One point of a curve, in data units.</summary>
/// <param name="X">The horizontal value.</param>
/// <param name="Y">The vertical value; not-a-number or infinite values break the line.</param>
public readonly record struct DataPoint(double X, double Y)
{
    /// <summary>Whether both coordinates are ordinary numbers.</summary>
    public bool IsFinite => double.IsFinite(X) && double.IsFinite(Y);
}

/// <summary>A named curve.</summary>
/// <param name="Name">The name shown in the legend.</param>
/// <param name="Points">The points in drawing order.</param>
/// <param name="Style">The stroke, or null for the one that belongs to the curve's place.</param>
/// <param name="Place">Which colour and stroke to take, from 0, so that a name can look the same in several plots; null for the order in the plot.</param>
public sealed record Series(string Name, IReadOnlyList<DataPoint> Points, LineStyle? Style = null, int? Place = null);

/// <summary>A line plot as a value: what to show, not how. Drawn by <see cref="SvgPlot"/> and <see cref="TerminalPlot"/>.</summary>
public sealed record LinePlot
{
    /// <summary>The heading, or null for none.</summary>
    public string? Title { get; init; }

    /// <summary>What the horizontal axis measures.</summary>
    public string? XLabel { get; init; }

    /// <summary>What the vertical axis measures.</summary>
    public string? YLabel { get; init; }

    /// <summary>The scale of the horizontal axis.</summary>
    public AxisScale XScale { get; init; }

    /// <summary>The scale of the vertical axis.</summary>
    public AxisScale YScale { get; init; }

    /// <summary>The ends of the horizontal axis, or null to fit the data.</summary>
    public (double Low, double High)? XLimits { get; init; }

    /// <summary>The ends of the vertical axis, or null to fit the data.</summary>
    public (double Low, double High)? YLimits { get; init; }

    /// <summary>Whether the legend gives each curve's last value beside its name.</summary>
    public bool ShowLast { get; init; }

    /// <summary>The curves, first drawn lowest.</summary>
    public IReadOnlyList<Series> Series { get; init; } = [];

    /// <summary>The points of all curves that the axes can show.</summary>
    internal IEnumerable<DataPoint> Visible => Series.SelectMany(s => s.Points).Where(CanShow);

    /// <summary>Points that are finite but at or below zero on a logarithmic axis, which has no place for them.</summary>
    internal int Unplaceable => Series.Sum(s => s.Points.Count(p => p.IsFinite && !CanShow(p)));

    internal bool CanShow(DataPoint p) =>
        p.IsFinite && (XScale == AxisScale.Linear || p.X > 0) && (YScale == AxisScale.Linear || p.Y > 0);

    internal static int PlaceOf(Series series, int order) => series.Place ?? order;

    internal static LineStyle StyleOf(Series series, int order) => series.Style ?? (LineStyle)(PlaceOf(series, order) % 4);
}
