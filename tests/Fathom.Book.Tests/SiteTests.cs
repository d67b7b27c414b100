using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Fathom.Book.Tests;

/// <summary>The site in a browser: nothing broken, nothing fetched from elsewhere, readable on a phone and in the dark.</summary>
public sealed class SiteTests(SiteFixture site) : IClassFixture<SiteFixture>
{
    const int Phone = 375;

    [Fact]
    public async Task No_page_has_errors_or_asks_for_anything_outside()
    {
        IPage page = await site.OpenAsync();
        List<string> wrong = Chromium.Problems(page, site.Url(""));
        foreach (string name in site.Pages)
        {
            await page.GotoAsync(site.Url(name));
            Assert.True(wrong.Count == 0, $"{name}: {string.Join("; ", wrong)}");
        }
        Assert.True(site.Pages.Count > 1);
    }

    [Fact]
    public async Task Every_link_leads_to_a_place()
    {
        IPage page = await site.OpenAsync();
        var links = new List<(string From, Uri To)>();
        var anchors = new HashSet<string>();
        foreach (string name in site.Pages)
        {
            await page.GotoAsync(site.Url(name));
            anchors.UnionWith((await page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('[id]')].map(e => e.id)")).Select(id => $"{new Uri(site.Url(name)).LocalPath}#{id}"));
            links.AddRange((await page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('a[href]')].map(a => a.href)")).Select(to => (name, new Uri(to))));
        }
        Assert.All(links.Where(l => l.To.IsFile), link =>
        {
            Assert.True(File.Exists(link.To.LocalPath), $"{link.From} links to {link.To}, which is not there");
            if (link.To.Fragment.Length > 0)
                Assert.True(anchors.Contains(link.To.LocalPath + Uri.UnescapeDataString(link.To.Fragment)), $"{link.From} links to {link.To}: there is no such place on the page");
        });
        Assert.All(links.Where(l => !l.To.IsFile), link => Assert.True(link.To.Scheme == Uri.UriSchemeHttps, $"{link.From} links to {link.To}"));
        foreach (string lesson in site.Pages.Where(p => p != "index.html")) Assert.Contains(links, l => l.From == "index.html" && l.To.LocalPath == Path.Combine(site.Folder, lesson));
    }

    [Theory]
    [InlineData(Phone)]
    [InlineData(1280)]
    public async Task Pages_fit_and_plots_can_be_seen(int width)
    {
        IPage page = await site.OpenAsync();
        await page.SetViewportSizeAsync(width, 800);
        int plots = 0;
        foreach (string name in site.Pages)
        {
            await page.GotoAsync(site.Url(name));
            Assert.True(await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth") <= width, $"{name} is wider than {width} pixels");
            string[] hidden = await page.EvaluateAsync<string[]>("""
                () => [...document.images].filter(i => !(i.complete && i.naturalWidth > 0 && i.clientWidth >= 100 && i.clientHeight >= 70 && i.alt)).map(i => i.src)
                """);
            Assert.True(hidden.Length == 0, $"{name}: {string.Join(", ", hidden)} cannot be seen or is not described");
            plots += await page.EvaluateAsync<int>("() => document.images.length");
        }
        Assert.Equal(Directory.GetFiles(site.Folder, "*.svg", SearchOption.AllDirectories).Length, plots);
    }

    /// <summary>All rules on every page, wide and in light; then, on one page of each chapter, those that dark colours and phones are about.</summary>
    [Fact]
    public async Task Pages_can_be_used_by_everyone()
    {
        IPage page = await site.OpenAsync();
        var wrong = new List<string>();
        HashSet<string> chapters = [];
        foreach (string name in site.Pages)
        {
            await page.SetViewportSizeAsync(1280, 800);
            await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
            await page.GotoAsync(site.Url(name));
            Assert.Equal("rgb(255, 255, 255)", await Background());
            await Look("");
            if (!chapters.Add(Path.GetDirectoryName(name)!)) continue;
            await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
            Assert.Equal("rgb(13, 17, 23)", await Background());
            await Look(" in the dark", Accessibility.Colours);
            await page.SetViewportSizeAsync(Phone, 800);
            await Look(" on a phone", Accessibility.Layout);

            async Task Look(string how, params string[] rules) => wrong.AddRange((await Accessibility.ProblemsAsync(page, rules)).Select(p => $"{name}{how}: {p}"));
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));

        Task<string> Background() => page.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor");
    }

    [Fact]
    public async Task What_was_found_can_be_used_by_everyone()
    {
        IPage page = await site.OpenAsync();
        await page.GotoAsync(site.Url("index.html"));
        await page.FillAsync("#search", "derivative");
        await page.Locator("#results a").First.WaitForAsync();
        Assert.Empty(await Accessibility.ProblemsAsync(page));
    }

    [Fact]
    public async Task Search_finds_a_lesson_and_goes_there()
    {
        IPage page = await site.OpenAsync();
        await page.GotoAsync(site.Url("index.html"));
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("l'hôpital NUMERATOR");
        ILocator found = page.Locator("#results a").First;
        Assert.Contains("Rule", await found.InnerTextAsync(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal("L'Hôpital", await page.Locator("#results mark").First.InnerTextAsync());
        await page.Keyboard.PressAsync("Enter");
        await Reaches(page, "/numerics/limits.html#l-h%C3%B4pital-s-rule");
        await page.FillAsync("#search", "<img src=x onerror=alert(1)>");
        Assert.Equal("Nothing found.", await page.Locator("#results").InnerTextAsync());
    }

    [Fact]
    public async Task Lessons_follow_each_other()
    {
        IPage page = await site.OpenAsync();
        await page.GotoAsync(site.Url("numerics/derivatives.html"));
        await page.ClickAsync("a[rel=next]");
        await Reaches(page, "/numerics/limits.html");
        await page.ClickAsync("a[rel=prev]");
        await Reaches(page, "/numerics/derivatives.html");
        Assert.Equal("Derivatives of lambda functions", await page.Locator("h1").InnerTextAsync());
        Assert.Equal("f'(2) = 10", await page.Locator(".output").First.InnerTextAsync());
    }

    /// <summary>Asks again and again where the page is: waiting for the navigation itself can miss one that is over at once.</summary>
    static Task Reaches(IPage page, string end) => Assertions.Expect(page).ToHaveURLAsync(new Regex(Regex.Escape(end) + "$"), new() { Timeout = 60_000 });
}
