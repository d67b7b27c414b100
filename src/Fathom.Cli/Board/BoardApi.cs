using System.Text;

namespace Fathom.Cli.Board;

/// <summary>An answer of the board.</summary>
/// <param name="Type">Its media type.</param>
/// <param name="Body">What it says.</param>
/// <param name="Tag">Stands for what it says, so that who has it already need not be told again; null where every answer is a new one.</param>
internal sealed record BoardAnswer(string Type, byte[] Body, string? Tag = null);

/// <summary>
/// What the board answers: the page's own files, the list of runs, and one run, whole or from where the page left off. A run is found by comparing its name with those of the
/// folders that are there, never by making a path of what was asked for, so nothing outside the folder of runs can be reached. Nothing is done between requests.
/// </summary>
internal sealed class BoardApi(string parent)
{
    const string JsonType = "application/json; charset=utf-8";
    const string List = "/api/runs", One = "/api/runs/";

    static readonly Dictionary<string, (string Type, string Resource)> Files = new()
    {
        ["/"] = ("text/html; charset=utf-8", "index.html"),
        ["/board.js"] = ("text/javascript; charset=utf-8", "board.js"),
        ["/charts.js"] = ("text/javascript; charset=utf-8", "charts.js"),
        ["/sections.js"] = ("text/javascript; charset=utf-8", "sections.js"),
        ["/board.css"] = ("text/css; charset=utf-8", "board.css"),
    };

    readonly Lock _gate = new();
    readonly WatchedRuns _runs = new(parent);

    /// <summary>The answer to a request; null where there is none.</summary>
    /// <param name="path">The path.</param>
    /// <param name="since">For a run: the mark of the answer that the page has already; null for none.</param>
    public BoardAnswer? Find(string path, string? since = null)
    {
        if (Files.TryGetValue(path, out var file)) return new(file.Type, Resource(file.Resource));
        lock (_gate)
        {
            if (path == List) return new(JsonType, _runs.List(), _runs.Tag);
            if (!path.StartsWith(One, StringComparison.Ordinal) || _runs.Find(path[One.Length..]) is not { } run) return null;
            return new(JsonType, Encoding.UTF8.GetBytes(RunJson.Of(run.Record, run.Reader, RunMark.Parse(since))));
        }
    }

    static byte[] Resource(string name)
    {
        using Stream stream = typeof(BoardApi).Assembly.GetManifestResourceStream($"board/{name}") ?? throw new InvalidOperationException($"The resource board/{name} is missing.");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
