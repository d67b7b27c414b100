using System.Text.Json;

namespace Fathom.Cli;

/// <summary>
/// A file of JSON objects, one a line, that grows while it is read: each look reads only what was appended since the last one. A file that was replaced meanwhile is
/// read anew; that it was shows in its length, or in the bytes before the place to go on from.
/// </summary>
internal sealed class GrowingLines(string file)
{
    const int KeptBytes = 256;

    readonly List<IReadOnlyDictionary<string, double>> _lines = [];
    FileStamp _stamp;
    long _read;
    byte[] _before = [];

    /// <summary>The numbers of each line.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, double>> Lines => _lines;

    /// <summary>How often lines that had been read were found to be no longer there.</summary>
    public int Replaced { get; private set; }

    /// <summary>Reads what is new.</summary>
    /// <returns>Whether lines were added or replaced.</returns>
    public bool Look()
    {
        FileStamp now = FileStamp.Of(file);
        if (now == _stamp) return false;
        _stamp = now;
        int before = _lines.Count, replaced = Replaced;
        if (now.IsMissing) Forget();
        else
        {
            try { Read(); }
            catch (IOException) { _stamp = default; }                // it went away, or is being replaced: next time
        }
        return _lines.Count != before || Replaced != replaced;
    }

    void Read()
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        if (!GoesOn(stream)) Forget();
        byte[] news = new byte[Math.Max(0, stream.Length - _read)];
        stream.Position = _read;
        int count = stream.ReadAtLeast(news, news.Length, throwOnEndOfStream: false);
        int whole = news.AsSpan(0, count).LastIndexOf((byte)'\n') + 1;          // a last line that is still being written, or was when its writer was killed, is left
        if (whole == 0) return;
        for (int from = 0; from < whole;)
        {
            int length = news.AsSpan(from).IndexOf((byte)'\n');
            if (Parse(news.AsMemory(from, length)) is { } line) _lines.Add(line);
            from += length + 1;
        }
        _read += whole;
        byte[] before = [.. _before, .. news.AsSpan(Math.Max(0, whole - KeptBytes), Math.Min(whole, KeptBytes))];
        _before = before.Length > KeptBytes ? before[^KeptBytes..] : before;
    }

    /// <summary>Whether what was read last still stands before the place to go on from.</summary>
    bool GoesOn(FileStream stream)
    {
        if (stream.Length < _read) return false;
        byte[] there = new byte[_before.Length];
        stream.Position = _read - there.Length;
        return stream.ReadAtLeast(there, there.Length, throwOnEndOfStream: false) == there.Length && there.AsSpan().SequenceEqual(_before);
    }

    void Forget()
    {
        if (_lines.Count > 0) Replaced++;
        _lines.Clear();
        (_read, _before) = (0, []);
    }

    static Dictionary<string, double>? Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(line);
            Dictionary<string, double> numbers = [];
            foreach (JsonProperty p in json.RootElement.EnumerateObject())
                if (p.Value.ValueKind == JsonValueKind.Number) numbers[p.Name] = p.Value.GetDouble();
            return numbers;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) { return null; }
    }
}

/// <summary>By what a file is known to be the one that was read: its length and the time of its last change; both zero where there is none.</summary>
internal readonly record struct FileStamp(long Length, long Ticks)
{
    public bool IsMissing => this == default;

    public static FileStamp Of(string file)
    {
        var info = new FileInfo(file);
        return info.Exists ? new(info.Length, info.LastWriteTimeUtc.Ticks) : default;
    }
}
