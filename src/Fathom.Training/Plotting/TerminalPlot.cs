using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Fathom.Training.Plotting;

/// <summary>Draws a line plot with characters: Braille dots, or plain ASCII marks where the terminal's encoding has no Braille.
/// A Spectre.Console renderable, so it takes the terminal's width and goes into live displays, panels and columns.</summary>
/// <param name="plot">What to draw.</param>
public sealed class TerminalPlot(LinePlot plot) : Renderable
{
    /// <summary>Below these, a picture says less than the numbers.</summary>
    const int LeastWidth = 24, LeastHeight = 6;

    // From the 256-colour cube, chosen to be read on black and on white.
    static readonly int[] Hues = [32, 166, 35, 169, 136, 102];
    static readonly Color[] Palette = [.. Hues.Select(h => Color.FromInt32(h))];
    static readonly Style Faint = new(Color.FromInt32(244));

    /// <summary>The lines to take, heading and axes included.</summary>
    public int Height { get; init; } = 16;

    /// <summary>Whether to use ASCII even where Braille could be shown; null leaves it to the terminal.</summary>
    public bool? Ascii { get; init; }

    /// <summary>The plot as plain text without colours; curves are told apart by their marks or dashes.</summary>
    /// <param name="width">The most columns to take.</param>
    public string ToText(int width) => string.Join('\n', Rows(Math.Max(1, width), Ascii ?? false, coloured: false)
        .Select(row => string.Concat(row.Select(s => s.Text)).TrimEnd())) + "\n";

    /// <inheritdoc/>
    protected override Measurement Measure(RenderOptions options, int maxWidth) => new(Math.Min(LeastWidth, maxWidth), maxWidth);

    /// <inheritdoc/>
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        ArgumentNullException.ThrowIfNull(options);
        bool coloured = options.ColorSystem != ColorSystem.NoColors;
        foreach (List<Segment> row in Rows(maxWidth, Ascii ?? !options.Unicode, coloured))
        {
            foreach (Segment s in row) yield return s;
            yield return Segment.LineBreak;
        }
    }

    internal IEnumerable<List<Segment>> Rows(int width, bool ascii, bool coloured)
    {
        foreach (List<Segment> row in Heading(width, ascii, coloured)) yield return row;
        int rows = Height - 2 - (plot.Title is null ? 0 : 1) - (Unnamed ? 0 : 1);
        if (width < LeastWidth || rows < LeastHeight - 3) yield break;
        foreach (List<Segment> row in Body(width, rows, ascii, coloured)) yield return row;
    }

    IEnumerable<List<Segment>> Heading(int width, bool ascii, bool coloured)
    {
        if (plot.Title is not null) yield return [TerminalText.Bold(plot.Title, width)];
        if (Unnamed) yield break;
        List<Segment> legend = [];
        int room = width;
        for (int i = 0; i < plot.Series.Count && room > 4; i++)
        {
            Series s = plot.Series[i];
            string name = plot.ShowLast && s.Points.Count > 0 ? $"{s.Name} {Figures.Short(s.Points[^1].Y)}" : s.Name;
            string sample = ascii ? DotCanvas.Mark(Place(i)).ToString() : coloured && s.Style != LineStyle.Points ? "──" : Sample(LinePlot.StyleOf(s, i));
            string text = TerminalText.Cut($"{(i == 0 ? "" : "   ")}{sample} {name}", room);
            legend.Add(new(text, coloured ? new(Palette[Place(i) % Palette.Length]) : Style.Plain));
            room -= text.Length;
        }
        yield return legend;
    }

    /// <summary>The colour of a place, as a number of the 256-colour cube.</summary>
    internal static int Hue(int place) => Hues[place % Hues.Length];

    bool Unnamed => plot.Series.All(s => s.Name.Length == 0) && !plot.ShowLast;

    static string Sample(LineStyle style) => style switch { LineStyle.Solid => "──", LineStyle.Dashed => "╌╌", LineStyle.DashDot => "─·", LineStyle.Dotted => "··", _ => "•" };

    IEnumerable<List<Segment>> Body(int width, int rows, bool ascii, bool coloured)
    {
        Axis y = Axis.Fit(plot.Visible.Select(p => p.Y), plot.YScale, plot.YLimits, Math.Max(2, rows / 2), widen: true);
        int gutter = y.Labels.Max(l => l.Length);
        int columns = width - gutter - 2;
        Axis x = Axis.Fit(plot.Visible.Select(p => p.X), plot.XScale, plot.XLimits, Math.Max(2, columns / 8), widen: false);
        var canvas = new DotCanvas(columns, rows, ascii);
        for (int i = 0; i < plot.Series.Count; i++) Draw(canvas, x, y, i, coloured || ascii ? LineStyle.Solid : LinePlot.StyleOf(plot.Series[i], i));
        for (int row = 0; row < rows; row++)
        {
            string? label = LabelAt(y, row, rows);
            List<Segment> line = [new((label ?? "").PadLeft(gutter), Faint), new(ascii ? (label is null ? " |" : " +") : (label is null ? " │" : " ┤"), Faint)];
            line.AddRange(Cells(canvas, row, columns, coloured));
            yield return line;
        }
        yield return [new(new string(' ', gutter + 1) + Rule(x, columns, ascii), Faint)];
        yield return [new(new string(' ', gutter + 2) + XLabels(x, columns), Faint)];
    }

    int Place(int order) => LinePlot.PlaceOf(plot.Series[order], order);

    void Draw(DotCanvas canvas, Axis x, Axis y, int order, LineStyle style)
    {
        int place = Place(order);
        (int X, int Y)? pen = null;
        foreach (DataPoint p in plot.Series[order].Points)
        {
            if (!plot.CanShow(p)) { pen = null; continue; }
            (int X, int Y) dot = (Dot(x.Place(p.X), canvas.Width), canvas.Height - 1 - Dot(y.Place(p.Y), canvas.Height));
            if (pen is { } from && plot.Series[order].Style != LineStyle.Points) canvas.Line(from.X, from.Y, dot.X, dot.Y, place, style);
            else canvas.Dot(dot.X, dot.Y, place);
            pen = dot;
        }
    }

    /// <summary>The dot of a place between 0 and 1. Far-away places are held near the edge so that lines to them stay short.</summary>
    static int Dot(double place, int dots) => (int)Math.Round(Math.Clamp(place, -4, 5) * (dots - 1));

    static IEnumerable<Segment> Cells(DotCanvas canvas, int row, int columns, bool coloured)
    {
        var run = new StringBuilder();
        int owner = -1;
        for (int column = 0; column < columns; column++)
        {
            (char c, int place) = canvas.Cell(row, column);
            if (place != owner && run.Length > 0)
            {
                yield return Run(run.ToString(), owner, coloured);
                run.Clear();
            }
            owner = place;
            run.Append(c);
        }
        if (run.Length > 0) yield return Run(run.ToString(), owner, coloured);
    }

    static Segment Run(string text, int place, bool coloured) => coloured && place >= 0 ? new(text, new(Palette[place % Palette.Length])) : new(text);

    static string? LabelAt(Axis y, int row, int rows)
    {
        int tick = Array.FindIndex(y.Ticks, t => (int)Math.Round((1 - y.Place(t)) * (rows - 1)) == row);
        return tick < 0 ? null : y.Labels[tick];
    }

    static int ColumnOf(Axis x, int tick, int columns) => (int)Math.Round(x.Place(x.Ticks[tick]) * (columns - 1));

    static string Rule(Axis x, int columns, bool ascii)
    {
        char[] rule = new string(ascii ? '-' : '─', columns).ToCharArray();
        for (int i = 0; i < x.Ticks.Length; i++) rule[ColumnOf(x, i, columns)] = ascii ? '+' : '┬';
        return (ascii ? "+" : "└") + new string(rule);
    }

    string XLabels(Axis x, int columns)
    {
        char[] line = new string(' ', columns).ToCharArray();
        int free = 0;
        for (int i = 0; i < x.Ticks.Length; i++)
        {
            string label = x.Labels[i];
            int at = Math.Clamp(ColumnOf(x, i, columns) - label.Length / 2, 0, Math.Max(0, columns - label.Length));
            if (at < free || at + label.Length > columns) continue;
            label.CopyTo(0, line, at, label.Length);
            free = at + label.Length + 1;
        }
        AddName(line, free);
        return new string(line).TrimEnd();
    }

    /// <summary>Puts the axis's name into the last gap between tick labels that is wide enough.</summary>
    void AddName(char[] line, int lastEnd)
    {
        if (plot.XLabel is not { } name || lastEnd == 0) return;
        for (int at = line.Length - name.Length - 2; at > 1; at--)
        {
            if (!line.AsSpan(at - 2, name.Length + 4).IsWhiteSpace()) continue;
            name.CopyTo(0, line, at, name.Length);
            return;
        }
    }
}
