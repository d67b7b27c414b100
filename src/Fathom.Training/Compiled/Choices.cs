using Fathom.Nn;
using Fathom.Optim;

namespace Fathom.Training;

/// <summary>An optimiser by name or as an object, for <see cref="CompiledModules"/>: <c>"rmsprop"</c> or <c>new Adam(model.Parameters, 1e-3)</c>.</summary>
public sealed class OptimizerChoice
{
    readonly Func<Module, IOptimizer> make;

    OptimizerChoice(Func<Module, IOptimizer> make) => this.make = make;

    internal IOptimizer Make(Module net) => make(net);

    /// <summary>An optimiser of one's own.</summary>
    public static OptimizerChoice Of(IOptimizer optimizer) => new(_ => optimizer);

    /// <summary>The optimiser of a name with Keras's step size: sgd 0.01; rmsprop (mean kept to 0.9), adam, adamw, adagrad and adadelta 0.001.</summary>
    /// <exception cref="ArgumentException">There is none of that name; the message lists them.</exception>
    public static OptimizerChoice Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new(name.ToLowerInvariant() switch
        {
            "sgd" => net => new Sgd(net.Parameters, 0.01),
            "rmsprop" => net => new RmsProp(net.Parameters, 1e-3, alpha: 0.9, eps: 1e-7),
            "adam" => net => new Adam(net.Parameters, 1e-3, eps: 1e-7),
            "adamw" => net => new AdamW(net.Parameters, 1e-3, eps: 1e-7, weightDecay: 0.004),
            "adagrad" => net => new Adagrad(net.Parameters, 1e-3, initialAccumulator: 0.1, eps: 1e-7),
            "adadelta" => net => new Adadelta(net.Parameters, 1e-3, rho: 0.95, eps: 1e-7),
            _ => throw new ArgumentException($"There is no optimiser '{name}'; there are sgd, rmsprop, adam, adamw, adagrad, adadelta. Pass an object for other settings: new Sgd(model.Parameters, 0.1).", nameof(name)),
        });
    }

    /// <summary>By name; see <see cref="Of(string)"/>.</summary>
    public static implicit operator OptimizerChoice(string name) => Of(name);

    /// <summary>By object.</summary>
    public static implicit operator OptimizerChoice(Optimizer optimizer) => Of((IOptimizer)optimizer);
}

/// <summary>A metric by name or as an object, for <see cref="CompiledModules"/>: <c>["accuracy", new F1()]</c>.</summary>
public sealed class MetricChoice
{
    MetricChoice(Metric metric) => Metric = metric;

    internal Metric Metric { get; }

    /// <summary>By name; see <see cref="Metric.Of"/>.</summary>
    public static implicit operator MetricChoice(string name) => new(Metric.Of(name));

    /// <summary>By object.</summary>
    public static implicit operator MetricChoice(Metric metric) => new(metric);

    /// <summary>A metric as it is.</summary>
    public static MetricChoice Of(Metric metric) => new(metric);
}
