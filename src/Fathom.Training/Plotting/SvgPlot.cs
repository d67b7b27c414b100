using System.Globalization;
using System.Text;

namespace Fathom.Training.Plotting;

/// <summary>Draws figures as a self-contained SVG picture: no scripts, no fonts to fetch, readable on light and dark pages,
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
        return new FigureRow { Title = title, Panels = [.. panels.Select(p => p with { Width = width, Height = height })] }.ToSvg(theme);
    }

    /// <summary>Draws one plot.</summary>
    /// <inheritdoc cref="Render(string?, IReadOnlyList{LinePlot}, int, int, SvgTheme)"/>
    /// <param name="plot">The plot.</param>
    /// <param name="width">The width in pixels, 160 or more.</param>
    /// <param name="height">The height in pixels, 120 or more.</param>
    /// <param name="theme">The page it is made for.</param>
    public static string Render(LinePlot plot, int width = 480, int height = 320, SvgTheme theme = SvgTheme.Auto) => Render(null, [plot], width, height, theme);

    /// <summary>One figure as a document.</summary>
    internal static string Document(Figure figure, SvgTheme theme)
    {
        (int width, int height) = figure.Size;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-labelledby="t d" font-family="system-ui, -apple-system, 'Segoe UI', 'Noto Sans', Roboto, Helvetica, Arial, sans-serif">
            <title id="t">{SvgCanvas.Escape(figure.Heading)}</title>
            <desc id="d">{SvgCanvas.Escape(figure.Describe())}</desc>
            <style>{Css(theme)}</style>
            <rect class="page" width="{width}" height="{height}" rx="6"/>

            """);
        figure.Draw(new SvgCanvas(svg), new(0, 0, width, height));
        return svg.Append("</svg>\n").ToString();
    }

    static string Css(SvgTheme theme) => theme switch
    {
        SvgTheme.Light => SvgColours.Light.Css(),
        SvgTheme.Dark => SvgColours.Dark.Css(),
        _ => SvgColours.Light.Css() + "@media (prefers-color-scheme:dark){" + SvgColours.Dark.Css() + "}",
    };
}
