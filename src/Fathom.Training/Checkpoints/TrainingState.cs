namespace Fathom.Training;

/// <summary>
/// What a run needs beside its weights to go on bit for bit, as named tensors: numbers are Float64 and whole numbers Int64, so nothing is rounded. Each part of
/// training writes under a prefix of its own (<see cref="At"/>).
/// </summary>
public sealed class TrainingState
{
    readonly OrderedDictionary<string, Tensor> tensors;
    readonly string prefix;

    /// <summary>A state that holds nothing.</summary>
    public TrainingState() : this([], "") { }

    TrainingState(OrderedDictionary<string, Tensor> tensors, string prefix) => (this.tensors, this.prefix) = (tensors, prefix);

    /// <summary>A state from all its tensors, as a file holds them.</summary>
    public TrainingState(IEnumerable<KeyValuePair<string, Tensor>> tensors) : this()
    {
        ArgumentNullException.ThrowIfNull(tensors);
        foreach ((string name, Tensor value) in tensors) this.tensors[name] = value;
    }

    /// <summary>The part below a prefix: what is written there has names that begin with it and a dot.</summary>
    public TrainingState At(string name) => new(tensors, $"{prefix}{name}.");

    /// <summary>The tensors of this part, by their names inside it.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> Tensors =>
        tensors.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(t => KeyValuePair.Create(t.Key[prefix.Length..], t.Value));

    /// <summary>Whether something is kept under the name.</summary>
    public bool Has(string name) => tensors.ContainsKey(prefix + name);

    /// <summary>Keeps a tensor. It is not copied: who changes it before the state is saved changes the state.</summary>
    public void Put(string name, Tensor value) => tensors[prefix + name] = value;

    /// <summary>Keeps numbers.</summary>
    public void Put(string name, params double[] values) => Put(name, Tensor.From(values));

    /// <summary>Keeps whole numbers.</summary>
    public void Put(string name, params long[] values) => Put(name, Tensor.From(values));

    /// <summary>What is kept under the name.</summary>
    /// <exception cref="KeyNotFoundException">Nothing is; the message says what there is.</exception>
    public Tensor this[string name] => tensors.TryGetValue(prefix + name, out Tensor? value) ? value
        : throw new KeyNotFoundException($"The saved state holds no '{prefix}{name}': it was made by a run with other parts. It holds {string.Join(", ", tensors.Keys.Take(20))}{(tensors.Count > 20 ? ", ..." : "")}.");

    /// <summary>Numbers kept under the name.</summary>
    public double[] Numbers(string name) => this[name].ToArray<double>();

    /// <summary>Whole numbers kept under the name.</summary>
    public long[] Integers(string name) => this[name].ToArray<long>();
}
