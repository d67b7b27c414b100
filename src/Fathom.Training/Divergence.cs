using Fathom.Autograd;
using Fathom.Data;
using Fathom.Nn;

namespace Fathom.Training;

/// <summary>Where the first number came from that is not finite.</summary>
/// <param name="Layer">The path of the innermost module whose input was finite and whose output is not, such as <c>net.0</c>; null where it was not in a module.</param>
/// <param name="LayerType">The class of that module.</param>
/// <param name="Op">The op that made it; null where ops gave infinities but no NaN.</param>
/// <param name="Parameters">Parameters that were not finite before the batch began: an earlier update spoiled them.</param>
public sealed record DivergenceOrigin(string? Layer, string? LayerType, string? Op, IReadOnlyList<string> Parameters)
{
    /// <summary>A sentence about it.</summary>
    public string Describe() =>
        Parameters.Count > 0 ? $"Already before this batch {List(Parameters)} held numbers that are not finite: an earlier update was too large."
        : Layer is null ? Op is null ? "All layers gave finite numbers, so it began in the loss." : $"It began in the loss, in the op {Op}."
        : $"It began in the layer {Layer} ({LayerType}){(Op is null ? "" : $", in the op {Op}")}.";

    static string List(IReadOnlyList<string> names) => string.Join(", ", names.Take(3)) + (names.Count > 3 ? $" and {names.Count - 3} more parameters" : "");

    /// <summary>Runs a batch again, with the same random numbers, and looks at what comes out of each layer and op.</summary>
    internal static DivergenceOrigin Find(TrainableModule model, Batch batch, RandomState random)
    {
        string[] spoiled = [.. model.NamedParameters().Where(p => !IsFinite(p.Parameter)).Select(p => p.Name)];
        if (spoiled.Length > 0) return new(null, null, null, spoiled);
        Dictionary<Module, string> names = new(ReferenceEqualityComparer.Instance);
        foreach ((string name, Module module) in model.NamedModules()) names.TryAdd(module, name);
        Module? first = null;
        RandomStream.Default.State = random;
        using (GradMode.NoGrad())
        using (ForwardWatch.Start((module, x, y) => { if (first is null && IsFinite(x) && !IsFinite(y)) first = module; }))
            model.Loss(model.Call(batch.Input), batch.Target);
        string? layer = first is null ? null : names.GetValueOrDefault(first);
        return new(string.IsNullOrEmpty(layer) ? null : layer, first?.GetType().Name, FindOp(model, batch, random), []);
    }

    static string? FindOp(TrainableModule model, Batch batch, RandomState random)
    {
        RandomStream.Default.State = random;
        try
        {
            using (GradMode.NoGrad())
            using (Anomaly.Detect())
                model.Loss(model.Call(batch.Input), batch.Target);
            return null;
        }
        catch (AnomalyException e) { return e.Message.Split([' ', '[', ']'], StringSplitOptions.RemoveEmptyEntries)[0]; }
    }

    internal static bool IsFinite(Tensor t) => !t.DType.IsFloating() || t.Detach().IsFinite().All().Item<bool>();
}
