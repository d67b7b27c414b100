using System.Text;
using Fathom.Formats;

namespace Fathom.Training;

/// <summary>
/// The folder that a training run leaves behind: what was asked for (config.json), what each epoch came to (metrics.jsonl), the training curve as it grows
/// (steps.jsonl), the curves (curves.svg), layers and insight for the board, checkpoints (see <see cref="Checkpoint"/>) and what it came to (summary.json). That it can be written to is found out when it is
/// made, not after an hour of training, and it belongs to one process at a time.
/// </summary>
public sealed class RunFolder : IDisposable
{
    /// <summary>The file of what was asked for.</summary>
    public const string ConfigName = "config.json";
    /// <summary>The file of metrics, a JSON object a line.</summary>
    public const string MetricsName = "metrics.jsonl";
    /// <summary>The picture of the curves.</summary>
    public const string CurvesName = "curves.svg";
    /// <summary>The file of the training curve's points, a JSON object a line.</summary>
    public const string StepsName = "steps.jsonl";
    /// <summary>The file of what the run came to; there once it is over.</summary>
    public const string SummaryName = "summary.json";
    /// <summary>The file of the model's layers.</summary>
    public const string LayersName = "layers.json";
    /// <summary>The file of what the last epoch looked like from within: histograms, confusion, predictions.</summary>
    public const string InsightName = "insight.json";
    const string LockName = ".lock";

    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    readonly bool _made;
    readonly FileStream _lock;
    readonly Dictionary<string, FileStream> _open = [];

    RunFolder(string path, bool made, FileStream held) => (Path, _made, _lock) = (path, made, held);

    /// <summary>The folder, as a full path.</summary>
    public string Path { get; }

    /// <summary>A new name below a folder: runs/20260131-142501-lenet-4f2a.</summary>
    /// <param name="parent">The folder of all runs.</param>
    /// <param name="model">The model's name.</param>
    public static string NewPath(string parent, string model) =>
        System.IO.Path.Combine(parent, $"{DateTime.Now:yyyyMMdd-HHmmss}-{model}-{Random.Shared.Next(0x10000):x4}");

    /// <summary>Makes the folder, or takes one over with all that is in it. Fails unless files can be written there and no other process does so.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="IOException">The folder cannot be made or written to, or a run is going on in it; the message says why.</exception>
    public static RunFolder Create(string path)
    {
        string full = System.IO.Path.GetFullPath(path);
        bool made = !Directory.Exists(full);
        try
        {
            RequireNoFileInTheWay(full);
            Directory.CreateDirectory(full);
            return new(full, made, Hold(full));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (made) TryRemove(full);
            throw new IOException($"The run folder {path} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Fails unless a file can be written at a path; leaves nothing behind.</summary>
    /// <param name="path">The file.</param>
    /// <param name="folderIsMade">Whether its folder will be made where it is missing.</param>
    /// <exception cref="IOException">It cannot; the message says why.</exception>
    public static void RequireWritable(string path, bool folderIsMade = false)
    {
        try
        {
            if (path.StartsWith("/dev/", StringComparison.Ordinal)) return;
            string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
            if (Directory.Exists(path)) throw new IOException("It is a folder.");
            RequireNoFileInTheWay(folder);
            while (folderIsMade && !Directory.Exists(folder) && System.IO.Path.GetDirectoryName(folder) is { } above) folder = above;
            Probe(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The file {path} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Fails if the disk has too little room for weights of this size.</summary>
    /// <exception cref="IOException">It has; the message says how much is there and how much is needed.</exception>
    public void RequireRoom(long weightBytes)
    {
        const long others = 1 << 20;                               // curves, metrics and the configuration
        // Last and best, and new weights are written beside the old ones before they replace them.
        long needed = 3 * weightBytes + others, free = new DriveInfo(Path).AvailableFreeSpace;
        if (free < needed) throw new IOException($"The disk of the run folder {Path} has {free >> 10:N0} KiB free, but about {needed >> 10:N0} KiB are needed.");
    }

    /// <summary>Deletes the files of an earlier run, so that what will be there belongs together; other files stay.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="IOException">A file cannot be deleted.</exception>
    public bool ClearEarlierRun()
    {
        bool any = System.IO.File.Exists(File(ConfigName));
        foreach (string name in (string[])[ConfigName, MetricsName, StepsName, CurvesName, SummaryName, LayersName, InsightName]) System.IO.File.Delete(File(name));
        Checkpoint.Clear(Path);
        return any;
    }

    /// <summary>The path of a file in the folder.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a text file, whole or not at all.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void WriteText(string name, string text) => Writing(name, () =>
    {
        if (_open.Remove(name, out FileStream? appended)) appended.Dispose();         // it would go on in the file that is replaced
        AtomicFile.WriteAllText(File(name), text);
    });

    /// <summary>Appends a line to a file, so that it can be followed while training goes on. A line that does not fit on the disk leaves no part behind.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Append(string name, string line) => Writing(name, () =>
    {
        if (!_open.TryGetValue(name, out FileStream? file))
            _open[name] = file = new FileStream(File(name), FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        long before = file.Length;
        try { file.Write(Utf8.GetBytes(line + "\n")); }
        catch (IOException)
        {
            file.SetLength(before);
            throw;
        }
    });

    /// <summary>Whether a process is training in a folder at this moment.</summary>
    public static bool IsInUse(string path)
    {
        string held = System.IO.Path.Combine(path, LockName);
        if (!System.IO.File.Exists(held)) return false;
        try
        {
            using var _ = new FileStream(held, FileMode.Open, FileAccess.Read, FileShare.None);
            return false;
        }
        catch (FileNotFoundException) { return false; }
        catch (IOException) { return true; }
        catch (UnauthorizedAccessException) { return false; }
    }

    /// <summary>Closes the files and lets go of the folder. One that was made for nothing is removed.</summary>
    public void Dispose()
    {
        foreach (FileStream file in _open.Values) file.Dispose();
        _open.Clear();
        AtomicFile.TryDelete(_lock.Name);
        _lock.Dispose();
        if (_made) TryRemove(Path);
    }

    /// <summary>
    /// The system lets go of the file when the process ends, however it ends. Who looks whether a run is in use holds what an earlier process left there for a moment, so
    /// one failure says nothing yet.
    /// </summary>
    static FileStream Hold(string folder)
    {
        const int tries = 5;
        for (int i = 1; ; i++)
        {
            try { return new(System.IO.Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1); }
            catch (IOException) when (i < tries) { Thread.Sleep(20); }
            catch (IOException) when (IsInUse(folder)) { throw new IOException("another process is training in it. Choose another folder, or wait for it."); }
        }
    }

    void Writing(string name, Action write)
    {
        try { write(); }
        // A file beyond the file system's limit is reported as an argument that is out of range.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            throw new IOException($"{File(name)} could not be written: {e.Message} Nothing half-written was left.", e);
        }
    }

    /// <summary>The system's own message for this speaks of a path that was not found.</summary>
    static void RequireNoFileInTheWay(string folder)
    {
        for (string? part = folder; part is not null; part = System.IO.Path.GetDirectoryName(part))
            if (System.IO.File.Exists(part)) throw new IOException($"{part} is a file, not a folder.");
    }

    static void Probe(string folder)
    {
        string probe = System.IO.Path.Combine(folder, $".{System.IO.Path.GetRandomFileName()}.probe");
        using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose)) { }
    }

    static void TryRemove(string folder)
    {
        try { Directory.Delete(folder, recursive: false); }        // fails, as it should, unless it is empty
        catch (IOException) { }
        catch (UnauthorizedAccessException) { }
    }
}
