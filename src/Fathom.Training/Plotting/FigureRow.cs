using Spectre.Console.Rendering;

namespace Fathom.Training.Plotting;

/// <summary>Figures side by side in one picture, with a heading above them; in a terminal one below the other.</summary>
public sealed record FigureRow : Figure
{
    const int HeadingHeight = 40;

    /// <summary>The figures, left to right; at least one.</summary>
    public IReadOnlyList<Figure> Panels { get; init; } = [];

    int Head => Title is null ? 0 : HeadingHeight;

    private protected override (int Width, int Height) NaturalSize
    {
        get
        {
            if (Panels.Count == 0) throw new ArgumentException("[plot] nothing to draw: give at least one plot");
            return (Panels.Sum(p => p.Size.Width), Panels.Max(p => p.Size.Height) + Head);
        }
    }

    internal override string Heading => Title ?? Panels[0].Heading;

    internal override string Describe() => string.Join(" ", Panels.Select(p => p.Describe()));

    internal override void Draw(Canvas canvas, Box area)
    {
        if (Title is not null) canvas.Text(Paint.Ink, area.Left + 20, area.Top + 30, Title, 17, bold: true);
        double left = area.Left, stretch = area.Width / NaturalSize.Width;
        foreach (Figure panel in Panels)
        {
            double width = panel.Size.Width * stretch;
            panel.Draw(canvas, new(left, area.Top + Head, width, area.Height - Head));
            left += width;
        }
    }

    internal override IEnumerable<List<Segment>> Rows(int width, bool ascii, bool coloured)
    {
        if (Title is not null) yield return [TerminalText.Bold(Title, width)];
        foreach (Figure panel in Panels)
            foreach (List<Segment> row in panel.Rows(width, ascii, coloured))
                yield return row;
    }
}
