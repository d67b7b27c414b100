namespace Fathom.Training.Plotting;

/// <summary>What is written around a plot.</summary>
/// <param name="Title">The heading.</param>
/// <param name="XLabel">What the horizontal axis measures.</param>
/// <param name="YLabel">What the vertical axis measures.</param>
/// <param name="Note">A remark on the data, at the upper right.</param>
/// <param name="Names">The legend's entries; empty ones take no room.</param>
internal sealed record FrameText(string? Title, string? XLabel, string? YLabel, string? Note, IReadOnlyList<string> Names);

/// <summary>The frame of a plot: heading and legend on top, axes with ticks and grid below, and the mapping from values to pixels.</summary>
internal sealed class Frame
{
    const double Small = 12;

    readonly Canvas _canvas;
    readonly FrameText _text;
    readonly List<(double X, int Row)> _legend = [];
    readonly double _left, _right, _top, _bottom, _legendTop;

    /// <summary>Lays out.</summary>
    /// <param name="canvas">What to draw on.</param>
    /// <param name="area">The room for all of it.</param>
    /// <param name="text">What is written around the plot.</param>
    /// <param name="fitX">Makes the horizontal axis, given the most ticks there is room for.</param>
    /// <param name="fitY">Makes the vertical axis, given the most ticks there is room for.</param>
    public Frame(Canvas canvas, Box area, FrameText text, Func<int, Axis> fitX, Func<int, Axis> fitY)
    {
        (_canvas, _text) = (canvas, text);
        _legendTop = area.Top + 18 + (text.Title is null ? 0 : 28);
        _right = area.Right - 20;
        int rows = PlaceLegend(area.Left + 20);
        _top = _legendTop + rows * 18 + (text.YLabel is null && text.Note is null ? 2 : 26);
        _bottom = area.Bottom - 30 - (text.XLabel is null ? 0 : 18);
        Y = fitY(Math.Max(3, (int)((_bottom - _top) / 30)));
        _left = area.Left + 20 + Y.Labels.Select(t => Canvas.TextWidth(t, Small)).DefaultIfEmpty(0).Max() + 8;
        X = fitX(Math.Max(3, (int)((_right - _left) / 60)));
        if (text.Title is not null) canvas.Text(Paint.Ink, area.Left + 20, area.Top + 26, text.Title, 15, bold: true);
        if (text.YLabel is not null) canvas.Text(Paint.Muted, area.Left + 20, _top - 14, Unit(text.YLabel, Y.Scale), Small);
    }

    public Axis X { get; }

    public Axis Y { get; }

    /// <summary>The room inside the axes.</summary>
    public Box Inside => new(_left, _top, _right - _left, _bottom - _top);

    public double PixelX(double value) => _left + X.Place(value) * (_right - _left);

    public double PixelY(double value) => _bottom - Y.Place(value) * (_bottom - _top);

    /// <summary>Draws grid, ticks and labels.</summary>
    public void DrawAxes()
    {
        for (int i = 0; i < Y.Ticks.Length; i++)
        {
            double y = PixelY(Y.Ticks[i]);
            _canvas.Rule(Paint.Grid, _left, y, _right, y);
            _canvas.Text(Paint.Muted, _left - 8, y + 4, Typeset(Y.Labels[i]), Small, Anchor.End);
        }
        _canvas.Rule(Paint.Axis, _left, _bottom, _right, _bottom);
        for (int i = 0; i < X.Ticks.Length; i++)
        {
            double x = PixelX(X.Ticks[i]);
            _canvas.Rule(Paint.Axis, x, _bottom, x, _bottom + 4);
            _canvas.Text(Paint.Muted, x, _bottom + 18, Typeset(X.Labels[i]), Small, Anchor.Middle);
        }
        if (_text.XLabel is not null) _canvas.Text(Paint.Muted, (_left + _right) / 2, _bottom + 36, Unit(_text.XLabel, X.Scale), Small, Anchor.Middle);
        if (_text.Note is not null) _canvas.Text(Paint.Muted, _right, _top - 14, _text.Note, 11, Anchor.End);
    }

    /// <summary>Says something in the middle, where there is nothing to draw.</summary>
    public void Say(string text) => _canvas.Text(Paint.Muted, (_left + _right) / 2, (_top + _bottom) / 2, text, 13, Anchor.Middle);

    /// <summary>Draws the legend.</summary>
    /// <param name="sample">Draws what stands before an entry, 24 pixels wide: its number, the left end and the middle's height.</param>
    public void DrawLegend(Action<int, double, double> sample)
    {
        for (int i = 0; i < _text.Names.Count; i++)
        {
            if (_text.Names[i].Length == 0) continue;
            (double x, double y) = (_legend[i].X, _legendTop + _legend[i].Row * 18 - 4);
            sample(i, x, y);
            _canvas.Text(Paint.Ink, x + 30, y + 4, _text.Names[i], Small);
        }
    }

    internal static string Typeset(string number) => number.Replace('-', '\u2212');

    static string Unit(string label, AxisScale scale) => scale == AxisScale.Log ? label + " (log scale)" : label;

    /// <summary>Names stand in rows over the data, so no corner of it is ever covered.</summary>
    int PlaceLegend(double left)
    {
        (double x, int row) = (left, 0);
        foreach (string name in _text.Names)
        {
            double width = name.Length == 0 ? 0 : 30 + Canvas.TextWidth(name, Small) + 18;
            if (x > left && x + width > _right + 18) (x, row) = (left, row + 1);
            _legend.Add((x, row));
            x += width;
        }
        return x == left && row == 0 ? 0 : row + 1;
    }
}
