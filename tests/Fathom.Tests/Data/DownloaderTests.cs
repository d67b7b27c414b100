using System.Security.Cryptography;
using Fathom.Data;
using static Fathom.Tests.Data.LoopbackServer;

namespace Fathom.Tests.Data;

public sealed class DownloaderTests : IDisposable
{
    static readonly byte[] Content = RandomNumberGenerator.GetBytes(300_000);

    readonly TempFolder _folder = new();
    public void Dispose() => _folder.Dispose();

    string Target => _folder["file.bin"];
    string Part => _folder["file.bin.part"];

    static RemoteFile FileAt(params Uri[] addresses) =>
        new("file.bin", Content.Length, Checksum.Sha256(Convert.ToHexString(SHA256.HashData(Content))), addresses);

    static readonly TimeSpan Ample = TimeSpan.FromMinutes(1), Short = TimeSpan.FromMilliseconds(150);

    static Downloader Patient() => new() { ConnectTimeout = Ample, StallTimeout = Ample };

    async Task ExpectWhole(LoopbackServer server, params string[] paths)
    {
        using Downloader downloader = Patient();
        await downloader.DownloadAsync(FileAt([.. paths.Select(p => server[p])]), Target);
        Assert.Equal(Content, await File.ReadAllBytesAsync(Target));
        Assert.Equal(["file.bin"], _folder.Files);
    }

    async Task<string> ExpectFailure(Downloader downloader, params Uri[] addresses)
    {
        using (downloader)
        {
            var thrown = await Assert.ThrowsAsync<DownloadException>(() => downloader.DownloadAsync(FileAt(addresses), Target));
            Assert.All(addresses, a => Assert.Contains(a.ToString(), thrown.Message));
            Assert.False(File.Exists(Target));
            return thrown.Message;
        }
    }

    [Fact]
    public async Task Fetches_and_reports_progress()
    {
        using var server = new LoopbackServer((request, stream, _) => SendAsync(stream, request, Content));
        using Downloader downloader = Patient();
        var seen = new List<DownloadProgress>();
        await downloader.DownloadAsync(FileAt(server["a"]), Target, new Collect(seen));
        Assert.Equal(Content, await File.ReadAllBytesAsync(Target));
        Assert.Equal(Content.Length, seen[^1].Received);
        Assert.All(seen, p => Assert.Equal((Content.Length, server["a"]), (p.Total, p.Address)));
        Assert.Equal(seen.Select(p => p.Received).Order(), seen.Select(p => p.Received));
    }

    sealed class Collect(List<DownloadProgress> seen) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => seen.Add(value);
    }

    [Fact]
    public async Task Goes_on_where_a_transfer_broke_off()
    {
        using var server = new LoopbackServer(async (request, stream, _) =>
        {
            if (request.From is not null) { await SendAsync(stream, request, Content); return; }
            await stream.WriteAsync(Head("200 OK", $"Content-Length: {Content.Length}"));
            await stream.WriteAsync(Content.AsMemory(0, 100_000));
        });
        await ExpectWhole(server, "a");
        Assert.Equal([null, 100_000L], server.Requests.Select(r => r.From));
    }

    [Fact]
    public async Task Goes_on_at_the_next_address()
    {
        using var server = new LoopbackServer(async (request, stream, _) =>
        {
            if (request.Path == "whole") { await SendAsync(stream, request, Content); return; }
            if (request.From is not null) return;       // the second try gets no answer at all
            await stream.WriteAsync(Head("200 OK", $"Content-Length: {Content.Length}"));
            await stream.WriteAsync(Content.AsMemory(0, 70_000));
        });
        await ExpectWhole(server, "cut", "whole");
        Assert.Equal(new Request("whole", 70_000), server.Requests[^1]);
    }

    [Fact]
    public async Task Starts_again_where_ranges_are_ignored()
    {
        await File.WriteAllBytesAsync(Part, Content[..1000]);
        using var server = new LoopbackServer((_, stream, _) => SendAsync(stream, new Request("", null), Content));
        await ExpectWhole(server, "a");
        Assert.Equal(1000, server.Requests.Single().From);
    }

    [Fact]
    public async Task Starts_again_when_what_was_left_is_of_something_else()
    {
        await File.WriteAllBytesAsync(Part, new byte[1000]);
        using var server = new LoopbackServer((request, stream, _) => SendAsync(stream, request, Content));
        await ExpectWhole(server, "a");
        Assert.Equal([1000L, null], server.Requests.Select(r => r.From));
    }

    [Theory]
    [InlineData("416 Range Not Satisfiable", "Content-Length: 0")]
    [InlineData("206 Partial Content", "Content-Range: bytes 5-299999/300000")]
    public async Task Starts_again_when_a_range_is_refused_or_mistaken(string status, string header)
    {
        await File.WriteAllBytesAsync(Part, Content[..1000]);
        using var server = new LoopbackServer(async (request, stream, _) =>
        {
            if (request.From is null) await SendAsync(stream, request, Content);
            else await stream.WriteAsync(Head(status, header));
        });
        await ExpectWhole(server, "a");
    }

    [Fact]
    public async Task Left_overs_that_are_too_long_are_thrown_away()
    {
        await File.WriteAllBytesAsync(Part, new byte[Content.Length + 5]);
        using var server = new LoopbackServer((request, stream, _) => SendAsync(stream, request, Content));
        await ExpectWhole(server, "a");
    }

    [Fact]
    public async Task Wrong_bytes_missing_pages_and_wrong_sizes_lead_to_the_next_address()
    {
        byte[] wrong = [.. Content];
        wrong[12345] ^= 1;
        using var server = new LoopbackServer(async (request, stream, _) =>
        {
            switch (request.Path)
            {
                case "wrong": await SendAsync(stream, request, wrong); break;
                case "missing": await stream.WriteAsync(Head("404 Not Found", "Content-Length: 0")); break;
                case "broken": await stream.WriteAsync(Head("500 Internal Server Error", "Content-Length: 0")); break;
                case "short": await SendAsync(stream, request, Content[..500]); break;
                case "long": await stream.WriteAsync(Head("200 OK")); await stream.WriteAsync(Content); await stream.WriteAsync(Content); break;
                case "page": await stream.WriteAsync(Head("200 OK")); await stream.WriteAsync("<html>log in first</html>"u8.ToArray()); break;
                case "noise": await stream.WriteAsync(Content); break;
                default: await SendAsync(stream, request, Content); break;
            }
        });
        await ExpectWhole(server, "wrong", "missing", "broken", "short", "long", "page", "noise", "right");
    }

    [Fact]
    public async Task When_all_fail_each_address_is_named_with_its_failure()
    {
        using var server = new LoopbackServer(async (request, stream, _) =>
        {
            if (request.Path == "missing") await stream.WriteAsync(Head("404 Not Found", "Content-Length: 0"));
            else await SendAsync(stream, request, new byte[Content.Length]);
        });
        string message = await ExpectFailure(Patient(), server["missing"], server["wrong"]);
        Assert.Contains("404", message);
        Assert.Contains("checksum sha256", message);
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public async Task An_address_that_stays_silent_is_given_up()
    {
        using var server = new LoopbackServer((_, _, stop) => Task.Delay(Timeout.Infinite, stop));
        string message = await ExpectFailure(new Downloader { ConnectTimeout = Short, StallTimeout = Ample }, server["silent"]);
        Assert.Contains("time limit", message);
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public async Task A_transfer_that_stalls_is_given_up_and_what_came_is_kept()
    {
        using var server = new LoopbackServer(async (request, stream, stop) =>
        {
            if (request.From is not null) { await stream.WriteAsync(Head("404 Not Found", "Content-Length: 0"), stop); return; }
            await stream.WriteAsync(Head("200 OK", $"Content-Length: {Content.Length}"), stop);
            await stream.WriteAsync(Content.AsMemory(0, 50_000), stop);
            await Task.Delay(Timeout.Infinite, stop);
        });
        await ExpectFailure(new Downloader { ConnectTimeout = Ample, StallTimeout = Short }, server["stalls"]);
        Assert.Equal([null, 50_000L], server.Requests.Select(r => r.From));
        Assert.Equal(Content[..50_000], await File.ReadAllBytesAsync(Part));
    }

    [Fact]
    public async Task Slow_is_not_stalled()
    {
        using var server = new LoopbackServer(async (_, stream, stop) =>
        {
            await stream.WriteAsync(Head("200 OK", $"Content-Length: {Content.Length}"), stop);
            foreach (byte[] piece in Content.Chunk(60_000))
            {
                await stream.WriteAsync(piece, stop);
                await stream.FlushAsync(stop);
                await Task.Delay(20, stop);
            }
        });
        await ExpectWhole(server, "slow");
    }

    [Fact]
    public async Task Cancelling_keeps_what_came_for_the_next_time()
    {
        using var cancel = new CancellationTokenSource();
        using var server = new LoopbackServer(async (request, stream, stop) =>
        {
            if (request.From is not null) { await SendAsync(stream, request, Content); return; }
            await stream.WriteAsync(Head("200 OK", $"Content-Length: {Content.Length}"), stop);
            await stream.WriteAsync(Content.AsMemory(0, 50_000), stop);
            await Task.Delay(Timeout.Infinite, stop);
        });
        using (Downloader downloader = Patient())
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
                downloader.DownloadAsync(FileAt(server["a"]), Target, new CancelAt(50_000, cancel), cancel.Token));
        Assert.Equal(["file.bin.part"], _folder.Files);
        await ExpectWhole(server, "a");
    }

    sealed class CancelAt(long bytes, CancellationTokenSource cancel) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) { if (value.Received >= bytes) cancel.Cancel(); }
    }

    [Fact]
    public async Task Nobody_listening_fails_at_once()
    {
        Uri gone;
        using (var server = new LoopbackServer((_, _, _) => Task.CompletedTask)) gone = server["gone"];
        await ExpectFailure(Patient(), gone);
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public async Task Two_at_once_do_not_mix()
    {
        var asked = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        using var server = new LoopbackServer(async (request, stream, _) => { asked.SetResult(); await go.Task; await SendAsync(stream, request, Content); });
        using Downloader downloader = Patient();
        Task first = downloader.DownloadAsync(FileAt(server["a"]), Target);
        await asked.Task;
        var thrown = await Assert.ThrowsAsync<IOException>(() => downloader.DownloadAsync(FileAt(server["a"]), Target));
        Assert.Contains("is in use", thrown.Message);
        go.SetResult();
        await first;
        Assert.Equal(Content, await File.ReadAllBytesAsync(Target));
    }
}
