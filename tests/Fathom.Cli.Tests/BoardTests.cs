using System.Net;
using System.Text.Json;
using Fathom.Cli.Board;
using Fathom.Tests;
using Fathom.Training;
using Microsoft.Playwright;

namespace Fathom.Cli.Tests;

public sealed class BoardTests : IAsyncLifetime
{
    readonly TempFolder _folder = new();
    readonly HttpClient _client = new();
    readonly Chromium _browser = new();
    BoardServer? _server;

    public async ValueTask InitializeAsync() => _server = await BoardServer.StartAsync(_folder["runs"], null, null, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        await _server!.DisposeAsync();
        _client.Dispose();
        _folder.Dispose();
    }

    string Trained(string name, params string[] more)
    {
        string run = _folder[$"runs/{name}"];
        Assert.Equal(0, Shell.Train("softmax", run, more).Code);
        return run;
    }

    async Task<(HttpStatusCode Status, string Text)> Ask(string path, HttpMethod? method = null, string? host = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, new Uri(_server!.Address, path));
        if (host is not null) request.Headers.Host = host;
        using HttpResponseMessage answer = await _client.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_folder_that_is_not_there_yet_and_half_written_files_are_no_reason_to_fail()
    {
        Assert.Contains("\"exists\":false", (await Ask("/api/runs")).Text);
        string run = Trained("one");
        File.AppendAllText(Path.Combine(run, RunFolder.MetricsName), "{\"epoch\": 2, \"train");
        File.WriteAllText(Path.Combine(run, RunFolder.InsightName), "{\"epoch\": 1, \"param");
        Directory.CreateDirectory(_folder["runs/damaged"]);
        File.WriteAllText(_folder["runs/damaged/config.json"], "{");
        (HttpStatusCode status, string text) = await Ask("/api/runs");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("one", Shell.Json(text).GetProperty("runs")[0].GetProperty("name").GetString());
        Assert.Equal(1, Shell.Json(text).GetProperty("damaged").GetArrayLength());
        (status, text) = await Ask("/api/runs/one");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(1, Shell.Json(text).GetProperty("metrics").GetArrayLength());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, Shell.Json(text).GetProperty("insight").ValueKind);
    }

    /// <summary>What a page knows already is not sent again: the list by its tag, a run from where the page left off.</summary>
    [Fact]
    public async Task Only_what_is_new_is_sent()
    {
        string run = Trained("one");
        using var first = new HttpRequestMessage(HttpMethod.Get, new Uri(_server!.Address, "/api/runs"));
        using HttpResponseMessage list = await _client.SendAsync(first);
        string tag = list.Headers.ETag!.Tag, mark = Shell.Json(await list.Content.ReadAsStringAsync()).GetProperty("runs")[0].GetProperty("mark").GetString()!;
        Assert.Equal(HttpStatusCode.NotModified, await Again());
        JsonElement whole = Shell.Json((await Ask("/api/runs/one")).Text), rest = Shell.Json((await Ask($"/api/runs/one?since={mark}")).Text);
        Assert.Equal((2, 1), (whole.GetProperty("curve").GetArrayLength(), whole.GetProperty("metrics").GetArrayLength()));
        Assert.Equal((0, 0), (rest.GetProperty("curve").GetArrayLength(), rest.GetProperty("metrics").GetArrayLength()));
        Assert.Equal((2, 1), (rest.GetProperty("from").GetProperty("points").GetInt32(), rest.GetProperty("from").GetProperty("epochs").GetInt32()));
        foreach (string once in (string[])["config", "layers", "insight"]) Assert.Equal((true, false), (whole.TryGetProperty(once, out _), rest.TryGetProperty(once, out _)));

        using (RunFolder going = RunFolder.Create(run))
        {
            going.Append(RunFolder.StepsName, "{\"epoch\":1.5,\"train_loss\":0.25}");
            Assert.Equal(HttpStatusCode.OK, await Again());
            rest = Shell.Json((await Ask($"/api/runs/one?since={mark}")).Text);
            Assert.Equal("[[1.5,0.25]]", rest.GetProperty("curve").GetRawText());
            Assert.Equal("running", rest.GetProperty("status").GetString());
            going.WriteText(RunFolder.StepsName, string.Concat(Enumerable.Range(1, 4).Select(i => $"{{\"epoch\":{i},\"train_loss\":0.5}}\n")));                     // thinned, and gone on
            rest = Shell.Json((await Ask($"/api/runs/one?since={mark}")).Text);
            Assert.Equal("[[1,0.5],[2,0.5],[3,0.5],[4,0.5]]", rest.GetProperty("curve").GetRawText());
            Assert.True(rest.TryGetProperty("config", out _));
        }
        foreach (string nonsense in (string[])["", "x", "1-2-3", "0-99999-0-0"]) Assert.True(Shell.Json((await Ask($"/api/runs/one?since={nonsense}")).Text).TryGetProperty("config", out _));

        async Task<HttpStatusCode> Again()
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_server!.Address, "/api/runs"));
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
            using HttpResponseMessage answer = await _client.SendAsync(request);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task A_run_that_is_deleted_while_it_is_shown_leaves_the_list()
    {
        Trained("one");
        string two = Trained("two");
        Assert.Equal(2, Shell.Json((await Ask("/api/runs")).Text).GetProperty("runs").GetArrayLength());
        Directory.Delete(two, recursive: true);
        Assert.Equal("one", Assert.Single(Shell.Json((await Ask("/api/runs")).Text).GetProperty("runs").EnumerateArray()).GetProperty("name").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await Ask("/api/runs/two")).Status);
        Trained("two", "--seed", "4");
        Assert.Equal(4, Shell.Json((await Ask("/api/runs/two")).Text).GetProperty("config").GetProperty("seed").GetInt32());
    }

    [Fact]
    public void One_run_can_be_shown_alone_with_a_slash_behind_its_name_too()
    {
        string run = Trained("one");
        foreach (string name in (string[])[run, run + Path.DirectorySeparatorChar])
        {
            var api = new BoardApi(name);
            Assert.Contains("\"name\":\"one\"", System.Text.Encoding.UTF8.GetString(api.Find("/api/runs")!.Body));
            Assert.NotNull(api.Find("/api/runs/one"));
        }
    }

    [Theory]
    [InlineData("/api/runs/..")]
    [InlineData("/api/runs/%2e%2e")]
    [InlineData("/api/runs/..%2fsecret")]
    [InlineData("/api/runs/%2e%2e%2fsecret")]
    [InlineData("/api/runs/../secret")]
    [InlineData("/../secret/config.json")]
    [InlineData("/api/runs/")]
    [InlineData("/config.json")]
    public async Task No_path_leads_out_of_the_runs(string path)
    {
        Trained("one");
        Assert.Equal(0, Shell.Train("softmax", _folder["secret"]).Code);
        (HttpStatusCode status, string text) = await Ask(path);
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.DoesNotContain("softmax", text);
    }

    [Fact]
    public async Task It_only_reads_and_only_answers_to_its_own_name()
    {
        foreach (HttpMethod method in (HttpMethod[])[HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Patch]) Assert.Equal(HttpStatusCode.MethodNotAllowed, (await Ask("/api/runs", method)).Status);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await Ask("/", host: "elsewhere.example")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Ask("/", host: "localhost")).Status);
        Assert.True(IPAddress.IsLoopback(IPAddress.Parse(_server!.Address.Host)));
    }

    [Fact]
    public async Task A_port_in_use_is_named_when_it_was_asked_for_and_passed_over_when_it_was_not()
    {
        var error = await Assert.ThrowsAsync<CliException>(() => BoardServer.StartAsync(_folder["runs"], _server!.Address.Port, null, CancellationToken.None));
        Assert.Contains($"Port {_server!.Address.Port} cannot be listened on", error.Message);
        BoardServer other = await BoardServer.StartAsync(_folder["runs"], null, null, CancellationToken.None);
        Assert.NotEqual(_server.Address.Port, other.Address.Port);
        await other.DisposeAsync();
    }

    async Task<(IPage Page, List<string> Problems)> OpenAsync()
    {
        IPage page = await _browser.OpenAsync();
        List<string> problems = Chromium.Problems(page, _server!.Address.ToString());
        await page.GotoAsync(_server.Address.ToString());
        return (page, problems);
    }

    [Fact]
    public async Task Curves_of_a_live_run_grow_and_runs_are_compared()
    {
        Assert.Equal(0, Shell.Run("train", "softmax", "--data", "glyphs", "--limit", "128", "--epochs", "3", "--lr", "0.3", "--out", _folder["runs/first"]).Code);
        using var stop = new CancellationTokenSource();
        StringWriter ignored = new();
        string[] training = ["train", "softmax", "--data", "glyphs", "--limit", "256", "--batch-size", "8", "--epochs", "2000", "--out", _folder["runs/live"]];
        Task<int> run = Task.Run(() => CommandLine.RunAsync(training, new Terminal(ignored, ignored), stop.Token));
        try
        {
            (IPage page, List<string> problems) = await OpenAsync();
            ILocator live = page.Locator("input[data-run=live]"), curve = page.Locator("figure[data-chart='val accuracy'] path.curve").First;
            await live.WaitForAsync();
            Assert.True(await live.IsCheckedAsync());                       // the newest is shown
            await curve.WaitForAsync();
            async Task<int> Points() => int.Parse(await curve.GetAttributeAsync("data-points") ?? "0", System.Globalization.CultureInfo.InvariantCulture);
            int before = await Points();
            for (int i = 0; i < 100 && await Points() <= before; i++) await Task.Delay(200);
            Assert.True(await Points() > before, "the curve does not grow");
            Assert.Contains("1 running", await page.Locator("#status").InnerTextAsync());
            Assert.True(await page.Locator("#histograms figure").CountAsync() >= 2);
            Assert.Equal(24, await page.Locator("#samples li").CountAsync());
            await page.Locator("input[data-run=first]").CheckAsync();
            await page.Locator("figure[data-chart='loss'] path.curve").Nth(3).WaitForAsync(new() { State = WaitForSelectorState.Attached });            // training and validation of two runs
            Assert.Contains("learning rate", await page.Locator("#settings").InnerTextAsync());
            Assert.DoesNotContain("batch size\t8\t8", await page.Locator("#settings").InnerTextAsync());
            await page.ReloadAsync();
            await Assertions.Expect(page.Locator("input[data-run=first]")).ToBeCheckedAsync();
            await Assertions.Expect(live).ToBeCheckedAsync();
            await page.Locator("#log").CheckAsync();
            await page.Locator("#smooth").FillAsync("0.9");
            await page.Locator("figure[data-chart='loss'] svg").FocusAsync();
            await page.Keyboard.PressAsync("ArrowLeft");
            Assert.Contains("epoch", await page.Locator("figure[data-chart='loss'] .tip").InnerTextAsync());
            await page.Locator("input[data-run=first]").UncheckAsync();
            Directory.Delete(_folder["runs/first"], recursive: true);
            await Assertions.Expect(page.Locator("input[data-run=first]")).ToHaveCountAsync(0);
            await Assertions.Expect(live).ToBeCheckedAsync();
            Assert.Empty(problems);
        }
        finally
        {
            await stop.CancelAsync();
            Assert.Equal(130, await run);
        }
    }

    /// <summary>In light and dark, wide and on a phone, with one run and with two.</summary>
    [Fact]
    public async Task The_page_can_be_used_by_everyone()
    {
        Trained("two");
        Trained("one");
        (IPage page, List<string> problems) = await OpenAsync();
        await page.Locator("#samples li").First.WaitForAsync();
        foreach (int width in (int[])[1200, 360])
        {
            await page.SetViewportSizeAsync(width, 800);
            for (int theme = 0; theme < 2; theme++)
            {
                Assert.Empty(await Accessibility.ProblemsAsync(page));
                Assert.Empty(await page.EvaluateAsync<string[]>(Checks));
                await page.Locator("input[data-run=two]").CheckAsync();
                await page.Locator("figure[data-chart='loss'] path.curve").Nth(3).WaitForAsync(new() { State = WaitForSelectorState.Attached });
                Assert.Empty(await Accessibility.ProblemsAsync(page));
                await page.Locator("input[data-run=two]").UncheckAsync();
                await page.Locator("#samples li").First.WaitForAsync();
                await page.Locator("#theme").ClickAsync();
            }
        }
        Assert.Empty(problems);
    }

    /// <summary>What axe leaves out: the contrast of text in drawings, and scrolling sideways.</summary>
    const string Checks = """
        () => {
          const found = [];
          const rgb = c => (c.match(/[\d.]+/g) || []).map(Number);
          const light = c => { const [r, g, b] = c.map(v => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; }); return .2126 * r + .7152 * g + .0722 * b; };
          for (const e of document.querySelectorAll("svg text, svg .curve")) {
            const curve = e.tagName === "path", style = getComputedStyle(e), a = light(rgb(curve ? style.stroke : style.fill)), b = light(rgb(getComputedStyle(e.closest("figure")).backgroundColor));
            const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
            if (ratio < (curve ? 3 : 4.5)) found.push(`contrast ${ratio.toFixed(2)}: ${e.tagName} ${e.textContent}`);
          }
          if (document.documentElement.scrollWidth > innerWidth) found.push("scrolls sideways at " + innerWidth);
          return found;
        }
        """;
}
