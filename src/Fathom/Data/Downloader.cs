using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Fathom.Formats;

namespace Fathom.Data;

/// <summary>
/// Fetches files that can be had from several addresses. What has come is kept beside the target as NAME.part, so that a broken download goes on where it
/// stopped, at the next address or in the next run; the target appears only when it is whole and its checksum right.
/// </summary>
public sealed class Downloader : IDisposable
{
    const int BufferBytes = 1 << 16;

    readonly HttpClient _http;

    /// <summary>Makes a downloader.</summary>
    /// <param name="handler">Sends the requests; null for the system's own with proxies and redirections as usual.</param>
    public Downloader(HttpMessageHandler? handler = null) =>
        _http = new HttpClient(handler ?? new SocketsHttpHandler(), disposeHandler: handler is null) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>How long an address may take to begin its answer: name look-up, connection, first line. 8 seconds unless set.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>How long an answer may pause before it is given up. 20 seconds unless set.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Fetches a file, address after address. A broken transfer is taken up again once at the same address before the next is tried.</summary>
    /// <param name="file">What to fetch.</param>
    /// <param name="path">Where to put it; the folder must exist.</param>
    /// <param name="progress">Told after every piece; null for nobody.</param>
    /// <param name="cancellation">Stops the transfer; what has come stays for the next time.</param>
    /// <exception cref="DownloadException">No address had the right file; the message names each and its failure.</exception>
    /// <exception cref="IOException">The file cannot be written, or another process is fetching it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task DownloadAsync(RemoteFile file, string path, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentException.ThrowIfNullOrEmpty(path);
        string partPath = path + ".part";
        FileStream part = Open(partPath, file.Name);
        try
        {
            await using (part)
            {
                await FillAsync(file, part, progress, cancellation).ConfigureAwait(false);
                part.Flush(flushToDisk: true);
            }
            File.Move(partPath, path, overwrite: true);
        }
        finally
        {
            if (new FileInfo(partPath) is { Exists: true, Length: 0 }) AtomicFile.TryDelete(partPath);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    static FileStream Open(string partPath, string name)
    {
        try { return new FileStream(partPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, BufferBytes); }
        catch (IOException e) when (File.Exists(partPath)) { throw new IOException($"{partPath} is in use: another process may be fetching {name} right now. Wait for it, or delete the file.", e); }
    }

    async Task FillAsync(RemoteFile file, FileStream part, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        List<string> failures = [];
        Exception? last = null;
        foreach (Uri address in file.Addresses)
        {
            (bool done, last) = await TryAddressAsync(file, address, part, progress, cancellation).ConfigureAwait(false);
            if (done) return;
            failures.Add($"  {address}: {last!.Message}");
        }
        throw new DownloadException($"{file.Name} could not be fetched:\n{string.Join('\n', failures)}", last);
    }

    /// <summary>Tries one address: once more after a transfer that broke, from scratch after a resumed one that came out wrong.</summary>
    async Task<(bool Done, Exception? Failure)> TryAddressAsync(
        RemoteFile file, Uri address, FileStream part, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        for (bool again = true; ; again = false)
        {
            long before = part.Length;
            try
            {
                await TransferAsync(file, address, part, progress, cancellation).ConfigureAwait(false);
                Verify(file, part);
                return (true, null);
            }
            catch (WrongContentException e)
            {
                part.SetLength(0);
                if (!again || before == 0) return (false, e);
            }
            catch (HttpRequestException e) when (e.StatusCode is not null || e.HttpRequestError != HttpRequestError.ResponseEnded)
            {
                return (false, e);      // refused: nothing changes by asking again
            }
            catch (Exception e) when (e is HttpRequestException or HttpIOException or TimeoutException)
            {
                if (!again || part.Length == before) return (false, e);
            }
        }
    }

    async Task TransferAsync(RemoteFile file, Uri address, FileStream part, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            limit.CancelAfter(ConnectTimeout);
            using HttpResponseMessage answer = await AskAsync(file, address, part, limit.Token).ConfigureAwait(false);
            limit.CancelAfter(StallTimeout);
            await using Stream content = await answer.Content.ReadAsStreamAsync(limit.Token).ConfigureAwait(false);
            await CopyAsync(file, address, content, part, progress, limit).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException("no answer, or nothing more came, within the time limit");
        }
    }

    /// <summary>Asks for what is missing, and places <paramref name="part"/> where the answer goes on.</summary>
    async Task<HttpResponseMessage> AskAsync(RemoteFile file, Uri address, FileStream part, CancellationToken limit)
    {
        if (part.Length >= file.Size) part.SetLength(0);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        if (part.Length > 0) request.Headers.Range = new RangeHeaderValue(part.Length, null);
        HttpResponseMessage answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit).ConfigureAwait(false);
        try
        {
            if (part.Length > 0 && answer.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
                throw new WrongContentException($"it has no bytes beyond {part.Length}");
            answer.EnsureSuccessStatusCode();
            bool goesOn = answer.StatusCode == HttpStatusCode.PartialContent && answer.Content.Headers.ContentRange?.From == part.Length;
            if (answer.StatusCode == HttpStatusCode.PartialContent && !goesOn) throw new WrongContentException("it sent another part than was asked for");
            if (!goesOn) part.SetLength(0);
            part.Position = part.Length;
            if (answer.Content.Headers.ContentLength is { } length && part.Length + length != file.Size)
                throw new WrongContentException($"it offers {part.Length + length} bytes, expected {file.Size}");
            return answer;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    async Task CopyAsync(RemoteFile file, Uri address, Stream content, FileStream part, IProgress<DownloadProgress>? progress, CancellationTokenSource limit)
    {
        byte[] buffer = new byte[BufferBytes];
        long start = part.Length;
        var clock = Stopwatch.StartNew();
        while (true)
        {
            int n = await ReadAsync(content, buffer, limit.Token).ConfigureAwait(false);
            if (n == 0) break;
            limit.CancelAfter(StallTimeout);
            if (part.Position + n > file.Size) throw new WrongContentException($"it sent more than the {file.Size} bytes expected");
            part.Write(buffer, 0, n);
            double seconds = clock.Elapsed.TotalSeconds;
            progress?.Report(new DownloadProgress(file.Name, address, part.Position, file.Size, seconds > 0 ? (part.Position - start) / seconds : 0));
        }
        part.Flush();
        if (part.Length < file.Size) throw new HttpIOException(HttpRequestError.ResponseEnded, $"it broke off after {part.Length} of {file.Size} bytes");
    }

    /// <summary>Reads, and tells failures of the network from those of the disk.</summary>
    static async Task<int> ReadAsync(Stream content, byte[] buffer, CancellationToken limit)
    {
        try { return await content.ReadAsync(buffer, limit).ConfigureAwait(false); }
        catch (IOException e) { throw new HttpIOException(HttpRequestError.ResponseEnded, $"it broke off: {e.Message}", e); }
    }

    static void Verify(RemoteFile file, FileStream part)
    {
        part.Position = 0;
        Checksum sum = Checksum.Of(part, file.Checksum.Kind);
        if (!string.Equals(sum.Hex, file.Checksum.Hex, StringComparison.OrdinalIgnoreCase))
            throw new WrongContentException($"it sent something else: checksum {sum}, expected {file.Checksum}");
    }

    /// <summary>What came, or would come, is not the file.</summary>
    sealed class WrongContentException(string message) : Exception(message);
}
