using Spectre.Console;
using Spectre.Console.Rendering;

namespace Fathom.Training.Plotting;

/// <summary>Texts of figures in a terminal.</summary>
internal static class TerminalText
{
    public static readonly Style Faint = new(Color.FromInt32(244));

    public static Segment Bold(string text, int width) => new(Cut(text, width), new(decoration: Decoration.Bold));

    public static Segment Muted(string text) => new(text, Faint);

    public static string Cut(string text, int width) => text.Length <= width ? text : text[..Math.Max(0, width)];

    public static Color Colour(Rgb c) => new(c.R, c.G, c.B);
}
