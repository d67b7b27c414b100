namespace Fathom.Autograd;

/// <summary>
/// A function with a gradient of one's own: derive and write <see cref="Forward"/> and <see cref="Backward"/>, or give both as lambdas to
/// <see cref="From(Func{Tensor, Tensor}, Func{Tensor, Tensor, Tensor, Tensor})"/>. One object can be applied any number of times.
/// </summary>
/// <remarks>
/// Where <see cref="Backward"/> is written in tensor operations over the gradient and over saved inputs and results, second derivatives come by
/// themselves. Other values that <see cref="Forward"/> saves count as constants then, since nothing inside it is recorded.
/// </remarks>
public abstract class CustomFunction
{
    /// <summary>The name in errors and printed graphs: the class name unless overridden.</summary>
    public virtual string Name => ShapeException.Snake(GetType().Name);

    /// <summary>Computes the result; not recorded.</summary>
    /// <param name="context">Keeps what <see cref="Backward"/> needs.</param>
    /// <param name="x">The inputs.</param>
    protected abstract Tensor Forward(FunctionContext context, IReadOnlyList<Tensor> x);

    /// <summary>The gradients of the inputs given that of the result, one for each input; null for those without.</summary>
    /// <param name="context">What <see cref="Forward"/> kept.</param>
    /// <param name="gradient">The gradient of the result.</param>
    protected abstract IReadOnlyList<Tensor?> Backward(FunctionContext context, Tensor gradient);

    /// <summary>Applies the function.</summary>
    public Tensor Apply(params ReadOnlySpan<Tensor> x) => Op.Run(new CustomOp(this), x);

    /// <summary>A function of one tensor: <c>CustomFunction.From(x => x.Exp(), (gy, x, y) => gy * y)</c>.</summary>
    /// <param name="forward">The result.</param>
    /// <param name="backward">The gradient of the input given that of the result, the input and the result.</param>
    public static CustomFunction From(Func<Tensor, Tensor> forward, Func<Tensor, Tensor, Tensor, Tensor> backward)
    {
        ArgumentNullException.ThrowIfNull(forward);
        ArgumentNullException.ThrowIfNull(backward);
        return new Pair(x => forward(x[0]), (gy, x, y) => [backward(gy, x[0], y)]);
    }

    /// <summary>A function of several tensors.</summary>
    /// <param name="forward">The result.</param>
    /// <param name="backward">The gradients of the inputs given that of the result, the inputs and the result.</param>
    public static CustomFunction From(Func<IReadOnlyList<Tensor>, Tensor> forward, Func<Tensor, IReadOnlyList<Tensor>, Tensor, IReadOnlyList<Tensor?>> backward)
    {
        ArgumentNullException.ThrowIfNull(forward);
        ArgumentNullException.ThrowIfNull(backward);
        return new Pair(forward, backward);
    }

    internal Tensor CallForward(FunctionContext context, Tensor[] x) => Forward(context, x) ?? throw new InvalidOperationException($"[{Name}] Forward returned null.");
    internal IReadOnlyList<Tensor?> CallBackward(FunctionContext context, Tensor gradient) => Backward(context, gradient);

    sealed class Pair(Func<IReadOnlyList<Tensor>, Tensor> forward, Func<Tensor, IReadOnlyList<Tensor>, Tensor, IReadOnlyList<Tensor?>> backward) : CustomFunction
    {
        public override string Name => "custom_function";

        protected override Tensor Forward(FunctionContext context, IReadOnlyList<Tensor> x)
        {
            Tensor y = forward(x);
            context.Save([.. x, y]);
            return y;
        }

        protected override IReadOnlyList<Tensor?> Backward(FunctionContext context, Tensor gradient)
        {
            Tensor[] kept = [.. Enumerable.Range(0, context.SavedCount).Select(context.Saved)];
            return backward(gradient, kept[..^1], kept[^1]);
        }
    }
}

/// <summary>What one application of a <see cref="CustomFunction"/> keeps from forward to backward.</summary>
public sealed class FunctionContext
{
    readonly CustomOp op;
    readonly List<Tensor> kept = [];

    internal FunctionContext(CustomOp op) => this.op = op;

    /// <summary>Anything that is not a tensor.</summary>
    public object? State { get; set; }

    /// <summary>Keeps tensors for the backward pass; a later change of one in place is noticed there.</summary>
    public void Save(params ReadOnlySpan<Tensor> tensors) => kept.AddRange(tensors);

    /// <summary>How many tensors were kept.</summary>
    public int SavedCount { get; private set; }

    /// <summary>The i-th tensor that was kept.</summary>
    /// <exception cref="InvalidOperationException">It was changed in place since, or the graph was released.</exception>
    public Tensor Saved(int i) => op.Kept(i);

    /// <summary>Whether input <paramref name="i"/> wants a gradient; for the backward pass.</summary>
    public bool Needs(int i) => op.Wants(i);

    /// <summary>The tensors to save, the result under its final identity.</summary>
    internal Tensor[] Take(Tensor returned, Tensor result)
    {
        SavedCount = kept.Count;
        Tensor[] all = [.. kept.Select(t => ReferenceEquals(t, returned) ? result : t)];
        kept.Clear();
        return all;
    }
}

/// <summary>One application of a user's function.</summary>
internal sealed class CustomOp(CustomFunction function) : Op, IRunsUserCode
{
    FunctionContext? context;
    Tensor? returned;

    public override string Name => function.Name;

    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x)
    {
        context = new(this);
        using var mode = GradMode.NoGrad();
        returned = function.CallForward(context, x.ToArray());
        return new(returned.Layout, returned.DType);
    }

    private protected override Tensor Apply(ReadOnlySpan<Tensor> x, in ResultSpec spec)
    {
        Tensor y = returned!;
        bool shares = y.RequiresGrad;                   // something the function closes over
        foreach (Tensor t in x) shares |= ReferenceEquals(t.Storage, y.Storage);
        if (shares) y = y.Detach().Clone();
        else if (y.ViewBase is not null) y = y.Detach();
        Save(context!.Take(returned!, y));
        returned = null;
        return y;
    }

    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y) { }

    protected override void Backward(Tensor gy, Span<Tensor?> gx)
    {
        IReadOnlyList<Tensor?> g = function.CallBackward(context!, gy);
        if (g is null || g.Count != gx.Length) throw new InvalidOperationException($"[{Name}] Backward returned {g?.Count ?? 0} gradients for {gx.Length} inputs; return one for each, null for those without.");
        for (int i = 0; i < gx.Length; i++)
        {
            gx[i] = g[i];
            if (g[i] is { } t && !InputShape(i).BroadcastsTo(t.Shape)) throw ShapeException.For(Name, $"Backward returned a gradient of shape {t.Shape} for input {i}, which has shape {InputShape(i)}");
        }
    }

    internal Tensor Kept(int i) => Saved(i);
    internal bool Wants(int i) => Needs(i);
}
