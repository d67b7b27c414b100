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

    /// <summary>The means so far.</summary>
    public IReadOnlyDictionary<string, double> Means => sums.ToDictionary(s => s.Key, s => s.Value.Sum / s.Value.Weight);

    /// <summary>Forgets everything.</summary>
    public void Clear() => sums.Clear();
}
