namespace Fathom.Optim;

/// <summary>Parameters that an optimiser treats alike, with rates of their own. What is left null is taken from the optimiser.</summary>
public sealed class ParameterGroup
{
    double? learningRate, weightDecay, momentum;

    /// <summary>A group of tensors that require gradients, such as <c>net.Parameters</c>; they may be lazy still.</summary>
    /// <exception cref="ArgumentException">There are none, one is named twice, is not a leaf, or does not require gradients.</exception>
    public ParameterGroup(IEnumerable<Tensor> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Parameters = [.. parameters];
        if (Parameters.Count == 0) throw new ArgumentException("A group needs at least one parameter; does the model register its own (in setters, assigned in the constructor)?", nameof(parameters));
        if (Parameters.Distinct(ReferenceEqualityComparer.Instance).Count() != Parameters.Count) throw new ArgumentException("A parameter is named twice in one group.", nameof(parameters));
        for (int i = 0; i < Parameters.Count; i++) Check(Parameters[i], i);
    }

    static void Check(Tensor p, int i)
    {
        if (!p.IsLeaf) throw new ArgumentException($"Parameter {i}, of shape {p.Shape}, was computed by {p.GradFn!.Name}; only leaves can be optimised.", nameof(p));
        if (!p.RequiresGrad && p is not Nn.Parameter)               // a frozen Parameter is meant to stay as it is
            throw new ArgumentException($"Parameter {i}, of shape {p.Shape}, does not require gradients and would never change; make it with .WithGrad().", nameof(p));
    }

    /// <summary>The parameters.</summary>
    public IReadOnlyList<Tensor> Parameters { get; }

    /// <summary>The step size; schedules change it.</summary>
    public double LearningRate { get => learningRate ?? 0; set => learningRate = NotNegative(value, "learning rate"); }

    /// <summary>The share of a parameter that is added to its gradient, or for AdamW taken from the parameter itself.</summary>
    public double WeightDecay { get => weightDecay ?? 0; set => weightDecay = NotNegative(value, "weight decay"); }

    /// <summary>How much of the former update, or of the average gradient, is kept: the momentum of SGD and RMSprop, the first beta of Adam.</summary>
    public double Momentum { get => momentum ?? 0; set => momentum = NotNegative(value, "momentum"); }

    /// <summary>Whether the optimiser has a momentum at all.</summary>
    public bool HasMomentum { get; private set; }

    /// <summary>Fills in what was left open; called once by the optimiser that takes the group.</summary>
    internal void Complete(double learningRate, double weightDecay, double? momentum)
    {
        this.learningRate ??= NotNegative(learningRate, "learning rate");
        this.weightDecay ??= NotNegative(weightDecay, "weight decay");
        HasMomentum = momentum is not null || this.momentum is not null;
        this.momentum ??= NotNegative(momentum ?? 0, "momentum");
    }

    static double NotNegative(double value, string what) =>
        value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"A {what} is 0 or more.");
}
