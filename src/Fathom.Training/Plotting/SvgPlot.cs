using System.Globalization;
using System.Text;

namespace Fathom.Training.Plotting;

/// <summary>Draws line plots as a self-contained SVG picture: no scripts, no fonts to fetch, readable on light and dark pages,
/// with a text alternative for screen readers.</summary>
/// <remarks>What is drawn is the data: no smoothing, gaps where values are not finite, and a note where a logarithmic axis has no place for a point.</remarks>
public static class SvgPlot
{
    /// <summary>Draws plots side by side.</summary>
    /// <param name="title">A heading above all of them, or null.</param>
    /// <param name="panels">The plots, left to right; at least one.</param>
    /// <param name="width">The width of one plot in pixels, 160 or more.</param>
    /// <param name="height">The height of one plot in pixels, 120 or more.</param>
    /// <param name="theme">The page it is made for.</param>
    /// <returns>The text of an SVG document.</returns>
    /// <exception cref="ArgumentException">There is no plot, the size is too small, or a logarithmic axis has a limit at or below zero.</exception>
    public static string Render(string? title, IReadOnlyList<LinePlot> panels, int width = 480, int height = 320, SvgTheme theme = SvgTheme.Auto)
    {
        ArgumentNullException.ThrowIfNull(panels);
        if (panels.Count == 0) throw new ArgumentException("[plot] nothing to draw: give at least one plot");
        if (width < 160 || height < 120) throw new ArgumentException($"[plot] {width} x {height} is too small: a plot needs at least 160 x 120 pixels");
        int head = title is null ? 0 : 40;
        var svg = new StringBuilder();
        Open(svg, title, panels, width * panels.Count, height + head, theme);
        if (title is not null) Text(svg, 20, 30, "ink", title, 17, bold: true);
        for (int i = 0; i < panels.Count; i++) new SvgPanel(svg, panels[i], i * width, head, width, height).Draw();
        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>Draws one plot.</summary>
    /// <inheritdoc cref="Render(string?, IReadOnlyList{LinePlot}, int, int, SvgTheme)"/>
    /// <param name="plot">The plot.</param>
    /// <param name="width">The width in pixels, 160 or more.</param>
    /// <param name="height">The height in pixels, 120 or more.</param>
    /// <param name="theme">The page it is made for.</param>
    public static string Render(LinePlot plot, int width = 480, int height = 320, SvgTheme theme = SvgTheme.Auto) => Render(null, [plot], width, height, theme);

    static void Open(StringBuilder svg, string? title, IReadOnlyList<LinePlot> panels, int width, int height, SvgTheme theme)
    {
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-labelledby="t d" font-family="system-ui, -apple-system, 'Segoe UI', 'Noto Sans', Roboto, Helvetica, Arial, sans-serif">
            <title id="t">{Escape(title ?? panels[0].Title ?? panels[0].YLabel ?? "Line plot")}</title>
            <desc id="d">{Escape(string.Join(" ", panels.Select(Describe)))}</desc>
            <style>{Css(theme)}</style>
            <rect class="page" width="{width}" height="{height}" rx="6"/>

            """);
    }

    static string Css(SvgTheme theme) => theme switch
    {
        SvgTheme.Light => SvgColours.Light.Css(),
        SvgTheme.Dark => SvgColours.Dark.Css(),
        _ => SvgColours.Light.Css() + "@media (prefers-color-scheme:dark){" + SvgColours.Dark.Css() + "}",
    };

    /// <summary>The plot in words, for those who cannot see it.</summary>
    internal static string Describe(LinePlot plot)
    {
        var words = new StringBuilder($"{plot.YLabel ?? plot.Title ?? "Values"} against {plot.XLabel ?? "x"}:");
        foreach (Series s in plot.Series)
        {
            DataPoint[] shown = [.. s.Points.Where(p => p.IsFinite)];
            words.Append(shown.Length == 0 ? $" {s.Name} has no points;"
                : $" {s.Name}, {shown.Length} {(shown.Length == 1 ? "point" : "points")} from {Figures.Short(shown[0].Y)} to {Figures.Short(shown[^1].Y)};");
        }
        if (plot.Series.Count == 0) words.Append(" no curves;");
        words[^1] = '.';
        return words.ToString();
    }

    internal static void Text(StringBuilder svg, double x, double y, string css, string text, double size, string anchor = "start", bool bold = false)
    {
        string more = (anchor == "start" ? "" : $" text-anchor=\"{anchor}\"") + (bold ? " font-weight=\"600\"" : "");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"{css}\" x=\"{x:0.#}\" y=\"{y:0.#}\" font-size=\"{size}\"{more}>{Escape(text)}</text>\n");
    }

    /// <summary>The room a text takes, estimated: an SVG writer has no fonts to ask.</summary>
    internal static double TextWidth(string text, double size) => text.Sum(c => "iljI.,:;'| ".Contains(c) ? 0.32 : char.IsUpper(c) || c is 'm' or 'w' ? 0.72 : 0.56) * size;

    internal static string Escape(string text)
    {
        var safe = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            safe.Append(c switch { '&' => "&amp;", '<' => "&lt;", '>' => "&gt;", '"' => "&quot;", < ' ' => " ", _ => c.ToString() });
        }
        return safe.ToString();
    }
}
