using Fathom.Devices;
using Fathom.Nn;

namespace Fathom.Optim;

/// <summary>
/// Changes parameters by their gradients. May be made before a lazy model has seen its first input: it holds the parameters, which stay the same objects,
/// and makes its state at the first step.
/// </summary>
public abstract partial class Optimizer : IOptimizer
{
    readonly Dictionary<Tensor, ParameterState> states = new(ReferenceEqualityComparer.Instance);
    UpdateList? waiting;

    /// <summary>Takes groups over, filling in what they leave open.</summary>
    private protected Optimizer(IEnumerable<ParameterGroup> groups, double learningRate, double weightDecay, double? momentum)
    {
        ArgumentNullException.ThrowIfNull(groups);
        Groups = [.. groups];
        HashSet<Tensor> seen = new(ReferenceEqualityComparer.Instance);
        foreach (ParameterGroup group in Groups)
        {
            group.Complete(learningRate, weightDecay, momentum);
            foreach (Tensor p in group.Parameters)
                if (!seen.Add(p)) throw new ArgumentException($"A parameter of shape {p.Shape} is in two groups.", nameof(groups));
        }
        if (Groups.Count == 0) throw new ArgumentException("An optimiser needs at least one group of parameters.", nameof(groups));
    }

    /// <summary>The groups, in the order given.</summary>
    public IReadOnlyList<ParameterGroup> Groups { get; }

    /// <summary>The learning rate of the first group; setting it sets all.</summary>
    public double LearningRate
    {
        get => Groups[0].LearningRate;
        set
        {
            foreach (ParameterGroup group in Groups) group.LearningRate = value;
        }
    }

    /// <summary>Whether to climb instead of to descend.</summary>
    public bool Maximize { get; init; }

    /// <summary>Changes every parameter that has a gradient.</summary>
    /// <exception cref="InvalidOperationException">A parameter is still without a shape, or its gradient does not fit it.</exception>
    public void Step()
    {
        using var _ = Autograd.GradMode.NoGrad();
        try
        {
            foreach (ParameterGroup group in Groups)
                for (int i = 0; i < group.Parameters.Count; i++) Gather(group, i);
            waiting?.Run();
        }
        finally
        {
            waiting?.Forget();          // where something was wrong, nothing is left for the next step
        }
    }

    void Gather(ParameterGroup group, int i)
    {
        Tensor p = group.Parameters[i];
        CheckReady(p, i);
        if (!p.RequiresGrad || p.GradUnseen is not { } g) return;
        ParameterState state = StateOf(p);
        state.Step++;
        Update(group, p, g, state);
    }

    /// <summary>Forgets all gradients.</summary>
    public void ZeroGrad()
    {
        foreach (ParameterGroup group in Groups)
            foreach (Tensor p in group.Parameters) p.ZeroGrad();
    }

    /// <summary>One step of one parameter.</summary>
    /// <param name="group">Where its rates are.</param>
    /// <param name="p">The parameter, changed in place.</param>
    /// <param name="g">Its gradient, to be read only.</param>
    /// <param name="state">What this optimiser keeps for it.</param>
    private protected abstract void Update(ParameterGroup group, Tensor p, Tensor g, ParameterState state);

    /// <summary>The names of the tensors kept for each parameter, for checkpoints.</summary>
    private protected abstract IReadOnlyList<string> StateNames { get; }

    /// <summary>Has a formula run, before the step ends, over a parameter, its gradient and up to three tensors of its state.</summary>
    private protected void Apply<K>(Tensor p, Tensor g, Tensor? a, Tensor? b, Tensor? c, K kernel) where K : unmanaged, IUpdateKernel
    {
        if (waiting is not UpdateList<K> list)
        {
            waiting?.Run();
            waiting = list = new();
        }
        if (p.Layout.IsDense)
        {
            list.Add(new(p, Prepared(g, p), a, b, c, kernel));
            p.Storage!.Version++;
            return;
        }
        Tensor dense = Tensor.ZerosLike(p);                             // a parameter may be a view with holes
        dense.CopyFrom(p);
        list.Add(new(dense, Prepared(g, dense), a, b, c, kernel));
        list.Run();
        p.CopyFrom(dense);
    }

    ParameterState StateOf(Tensor p)
    {
        if (!states.TryGetValue(p, out ParameterState? state)) states[p] = state = new(StateNames);
        state.Follow(p);
        return state;
    }

    static void CheckReady(Tensor p, int index)
    {
        if (p is ModuleTensor { IsMaterialized: false } lazy)
            throw new InvalidOperationException($"[optimizer] {lazy.Label} (number {index} of its group) has no elements yet: run the model once, or call BuildFor with the shape of an input, before the first step.");
    }

    static Tensor Prepared(Tensor g, Tensor p)
    {
        if (g.Shape != p.Shape) throw new InvalidOperationException($"[optimizer] a gradient of shape {g.Shape} does not fit its parameter of shape {p.Shape}.");
        if (g.DType == p.DType && g.Device == p.Device && g.Layout.SamePlaces(p.Layout)) return g;
        Tensor ordered = Tensor.ZerosLike(p);
        ordered.CopyFrom(g.To(p.Device));
        return ordered;
    }
}

/// <summary>What an optimiser keeps for one parameter: the number of steps, and tensors of the parameter's shape.</summary>
internal sealed class ParameterState(IReadOnlyList<string> names)
{
    readonly Tensor?[] tensors = new Tensor?[names.Count];

    public int Step;

    /// <summary>The tensor of that place, filled with <paramref name="initial"/> when it is first asked for.</summary>
    public Tensor Get(int i, Tensor like, double initial = 0) => tensors[i] ??= Tensor.FullLike(like.Detach(), initial);

    public bool Has(int i) => tensors[i] is not null;

    /// <summary>Moves what is kept to where the parameter is now.</summary>
    public void Follow(Tensor p)
    {
        for (int i = 0; i < tensors.Length; i++)
            if (tensors[i] is { } t && (t.DType != p.DType || t.Device != p.Device)) tensors[i] = t.To(p.DType).To(p.Device);
    }

    public IEnumerable<(string Name, Tensor Value)> Named() => names.Zip(tensors).Where(t => t.Second is not null).Select(t => (t.First, t.Second!));

    public void Set(string name, Tensor value)
    {
        int i = names.ToList().IndexOf(name);
        if (i < 0) throw new ArgumentException($"This optimiser keeps no '{name}'; it keeps {string.Join(", ", names)}.", nameof(name));
        tensors[i] = value;
    }
}
