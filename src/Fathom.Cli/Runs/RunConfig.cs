using System.Text;
using System.Text.Json;
using Fathom.Training;

namespace Fathom.Cli;

/// <summary>All that a run was made with: what config.json holds, and what evaluate and predict need.</summary>
internal sealed record RunConfig
{
    public required string Model { get; init; }
    public string? Activation { get; init; }
    public required string Data { get; init; }
    public string? DataDir { get; init; }
    public required int Epochs { get; init; }
    public required int BatchSize { get; init; }
    public required double LearningRate { get; init; }
    public required string Optimizer { get; init; }
    public required long Seed { get; init; }
    public required int Threads { get; init; }
    public int? Limit { get; init; }
    public int? Resize { get; init; }

    /// <summary>The shape of one sample: (C, H, W), or the number of features.</summary>
    public required IReadOnlyList<int> Input { get; init; }

    /// <summary>What the classes are called; empty where numbers are fitted.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    public required string Version { get; init; }
    public required DateTimeOffset Started { get; init; }

    public string ToJson() => Json.Object(w =>
    {
        w.WriteString("model", Model);
        w.WriteString("activation", Activation);
        w.WriteString("data", Data);
        w.WriteString("data_dir", DataDir);
        w.WriteNumber("epochs", Epochs);
        w.WriteNumber("batch_size", BatchSize);
        w.WriteNumber("learning_rate", LearningRate);
        w.WriteString("optimizer", Optimizer);
        w.WriteNumber("seed", Seed);
        w.WriteNumber("threads", Threads);
        Json.WriteNumber(w, "limit", Limit);
        Json.WriteNumber(w, "resize", Resize);
        Json.WriteArray(w, "input", Input);
        w.WriteStartArray("classes");
        foreach (string c in Classes) w.WriteStringValue(c);
        w.WriteEndArray();
        w.WriteString("version", Version);
        w.WriteString("started", Started);
    }, indented: true);

    /// <summary>Reads the configuration of a run.</summary>
    /// <param name="run">The run's folder, or a file in it.</param>
    /// <returns>The folder and what its config.json says.</returns>
    /// <exception cref="CliException">It is no run, or damaged.</exception>
    public static (string Folder, RunConfig Config) Read(string run)
    {
        string folder = File.Exists(run) ? Path.GetDirectoryName(Path.GetFullPath(run))! : run;
        string path = Path.Combine(folder, RunFolder.ConfigName);
        if (!File.Exists(path))
            throw new CliException($"{run} is not a run: there is no {path}. A run is a folder that 'fathom train' made, such as runs/20260131-142501-lenet-4f2a.");
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
            return (folder, From(json.RootElement));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new CliException($"{path} is damaged: {e.Message}", inner: e);
        }
    }

    static RunConfig From(JsonElement json) => new()
    {
        Model = Json.Text(json, "model"), Activation = json.GetProperty("activation").GetString(),
        Data = Json.Text(json, "data"), DataDir = json.GetProperty("data_dir").GetString(),
        Epochs = json.GetProperty("epochs").GetInt32(), BatchSize = json.GetProperty("batch_size").GetInt32(),
        LearningRate = json.GetProperty("learning_rate").GetDouble(), Optimizer = Json.Text(json, "optimizer"),
        Seed = json.GetProperty("seed").GetInt64(), Threads = json.GetProperty("threads").GetInt32(),
        Limit = Json.Integer(json, "limit"), Resize = Json.Integer(json, "resize"),
        Input = [.. json.GetProperty("input").EnumerateArray().Select(n => n.GetInt32())],
        Classes = [.. json.GetProperty("classes").EnumerateArray().Select(c => c.GetString() ?? "")],
        Version = Json.Text(json, "version"), Started = json.GetProperty("started").GetDateTimeOffset(),
    };
}
