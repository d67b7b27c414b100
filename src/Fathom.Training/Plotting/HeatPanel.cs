namespace Fathom.Training.Plotting;

/// <summary>Draws a heat map on a canvas.</summary>
internal sealed class HeatPanel(Canvas canvas, HeatMap map, Box area)
{
    const double Margin = 20, Small = 12, BarGap = 16, BarWidth = 14;

    /// <summary>Beyond this many, squares are the pixels of one picture.</summary>
    const int MostSquares = 4096;

    static double Widest(IEnumerable<string> texts) => texts.Select(t => Canvas.TextWidth(t, Small)).DefaultIfEmpty(0).Max();

    static double Left(HeatMap map) => Margin + (map.RowLabels is { } labels ? Widest(labels) + 8 : 0);

    static double Right(HeatMap map) => BarGap + BarWidth + 8 + Widest(Bar(map).Labels) + Margin;

    static double Top(HeatMap map) => 18 + (map.Title is null ? 0 : 28) + (map.YLabel is null ? 0 : 18);

    static double Bottom(HeatMap map) => 14 + (map.ColumnLabels is null ? 0 : 20) + (map.XLabel is null ? 0 : 18);

    static Axis Bar(HeatMap map) => Axis.Fit([], AxisScale.Linear, map.Ends, 6, widen: false);

    /// <summary>The room that labels and the bar take beside the squares.</summary>
    public static double Sides(HeatMap map) => Left(map) + Right(map);

    /// <summary>The room that labels take above and below the squares.</summary>
    public static double Ends(HeatMap map) => Top(map) + Bottom(map);

    /// <summary>The side of a square in which every number has room.</summary>
    public static double ValueCell(HeatMap map) =>
        Math.Max(34, Math.Max(Widest(map.Values.Cast<double>().Select(map.Texts())) + 10, map.ColumnLabels is { } labels ? Widest(labels) + 6 : 0));

    double _cell, _left, _top;

    public void Draw()
    {
        (_left, _top) = (area.Left + Left(map), area.Top + Top(map));
        _cell = Math.Max(1e-3, Math.Min((area.Width - Sides(map)) / map.ColumnCount, (area.Height - Ends(map)) / map.RowCount));
        if (map.Title is not null) canvas.Text(Paint.Ink, area.Left + Margin, area.Top + 26, map.Title, 15, bold: true);
        if (map.YLabel is not null) canvas.Text(Paint.Muted, area.Left + Margin, _top - 10, map.YLabel, Small);
        if (map.Values.Length > MostSquares) canvas.Picture(map.Squares(), new(_left, _top, map.ColumnCount * _cell, map.RowCount * _cell));
        else DrawSquares();
        DrawLabels();
        DrawBar();
    }

    void DrawSquares()
    {
        (Func<double, Rgb> shade, Func<double, string> text, bool write) = (map.Shades(), map.Texts(), map.HasValues);
        for (int r = 0; r < map.RowCount; r++)
            for (int c = 0; c < map.ColumnCount; c++)
            {
                double value = map.Values[r, c];
                if (!double.IsNaN(value)) canvas.Fill(Paint.Of(shade(value)), new(_left + c * _cell, _top + r * _cell, _cell, _cell));
                if (write) canvas.Text(double.IsNaN(value) ? Paint.Muted : Paint.Of(shade(value).Contrast),
                    _left + (c + 0.5) * _cell, _top + (r + 0.5) * _cell + 4, Frame.Typeset(text(value)), Small, Anchor.Middle);
            }
    }

    void DrawLabels()
    {
        double bottom = _top + map.RowCount * _cell;
        for (int r = 0; r < Math.Min(map.RowCount, map.RowLabels?.Count ?? 0); r++)
            canvas.Text(Paint.Muted, _left - 8, _top + (r + 0.5) * _cell + 4, map.RowLabels![r], Small, Anchor.End);
        for (int c = 0; c < Math.Min(map.ColumnCount, map.ColumnLabels?.Count ?? 0); c++)
            canvas.Text(Paint.Muted, _left + (c + 0.5) * _cell, bottom + 16, map.ColumnLabels![c], Small, Anchor.Middle);
        if (map.XLabel is not null)
            canvas.Text(Paint.Muted, _left + map.ColumnCount * _cell / 2, bottom + (map.ColumnLabels is null ? 16 : 34), map.XLabel, Small, Anchor.Middle);
    }

    void DrawBar()
    {
        const int steps = 64;
        double left = _left + map.ColumnCount * _cell + BarGap, height = map.RowCount * _cell;
        for (int i = 0; i < steps; i++)
            canvas.Fill(Paint.Of(map.Colours.At(1 - (i + 0.5) / steps)), new(left, _top + i * height / steps, BarWidth, height / steps + (i < steps - 1 ? 0.5 : 0)));
        Axis axis = Bar(map);
        for (int i = 0; i < axis.Ticks.Length; i++)
            canvas.Text(Paint.Muted, left + BarWidth + 8, _top + height * (1 - axis.Place(axis.Ticks[i])) + 4, Frame.Typeset(axis.Labels[i]), Small);
    }
}
