using System.Text;
using Fathom.Training;

namespace Fathom.Cli.Board;

/// <summary>The runs below a folder, or the one run that the folder itself is, as the board follows them.</summary>
internal sealed class WatchedRuns(string parent)
{
    readonly Dictionary<string, RunReader> _readers = [];
    readonly string _session = Guid.NewGuid().ToString("N")[..8];
    List<(string Folder, RunRecord? Record, string? Problem)> _seen = [];
    byte[]? _list;
    bool _existed;
    int _lists;

    /// <summary>Stands for the list: changes when the list does.</summary>
    public string Tag => $"\"{_session}-{_lists}\"";

    /// <summary>The parent itself may be a run, as when training shows its own.</summary>
    IEnumerable<string> Folders =>
        !Directory.Exists(parent) ? []
        : IsRun(parent) ? [Path.TrimEndingDirectorySeparator(Path.GetFullPath(parent))]            // shells complete names with a slash behind
        : Directory.GetDirectories(parent).Where(IsRun);

    bool IsRun(string folder) => File.Exists(Path.Combine(folder, RunFolder.ConfigName));

    /// <summary>A run by its name; null where there is none.</summary>
    /// <exception cref="CliException">It is damaged.</exception>
    public (RunRecord Record, RunReader Reader)? Find(string name)
    {
        if (Folders.FirstOrDefault(f => Path.GetFileName(f) == name) is not { } folder) return null;
        RunReader reader = ReaderOf(folder);
        return (reader.Look(), reader);
    }

    RunReader ReaderOf(string folder)
    {
        if (!_readers.TryGetValue(folder, out RunReader? reader)) _readers[folder] = reader = new(folder);
        return reader;
    }

    /// <summary>All runs, the newest first, as JSON. Made anew only where something has changed.</summary>
    public byte[] List()
    {
        List<(string Folder, RunRecord? Record, string? Problem)> now = [];
        foreach (string folder in Folders)
        {
            try { now.Add((folder, ReaderOf(folder).Look(), null)); }
            catch (CliException e) { now.Add((folder, null, e.Message)); }
        }
        bool exists = Directory.Exists(parent);
        if (_list is not null && exists == _existed && now.SequenceEqual(_seen)) return _list;
        if (_readers.Count > now.Count) foreach (string gone in _readers.Keys.Except(now.Select(n => n.Folder)).ToArray()) _readers.Remove(gone);
        (_seen, _existed) = (now, exists);
        _lists++;
        return _list = Encoding.UTF8.GetBytes(ToJson());
    }

    string ToJson() => Json.Object(w =>
    {
        w.WriteString("folder", Path.GetFullPath(parent));
        w.WriteBoolean("exists", _existed);
        w.WriteStartArray("damaged");
        foreach (string problem in _seen.Select(s => s.Problem).OfType<string>()) w.WriteStringValue(problem);
        w.WriteEndArray();
        w.WriteStartArray("runs");
        foreach ((string folder, RunRecord run) in _seen.Where(s => s.Record is not null).Select(s => (s.Folder, s.Record!)).OrderByDescending(r => r.Item2.Config.Started))
        {
            w.WriteStartObject();
            RunJson.WriteHead(w, run, _readers[folder]);
            w.WriteEndObject();
        }
        w.WriteEndArray();
    });
}
