using System.Text;
using Spectre.Console.Rendering;

namespace Fathom.Training.Plotting;

/// <summary>A plot of curves, or of scattered points, against common axes.</summary>
public sealed record LinePlot : Figure
{
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

    /// <summary>A plot of one or more curves over the same horizontal values.</summary>
    /// <param name="x">The horizontal values, (n).</param>
    /// <param name="y">The vertical values, (n), or a curve a row, (curves, n).</param>
    /// <param name="xLabel">What the horizontal axis measures.</param>
    /// <param name="yLabel">What the vertical axis measures.</param>
    /// <param name="legend">The names of the curves; null for none.</param>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public static LinePlot Of(Tensor x, Tensor y, string? xLabel = null, string? yLabel = null, IReadOnlyList<string>? legend = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        double[] xs = x.ToArray<double>(), ys = y.ToArray<double>();
        int curves = y.Rank <= 1 ? 1 : y.Shape[0];
        if (ys.Length != (long)curves * xs.Length) throw new ArgumentException($"[plot] horizontal values of shape {x.Shape} and vertical ones of shape {y.Shape} do not fit: y is (n), or (curves, n).", nameof(y));
        if (legend is not null && legend.Count != curves) throw new ArgumentException($"[plot] {legend.Count} names for {curves} curves.", nameof(legend));
        return new()
        {
            XLabel = xLabel, YLabel = yLabel,
            Series = [.. Enumerable.Range(0, curves).Select(i => Plotting.Series.Of(legend?[i] ?? "", xs, ys.AsSpan(i * xs.Length, xs.Length).ToArray()))],
        };
    }

    /// <summary>A scatter plot of one cloud of points.</summary>
    /// <param name="x">The horizontal values.</param>
    /// <param name="y">As many vertical values.</param>
    /// <param name="xLabel">What the horizontal axis measures.</param>
    /// <param name="yLabel">What the vertical axis measures.</param>
    public static LinePlot Scatter(Tensor x, Tensor y, string? xLabel = null, string? yLabel = null) =>
        new() { XLabel = xLabel, YLabel = yLabel, Series = [Plotting.Series.Of("", x, y, LineStyle.Points)] };

    /// <summary>The points of all curves that the axes can show.</summary>
    internal IEnumerable<DataPoint> Visible => Series.SelectMany(s => s.Points).Where(CanShow);

    /// <summary>Points that are finite but at or below zero on a logarithmic axis, which has no place for them.</summary>
    internal int Unplaceable => Series.Sum(s => s.Points.Count(p => p.IsFinite && !CanShow(p)));

    internal bool CanShow(DataPoint p) =>
        p.IsFinite && (XScale == AxisScale.Linear || p.X > 0) && (YScale == AxisScale.Linear || p.Y > 0);

    internal static int PlaceOf(Series series, int order) => series.Place ?? order;

    internal static LineStyle StyleOf(Series series, int order) => series.Style ?? (LineStyle)(PlaceOf(series, order) % 4);

    internal override string Heading => Title ?? YLabel ?? "Line plot";

    internal override string Describe()
    {
        var words = new StringBuilder($"{YLabel ?? Title ?? "Values"} against {XLabel ?? "x"}:");
        foreach (Series s in Series)
        {
            DataPoint[] shown = [.. s.Points.Where(p => p.IsFinite)];
            string name = s.Name.Length == 0 ? "curve" : s.Name;
            words.Append(shown.Length == 0 ? $" {name} has no points;"
                : $" {name}, {shown.Length} {(shown.Length == 1 ? "point" : "points")} from {Figures.Short(shown[0].Y)} to {Figures.Short(shown[^1].Y)};");
        }
        if (Series.Count == 0) words.Append(" no curves;");
        words[^1] = '.';
        return words.ToString();
    }

    internal override void Draw(Canvas canvas, Box area) => new LinePanel(canvas, this, area).Draw();

    internal override IEnumerable<List<Segment>> Rows(int width, bool ascii, bool coloured) => new TerminalPlot(this).Rows(width, ascii, coloured);
}
