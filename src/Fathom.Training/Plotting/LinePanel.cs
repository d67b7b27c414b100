namespace Fathom.Training.Plotting;

/// <summary>Draws a line plot on a canvas.</summary>
internal sealed class LinePanel
{
    readonly Canvas _canvas;
    readonly LinePlot _plot;
    readonly Frame _frame;

    public LinePanel(Canvas canvas, LinePlot plot, Box area)
    {
        (_canvas, _plot) = (canvas, plot);
        string? note = plot.Unplaceable is > 0 and int n ? $"{n} {(n == 1 ? "point" : "points")} at or below zero not shown" : null;
        _frame = new(canvas, area, new(plot.Title, plot.XLabel, plot.YLabel, note, [.. plot.Series.Select(LegendText)]),
            most => Axis.Fit(plot.Visible.Select(p => p.X), plot.XScale, plot.XLimits, most, widen: false),
            most => Axis.Fit(plot.Visible.Select(p => p.Y), plot.YScale, plot.YLimits, most, widen: true));
    }

    public void Draw()
    {
        _frame.DrawAxes();
        DrawCurves();
        _frame.DrawLegend(Sample);
        if (!_plot.Visible.Any()) _frame.Say("no points yet");
    }

    string LegendText(Series s) => _plot.ShowLast && s.Points.Count > 0 ? $"{s.Name}  {Figures.Short(s.Points[^1].Y)}".TrimStart() : s.Name;

    LineStyle Style(int order) => LinePlot.StyleOf(_plot.Series[order], order);

    int Place(int order) => LinePlot.PlaceOf(_plot.Series[order], order);

    void Sample(int order, double x, double y)
    {
        if (Style(order) == LineStyle.Points) _canvas.Dot(Place(order), x + 14, y, 3.2);
        else _canvas.Stroke(Place(order), Style(order), [[new(x, y), new(x + 24, y)]]);
    }

    void DrawCurves()
    {
        Box inside = _frame.Inside;
        _canvas.Clip(new(inside.Left - 5, inside.Top - 5, inside.Width + 10, inside.Height + 10));
        for (int i = 0; i < _plot.Series.Count; i++) DrawCurve(i);
        _canvas.Unclip();
    }

    void DrawCurve(int order)
    {
        Series series = _plot.Series[order];
        bool scattered = Style(order) == LineStyle.Points;
        if (!scattered && Pieces(series) is { Count: > 0 } pieces) _canvas.Stroke(Place(order), Style(order), pieces);
        // Few points are shown one by one, so that a reader sees what was measured and what is only joined up.
        if (!scattered && series.Points.Count > 24) return;
        double radius = series.Points.Count > 200 ? 2 : 3.2;
        foreach (DataPoint p in series.Points.Where(_plot.CanShow)) _canvas.Dot(Place(order), _frame.PixelX(p.X), _frame.PixelY(p.Y), radius);
    }

    List<IReadOnlyList<DataPoint>> Pieces(Series series)
    {
        List<IReadOnlyList<DataPoint>> pieces = [];
        List<DataPoint>? piece = null;
        foreach (DataPoint p in Thinned(series.Points))
        {
            if (!_plot.CanShow(p)) { piece = null; continue; }
            if (piece is null) pieces.Add(piece = []);
            piece.Add(new(_frame.PixelX(p.X), _frame.PixelY(p.Y)));
        }
        return pieces;
    }

    /// <summary>At most four points a pixel column, the first, lowest, highest and last, which draw the same picture as all of them.</summary>
    IEnumerable<DataPoint> Thinned(IReadOnlyList<DataPoint> points)
    {
        if (points.Count <= 4 * _frame.Inside.Width) return points;
        return points.Index().GroupAdjacent(p => _plot.CanShow(p.Item) ? (int)_frame.PixelX(p.Item.X) : int.MinValue)
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
