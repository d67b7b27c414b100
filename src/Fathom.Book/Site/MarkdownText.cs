using System.Text;
using Markdig;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Fathom.Book.Site;

/// <summary>A part of a lesson's text, below one heading: what search finds.</summary>
/// <param name="Anchor">The heading's place on the page.</param>
/// <param name="Heading">The heading.</param>
/// <param name="Text">All words below it.</param>
internal sealed record Part(string Anchor, string Heading, string Text);

/// <summary>Turns the Markdown of one lesson into HTML, piece by piece, and collects its headings and words.</summary>
/// <param name="section">The lesson.</param>
/// <param name="contents">The book, which links to other lessons are looked up in.</param>
internal sealed class MarkdownText(Section section, Contents contents)
{
    static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().UseEmphasisExtras().Build();

    readonly List<(string Anchor, string Heading, StringBuilder Text)> _parts = [];

    /// <summary>The parts so far.</summary>
    public IEnumerable<Part> Parts => _parts.Select(p => new Part(p.Anchor, p.Heading, p.Text.ToString()));

    /// <summary>The HTML of one piece of text.</summary>
    /// <exception cref="BookException">It links to a lesson that is not in the book.</exception>
    public string ToHtml(TextBlock block)
    {
        MarkdownDocument document = Markdown.Parse(block.Markdown, Pipeline);
        foreach (LinkInline link in Leaves(document).SelectMany(leaf => leaf.Inline?.Descendants<LinkInline>() ?? [])) Redirect(link, block);
        foreach (Block piece in document)
        {
            if (piece is HeadingBlock heading) Begin(heading);
            AddWords(Words(piece));
        }
        return document.ToHtml(Pipeline);
    }

    /// <summary>Lets search find what stands in code as well.</summary>
    public void AddWords(string text)
    {
        if (_parts.Count > 0) _parts[^1].Text.Append(string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))).Append(' ');
    }

    void Begin(HeadingBlock heading)
    {
        string text = Words(heading).Trim();
        string anchor = AnchorOf(text);
        for (int i = 2; _parts.Any(p => p.Anchor == anchor); i++) anchor = $"{AnchorOf(text)}-{i}";
        heading.GetAttributes().Id = anchor;
        _parts.Add((anchor, text, new StringBuilder()));
    }

    /// <summary>A link to the file of another lesson becomes one to its page.</summary>
    void Redirect(LinkInline link, TextBlock block)
    {
        if (link.Url is not { } url || url.Contains("://", StringComparison.Ordinal) || url.StartsWith('#')) return;
        string[] pieces = url.Split('#', 2);
        string target = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(section.Path)!, pieces[0]));
        Section? found = contents.Sections.FirstOrDefault(s => Path.GetFullPath(s.Path) == target);
        if (found is null)
            throw new BookException($"{section.Path}({block.Line}): the link {url} leads to no lesson of the book; lessons are linked by their files, as in ../numerics/limits.cs");
        link.Url = $"../{found.Id}.html" + (pieces.Length > 1 ? "#" + pieces[1] : "");
    }

    static string AnchorOf(string text)
    {
        string[] words = new string([.. text.ToLowerInvariant().Select(c => char.IsLetterOrDigit(c) ? c : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 0 ? "part" : string.Join('-', words);
    }

    static string Words(Block piece) => string.Join(' ', Leaves(piece).Select(leaf => leaf.Inline is null ? leaf.Lines.ToString() : Words(leaf.Inline)));

    static string Words(ContainerInline line) => string.Concat(line.Descendants().Select(o => o switch
    {
        LiteralInline literal => literal.Content.ToString(),
        CodeInline code => code.Content,
        HtmlEntityInline entity => entity.Transcoded.ToString(),
        LineBreakInline => " ",
        _ => "",
    }));

    static IEnumerable<LeafBlock> Leaves(Block block) => block is ContainerBlock container ? container.SelectMany(Leaves) : [(LeafBlock)block];
}
