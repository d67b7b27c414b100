using System.Globalization;
using System.Text;
using Fathom.Formats;

namespace Fathom.Training.Plotting;

/// <summary>Draws as SVG markup.</summary>
internal sealed class SvgCanvas(StringBuilder svg) : Canvas
{
    static readonly string[] Dashes = ["", "7 4", "8 3 2 3", "2 3"];

    public override void Rule(Paint paint, double x1, double y1, double x2, double y2) =>
        Append($"<path class=\"{paint.Role}\" d=\"M{x1:0.#} {y1:0.#}L{x2:0.#} {y2:0.#}\"/>\n");

    public override void Stroke(int place, LineStyle style, IReadOnlyList<IReadOnlyList<DataPoint>> pieces)
    {
        Append($"<path class=\"c{place % SvgColours.Hues}\" fill=\"none\" stroke-width=\"2\" stroke-linejoin=\"round\"");
        if (style != LineStyle.Solid) Append($" stroke-dasharray=\"{Dashes[(int)style]}\"");
        svg.Append(" d=\"");
        foreach (IReadOnlyList<DataPoint> piece in pieces)
            for (int i = 0; i < piece.Count; i++) Append($"{(i == 0 ? 'M' : 'L')}{piece[i].X:0.#} {piece[i].Y:0.#}");
        svg.Append("\"/>\n");
    }

    public override void Dot(int place, double x, double y, double radius) =>
        Append($"<circle class=\"d{place % SvgColours.Hues}\" cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"{radius:0.#}\"/>\n");

    public override void Fill(Paint paint, Box box) =>
        Append($"<rect {Colour(paint)} x=\"{box.Left:0.##}\" y=\"{box.Top:0.##}\" width=\"{box.Width:0.##}\" height=\"{box.Height:0.##}\"/>\n");

    public override void Picture(Image image, Box box) =>
        Append($"<image x=\"{box.Left:0.##}\" y=\"{box.Top:0.##}\" width=\"{box.Width:0.##}\" height=\"{box.Height:0.##}\" preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\" href=\"data:image/png;base64,{Convert.ToBase64String(Png.Encode(image))}\"/>\n");

    public override void Text(Paint paint, double x, double y, string text, double size, Anchor anchor = Anchor.Start, bool bold = false)
    {
        string more = (anchor == Anchor.Start ? "" : $" text-anchor=\"{(anchor == Anchor.Middle ? "middle" : "end")}\"") + (bold ? " font-weight=\"600\"" : "");
        Append($"<text {Colour(paint)} x=\"{x:0.#}\" y=\"{y:0.#}\" font-size=\"{size:0.#}\"{more}>{Escape(text)}</text>\n");
    }

    public override void Clip(Box box)
    {
        string id = FormattableString.Invariant($"p{box.Left:0}-{box.Top:0}");
        Append($"<clipPath id=\"{id}\"><rect x=\"{box.Left:0.#}\" y=\"{box.Top:0.#}\" width=\"{box.Width:0.#}\" height=\"{box.Height:0.#}\"/></clipPath>\n");
        Append($"<g clip-path=\"url(#{id})\">\n");
    }

    public override void Unclip() => svg.Append("</g>\n");

    static string Colour(Paint paint) => paint.Exact is { } exact ? $"fill=\"{exact}\"" : $"class=\"{paint.Role}\"";

    void Append(FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture));

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
