using System.Text;
using System.Text.Json;
using Fathom.Training;

namespace Fathom.Cli.Board;

/// <summary>
/// What the board answers: the page's own files, the list of runs, and one run. A run is found by comparing its name with those of the folders that are
/// there, never by making a path of what was asked for, so nothing outside the folder of runs can be reached.
/// </summary>
internal sealed class BoardApi(string parent)
{
    const string JsonType = "application/json; charset=utf-8";
    const string List = "/api/runs", One = "/api/runs/";

    static readonly Dictionary<string, (string Type, string Resource)> Files = new()
    {
        ["/"] = ("text/html; charset=utf-8", "index.html"),
        ["/board.js"] = ("text/javascript; charset=utf-8", "board.js"),
        ["/board.css"] = ("text/css; charset=utf-8", "board.css"),
    };

    /// <summary>The answer to a path; null where there is none.</summary>
    public (string Type, byte[] Body)? Find(string path)
    {
        if (Files.TryGetValue(path, out var file)) return (file.Type, Resource(file.Resource));
        if (path == List) return (JsonType, Encoding.UTF8.GetBytes(Runs()));
        if (!path.StartsWith(One, StringComparison.Ordinal) || FolderOf(path[One.Length..]) is not { } folder) return null;
        return (JsonType, Encoding.UTF8.GetBytes(Run(RunRecord.Read(folder))));
    }

    /// <summary>The parent itself may be a run, as when training shows its own.</summary>
    IEnumerable<string> Folders
    {
        get
        {
            if (!Directory.Exists(parent)) return [];
            return File.Exists(Path.Combine(parent, RunFolder.ConfigName)) ? [Path.GetFullPath(parent)] : Directory.GetDirectories(parent).Where(f => File.Exists(Path.Combine(f, RunFolder.ConfigName)));
        }
    }

    string? FolderOf(string name) => Folders.FirstOrDefault(f => Path.GetFileName(f) == name);

    string Runs()
    {
        List<RunRecord> runs = [];
        List<string> damaged = [];
        foreach (string folder in Folders)
        {
            try { runs.Add(RunRecord.Read(folder)); }
            catch (CliException e) { damaged.Add(e.Message); }
        }
        return Json.Object(w =>
        {
            w.WriteString("folder", Path.GetFullPath(parent));
            w.WriteBoolean("exists", Directory.Exists(parent));
            w.WriteStartArray("damaged");
            foreach (string d in damaged) w.WriteStringValue(d);
            w.WriteEndArray();
            w.WriteStartArray("runs");
            foreach (RunRecord run in runs.OrderByDescending(r => r.Config.Started))
            {
                w.WriteStartObject();
                WriteHead(w, run);
                w.WriteEndObject();
            }
            w.WriteEndArray();
        });
    }

    static void WriteHead(Utf8JsonWriter w, RunRecord run)
    {
        w.WriteString("name", run.Name);
        w.WriteString("status", run.Status);
        w.WriteString("model", run.Config.Settings.Model);
        w.WriteString("data", run.Config.Data);
        w.WriteString("started", run.Config.Started);
        w.WriteNumber("epochs", run.Config.Settings.Epochs);
        w.WriteNumber("done", run.Epochs.Count);
        w.WriteNumber("points", run.TrainingCurve.Count);
        w.WriteString("monitor", run.Monitor);
        Json.WriteMeasure(w, "best", run.Best.Value);
        w.WriteNumber("best_epoch", run.Best.Epoch);
        Json.WriteMeasure(w, "seconds", run.Seconds, 3);
    }

    static string Run(RunRecord run) => Json.Object(w =>
    {
        WriteHead(w, run);
        w.WritePropertyName("config");
        w.WriteRawValue(run.Config.ToJson());
        w.WriteStartArray("curve");
        foreach (Training.Plotting.DataPoint p in run.TrainingCurve)
        {
            w.WriteStartArray();
            w.WriteNumberValue(p.X);
            if (double.IsFinite(p.Y)) w.WriteNumberValue(p.Y);
            else w.WriteNullValue();
            w.WriteEndArray();
        }
        w.WriteEndArray();
        w.WriteStartArray("metrics");
        foreach (IReadOnlyDictionary<string, double> epoch in run.Epochs)
        {
            w.WriteStartObject();
            foreach ((string name, double value) in epoch) Json.WriteMeasure(w, name, value);
            w.WriteEndObject();
        }
        w.WriteEndArray();
        WriteFile(w, "layers", run, RunFolder.LayersName);
        WriteFile(w, "insight", run, RunFolder.InsightName);
    });

    /// <summary>A JSON file of the run as it is; null where it is missing or no sound JSON.</summary>
    static void WriteFile(Utf8JsonWriter w, string name, RunRecord run, string file)
    {
        w.WritePropertyName(name);
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(run.Folder, file)));
            json.RootElement.WriteTo(w);
        }
        catch (Exception e) when (e is IOException or JsonException) { w.WriteNullValue(); }
    }

    static byte[] Resource(string name)
    {
        using Stream stream = typeof(BoardApi).Assembly.GetManifestResourceStream($"board/{name}") ?? throw new InvalidOperationException($"The resource board/{name} is missing.");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
