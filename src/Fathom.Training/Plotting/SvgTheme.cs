namespace Fathom.Training.Plotting;

/// <summary>Which page an SVG plot is made for.</summary>
public enum SvgTheme
{
    /// <summary>Light, and dark where the reader's system asks for dark.</summary>
    Auto,

    /// <summary>Dark ink on white.</summary>
    Light,

    /// <summary>Light ink on a dark page.</summary>
    Dark,
}

/// <summary>The colours of a plot. The curves' hues stay apart for the colour-blind (after Okabe and Ito, 2008, "Color Universal Design").</summary>
/// <param name="Page">The background.</param>
/// <param name="Ink">Headings.</param>
/// <param name="Muted">Labels and ticks.</param>
/// <param name="Axis">The base line.</param>
/// <param name="Grid">The grid.</param>
/// <param name="Curves">The curves by place.</param>
internal sealed record SvgColours(string Page, string Ink, string Muted, string Axis, string Grid, string[] Curves)
{
    /// <summary>The number of curve colours; further curves begin anew.</summary>
    public const int Hues = 6;

    public static readonly SvgColours Light = new("#ffffff", "#1b1f24", "#57606a", "#8c959f", "#e6e9ed",
        ["#0067b1", "#c64a00", "#00805c", "#a4428a", "#6e5700", "#3d4852"]);

    public static readonly SvgColours Dark = new("#0d1117", "#f0f3f6", "#9ea7b3", "#6e7681", "#262c36",
        ["#58b2ee", "#ff9a57", "#3ecf9b", "#e893cf", "#d9bd4a", "#b6c2cf"]);

    /// <summary>The colour of a role: the class names of the style sheet.</summary>
    public Rgb Of(Paint paint) => paint.Exact ?? Rgb.Parse(paint.Role switch
    {
        "ink" => Ink,
        "muted" => Muted,
        "axis" => Axis,
        "grid" => Grid,
        "page" => Page,
        _ => Curves[paint.Role[1] - '0'],
    });

    /// <summary>The style sheet of the classes used by <see cref="SvgPlot"/>.</summary>
    public string Css() =>
        $".page{{fill:{Page}}}.ink{{fill:{Ink}}}.muted{{fill:{Muted}}}.axis{{stroke:{Axis}}}.grid{{stroke:{Grid}}}"
        + string.Concat(Curves.Select((c, i) => $".c{i}{{stroke:{c}}}.d{i}{{fill:{c};stroke:{Page}}}"));
}
