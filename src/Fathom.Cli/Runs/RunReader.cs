using System.Text.Json;
using Fathom.Training;
using Fathom.Training.Plotting;

namespace Fathom.Cli;

/// <summary>
/// Looks at a run again and again, and reads each time only what has changed: what follows a run while it trains must not cost the training anything.
/// Not to be used from several threads at once.
/// </summary>
internal sealed class RunReader
{
    /// <summary>Longer than the steps in which file systems tell the time.</summary>
    static readonly TimeSpan ClockTick = TimeSpan.FromSeconds(2);

    readonly string _folder;
    readonly GrowingLines _metrics, _steps;
    readonly string _configFile, _summaryFile, _layersFile, _insightFile;
    FileStamp _config, _summary, _layers, _insight;
    DateTime _folderChanged;
    bool _settled;
    RunRecord? _record;
    int _replaced;

    /// <summary>Makes a reader; nothing is read yet.</summary>
    /// <param name="folder">The run's folder.</param>
    public RunReader(string folder)
    {
        _folder = folder;
        (_metrics, _steps) = (new(At(RunFolder.MetricsName)), new(At(RunFolder.StepsName)));
        (_configFile, _summaryFile, _layersFile, _insightFile) = (At(RunFolder.ConfigName), At(RunFolder.SummaryName), At(RunFolder.LayersName), At(RunFolder.InsightName));
    }

    /// <summary>Stands for all that was read; changes when something else is there than was before, rather than more.</summary>
    public int Version { get; private set; }

    /// <summary>Stands for what the run looks like from within; changes with each new insight.</summary>
    public long Insight => _insight.Ticks ^ _insight.Length << 40;

    string At(string name) => Path.Combine(_folder, name);

    /// <summary>How the run stands now. The same object as last time where nothing has changed.</summary>
    /// <exception cref="CliException">The folder is no run, or its configuration is damaged.</exception>
    public RunRecord Look()
    {
        // Whoever trains takes the folder's lock first, which is a file in it: a run that does not train has not changed unless its folder has.
        DateTime changed = Directory.GetLastWriteTimeUtc(_folder);
        if (_settled && changed == _folderChanged) return _record!;
        (_folderChanged, _settled) = (changed, false);
        bool other = Changed(ref _config, _configFile) | Changed(ref _layers, _layersFile) | _record is null;
        bool more = _metrics.Look() | _steps.Look() | Changed(ref _insight, _insightFile) | Changed(ref _summary, _summaryFile);
        if (_metrics.Replaced + _steps.Replaced is var replaced && replaced != _replaced) (_replaced, other) = (replaced, true);
        string status = RunFolder.IsInUse(_folder) ? RunRecord.Running : other || more || _record!.Status == RunRecord.Running ? EndedStatus() : _record.Status;
        if (other || more || status != _record!.Status) _record = Make(other, status);
        _settled = status != RunRecord.Running && DateTime.UtcNow - changed > ClockTick;
        return _record;
    }

    RunRecord Make(bool other, string status)
    {
        RunConfig? config = other ? null : _record!.Config;
        _record = null;                                            // should the configuration be damaged
        if (other) Version = Random.Shared.Next();
        return new()
        {
            Folder = _folder, Config = config ?? RunConfig.Read(_folder).Config, Status = status, Epochs = [.. _metrics.Lines],
            TrainingCurve = [.. _steps.Lines.Where(l => l.ContainsKey("epoch")).Select(l => new DataPoint(l["epoch"], l.GetValueOrDefault("train_loss", double.NaN)))],
        };
    }

    static bool Changed(ref FileStamp stamp, string file)
    {
        FileStamp before = stamp;
        stamp = FileStamp.Of(file);
        return stamp != before;
    }

    string EndedStatus()
    {
        const string without = "broken off";
        if (!File.Exists(_summaryFile)) return without;
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(_summaryFile));
            return json.RootElement.GetProperty("status").GetString() ?? "complete";
        }
        catch (Exception e) when (e is IOException or JsonException or KeyNotFoundException or InvalidOperationException) { return without; }
    }
}
