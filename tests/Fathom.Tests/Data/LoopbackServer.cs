using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Fathom.Tests.Data;

/// <summary>A request as the loopback server sees it: its path, and the first byte its Range header asks for.</summary>
readonly record struct Request(string Path, long? From);

/// <summary>A tiny HTTP server that answers byte for byte as a test says, however wrong that may be.</summary>
sealed class LoopbackServer : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly Func<Request, Stream, CancellationToken, Task> _answer;
    readonly Lock _lock = new();
    readonly List<Request> _requests = [];

    public LoopbackServer(Func<Request, Stream, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = ServeAsync();
    }

    public Request[] Requests { get { lock (_lock) return [.. _requests]; } }

    public Uri this[string path] => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/{path}");

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    async Task ServeAsync()
    {
        try
        {
            while (true) _ = AnswerAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (OperationCanceledException) { }
        catch (SocketException) { }
        catch (ObjectDisposedException) { }
    }

    async Task AnswerAsync(TcpClient client)
    {
        using (client)
            try
            {
                NetworkStream stream = client.GetStream();
                Request request = await ReadAsync(stream);
                lock (_lock) _requests.Add(request);
                await _answer(request, stream, _stop.Token);
            }
            catch (IOException) { }
            catch (OperationCanceledException) { }
            catch (ObjectDisposedException) { }
    }

    static async Task<Request> ReadAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        string path = (await reader.ReadLineAsync())!.Split(' ')[1].TrimStart('/');
        long? from = null;
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
            if (line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase))
                from = long.Parse(line["Range: bytes=".Length..^1], CultureInfo.InvariantCulture);
        return new Request(path, from);
    }

    /// <summary>Status line and headers.</summary>
    public static byte[] Head(string status, params string[] headers) =>
        Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nConnection: close\r\n{string.Concat(headers.Select(h => h + "\r\n"))}\r\n");

    /// <summary>A right answer, with Range understood.</summary>
    public static async Task SendAsync(Stream stream, Request request, byte[] content)
    {
        long from = request.From ?? 0;
        await stream.WriteAsync(request.From is null
            ? Head("200 OK", $"Content-Length: {content.Length}")
            : Head("206 Partial Content", $"Content-Length: {content.Length - from}", $"Content-Range: bytes {from}-{content.Length - 1}/{content.Length}"));
        await stream.WriteAsync(content.AsMemory((int)from));
    }
}
