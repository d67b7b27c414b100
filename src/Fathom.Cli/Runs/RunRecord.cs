using System.Globalization;
using System.Text.Json;
using Fathom.Training;
using Fathom.Training.Plotting;

namespace Fathom.Cli;

/// <summary>What stands in a run's folder, read while it may be going on: its settings, its epochs so far, and how it stands.</summary>
internal sealed record RunRecord
{
    public required string Folder { get; init; }
    public required RunConfig Config { get; init; }

    /// <summary>A value for each metric and epoch; an epoch is a dictionary by name.</summary>
    public required IReadOnlyList<IReadOnlyDictionary<string, double>> Epochs { get; init; }

    /// <summary>The training curve: epoch against loss.</summary>
    public required IReadOnlyList<DataPoint> TrainingCurve { get; init; }

    /// <summary>"running", "complete", "stopped early", "interrupted", or "broken off" where the process ended without a word.</summary>
    public required string Status { get; init; }

    public string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Folder)));

    /// <summary>The best value of the metric by which the run is judged, and its epoch; NaN and 0 where none was measured.</summary>
    public (double Value, int Epoch) Best
    {
        get
        {
            string monitor = Monitor;
            bool rises = !monitor.EndsWith("loss", StringComparison.Ordinal);
            var measured = Epochs.Where(e => e.ContainsKey(monitor)).Select(e => (Value: e[monitor], Epoch: (int)e["epoch"])).ToArray();
            return measured.Length == 0 ? (double.NaN, 0) : rises ? measured.MaxBy(e => e.Value) : measured.MinBy(e => e.Value);
        }
    }

    public string Monitor => Config.Classes.Count > 0 ? "val_accuracy" : "val_loss";

    /// <summary>Seconds of training so far.</summary>
    public double Seconds => Epochs.Sum(e => e.GetValueOrDefault("seconds"));

    /// <summary>A curve of one metric over epochs.</summary>
    public Series Curve(string metric, string name) => new(name, [.. Epochs.Where(e => e.ContainsKey(metric)).Select(e => new DataPoint(e["epoch"], e[metric]))]);

    /// <summary>Reads a run.</summary>
    /// <exception cref="CliException">The folder is no run, or its configuration is damaged.</exception>
    public static RunRecord Read(string run)
    {
        (string folder, RunConfig config) = RunConfig.Read(run);
        var epochs = Lines(folder, RunFolder.MetricsName);
        return new()
        {
            Folder = folder, Config = config, Epochs = epochs,
            TrainingCurve = [.. Lines(folder, RunFolder.StepsName).Where(l => l.ContainsKey("epoch")).Select(l => new DataPoint(l["epoch"], l.GetValueOrDefault("train_loss", double.NaN)))],
            Status = RunFolder.IsInUse(folder) ? "running" : StatusIn(folder),
        };
    }

    /// <summary>All runs directly below a folder, the newest first; folders that are no runs are passed over, damaged ones told of.</summary>
    public static IEnumerable<RunRecord> Below(string parent, Terminal terminal)
    {
        if (!Directory.Exists(parent)) return [];
        List<RunRecord> runs = [];
        foreach (string folder in Directory.GetDirectories(parent).Where(f => File.Exists(Path.Combine(f, RunFolder.ConfigName))))
        {
            try { runs.Add(Read(folder)); }
            catch (CliException e) { terminal.Error.WriteLine($"note: {e.Message}"); }
        }
        return runs.OrderByDescending(r => r.Config.Started);
    }

    static string StatusIn(string folder)
    {
        string file = Path.Combine(folder, RunFolder.SummaryName);
        if (!File.Exists(file)) return "broken off";
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(file));
            return json.RootElement.GetProperty("status").GetString() ?? "complete";
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException) { return "broken off"; }
    }

    /// <summary>The numbers of each line. A last line that is still being written, or was when its writer was killed, is passed over.</summary>
    static List<IReadOnlyDictionary<string, double>> Lines(string folder, string name)
    {
        string file = Path.Combine(folder, name);
        if (!File.Exists(file)) return [];
        List<IReadOnlyDictionary<string, double>> lines = [];
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        while (reader.ReadLine() is { } line)
        {
            try
            {
                using JsonDocument json = JsonDocument.Parse(line);
                lines.Add(json.RootElement.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Number).ToDictionary(p => p.Name, p => p.Value.GetDouble()));
            }
            catch (JsonException) { }
        }
        return lines;
    }

    /// <summary>"97.3 %" or "0.412": the best of the metric by which the run is judged.</summary>
    public string BestText => Best is (var value, > 0 and var epoch) ? $"{(Config.Classes.Count > 0 ? Figures.Percent(value) : Figures.Short(value))} ({epoch.ToString(CultureInfo.InvariantCulture)})" : "";
}
