namespace Fathom.Autograd;

/// <summary>
/// Gradients in the style of TensorFlow: <c>using var tape = new GradientTape(); tape.Watch(x); Tensor y = x * x; Tensor g = tape.Gradient(y, x);</c>
/// Tensors that require gradients, parameters among them, are watched by themselves. The gradient of a result that is no scalar is that of its sum.
/// </summary>
/// <remarks>
/// While an outer tape is open, the gradients that an inner tape gives are recorded too, so that nested tapes give higher derivatives. What is computed inside
/// <see cref="GradMode.NoGrad"/> is not recorded. A tape belongs to the thread that made it.
/// </remarks>
public sealed class GradientTape : IDisposable
{
    [ThreadStatic] static GradientTape? current;

    readonly GradientTape? outer;
    readonly bool persistent;
    readonly List<Tensor> watched = [];
    bool open = true, used;

    /// <summary>Starts recording.</summary>
    /// <param name="persistent">Whether <see cref="Gradient(Tensor, Tensor, Tensor?)"/> may be called more than once; keeps what that needs until the tape and the results are gone.</param>
    public GradientTape(bool persistent = false)
    {
        this.persistent = persistent;
        while (current is { open: false } closed) current = closed.outer;
        outer = current;
        current = this;
    }

    /// <summary>Records what is computed from a tensor that does not require gradients, from here to the end of the tape.</summary>
    /// <exception cref="InvalidOperationException">The tensor is not floating-point, or the tape was disposed.</exception>
    public void Watch(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (!open) throw new InvalidOperationException("The tape was disposed and records no more; watch tensors while it is open.");
        if (x.RequiresGrad) return;
        x.RequiresGrad = true;
        watched.Add(x);
    }

    /// <summary>The gradient of <paramref name="y"/> with respect to <paramref name="x"/>.</summary>
    /// <param name="y">The result.</param>
    /// <param name="x">What it was computed from.</param>
    /// <param name="gradient">Weights of the elements of <paramref name="y"/>; all 1 if null.</param>
    /// <exception cref="InvalidOperationException">The result does not depend on x as far as the tape saw, or the tape is not persistent and was used.</exception>
    public Tensor Gradient(Tensor y, Tensor x, Tensor? gradient = null) => Gradient(y, [x], gradient)[0]
        ?? throw new InvalidOperationException($"The result of shape {y.Shape} does not depend on the tensor of shape {x.Shape} as far as the tape saw. Call tape.Watch(x) before computing with x, unless x requires gradients by itself.");

    /// <summary>The gradients of <paramref name="y"/> with respect to several tensors, null where it does not depend on one.</summary>
    /// <inheritdoc cref="Gradient(Tensor, Tensor, Tensor?)"/>
    public Tensor?[] Gradient(Tensor y, IReadOnlyList<Tensor> x, Tensor? gradient = null)
    {
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(x);
        if (used && !persistent) throw new InvalidOperationException("This tape gave its gradients already. Ask for all of them in one call, or make it with new GradientTape(persistent: true).");
        used = true;
        if (!y.RequiresGrad) return new Tensor?[x.Count];
        bool recorded = RecordedFurther;
        return Differentiate.Grad(y, x, gradient ?? Tensor.OnesLike(y), retainGraph: persistent, createGraph: recorded);
    }

    /// <summary>Whether gradients are themselves recorded: by an outer tape, or by this one if it is persistent and still open.</summary>
    bool RecordedFurther
    {
        get
        {
            if (open && persistent) return true;
            for (GradientTape? tape = outer; tape is not null; tape = tape.outer) if (tape.open) return true;
            return false;
        }
    }

    /// <summary>Ends the recording; gradients of what was recorded can still be taken.</summary>
    public void Dispose()
    {
        if (!open) return;
        open = false;
        foreach (Tensor x in watched) if (x.IsLeaf) x.RequiresGrad = false;
        watched.Clear();
        while (current is { open: false } closed) current = closed.outer;
    }
}
