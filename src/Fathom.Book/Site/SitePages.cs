using System.Net;
using System.Text;

namespace Fathom.Book.Site;

/// <summary>A lesson as the pages name it.</summary>
/// <param name="Section">The lesson.</param>
/// <param name="Title">Its title.</param>
internal sealed record Entry(Section Section, string Title)
{
    public string Url => Section.Id + ".html";
}

/// <summary>The frame around every page: heading, search, contents, previous and next.</summary>
/// <param name="contents">The book.</param>
/// <param name="entries">Its lessons in order.</param>
/// <param name="note">What the foot of every page says.</param>
internal sealed class SitePages(Contents contents, IReadOnlyList<Entry> entries, string note)
{
    /// <summary>What tells a folder with a site of ours from any other.</summary>
    public const string Generator = "<meta name=\"generator\" content=\"fathom book\">";

    const string BookTitle = "Deep learning in C#";

    /// <summary>The page of the contents.</summary>
    public string Index()
    {
        var html = new StringBuilder($"<h1>{BookTitle}</h1>\n<p>Lessons that run: each is one C# file, and what it prints and draws here is what it printed and drew.</p>\n");
        int number = 0;
        foreach (Chapter chapter in Chapters)
        {
            html.Append($"<section class=\"chapter\"><h2 id=\"{chapter.Name}\"><span class=\"number\">{++number}</span> {Escape(chapter.Title)}</h2>\n<ol>\n");
            foreach (Entry e in Of(chapter)) html.Append($"<li><a href=\"{e.Url}\">{Escape(e.Title)}</a></li>\n");
            html.Append("</ol></section>\n");
        }
        return Frame(BookTitle, "", null, html.ToString());
    }

    /// <summary>The page of a lesson.</summary>
    public string Lesson(int place, string body)
    {
        Entry entry = entries[place];
        Chapter chapter = Chapters.First(c => c.Name == entry.Section.Chapter);
        string crumbs = $"<p class=\"crumbs\"><a href=\"../index.html\">Contents</a> › <a href=\"../index.html#{chapter.Name}\">{Escape(chapter.Title)}</a></p>\n";
        return Frame($"{entry.Title} – {BookTitle}", "../", entry, crumbs + body + Turn(place));
    }

    IEnumerable<Chapter> Chapters => contents.Chapters.Where(c => c.Sections.Count > 0);

    IEnumerable<Entry> Of(Chapter chapter) => entries.Where(e => e.Section.Chapter == chapter.Name);

    string Turn(int place)
    {
        string previous = place == 0 ? "<span></span>" : $"<a rel=\"prev\" href=\"../{entries[place - 1].Url}\">← {Escape(entries[place - 1].Title)}</a>";
        string next = place == entries.Count - 1 ? "<span></span>" : $"<a rel=\"next\" href=\"../{entries[place + 1].Url}\">{Escape(entries[place + 1].Title)} →</a>";
        return $"<nav class=\"turn\" aria-label=\"Previous and next\">{previous}{next}</nav>\n";
    }

    string Side(string up, Entry current)
    {
        var html = new StringBuilder("<nav class=\"side\" aria-label=\"Contents\">\n");
        foreach (Chapter chapter in Chapters)
        {
            html.Append($"<details{(chapter.Name == current.Section.Chapter ? " open" : "")}><summary>{Escape(chapter.Title)}</summary><ul>");
            foreach (Entry e in Of(chapter)) html.Append($"<li><a href=\"{up}{e.Url}\"{(e == current ? " aria-current=\"page\"" : "")}>{Escape(e.Title)}</a></li>");
            html.Append("</ul></details>\n");
        }
        return html.Append("</nav>\n").ToString();
    }

    string Frame(string title, string up, Entry? current, string main) => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        {Generator}
        <title>{Escape(title)}</title>
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="{up}style.css">
        </head>
        <body data-up="{up}">
        <header>
        <a class="home" href="{up}index.html">{BookTitle}</a>
        <div class="search" role="search"><input id="search" type="search" placeholder="Search" aria-label="Search the book" autocomplete="off"><div id="results" aria-live="polite" hidden></div></div>
        </header>
        <div class="columns">
        {(current is null ? "" : Side(up, current))}<main>
        {main}</main>
        </div>
        <footer>{Escape(note)}</footer>
        <script src="{up}search-index.js"></script>
        <script src="{up}search.js"></script>
        </body>
        </html>

        """;

    static string Escape(string text) => WebUtility.HtmlEncode(text);
}
