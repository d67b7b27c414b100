using System.Globalization;
using Fathom.Training;
using Fathom.Training.Plotting;

namespace Fathom.Cli;

/// <summary>What stands in a run's folder, read while it may be going on: its settings, its epochs so far, and how it stands.</summary>
internal sealed record RunRecord
{
    /// <summary>The status of a run that a process is training at this moment.</summary>
    public const string Running = "running";

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
            var measured = Epochs.Where(e => e.ContainsKey(monitor)).Select(e => (Value: e[monitor], Epoch: (int)e["epoch"])).ToArray();
            return measured.Length == 0 ? (double.NaN, 0) : EarlyStopping.RisesByName(monitor) ? measured.MaxBy(e => e.Value) : measured.MinBy(e => e.Value);
        }
    }

    public string Monitor => Config.Classes.Count > 0 ? "val_accuracy" : "val_loss";

    /// <summary>Seconds of training so far.</summary>
    public double Seconds => Epochs.Sum(e => e.GetValueOrDefault("seconds"));

    /// <summary>A curve of one metric over epochs.</summary>
    public Series Curve(string metric, string name) => new(name, [.. Epochs.Where(e => e.ContainsKey(metric)).Select(e => new DataPoint(e["epoch"], e[metric]))]);

    /// <summary>Reads a run.</summary>
    /// <exception cref="CliException">The folder is no run, or its configuration is damaged.</exception>
    public static RunRecord Read(string run) => new RunReader(RunConfig.FolderOf(run)).Look();

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

    /// <summary>"97.3 %" or "0.412": the best of the metric by which the run is judged.</summary>
    public string BestText => Best is (var value, > 0 and var epoch) ? $"{(Config.Classes.Count > 0 ? Figures.Percent(value) : Figures.Short(value))} ({epoch.ToString(CultureInfo.InvariantCulture)})" : "";
}
