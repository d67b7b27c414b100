using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Fathom.Formats;

namespace Fathom.Training;

/// <summary>
/// A moment of training in files: <c>last.safetensors</c>, the weights under their names, and <c>last-STEP.state.safetensors</c>, all else that it takes to go on bit
/// for bit. The weights name their step, and the state is written before them, so whatever moment the process ends at, the weights that are there have their state.
/// </summary>
/// <param name="Step">Training batches done.</param>
/// <param name="Weights">Parameters and buffers by name.</param>
/// <param name="State">Everything else.</param>
public sealed record Checkpoint(int Step, IReadOnlyDictionary<string, Tensor> Weights, TrainingState State)
{
    /// <summary>What the model was made with; empty if its constructor kept nothing. Stands in the metadata of the weights, as JSON under "hyper_parameters".</summary>
    public HyperParameters HyperParameters { get; init; } = new();

    /// <summary>Epochs that were complete, validation included.</summary>
    public int EpochsDone => State.Integers("history.time").Length;

    /// <summary>The file of the latest weights.</summary>
    public const string LastName = "last.safetensors";
    /// <summary>The file of the weights that did best in validation.</summary>
    public const string BestName = "best.safetensors";

    const string DigestKey = "sha256", StepKey = "step", HyperKey = "hyper_parameters";

    static string StateName(int step) => string.Create(CultureInfo.InvariantCulture, $"last-{step:D8}.state.safetensors");

    /// <summary>Writes the weights and the state, whole or not at all, and then deletes states of earlier steps.</summary>
    /// <exception cref="IOException">A file cannot be written; the checkpoint before it is untouched.</exception>
    public void Save(string folder)
    {
        string state = Path.Combine(folder, StateName(Step));
        bool replaces = File.Exists(state);
        SaveTensors(state, State.Tensors, Step);
        try { SaveTensors(Path.Combine(folder, LastName), Weights, Step, HyperParameters); }
        catch
        {
            if (!replaces) AtomicFile.TryDelete(state);
            throw;
        }
        foreach (string old in StatesIn(folder)) if (Path.GetFileName(old) != Path.GetFileName(state)) File.Delete(old);
    }

    /// <summary>Reads the latest checkpoint of a folder and checks that every byte is as it was written.</summary>
    /// <exception cref="FileNotFoundException">There is none, or weights without the state that belongs to them.</exception>
    /// <exception cref="DataFormatException">A file is damaged.</exception>
    public static Checkpoint Read(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string file = Path.Combine(folder, LastName);
        if (!File.Exists(file)) throw new FileNotFoundException($"There is no checkpoint in {folder}: {LastName} is missing. Training ended before the first was saved; start it anew.", file);
        (OrderedDictionary<string, Tensor> weights, int step) = LoadTensors(file);
        string state = Path.Combine(folder, StateName(step));
        if (!File.Exists(state))
            throw new FileNotFoundException($"{file} holds weights after step {step}, but the state that belongs to them, {Path.GetFileName(state)}, is missing, so training cannot go on from there bit for bit. The weights alone can be loaded with Safetensors.Load.", state);
        (OrderedDictionary<string, Tensor> rest, int stateStep) = LoadTensors(state);
        if (stateStep != step) throw new DataFormatException(state, $"it says that it belongs to step {stateStep}", $"step {step}");
        return new(step, weights, new TrainingState(rest)) { HyperParameters = ReadHyperParameters(file) };
    }

    /// <summary>Whether a folder holds a checkpoint.</summary>
    public static bool Exists(string folder) => File.Exists(Path.Combine(folder, LastName));

    /// <summary>Deletes the checkpoint of a folder, and what a process that was killed while writing left behind.</summary>
    public static void Clear(string folder)
    {
        foreach (string file in (string[])[Path.Combine(folder, LastName), Path.Combine(folder, BestName), .. StatesIn(folder), .. LeftoversIn(folder)]) File.Delete(file);
    }

    /// <summary>Deletes what a process that was killed while writing left behind.</summary>
    public static void Tidy(string folder)
    {
        foreach (string file in LeftoversIn(folder)) File.Delete(file);
    }

    /// <summary>Writes named tensors with a digest of their names, shapes and bytes, whole or not at all.</summary>
    /// <exception cref="IOException">The file cannot be written; an old one of that name is untouched.</exception>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors by name.</param>
    /// <param name="step">Training batches done.</param>
    /// <param name="hyperParameters">What the model was made with, for the metadata; null for nothing.</param>
    public static void SaveTensors(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors, int step, HyperParameters? hyperParameters = null)
    {
        KeyValuePair<string, Tensor>[] all = [.. tensors];
        Dictionary<string, string> metadata = new()
        {
            ["format"] = "pt",                                   // as other tools expect it of weights
            [StepKey] = step.ToString(CultureInfo.InvariantCulture),
            [DigestKey] = Digest(all),
        };
        if (hyperParameters is { Count: > 0 }) metadata[HyperKey] = hyperParameters.ToJson();
        try { Safetensors.Save(path, all, metadata); }
        // A file beyond the file system's limit is reported as an argument that is out of range.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            throw new IOException($"{path} could not be written: {e.Message} Nothing half-written was left.", e);
        }
    }

    /// <summary>Reads named tensors and checks them against their digest.</summary>
    /// <exception cref="DataFormatException">The file is damaged or was not written by <see cref="SaveTensors"/>.</exception>
    public static (OrderedDictionary<string, Tensor> Tensors, int Step) LoadTensors(string path)
    {
        using var reader = new SafetensorsReader(path);
        OrderedDictionary<string, Tensor> tensors = new(reader.Entries.Count);
        foreach (SafetensorsEntry entry in reader.Entries) tensors.Add(entry.Name, reader.Load(entry));
        if (!reader.Metadata.TryGetValue(DigestKey, out string? digest) || !int.TryParse(reader.Metadata.GetValueOrDefault(StepKey), NumberStyles.None, CultureInfo.InvariantCulture, out int step))
            throw new DataFormatException(path, "it has no digest and step", "a checkpoint that Fathom saved");
        if (Digest(tensors) != digest) throw new DataFormatException(path, "its bytes are not those that were written: their SHA-256 differs", "an undamaged file; resume from a copy, or train anew");
        return (tensors, step);
    }

    /// <summary>What the model of a file of weights was made with; empty if the file does not say.</summary>
    /// <exception cref="DataFormatException">The file is no safetensors file, or says it in a way that cannot be read.</exception>
    public static HyperParameters ReadHyperParameters(string path)
    {
        using var reader = new SafetensorsReader(path);
        return reader.Metadata.TryGetValue(HyperKey, out string? json) ? HyperParameters.FromJson(json) : new();
    }

    static string Digest(IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        using var hash = SHA256.Create();
        using (var stream = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write))
            foreach ((string name, Tensor value) in tensors)
            {
                stream.Write(Encoding.UTF8.GetBytes($"{name} {value.DType} {value.Shape}\n"));
                TensorBytes.Write(value, stream);
            }
        return Convert.ToHexStringLower(hash.Hash!);
    }

    static string[] StatesIn(string folder) => Directory.GetFiles(folder, "last-*.state.safetensors");

    static string[] LeftoversIn(string folder) => Directory.GetFiles(folder, ".*.tmp");
}
