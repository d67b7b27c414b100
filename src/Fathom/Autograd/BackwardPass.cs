using System.Runtime.InteropServices;
using Fathom.Devices;

namespace Fathom.Autograd;

/// <summary>
/// One walk back through the graph: ops in the reverse of the order in which they were made, each given the sum of the gradients of its result.
/// Gradients between ops are private to the walk; their memory goes back to the pool as soon as the op behind them is done.
/// </summary>
internal sealed class BackwardPass
{
    readonly Room room = Room.Take();
    readonly Dictionary<Op, Tensor> pending;
    readonly PriorityQueue<Op, long> queue;
    Dictionary<Tensor, Tensor>? hooked;
    readonly bool createGraph, retainGraph;
    readonly Dictionary<Tensor, Tensor?>? wantedLeaves;      // null: accumulate into Grad
    readonly Dictionary<Op, List<Tensor>>? wantedNodes;
    HashSet<Op>? useful;                                     // the ops that lead to something wanted; null: all
    Func<Edge, bool>? isWanted;
    readonly Temporaries temporaries;

    BackwardPass(bool retainGraph, bool createGraph, IReadOnlyList<Tensor>? wanted)
    {
        (pending, queue, temporaries) = (room.Pending, room.Queue, room.Temporaries);
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
        if (wantedLeaves is not null)
        {
            useful = LeadingToWanted(y);
            isWanted = e => IsWanted(e, useful);
        }
        for (int i = 0; i < y.Count; i++) Start(y[i], gradients[i]);
        while (queue.TryDequeue(out Op? op, out _)) Step(op);
        DeliverHooked();
        room.GiveBack();
        if (!retainGraph) BufferPool.GraphDropped();
    }

    HashSet<Op> LeadingToWanted(IReadOnlyList<Tensor> y)
    {
        HashSet<Op> reached = [];
        Stack<Op> left = new();
        foreach (Tensor t in y) if (t.GradFn is { } op && reached.Add(op)) left.Push(op);
        while (left.TryPop(out Op? op))
            foreach (Edge e in op.Edges) if (e.Node is { } node && reached.Add(node)) left.Push(node);
        HashSet<Op> leading = [];
        foreach (Op op in reached.OrderBy(o => o.Sequence))             // an op is younger than those it leads to
            if (op.IsReleased || wantedNodes!.ContainsKey(op) || op.Edges.Any(e => IsWanted(e, leading))) leading.Add(op);
        return leading;
    }

    bool IsWanted(in Edge e, HashSet<Op>? ops) => e.Node is { } node ? ops is null || ops.Contains(node) : e.Leaf is { } leaf && (wantedLeaves?.ContainsKey(leaf) ?? true);

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
        Tensor held = gy;
        gy = CallHooks(op.Hooks, gy);
        if (op.RetainFor is { } kept) Keep(kept, gy);
        if (wantedNodes?.TryGetValue(op, out var targets) == true)
            foreach (Tensor t in targets) wantedLeaves![t] = ForUser(gy);

        var gx = new Tensor?[Math.Max(op.Edges.Length, 1)];
        bool watched = !createGraph && op.IsBuiltIn;
        if (!watched || Anomaly.IsEnabled) Share(gy);        // neither a user nor a check afterwards may find it overwritten
        Temporaries? outer = Temporaries.Current;
        Temporaries.Current = watched ? temporaries : null;
        try
        {
            if (useful is null || op.IsReleased || op.Edges.Any(isWanted!)) CallBackward(op, gy, gx);
            for (int i = 0; i < op.Edges.Length; i++)
            {
                if (gx[i] is not { } g || !IsWanted(op.Edges[i], useful)) continue;
                if (Anomaly.IsEnabled) Anomaly.CheckBackward(op, gy, g, i);
                Route(op.Edges[i], g);
            }
        }
        finally
        {
            Temporaries.Current = outer;
        }
        Drop(held);
        temporaries.ReleaseUnheld();
        if (!retainGraph) op.ReleaseGraph();
    }

    /// <summary>What an op's backward computes counts as its own in messages about NaN, so the ops it is written in are not looked at one by one.</summary>
    void CallBackward(Op op, Tensor gy, Tensor?[] gx)
    {
        bool looking = Anomaly.IsEnabled && op.IsBuiltIn;
        using Anomaly.Pause _ = looking ? new() : default;
        op.CallBackward(gy, gx, isWanted);
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
        ref Tensor? slot = ref CollectionsMarshal.GetValueRefOrAddDefault(pending, node, out bool exists);
        if (!exists) queue.Enqueue(node, -node.Sequence);
        slot = Collect(slot, g);
    }

    /// <summary>The sum of what a place has and one more gradient, held until it is dropped.</summary>
    Tensor Collect(Tensor? slot, Tensor g)
    {
        if (g.Storage is { OwnedByLeaf: true } && !createGraph) g = g.Clone();
        if (slot is null) return Hold(g);
        Tensor sum = Add(slot, g);
        if (ReferenceEquals(sum, slot)) return slot;
        Hold(sum);
        Drop(slot);
        return sum;
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
        if (leaf.LeafHooks is { Count: > 0 }) (hooked ??= new(ReferenceEqualityComparer.Instance))[leaf] = Collect(hooked.GetValueOrDefault(leaf), g);
        else Deliver(leaf, g);
    }

    /// <summary>Hooks of leaves see the sum of all that the pass brought, once.</summary>
    void DeliverHooked()
    {
        if (hooked is null) return;
        foreach ((Tensor leaf, Tensor g) in hooked)
        {
            Deliver(leaf, CallHooks(leaf.LeafHooks, g));
            Drop(g);
        }
    }

    void Deliver(Tensor leaf, Tensor g)
    {
        if (wantedLeaves is null) Keep(leaf, g);
        else if (wantedLeaves.TryGetValue(leaf, out Tensor? sum)) wantedLeaves[leaf] = ForUser(sum is null ? g : sum + g);
    }

    /// <summary>Accumulates into <see cref="Tensor.Grad"/>, which must not share memory with anything else.</summary>
    void Keep(Tensor leaf, Tensor g)
    {
        if (leaf.GradUnseen is { } old)
        {
            if (createGraph || old.GradFn is not null) leaf.Grad = Share(old + g);
            else old.Detach().AddInPlace(g);
            return;
        }
        bool own = g.Storage is { Private: true, Pending: 0 } && g.Layout.IsDense;
        if (!own) g = g.Clone();
        if (g.Storage is { } s) s.OwnedByLeaf = true;
        leaf.GradUnseen = Share(g);
    }

    /// <summary>A gradient to return: in memory that no other result, saved tensor or tensor of the user's shares.</summary>
    static Tensor ForUser(Tensor g) => Share(g.Storage is { Private: true } && g.Layout.IsDense ? g : g.Clone());

    Tensor CallHooks(List<Func<Tensor, Tensor?>>? hooks, Tensor g)
    {
        if (hooks is null) return g;
        Temporaries? outer = Temporaries.Current;
        Temporaries.Current = null;                     // what a hook makes may escape
        try
        {
            foreach (var hook in hooks.ToArray())
            {
                if (hook(Share(g)) is not { } changed) continue;
                if (changed.Shape != g.Shape) throw ShapeException.For("hook", $"a hook returned a gradient of shape {changed.Shape} in place of one of shape {g.Shape}");
                g = changed.To(g.DType);
            }
            return g;
        }
        finally
        {
            Temporaries.Current = outer;
        }
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
        g.Storage?.Remember();
        return g;
    }

    /// <summary>
    /// What a walk fills and empties again, kept for the thread's next one: for a small network making it anew cost as much as some of its ops. A walk inside another (a
    /// hook's) finds it taken and makes its own; one that throws does not give it back, as it is not empty then.
    /// </summary>
    sealed class Room
    {
        [ThreadStatic] static Room? spare;

        public readonly Dictionary<Op, Tensor> Pending = [];
        public readonly PriorityQueue<Op, long> Queue = new();
        public readonly Temporaries Temporaries = new();

        public static Room Take()
        {
            Room room = spare ?? new();
            spare = null;
            return room;
        }

        public void GiveBack() => spare = this;
    }
}
