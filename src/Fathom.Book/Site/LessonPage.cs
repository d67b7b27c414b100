using System.Net;
using System.Text;
using System.Xml.Linq;

namespace Fathom.Book.Site;

/// <summary>The body of a lesson's page: its text, its cells, and below each what it printed and drew.</summary>
/// <param name="run">The lesson as it ran.</param>
/// <param name="contents">The book.</param>
internal sealed class LessonPage(LessonRun run, Contents contents)
{
    const string PlotLine = "plot: ";

    readonly MarkdownText _text = new(run.Section, contents);

    /// <summary>The body; written once.</summary>
    /// <exception cref="BookException">The text links to a lesson that is not there.</exception>
    public string Write()
    {
        var highlighter = new Highlighter(run.Source);
        var html = new StringBuilder();
        bool title = true;
        foreach (LessonBlock block in run.Source.Blocks)
        {
            if (block is TextBlock text) html.Append(_text.ToHtml(text));
            if (block is CodeBlock cell) WriteCell(html, cell, highlighter);
            if (title) html.Replace("</h1>\n", $"</h1>\n<p class=\"run\"><code>dotnet run book/{run.Section.Id}.cs</code> <a href=\"{run.Section.Name}.cs\" download>download the file</a></p>\n");
            title = false;
        }
        return html.ToString();
    }

    /// <summary>What search finds on the page, once it is written.</summary>
    public IEnumerable<Part> Parts => _text.Parts;

    void WriteCell(StringBuilder html, CodeBlock cell, Highlighter highlighter)
    {
        html.Append($"<pre class=\"code\"><code>{highlighter.ToHtml(cell)}</code></pre>\n");
        _text.AddWords(cell.Code);
        if (run.Cells.TryGetValue(cell.Cell, out string? output)) WriteOutput(html, output);
    }

    /// <summary>What a cell printed, with each plot in the place of the line that names it.</summary>
    void WriteOutput(StringBuilder html, string output)
    {
        var lines = new List<string>();
        foreach (string line in output.TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith(PlotLine, StringComparison.Ordinal) && run.Plots.TryGetValue(line[PlotLine.Length..], out byte[]? plot))
            {
                WriteLines(html, lines);
                html.Append($"<figure><img src=\"{run.Section.Name}/{line[PlotLine.Length..]}\"{Describe(plot)}></figure>\n");
            }
            else lines.Add(line);
        }
        WriteLines(html, lines);
    }

    static void WriteLines(StringBuilder html, List<string> lines)
    {
        string text = string.Join('\n', lines).Trim('\n');
        if (text.Length > 0) html.Append($"<pre class=\"output\"><samp>{WebUtility.HtmlEncode(text)}</samp></pre>\n");
        lines.Clear();
    }

    /// <summary>The picture in words, which SVG plots bring with them, and its size: a small screen makes a plot smaller, but not so small that its labels cannot be read.</summary>
    static string Describe(byte[] plot)
    {
        if (plot.Length == 0 || plot[0] != '<') return " alt=\"plot\"";
        XElement svg = XDocument.Load(new MemoryStream(plot)).Root!;
        string words = string.Join(". ", svg.Elements().Where(e => e.Name.LocalName is "title" or "desc").Select(e => e.Value.Trim().TrimEnd('.')));
        return $" alt=\"{WebUtility.HtmlEncode(words)}\" width=\"{svg.Attribute("width")?.Value}\" height=\"{svg.Attribute("height")?.Value}\" style=\"--width: {svg.Attribute("width")?.Value}px\"";
    }
}
