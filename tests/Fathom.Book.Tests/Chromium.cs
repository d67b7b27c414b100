using Microsoft.Playwright;

namespace Fathom.Tests;

/// <summary>The Chromium of the machine, started for the first page that is asked for.</summary>
public sealed class Chromium : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    IPlaywright? _playwright;
    IBrowser? _browser;

    static string Program => Environment.GetEnvironmentVariable("FATHOM_CHROMIUM") ?? "/usr/bin/chromium";

    /// <summary>An empty page. Skips the test where there is no Chromium, unless the variable CI is true: the build server must have one.</summary>
    public async Task<IPage> OpenAsync()
    {
        if (!File.Exists(Program))
        {
            string reason = $"there is no Chromium at {Program}; install it (Debian: apt-get install chromium) or name it in FATHOM_CHROMIUM";
            if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(reason);
            Assert.Skip(reason);
        }
        _playwright ??= await Playwright.CreateAsync();
        _browser ??= await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Program,
            Headless = true,
            Args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        IPage page = await _browser.NewPageAsync();
        page.SetDefaultTimeout((float)Patience.TotalMilliseconds);
        return page;
    }

    /// <summary>What a page will have complained of: errors, warnings, failed requests, and requests for anything that is not below an address.</summary>
    /// <param name="page">The page, before it goes anywhere.</param>
    /// <param name="address">Where all it needs should lie.</param>
    /// <returns>A list that grows while the page is used.</returns>
    public static List<string> Problems(IPage page, string address)
    {
        List<string> problems = [];
        page.Console += (_, m) => { if (m.Type is "error" or "warning") problems.Add(m.Text); };
        page.PageError += (_, e) => problems.Add(e);
        page.RequestFailed += (_, r) => problems.Add($"{r.Url}: {r.Failure}");
        page.Request += (_, r) => { if (!r.Url.StartsWith(address, StringComparison.Ordinal) && !r.Url.StartsWith("data:", StringComparison.Ordinal)) problems.Add($"asks for {r.Url}"); };
        return problems;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
