using System.Globalization;
using System.Text;

namespace Fathom.Training.Plotting;

/// <summary>One plot within an SVG picture: heading and legend on top, the grid and curves below.</summary>
internal sealed class SvgPanel
{
    const double Small = 12;
    static readonly string[] Dashes = ["", "7 4", "8 3 2 3", "2 3"];

    readonly StringBuilder _svg;
    readonly LinePlot _plot;
    readonly List<(double X, int Row)> _legend = [];
    readonly Axis _x, _y;
    readonly double _left, _right, _top, _bottom, _legendTop;

    public SvgPanel(StringBuilder svg, LinePlot plot, double left, double top, double width, double height)
    {
        (_svg, _plot) = (svg, plot);
        double heading = plot.Title is null ? 0 : 28;
        _legendTop = top + 18 + heading;
        _right = left + width - 20;
        int rows = PlaceLegend(left + 20);
        _top = _legendTop + rows * 18 + (plot.YLabel is null && plot.Unplaceable == 0 ? 2 : 26);
        _bottom = top + height - 30 - (plot.XLabel is null ? 0 : 18);
        _y = Axis.Fit(plot.Visible.Select(p => p.Y), plot.YScale, plot.YLimits, Math.Max(3, (int)((_bottom - _top) / 30)), widen: true);
        _left = left + 20 + _y.Labels.Select(t => SvgPlot.TextWidth(t, Small)).DefaultIfEmpty(0).Max() + 8;
        _x = Axis.Fit(plot.Visible.Select(p => p.X), plot.XScale, plot.XLimits, Math.Max(3, (int)((_right - _left) / 60)), widen: false);
        if (plot.Title is not null) SvgPlot.Text(svg, left + 20, top + 26, "ink", plot.Title, 15, bold: true);
        if (plot.YLabel is not null) SvgPlot.Text(svg, left + 20, _top - 14, "muted", Unit(plot.YLabel, plot.YScale), Small);
    }

    double X(double value) => _left + _x.Place(value) * (_right - _left);

    double Y(double value) => _bottom - _y.Place(value) * (_bottom - _top);

    static string Unit(string label, AxisScale scale) => scale == AxisScale.Log ? label + " (log scale)" : label;

    public void Draw()
    {
        DrawGrid();
        DrawCurves();
        DrawLegend();
        if (_plot.XLabel is not null) SvgPlot.Text(_svg, (_left + _right) / 2, _bottom + 36, "muted", Unit(_plot.XLabel, _plot.XScale), Small, "middle");
        if (!_plot.Visible.Any()) SvgPlot.Text(_svg, (_left + _right) / 2, (_top + _bottom) / 2, "muted", "no points yet", 13, "middle");
        if (_plot.Unplaceable is > 0 and int n)
        {
            SvgPlot.Text(_svg, _right, _top - 14, "muted", $"{n} {(n == 1 ? "point" : "points")} at or below zero not shown", 11, "end");
        }
    }

    void DrawGrid()
    {
        for (int i = 0; i < _y.Ticks.Length; i++)
        {
            double y = Y(_y.Ticks[i]);
            Line("grid", _left, y, _right, y);
            SvgPlot.Text(_svg, _left - 8, y + 4, "muted", Typeset(_y.Labels[i]), Small, "end");
        }
        Line("axis", _left, _bottom, _right, _bottom);
        for (int i = 0; i < _x.Ticks.Length; i++)
        {
            double x = X(_x.Ticks[i]);
            Line("axis", x, _bottom, x, _bottom + 4);
            SvgPlot.Text(_svg, x, _bottom + 18, "muted", Typeset(_x.Labels[i]), Small, "middle");
        }
    }

    void Line(string css, double x1, double y1, double x2, double y2) =>
        _svg.Append(CultureInfo.InvariantCulture, $"<path class=\"{css}\" d=\"M{x1:0.#} {y1:0.#}L{x2:0.#} {y2:0.#}\"/>\n");

    static string Typeset(string number) => number.Replace('-', '\u2212');

    /// <summary>Names stand in rows over the curves, so no corner of the data is ever covered.</summary>
    int PlaceLegend(double left)
    {
        (double x, int row) = (left, 0);
        foreach (Series s in _plot.Series)
        {
            double width = 30 + SvgPlot.TextWidth(LegendText(s), Small) + 18;
            if (x > left && x + width > _right + 18) (x, row) = (left, row + 1);
            _legend.Add((x, row));
            x += width;
        }
        return _plot.Series.Count == 0 ? 0 : row + 1;
    }

    string LegendText(Series s) => _plot.ShowLast && s.Points.Count > 0 ? $"{s.Name}  {Figures.Short(s.Points[^1].Y)}" : s.Name;

    void DrawLegend()
    {
        for (int i = 0; i < _plot.Series.Count; i++)
        {
            (double x, double y) = (_legend[i].X, _legendTop + _legend[i].Row * 18 - 4);
            Stroke(i, FormattableString.Invariant($"M{x:0.#} {y:0.#}h24"));
            SvgPlot.Text(_svg, x + 30, y + 4, "ink", LegendText(_plot.Series[i]), Small);
        }
    }

    void DrawCurves()
    {
        string clip = FormattableString.Invariant($"p{_left:0}-{_top:0}");
        _svg.Append(CultureInfo.InvariantCulture,
            $"<clipPath id=\"{clip}\"><rect x=\"{_left - 5:0.#}\" y=\"{_top - 5:0.#}\" width=\"{_right - _left + 10:0.#}\" height=\"{_bottom - _top + 10:0.#}\"/></clipPath>\n");
        _svg.Append($"<g clip-path=\"url(#{clip})\">\n");
        for (int i = 0; i < _plot.Series.Count; i++) DrawCurve(i);
        _svg.Append("</g>\n");
    }

    void DrawCurve(int place)
    {
        Series series = _plot.Series[place];
        var path = new StringBuilder();
        bool pen = false;
        foreach (DataPoint p in Thinned(series.Points))
        {
            if (!_plot.CanShow(p)) { pen = false; continue; }
            path.Append(CultureInfo.InvariantCulture, $"{(pen ? 'L' : 'M')}{X(p.X):0.#} {Y(p.Y):0.#}");
            pen = true;
        }
        if (path.Length == 0) return;
        Stroke(place, path.ToString());
        if (series.Points.Count <= 24) DrawMarkers(series, place);
    }

    /// <summary>Few points are shown one by one, so that a reader sees what was measured and what is only joined up.</summary>
    void DrawMarkers(Series series, int place)
    {
        foreach (DataPoint p in series.Points.Where(_plot.CanShow))
        {
            _svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"d{Hue(place)}\" cx=\"{X(p.X):0.#}\" cy=\"{Y(p.Y):0.#}\" r=\"3.2\"/>\n");
        }
    }

    int Hue(int place) => LinePlot.PlaceOf(_plot.Series[place], place) % 6;

    void Stroke(int place, string path)
    {
        string dash = Dashes[(int)LinePlot.StyleOf(_plot.Series[place], place)];
        _svg.Append($"<path class=\"c{Hue(place)}\" fill=\"none\" stroke-width=\"2\" stroke-linejoin=\"round\"");
        if (dash.Length > 0) _svg.Append($" stroke-dasharray=\"{dash}\"");
        _svg.Append($" d=\"{path}\"/>\n");
    }

    /// <summary>At most four points a pixel column, the first, lowest, highest and last, which draw the same picture as all of them.</summary>
    IEnumerable<DataPoint> Thinned(IReadOnlyList<DataPoint> points)
    {
        if (points.Count <= 4 * (_right - _left)) return points;
        return points.Index().GroupAdjacent(p => _plot.CanShow(p.Item) ? (int)X(p.Item.X) : int.MinValue)
            .SelectMany(column => new[] { column[0], column.MinBy(p => p.Item.Y), column.MaxBy(p => p.Item.Y), column[^1] }.DistinctBy(p => p.Index).OrderBy(p => p.Index))
            .Select(p => p.Item);
    }
}

file static class Grouping
{
    public static IEnumerable<List<T>> GroupAdjacent<T>(this IEnumerable<T> items, Func<T, int> key)
    {
        List<T> group = [];
        int current = 0;
        foreach (T item in items)
        {
            int k = key(item);
            if (group.Count > 0 && k != current)
            {
                yield return group;
                group = [];
            }
            current = k;
            group.Add(item);
        }
        if (group.Count > 0) yield return group;
    }
}
