namespace Fathom.Optim;

public abstract partial class Optimizer
{
    /// <summary>
    /// What the optimiser keeps, by name, for a checkpoint: <c>0.exp_avg</c> for the first parameter, counted through all groups, and <c>0.step</c>, Int64. Rates are
    /// not part of it; they are <see cref="Groups"/>. The tensors share memory with the optimiser.
    /// </summary>
    public OrderedDictionary<string, Tensor> StateDict()
    {
        OrderedDictionary<string, Tensor> all = [];
        int index = 0;
        foreach (Tensor p in Groups.SelectMany(g => g.Parameters))
        {
            if (states.TryGetValue(p, out ParameterState? state))
            {
                all[$"{index}.step"] = Tensor.Scalar((long)state.Step);
                foreach ((string name, Tensor value) in state.Named()) all[$"{index}.{name}"] = value;
            }
            index++;
        }
        return all;
    }

    /// <summary>Takes over a state that <see cref="StateDict"/> gave, of an optimiser of the same kind with the same parameters: it goes on bit for bit.</summary>
    /// <exception cref="ArgumentException">A name is not one of this optimiser's, or a shape is not the parameter's. Nothing has changed then.</exception>
    public void LoadStateDict(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Tensor[] parameters = [.. Groups.SelectMany(g => g.Parameters)];
        Dictionary<Tensor, ParameterState> loaded = new(ReferenceEqualityComparer.Instance);
        foreach ((string key, Tensor value) in state)
        {
            (Tensor p, string name) = Locate(key, parameters);
            if (!loaded.TryGetValue(p, out ParameterState? own)) loaded[p] = own = new(StateNames);
            if (name == "step") own.Step = checked((int)value.Item<long>());
            else own.Set(name, Copied(key, value, p));
        }
        states.Clear();
        foreach ((Tensor p, ParameterState s) in loaded) states[p] = s;
    }

    (Tensor Parameter, string Name) Locate(string key, Tensor[] parameters)
    {
        int dot = key.IndexOf('.', StringComparison.Ordinal);
        string name = dot < 0 ? "" : key[(dot + 1)..];
        if (dot < 0 || !int.TryParse(key[..dot], out int i) || i < 0 || i >= parameters.Length || (name != "step" && !StateNames.Contains(name)))
            throw new ArgumentException($"[load_state_dict] '{key}' does not fit {GetType().Name}: expected 0 to {parameters.Length - 1}, a dot, and step or {string.Join(", ", StateNames)}.", nameof(key));
        return (parameters[i], name);
    }

    static Tensor Copied(string key, Tensor value, Tensor p)
    {
        if (value.Shape != p.Shape) throw new ArgumentException($"[load_state_dict] '{key}' has shape {value.Shape}, its parameter {p.Shape}.", nameof(value));
        Tensor copy = Tensor.ZerosLike(p.Detach());
        copy.CopyFrom(value.To(copy.Device));
        return copy;
    }
}
