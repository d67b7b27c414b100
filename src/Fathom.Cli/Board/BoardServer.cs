using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fathom.Cli.Board;

/// <summary>
/// Serves the board: a page, its script and style, and what stands in run folders as JSON. It only reads, answers only GET and HEAD, and only those who ask for it by
/// the name of this machine, so that no other web page can look in. Training and serving know nothing of each other: what they share is the run folder.
/// </summary>
internal sealed class BoardServer : IAsyncDisposable
{
    public const int UsualPort = 6060;

    readonly WebApplication _app;

    BoardServer(WebApplication app, Uri address) => (_app, Address) = (app, address);

    /// <summary>Where the page is.</summary>
    public Uri Address { get; }

    /// <summary>Starts serving.</summary>
    /// <param name="runs">The folder of runs; may be made later.</param>
    /// <param name="port">The port; null takes the usual one or, where that is in use, a free one.</param>
    /// <param name="host">The address to listen on; null for loopback.</param>
    /// <param name="stop">Cancelled by Ctrl-C.</param>
    /// <exception cref="CliException">The port is in use, or the address is not one of this machine's.</exception>
    public static async Task<BoardServer> StartAsync(string runs, int? port, IPAddress? host, CancellationToken stop)
    {
        try { return await ListenAsync(runs, port ?? UsualPort, host, stop).ConfigureAwait(false); }
        catch (IOException) when (port is null) { return await ListenAsync(runs, 0, host, stop).ConfigureAwait(false); }
        catch (IOException e) { throw new CliException($"Port {port} cannot be listened on: {(e.InnerException?.Message ?? e.Message).TrimEnd('.')}. Choose another with --port, or leave it out.", inner: e); }
        catch (SocketException e) { throw new CliException($"{host}:{port} cannot be listened on: {e.Message}", inner: e); }
    }

    static async Task<BoardServer> ListenAsync(string runs, int port, IPAddress? host, CancellationToken stop)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k =>
        {
            k.Listen(host ?? IPAddress.Loopback, port);
            k.AddServerHeader = false;
        });
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(1));
        WebApplication app = builder.Build();
        var api = new BoardApi(runs);
        bool localOnly = host is null || IPAddress.IsLoopback(host);
        app.Run(context => Answer(context, api, localOnly));
        try { await app.StartAsync(stop).ConfigureAwait(false); }
        catch
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        return new(app, new Uri(app.Urls.First()));
    }

    static async Task Answer(HttpContext context, BoardApi api, bool localOnly)
    {
        HttpResponse response = context.Response;
        response.Headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            response.Headers.Allow = "GET, HEAD";
            await Refuse(response, StatusCodes.Status405MethodNotAllowed, "The board only reads: use GET.").ConfigureAwait(false);
            return;
        }
        if (localOnly && context.Request.Host.Host is not ("localhost" or "127.0.0.1" or "[::1]" or "::1"))
        {
            await Refuse(response, StatusCodes.Status421MisdirectedRequest, "The board is at localhost.").ConfigureAwait(false);
            return;
        }
        BoardAnswer? answer;
        try { answer = api.Find(context.Request.Path.Value ?? "/", context.Request.Query["since"]); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CliException)
        {
            await Refuse(response, StatusCodes.Status503ServiceUnavailable, e.Message).ConfigureAwait(false);
            return;
        }
        if (answer is null)
        {
            await Refuse(response, StatusCodes.Status404NotFound, "There is nothing here.").ConfigureAwait(false);
            return;
        }
        if (answer.Tag is { } tag)
        {
            response.Headers.ETag = tag;
            if (context.Request.Headers.IfNoneMatch == tag)
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }
        response.ContentType = answer.Type;
        response.ContentLength = answer.Body.Length;
        if (HttpMethods.IsGet(context.Request.Method)) await response.Body.WriteAsync(answer.Body, context.RequestAborted).ConfigureAwait(false);
    }

    static Task Refuse(HttpResponse response, int status, string text)
    {
        response.StatusCode = status;
        response.ContentType = "text/plain; charset=utf-8";
        return response.WriteAsync(text);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }
}
