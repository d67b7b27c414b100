using Fathom.Formats;

namespace Fathom.Training.Plotting;

/// <summary>A rectangle in pixels, from the upper left.</summary>
internal readonly record struct Box(double Left, double Top, double Width, double Height)
{
    public double Right => Left + Width;

    public double Bottom => Top + Height;
}

/// <summary>Which point of a text stands at the given place.</summary>
internal enum Anchor { Start, Middle, End }

/// <summary>A colour: one of the theme's roles, which differ between light and dark pages, or an exact one.</summary>
/// <param name="Role">The role, a class of <see cref="SvgColours.Css"/>.</param>
/// <param name="Exact">The colour on any page; null for the role's.</param>
internal readonly record struct Paint(string Role, Rgb? Exact = null)
{
    public static readonly Paint Ink = new("ink"), Muted = new("muted"), Axis = new("axis"), Grid = new("grid");

    /// <summary>The face of bars and markers of the curve at a place.</summary>
    public static Paint Face(int place) => new("d" + place % SvgColours.Hues);

    public static Paint Of(Rgb colour) => new("", colour);
}

/// <summary>What a figure is drawn on: an SVG document or a grid of pixels. Places and sizes are in pixels of the SVG document.</summary>
internal abstract class Canvas
{
    /// <summary>A thin straight line.</summary>
    public abstract void Rule(Paint paint, double x1, double y1, double x2, double y2);

    /// <summary>A curve of one or more pieces, two pixels wide.</summary>
    /// <param name="place">Which of the theme's curve colours.</param>
    /// <param name="style">The stroke.</param>
    /// <param name="pieces">Unbroken runs of points in pixels.</param>
    public abstract void Stroke(int place, LineStyle style, IReadOnlyList<IReadOnlyList<DataPoint>> pieces);

    /// <summary>A filled circle with a thin rim in the page's colour.</summary>
    public abstract void Dot(int place, double x, double y, double radius);

    /// <summary>A filled rectangle.</summary>
    public abstract void Fill(Paint paint, Box box);

    /// <summary>A picture stretched over a rectangle, its pixels as squares.</summary>
    public abstract void Picture(Image image, Box box);

    /// <summary>A line of text on its base line.</summary>
    public abstract void Text(Paint paint, double x, double y, string text, double size, Anchor anchor = Anchor.Start, bool bold = false);

    /// <summary>Keeps what is drawn until <see cref="Unclip"/> inside a rectangle.</summary>
    public abstract void Clip(Box box);

    public abstract void Unclip();

    /// <summary>The room a text takes, estimated, so that both canvases lay out alike: an SVG writer has no fonts to ask.</summary>
    public static double TextWidth(string text, double size) => text.Sum(c => "iljI.,:;'| ".Contains(c) ? 0.32 : char.IsUpper(c) || c is 'm' or 'w' ? 0.72 : 0.56) * size;
}
