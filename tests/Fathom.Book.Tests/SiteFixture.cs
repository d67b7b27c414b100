using Fathom.Book;
using Fathom.Book.Site;
using Microsoft.Playwright;

namespace Fathom.Book.Tests;

/// <summary>The site of all lessons in their fast size, and a browser to look at it.</summary>
public sealed class SiteFixture(LessonRuns runs) : IAsyncLifetime
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly TempFolder _folder = new();
    IPlaywright? _playwright;
    IBrowser? _browser;

    /// <summary>The program that shows the pages.</summary>
    static string Chromium => Environment.GetEnvironmentVariable("FATHOM_CHROMIUM") ?? "/usr/bin/chromium";

    public string Folder => _folder["site"];

    /// <summary>All pages, relative to the folder.</summary>
    public IReadOnlyList<string> Pages => [.. Directory.GetFiles(Folder, "*.html", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Folder, f)).Order(StringComparer.Ordinal)];

    public string Url(string page) => new Uri(Path.Combine(Folder, page)).AbsoluteUri;

    public async ValueTask InitializeAsync()
    {
        LessonRun[] done = await Task.WhenAll(LessonRuns.Wanted.Select(runs.Of));
        SiteBuilder.Write(TheBook.Contents, done, Folder, "The lessons ran in their fast size.");
    }

    /// <summary>A page of the browser. Skips the test where there is no Chromium, unless the variable CI is true: the build server must have one.</summary>
    public async Task<IPage> OpenAsync()
    {
        if (!File.Exists(Chromium))
        {
            string reason = $"there is no Chromium at {Chromium}; install it (Debian: apt-get install chromium) or name it in FATHOM_CHROMIUM";
            if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(reason);
            Assert.Skip(reason);
        }
        _playwright ??= await Playwright.CreateAsync();
        _browser ??= await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Headless = true,
            Args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        IPage page = await _browser.NewPageAsync();
        page.SetDefaultTimeout((float)Patience.TotalMilliseconds);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        _folder.Dispose();
    }
}
