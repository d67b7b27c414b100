namespace Fathom.Nn;

public abstract partial class Module
{
    /// <summary>
    /// All parameters and buffers by name, in order of registration, sharing memory with the module; copy with <c>Clone()</c> to keep a moment. A shared
    /// parameter stands under each of its names. Names are those of PyTorch for the same structure.
    /// </summary>
    /// <exception cref="InvalidOperationException">A lazy parameter has no shape yet.</exception>
    public OrderedDictionary<string, Tensor> StateDict()
    {
        OrderedDictionary<string, Tensor> state = [];
        foreach ((string name, ModuleTensor tensor) in Named<ModuleTensor>())
        {
            if (!tensor.IsMaterialized)
                throw new InvalidOperationException($"'{name}' has no elements yet: run the model once, or call BuildFor with the shape of an input, before taking its state.");
            state[name] = tensor.Detach();
        }
        return state;
    }

    /// <summary>
    /// Copies values into parameters and buffers by name, converting their type and device. Lazy ones take their shape from the values. Everything is checked
    /// first: on an error nothing has changed.
    /// </summary>
    /// <param name="state">Values by name, as from <see cref="StateDict"/>.</param>
    /// <param name="strict">Whether names that are missing or too many are an error; otherwise they are passed over and returned.</param>
    /// <returns>The names of the module without a value, and the names given that the module does not have.</returns>
    /// <exception cref="ArgumentException">Names (if strict) or shapes do not fit; the message lists all of them.</exception>
    public (IReadOnlyList<string> Missing, IReadOnlyList<string> Unexpected) LoadStateDict(IReadOnlyDictionary<string, Tensor> state, bool strict = true)
    {
        ArgumentNullException.ThrowIfNull(state);
        (string Name, ModuleTensor Tensor)[] own = [.. Named<ModuleTensor>()];
        string[] missing = [.. own.Where(t => !state.ContainsKey(t.Name)).Select(t => t.Name)];
        string[] unexpected = [.. state.Keys.Except(own.Select(t => t.Name))];
        string[] misfits = [.. own.Where(t => t.Tensor.HasShape && state.TryGetValue(t.Name, out Tensor? v) && v.Shape != t.Tensor.Shape)
            .Select(t => $"'{t.Name}' has shape {t.Tensor.Shape} here and {state[t.Name].Shape} in the state")];
        Refuse(strict ? missing : [], strict ? unexpected : [], misfits);
        using var _ = Autograd.GradMode.NoGrad();
        foreach ((string name, ModuleTensor tensor) in own)
            if (state.TryGetValue(name, out Tensor? value)) tensor.Load(value);
        return (missing, unexpected);
    }

    void Refuse(string[] missing, string[] unexpected, string[] misfits)
    {
        List<string> problems = [];
        if (missing.Length > 0) problems.Add($"missing: {List(missing)}");
        if (unexpected.Length > 0) problems.Add($"unexpected: {List(unexpected)}");
        if (misfits.Length > 0) problems.Add($"of another shape: {string.Join("; ", misfits)}");
        if (problems.Count == 0) return;
        string hint = misfits.Length == 0 ? " Pass strict: false to load what fits." : "";
        throw new ArgumentException($"[load_state_dict] the state does not fit {GetType().Name}; {string.Join("; ", problems)}.{hint}");
    }

    static string List(string[] names) => string.Join(", ", names.Select(n => $"'{n}'"));
}
