namespace Fathom.Training;

/// <summary>Means of measurements by name, each weighted by the number of samples it stands for.</summary>
public sealed class Averages
{
    readonly Dictionary<string, (double Sum, double Weight)> sums = [];

    /// <summary>Takes in a measurement.</summary>
    public void Add(string name, double value, double weight = 1)
    {
        var (sum, total) = sums.GetValueOrDefault(name);
        sums[name] = (sum + value * weight, total + weight);
    }

    /// <summary>Puts a figure that is already one of all samples in the place of what was taken in under its name.</summary>
    public void Set(string name, double value) => sums[name] = (value, 1);

    /// <summary>The means so far.</summary>
    public IReadOnlyDictionary<string, double> Means => sums.ToDictionary(s => s.Key, s => s.Value.Sum / s.Value.Weight);

    /// <summary>The means of both, under the names of both.</summary>
    internal static Dictionary<string, double> Union(Averages a, Averages b)
    {
        Dictionary<string, double> all = new(a.Means);
        foreach ((string name, double mean) in b.Means) all[name] = mean;
        return all;
    }

    /// <summary>Writes sums and weights.</summary>
    internal void Save(TrainingState state)
    {
        foreach ((string name, (double sum, double weight)) in sums) state.Put(name, sum, weight);
    }

    /// <summary>Takes sums and weights over.</summary>
    internal void Load(TrainingState state)
    {
        sums.Clear();
        foreach ((string name, Tensor _) in state.Tensors)
            sums[name] = state.Numbers(name) is [double sum, double weight] ? (sum, weight) : throw new ArgumentException($"The average '{name}' is not a sum and a weight.");
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => sums.Clear();
}
