using System.Runtime.InteropServices;
using Fathom.Devices;

namespace Fathom.Autograd;

/// <summary>
/// One walk back through the graph: ops in the reverse of the order in which they were made, each given the sum of the gradients of its result.
/// Gradients between ops are private to the walk; their memory goes back to the pool as soon as the op behind them is done.
/// </summary>
internal sealed class BackwardPass
{
    readonly Dictionary<Op, Tensor> pending = [];
    readonly PriorityQueue<Op, long> queue = new();
    readonly bool createGraph, retainGraph;
    readonly Dictionary<Tensor, Tensor?>? wantedLeaves;      // null: accumulate into Grad
    readonly Dictionary<Op, List<Tensor>>? wantedNodes;
    readonly Temporaries temporaries = new();

    BackwardPass(bool retainGraph, bool createGraph, IReadOnlyList<Tensor>? wanted)
    {
        this.retainGraph = retainGraph;
        this.createGraph = createGraph;
        if (wanted is null) return;
        wantedLeaves = new(ReferenceEqualityComparer.Instance);
        wantedNodes = [];
        foreach (Tensor t in wanted)
        {
            wantedLeaves[t] = null;
            if (t.GradFn is not { } node) continue;
            if (!wantedNodes.TryGetValue(node, out var list)) wantedNodes[node] = list = [];
            list.Add(t);
        }
    }

    /// <summary>Accumulates gradients into the leaves' <see cref="Tensor.Grad"/>.</summary>
    public static void Run(Tensor y, Tensor? gradient, bool retainGraph, bool createGraph) =>
        new BackwardPass(retainGraph, createGraph, null).Walk([y], [gradient]);

    /// <summary>The gradients of <paramref name="x"/>, null where the result does not depend on one; leaves are not touched.</summary>
    public static Tensor?[] Gradients(IReadOnlyList<Tensor> y, IReadOnlyList<Tensor?> gradients, IReadOnlyList<Tensor> x, bool retainGraph, bool createGraph)
    {
        BackwardPass pass = new(retainGraph, createGraph, x);
        pass.Walk(y, gradients);
        return [.. x.Select(t => pass.wantedLeaves![t])];
    }

    void Walk(IReadOnlyList<Tensor> y, IReadOnlyList<Tensor?> gradients)
    {
        using var mode = GradMode.Set(createGraph);
        for (int i = 0; i < y.Count; i++) Start(y[i], gradients[i]);
        while (queue.TryDequeue(out Op? op, out _)) Step(op);
        if (!retainGraph) BufferPool.GraphDropped();
    }

    void Start(Tensor y, Tensor? gradient)
    {
        if (!y.RequiresGrad)
            throw new InvalidOperationException("Backward needs a result that depends on a tensor with RequiresGrad; this one does not (was it computed inside NoGrad, or detached?).");
        if (gradient is null && y.Count != 1)
            throw ShapeException.For("backward", $"a result of shape {y.Shape} is not a scalar: reduce it, as in y.Sum().Backward(), or give the gradient: y.Backward(Tensor.OnesLike(y))");
        if (gradient is not null && gradient.Shape != y.Shape)
            throw ShapeException.For("backward", $"a gradient of shape {gradient.Shape} does not fit a result of shape {y.Shape}");
        Route(Edge.To(y), gradient ?? Tensor.OnesLike(y));
    }

    void Step(Op op)
    {
        Tensor gy = pending[op];
        pending.Remove(op);
        gy = CallHooks(op.Hooks, gy);
        if (op.RetainFor is { } kept) Keep(kept, gy);
        if (wantedNodes?.TryGetValue(op, out var targets) == true)
            foreach (Tensor t in targets) wantedLeaves![t] = Share(gy);

        var gx = new Tensor?[Math.Max(op.Edges.Length, 1)];
        bool watched = !createGraph && op.IsBuiltIn;
        if (!watched) Share(gy);
        Temporaries? outer = Temporaries.Current;
        Temporaries.Current = watched ? temporaries : null;
        try
        {
            op.CallBackward(gy, gx);
            for (int i = 0; i < op.Edges.Length; i++)
            {
                if (gx[i] is not { } g || !op.Edges[i].IsWanted) continue;
                if (Anomaly.IsEnabled) Anomaly.CheckBackward(op, gy, g, i);
                Route(op.Edges[i], g);
            }
        }
        finally
        {
            Temporaries.Current = outer;
        }
        Drop(gy);
        temporaries.ReleaseUnheld();
        if (!retainGraph) op.ReleaseGraph();
    }

    /// <summary>Hands a gradient on to the op or leaf behind an input, summed down to its shape.</summary>
    void Route(in Edge to, Tensor g)
    {
        g = Fit(g, to);
        if (to.Node is { } node) AddPending(node, g);
        else if (to.Leaf is { } leaf) AddToLeaf(leaf, g);
    }

    /// <summary>Undoes broadcasting and promotion: the one place where this happens.</summary>
    static Tensor Fit(Tensor g, in Edge to)
    {
        if (g.Shape != to.Layout.Shape) g = g.SumTo(to.Layout.Shape);
        return g.DType == to.DType ? g : g.To(to.DType);
    }

    void AddPending(Op node, Tensor g)
    {
        if (g.Storage is { OwnedByLeaf: true } && !createGraph) g = g.Clone();
        ref Tensor? slot = ref CollectionsMarshal.GetValueRefOrAddDefault(pending, node, out bool exists);
        if (!exists)
        {
            queue.Enqueue(node, -node.Sequence);
            slot = Hold(g);
            return;
        }
        Tensor sum = Add(slot!, g);
        if (ReferenceEquals(sum, slot)) return;
        Hold(sum);
        Drop(slot!);
        slot = sum;
    }

    /// <summary>a + b, into a's memory where nothing else can see it.</summary>
    Tensor Add(Tensor a, Tensor b)
    {
        if (createGraph || a.Storage is not { Private: true, Pending: 1 } || !a.Layout.IsDense) return a + b;
        a.AddInPlace(b);
        return a;
    }

    void AddToLeaf(Tensor leaf, Tensor g)
    {
        g = CallHooks(leaf.LeafHooks, g);
        if (wantedLeaves is not null)
        {
            if (wantedLeaves.TryGetValue(leaf, out Tensor? sum)) wantedLeaves[leaf] = Share(sum is null ? g : sum + g);
            return;
        }
        Keep(leaf, g);
    }

    /// <summary>Accumulates into <see cref="Tensor.Grad"/>, which must not share memory with anything else.</summary>
    void Keep(Tensor leaf, Tensor g)
    {
        if (leaf.GradUnseen is { } old)
        {
            if (createGraph) leaf.Grad = old + g;
            else old.Detach().AddInPlace(g);
            return;
        }
        bool own = g.Storage is { Private: true, Pending: 0 } && g.Layout.IsDense;
        if (!own && (!createGraph || g.GradFn is null)) g = g.Clone();
        if (g.Storage is { } s) s.OwnedByLeaf = true;
        leaf.GradUnseen = Share(g);
    }

    Tensor CallHooks(List<Func<Tensor, Tensor?>>? hooks, Tensor g)
    {
        if (hooks is null) return g;
        Temporaries? outer = Temporaries.Current;
        Temporaries.Current = null;                     // what a hook makes may escape
        foreach (var hook in hooks.ToArray()) g = hook(Share(g)) ?? g;
        Temporaries.Current = outer;
        return g;
    }

    static Tensor Hold(Tensor g)
    {
        if (g.Storage is { } s) s.Pending++;
        return g;
    }

    static void Drop(Tensor g)
    {
        if (g.Storage is { } s && --s.Pending == 0 && s.Private) s.Release();
    }

    /// <summary>A gradient that a user may see: its memory is left to the collector.</summary>
    static Tensor Share(Tensor g)
    {
        if (g.Storage is { } s) s.Private = false;
        return g;
    }
}
