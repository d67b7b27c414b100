using Fathom.Book;
using Fathom.Book.Site;
using Microsoft.Playwright;

namespace Fathom.Book.Tests;

/// <summary>The site of all lessons in their fast size, and a browser to look at it.</summary>
public sealed class SiteFixture(LessonRuns runs) : IAsyncLifetime
{
    readonly TempFolder _folder = new();
    readonly Chromium _browser = new();

    public string Folder => _folder["site"];

    /// <summary>All pages, relative to the folder.</summary>
    public IReadOnlyList<string> Pages => [.. Directory.GetFiles(Folder, "*.html", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Folder, f)).Order(StringComparer.Ordinal)];

    public string Url(string page) => new Uri(Path.Combine(Folder, page)).AbsoluteUri;

    public async ValueTask InitializeAsync()
    {
        LessonRun[] done = await Task.WhenAll(LessonRuns.Wanted.Select(runs.Of));
        SiteBuilder.Write(TheBook.Contents, done, Folder, "The lessons ran in their fast size.");
    }

    /// <summary>A page of the browser; see <see cref="Chromium.OpenAsync"/>.</summary>
    public Task<IPage> OpenAsync() => _browser.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _folder.Dispose();
    }
}
