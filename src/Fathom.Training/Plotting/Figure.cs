using Fathom.Formats;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Fathom.Training.Plotting;

/// <summary>A picture of data as a value: what to show, not how. It can be written as SVG and PNG, drawn in a terminal, or shown in the way that suits the program.</summary>
/// <example><code>
/// LinePlot.Of(x, x.Relu(), "x", "relu(x)").Show("relu");
/// ImageGrid.Of(images, titles: ["shirt", "bag"]).SavePng("images.png");
/// </code></example>
public abstract record Figure
{
    /// <summary>The environment variable that names the folder <see cref="Show"/> writes to.</summary>
    public const string FolderVariable = "FATHOM_PLOTS";

    /// <summary>The heading, or null for none.</summary>
    public string? Title { get; init; }

    /// <summary>The width in pixels; null for one that suits the content.</summary>
    public int? Width { get; init; }

    /// <summary>The height in pixels; null for one that suits the content.</summary>
    public int? Height { get; init; }

    /// <summary>The size in pixels that suits the content.</summary>
    private protected virtual (int Width, int Height) NaturalSize => (480, 320);

    internal (int Width, int Height) Size
    {
        get
        {
            (int width, int height) = (Width ?? NaturalSize.Width, Height ?? NaturalSize.Height);
            if (width < 160 || height < 120) throw new ArgumentException($"[plot] {width} x {height} is too small: a plot needs at least 160 x 120 pixels");
            return (width, height);
        }
    }

    /// <summary>What a reader who cannot see the picture is told it is.</summary>
    internal virtual string Heading => Title ?? "Figure";

    /// <summary>The picture in words, for those who cannot see it.</summary>
    internal abstract string Describe();

    internal abstract void Draw(Canvas canvas, Box area);

    internal abstract IEnumerable<List<Segment>> Rows(int width, bool ascii, bool coloured);

    /// <summary>The figure as an SVG document.</summary>
    /// <param name="theme">The page it is made for.</param>
    /// <exception cref="ArgumentException">The size is below 160 x 120, or the content cannot be drawn; the message says why.</exception>
    public string ToSvg(SvgTheme theme = SvgTheme.Auto) => SvgPlot.Document(this, theme);

    /// <summary>Writes the figure as an SVG file, whole or not at all.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="theme">The page it is made for.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void SaveSvg(string path, SvgTheme theme = SvgTheme.Auto) => AtomicFile.WriteAllText(path, ToSvg(theme));

    /// <summary>The figure as pixels.</summary>
    /// <param name="theme">The page it is made for; a picture of pixels cannot follow the reader's, so that automatic means light.</param>
    /// <param name="scale">Pixels a pixel of the SVG document, 1 to 8: 2 suits sharp screens and print.</param>
    public Image ToImage(SvgTheme theme = SvgTheme.Light, int scale = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(scale, 8);
        (int width, int height) = Size;
        var canvas = new RasterCanvas(width, height, scale, theme == SvgTheme.Dark ? SvgColours.Dark : SvgColours.Light);
        Draw(canvas, new(0, 0, width, height));
        return canvas.ToImage();
    }

    /// <summary>Writes the figure as a PNG file, whole or not at all.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="theme">The page it is made for; automatic means light.</param>
    /// <param name="scale">Pixels a pixel of the SVG document, 1 to 8.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void SavePng(string path, SvgTheme theme = SvgTheme.Light, int scale = 2) => Png.Write(path, ToImage(theme, scale));

    /// <summary>The figure as lines of plain text.</summary>
    /// <param name="width">The most columns to take.</param>
    public string ToTerminal(int width = 80) => string.Join('\n', Rows(Math.Max(1, width), ascii: false, coloured: false)
        .Select(row => string.Concat(row.Select(s => s.Text)).TrimEnd())) + "\n";

    /// <summary>The figure for Spectre.Console: in colour where the terminal has it, in ASCII where it must be.</summary>
    public IRenderable ToRenderable() => new TerminalFigure(this);

    /// <summary>Shows the figure as a program shows a plot: writes NAME.svg into the folder that the environment variable FATHOM_PLOTS names (plots in the current
    /// folder without it), draws in the terminal if there is one, and prints the line <c>plot: NAME.svg</c>.</summary>
    /// <param name="name">The file's name without ending; an existing file is replaced.</param>
    /// <exception cref="ArgumentException">The name is not that of a file.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Show(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name.AsSpan().IndexOfAny('/', '\\', ':') >= 0 || name.StartsWith('.'))
            throw new ArgumentException($"[plot] '{name}' is not a plain file name: the folder comes from {FolderVariable}, the ending is added.", nameof(name));
        string folder = Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } given ? given : "plots";
        Directory.CreateDirectory(folder);
        SaveSvg(Path.Combine(folder, name + ".svg"));
        if (!Console.IsOutputRedirected) AnsiConsole.Write(ToRenderable());
        Console.WriteLine($"plot: {name}.svg");
    }
}

/// <summary>A figure in a Spectre.Console display.</summary>
file sealed class TerminalFigure(Figure figure) : Renderable
{
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        foreach (List<Segment> row in figure.Rows(maxWidth, !options.Unicode, options.ColorSystem != ColorSystem.NoColors))
        {
            foreach (Segment s in row) yield return s;
            yield return Segment.LineBreak;
        }
    }
}
