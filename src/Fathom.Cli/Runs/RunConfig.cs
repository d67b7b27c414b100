using System.Runtime.InteropServices;
using System.Text.Json;
using Fathom.Devices;
using Fathom.Training;

namespace Fathom.Cli;

/// <summary>All that a run was made with: what config.json holds, and what evaluate, predict and --resume need.</summary>
internal sealed record RunConfig
{
    public required TrainSettings Settings { get; init; }
    public required string Data { get; init; }
    public string? DataDir { get; init; }

    /// <summary>The SHA-256 of all images and labels; null where numbers are fitted.</summary>
    public string? DataDigest { get; init; }

    /// <summary>The shape of one sample: (C, H, W), or the number of features.</summary>
    public required IReadOnlyList<int> Input { get; init; }

    /// <summary>The shape of an image of the data, (C, H, W), before <see cref="TrainSettings.Resize"/>; empty where numbers are fitted.</summary>
    public required IReadOnlyList<int> Image { get; init; }

    /// <summary>What the classes are called; empty where numbers are fitted.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    public required int Threads { get; init; }
    public required long Parameters { get; init; }
    public required string Version { get; init; }
    public required DateTimeOffset Started { get; init; }

    /// <summary>The command line that began the run.</summary>
    public required string Command { get; init; }

    /// <summary>The data of the run.</summary>
    /// <exception cref="CliException">The folder it lay in is gone.</exception>
    public DataChoice DataChoice
    {
        get
        {
            if (DataDir is null) return new(Data, null, Data);
            if (!Directory.Exists(DataDir)) throw new CliException($"The data of this run lay in {DataDir}, which is not there. Say with --data-dir where it lies now.");
            return new(DataNames.All.Contains(Data) ? Data : null, DataDir, Data);
        }
    }

    /// <summary>What it ran on. Bits are the same for any number of threads, but not for vectors of another width, nor for certain under another runtime.</summary>
    public required string Machine { get; init; }

    /// <summary>Processor, vector width and runtime of this process.</summary>
    public static string ThisMachine => $"{ProcessorName.Read()}, {CpuSettings.VectorBits}-bit vectors, {RuntimeInformation.FrameworkDescription}";

    public string ToJson() => Json.Object(w =>
    {
        Settings.Write(w);
        w.WriteString("data", Data);
        w.WriteString("data_dir", DataDir);
        w.WriteString("data_sha256", DataDigest);
        Json.WriteArray(w, "input", Input);
        Json.WriteArray(w, "image", Image);
        w.WriteStartArray("classes");
        foreach (string c in Classes) w.WriteStringValue(c);
        w.WriteEndArray();
        w.WriteNumber("threads", Threads);
        w.WriteNumber("parameters", Parameters);
        w.WriteString("version", Version);
        w.WriteString("started", Started);
        w.WriteString("command", Command);
        w.WriteString("machine", Machine);
    }, indented: true);

    /// <summary>The folder of a run that was named by its folder or by a file in it.</summary>
    public static string FolderOf(string run) => File.Exists(run) ? Path.GetDirectoryName(Path.GetFullPath(run))! : run;

    /// <summary>Reads the configuration of a run.</summary>
    /// <param name="run">The run's folder, or a file in it.</param>
    /// <returns>The folder and what its config.json says.</returns>
    /// <exception cref="CliException">It is no run, or damaged.</exception>
    public static (string Folder, RunConfig Config) Read(string run)
    {
        string folder = FolderOf(run);
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
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw new CliException($"{path} cannot be read: {e.Message}", inner: e); }
    }

    static RunConfig From(JsonElement json) => new()
    {
        Settings = TrainSettings.Read(json),
        Data = Json.Text(json, "data"), DataDir = json.GetProperty("data_dir").GetString(), DataDigest = json.GetProperty("data_sha256").GetString(),
        Input = [.. json.GetProperty("input").EnumerateArray().Select(n => n.GetInt32())],
        Image = [.. json.GetProperty("image").EnumerateArray().Select(n => n.GetInt32())],
        Classes = [.. json.GetProperty("classes").EnumerateArray().Select(c => c.GetString() ?? "")],
        Threads = json.GetProperty("threads").GetInt32(), Parameters = json.GetProperty("parameters").GetInt64(),
        Version = Json.Text(json, "version"), Started = json.GetProperty("started").GetDateTimeOffset(), Command = Json.Text(json, "command"), Machine = Json.Text(json, "machine"),
    };
}
