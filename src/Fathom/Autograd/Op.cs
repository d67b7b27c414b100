using Fathom.Devices;

namespace Fathom.Autograd;

/// <summary>What an op's result will be: shape and memory order, and element type.</summary>
public readonly record struct ResultSpec
{
    internal Layout Layout { get; }
    /// <summary>The element type.</summary>
    public DType DType { get; }
    /// <summary>The shape.</summary>
    public Shape Shape => Layout.Shape;

    internal ResultSpec(Layout layout, DType dtype) => (Layout, DType) = (layout, dtype);

    /// <summary>A row-major result.</summary>
    public ResultSpec(Shape shape, DType dtype) : this(Layout.Contiguous(shape), dtype) { }

    /// <summary>The shape of a tensor in its memory order, as element-wise ops keep it.</summary>
    public static ResultSpec Like(Tensor x, DType? dtype = null) => new(x.Layout.SameOrder(x.Shape), dtype ?? x.DType);

    /// <summary>The broadcast shape of some tensors in the memory order of the first that has that shape.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public static ResultSpec Broadcast(string op, ReadOnlySpan<Tensor> x, DType? dtype = null)
    {
        Shape shape = x[0].Shape;
        for (int i = 1; i < x.Length; i++) shape = Shape.Broadcast(shape, x[i].Shape, op);
        DType type = dtype ?? x[0].DType;
        foreach (Tensor t in x)
            if (t.Shape == shape && t.Layout.IsDense) return new(t.Layout, type);
        return new(Layout.Contiguous(shape), type);
    }
}

/// <summary>
/// One application of an operation, and the node of the graph that gradients flow back through. <see cref="Infer"/> says what comes out from
/// shapes alone, <see cref="Forward"/> computes it, <see cref="Backward"/> states the gradient in differentiable ops, so that second order is free.
/// </summary>
public abstract class Op
{
    static long sequence;

    Edge[] edges = [];
    Saved[] saved = [];
    int savedCount;
    bool recording, released;

    internal List<Func<Tensor, Tensor?>>? Hooks;
    internal Tensor? RetainFor;

    /// <summary>Creation order: an op is always younger than those whose results it took.</summary>
    internal long Sequence { get; private set; }

    /// <summary>The name in errors and printed graphs: the class name without "Op", in lower case.</summary>
    public virtual string Name
    {
        get
        {
            string n = GetType().Name;
            int mangled = n.LastIndexOf("__", StringComparison.Ordinal);         // file-local types
            if (mangled >= 0) n = n[(mangled + 2)..];
            int generic = n.IndexOf('`', StringComparison.Ordinal);
            if (generic >= 0) n = n[..generic];
            return ShapeException.Snake(n.EndsWith("Op", StringComparison.Ordinal) ? n[..^2] : n);
        }
    }

    /// <summary>Shape, memory order and element type of the result; checks the inputs.</summary>
    /// <exception cref="ShapeException">The inputs do not fit.</exception>
    protected abstract ResultSpec Infer(ReadOnlySpan<Tensor> x);

    /// <summary>Computes the result into <paramref name="y"/>, whose contents are undefined before.</summary>
    protected abstract void Forward(ReadOnlySpan<Tensor> x, Tensor y);

    /// <summary>
    /// Puts into <paramref name="gx"/> the gradient of each input that <see cref="Needs"/> one, given the gradient of the result. A gradient may have the
    /// broadcast shape or another float type; the engine sums and converts it.
    /// </summary>
    protected abstract void Backward(Tensor gy, Span<Tensor?> gx);

    /// <summary>Makes the result; ops that return views override this.</summary>
    private protected virtual Tensor Apply(ReadOnlySpan<Tensor> x, in ResultSpec spec)
    {
        Tensor y = new(spec.Layout, spec.DType, x.Length == 0 ? Device.Cpu : x[0].Device);
        if (y.Device.HasData) Forward(x, y);
        return y;
    }

    /// <summary>Applies an op: infers, computes and, where gradients are wanted, records it.</summary>
    public static Tensor Run(Op op, params ReadOnlySpan<Tensor> x)
    {
        ArgumentNullException.ThrowIfNull(op);
        CheckDevices(op, x);
        OpProfile.Current?.Begin(op);
        ResultSpec spec = op.Infer(x);
        op.recording = ShouldRecord(x) && spec.DType.IsFloating();
        Tensor y = op.Apply(x, spec);
        OpProfile.Current?.End(y.Shape);
        if (op.recording) op.Record(x, y);
        if (Anomaly.IsEnabled) Anomaly.CheckForward(op, x, y);
        foreach (Tensor t in x) GC.KeepAlive(t);
        return y;
    }

    /// <summary>Applies an element-wise op whose result takes the place of <paramref name="target"/>'s elements; x[0] is an alias of the target.</summary>
    internal static void RunInto(Op op, Tensor target, params ReadOnlySpan<Tensor> x)
    {
        CheckDevices(op, x);
        ResultSpec spec = op.Infer(x);
        if (spec.Shape != target.Shape) throw ShapeException.For(op.Name, $"a result of shape {spec.Shape} does not fit in place into {target.Shape}");
        if (spec.DType != target.DType) throw new InvalidOperationException($"[{op.Name}] a result of type {spec.DType.Name()} does not fit in place into {target.DType.Name()}; write x = x.To(...) first.");
        op.recording = ShouldRecord(x) && spec.DType.IsFloating();
        Tensor[] inputs = x.ToArray();
        if (op.recording && op.KeepsInputs && inputs.Length > 1 && inputs[1].RequiresGrad) inputs[0] = inputs[0].CopyInGraph();
        x = inputs;
        if (target.Device.HasData)
        {
            OpProfile.Current?.Begin(op);
            op.Forward(x, target);
            OpProfile.Current?.End(target.Shape);
            target.Storage!.Version++;
        }
        if (op.recording) op.Record(x, target);
        if (Anomaly.IsEnabled) Anomaly.CheckForward(op, x, target);
        foreach (Tensor t in x) GC.KeepAlive(t);
    }

    static bool ShouldRecord(ReadOnlySpan<Tensor> x)
    {
        if (!GradMode.IsEnabled) return false;
        foreach (Tensor t in x) if (t.RequiresGrad) return true;
        return false;
    }

    static void CheckDevices(Op op, ReadOnlySpan<Tensor> x)
    {
        for (int i = 1; i < x.Length; i++)
            if (x[i].Device != x[0].Device)
                throw new InvalidOperationException($"[{op.Name}] inputs are on different devices, {x[0].Device} and {x[i].Device}; move one with .To(device).");
    }

    void Record(ReadOnlySpan<Tensor> x, Tensor y)
    {
        Sequence = Interlocked.Increment(ref sequence);
        edges = new Edge[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            x[i].CheckViewIsCurrent(Name);
            edges[i] = Edge.To(x[i]);
        }
        for (int i = 0; i < savedCount; i++)                                    // the result's version is that after the op
            if (ReferenceEquals(saved[i].Tensor, y)) saved[i].Version = y.Version;
        y.GradFn = this;
    }

    // ---- what backward needs ----

    /// <summary>Keeps tensors for <see cref="Backward"/>; does nothing when no graph is recorded. Call it from <see cref="Forward"/>.</summary>
    protected void Save(params ReadOnlySpan<Tensor> tensors)
    {
        if (!recording) return;
        Array.Resize(ref saved, savedCount + tensors.Length);
        foreach (Tensor t in tensors)
        {
            saved[savedCount++] = new(t, t.Version);
            if (t.Storage is { } s) s.Saves++;
        }
    }

    /// <summary>Whether a graph is being recorded, so that what backward needs is worth computing.</summary>
    protected bool IsRecording => recording;

    /// <summary>A tensor kept by <see cref="Save"/>.</summary>
    /// <exception cref="InvalidOperationException">The graph was released by an earlier backward pass, or the tensor was changed in place since.</exception>
    protected Tensor Saved(int i)
    {
        if (released) throw new InvalidOperationException($"[{Name}] backward went through this graph a second time, but what it needs was released after the first. Pass retainGraph: true to the first Backward.");
        Saved s = saved[i];
        if (s.Tensor.Version != s.Version)
            throw new InvalidOperationException(
                $"[{Name}] a tensor of shape {s.Tensor.Shape} that the gradient needs was changed in place (version {s.Tensor.Version}, needed {s.Version}). Use the out-of-place form, or change a Clone().");
        return s.Tensor;
    }

    /// <summary>Whether input <paramref name="i"/> wants a gradient.</summary>
    protected bool Needs(int i) => edges[i].IsWanted && (wanted is null || wanted(edges[i]));

    /// <summary>
    /// Whether a gradient's memory is seen by nobody but the <see cref="Backward"/> that runs, so that it may hold another gradient afterwards: never where a graph
    /// is recorded, another op has yet to read it, or a user may.
    /// </summary>
    internal static bool MayOverwrite(Tensor g) => !GradMode.IsEnabled && g.Storage is { Private: true, Pending: <= 1, OwnedByLeaf: false } && g.Layout.IsDense;

    /// <summary>The shape of input <paramref name="i"/>.</summary>
    protected Shape InputShape(int i) => edges[i].Layout.Shape;

    /// <summary>Shape and memory order of input <paramref name="i"/>.</summary>
    private protected Layout InputLayout(int i) => edges[i].Layout;

    /// <summary>Whether the gradient needs the inputs as they were, so that a change in place has to keep a copy.</summary>
    private protected virtual bool KeepsInputs => false;

    internal Edge[] Edges => edges;
    internal bool IsReleased => released;

    [ThreadStatic] static Func<Edge, bool>? wanted;     // what the running pass has a use for; null: all

    internal void CallBackward(Tensor gy, Span<Tensor?> gx, Func<Edge, bool>? wantedNow)
    {
        if (released) throw new InvalidOperationException($"[{Name}] backward went through this graph a second time, but it was released after the first. Pass retainGraph: true to the first Backward.");
        Func<Edge, bool>? before = wanted;
        wanted = wantedNow;
        OpProfile.Current?.Begin(this, backward: true);
        try
        {
            Backward(gy, gx);
        }
        finally
        {
            wanted = before;
            OpProfile.Current?.End(gy.Shape);
        }
        GradientComputed?.Invoke(this);
    }

    /// <summary>For tests: told of every op whose gradient was computed.</summary>
    internal static Action<Op>? GradientComputed;

    /// <summary>Whether the op belongs to the engine, so that what its backward makes cannot have escaped to a user.</summary>
    internal bool IsBuiltIn => GetType().Module == typeof(Op).Module && this is not IRunsUserCode;

    /// <summary>Drops what backward needed, and with it the graph behind. A second pass that comes here says what is wrong.</summary>
    internal void ReleaseGraph()
    {
        if (released) return;
        released = true;
        OnRelease();
        for (int i = 0; i < savedCount; i++) saved[i].Tensor.Storage?.DropSave();
        saved = [];
        savedCount = 0;
        edges = [];
    }

    /// <summary>Called when the graph is dropped: ops give back private memory here.</summary>
    private protected virtual void OnRelease() { }

}

/// <summary>Marks ops of the engine that call user code, whose temporaries may escape.</summary>
internal interface IRunsUserCode;

/// <summary>A tensor kept for backward and the version it had.</summary>
internal struct Saved(Tensor tensor, int version)
{
    public readonly Tensor Tensor = tensor;
    public int Version = version;
}

/// <summary>Where the gradient of an input goes: to the op that computed it, or to a leaf.</summary>
internal readonly struct Edge
{
    public Op? Node { get; init; }
    public Tensor? Leaf { get; init; }
    public Layout Layout { get; init; }
    public DType DType { get; init; }
    public bool IsWanted => Node is not null || Leaf is not null;

    public static Edge To(Tensor x) => new()
    {
        Node = x.GradFn,
        Leaf = x.GradFn is null && x.RequiresGrad ? x : null,
        Layout = x.Layout,
        DType = x.DType,
    };
}
