using Fathom.Optim;

namespace Fathom.Models;

/// <summary>The optimisers by name.</summary>
public static class OptimizerRegistry
{
    static readonly Dictionary<string, Func<IEnumerable<Tensor>, double, IOptimizer>> Makers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["sgd"] = (p, lr) => new Sgd(p, lr),
        ["momentum"] = (p, lr) => new Sgd(p, lr, momentum: 0.9),
        ["nesterov"] = (p, lr) => new Sgd(p, lr, momentum: 0.9, nesterov: true),
        ["rmsprop"] = (p, lr) => new RmsProp(p, lr),
        ["adagrad"] = (p, lr) => new Adagrad(p, lr),
        ["adadelta"] = (p, lr) => new Adadelta(p, lr),
        ["adam"] = (p, lr) => new Adam(p, lr),
        ["adamw"] = (p, lr) => new AdamW(p, lr),
    };

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Makers.Keys];

    /// <summary>The maker of that name, null if there is none: parameters and learning rate to optimiser.</summary>
    public static Func<IEnumerable<Tensor>, double, IOptimizer>? Find(string name) => Makers.GetValueOrDefault(name);
}
