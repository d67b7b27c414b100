namespace Fathom.Autograd;

/// <summary>Finds the op that first made a NaN, forward or backward, at the price of looking at every result.</summary>
public static class Anomaly
{
    [ThreadStatic] static bool enabled;

    /// <summary>Whether the result and gradients of every op on this thread are checked for NaN.</summary>
    public static bool IsEnabled { get => enabled; private set => enabled = value; }

    /// <summary>Checks every op on this thread until the result is disposed: <c>using (Anomaly.Detect()) { ... }</c>.</summary>
    public static IDisposable Detect() => new Scope();

    internal static void CheckForward(Op op, ReadOnlySpan<Tensor> x, Tensor y)
    {
        if (!HasNaN(y)) return;
        List<string> inputs = [];
        foreach (Tensor t in x)
        {
            if (HasNaN(t)) return;                       // made earlier, outside the watched part
            inputs.Add(t.Shape.ToString());
        }
        throw new AnomalyException($"[{op.Name}] made a NaN in the forward pass from inputs without one, of shapes {string.Join(", ", inputs)}.");
    }

    internal static void CheckBackward(Op op, Tensor gy, Tensor gx, int input)
    {
        if (HasNaN(gx) && !HasNaN(gy))
            throw new AnomalyException($"[{op.Name}] made a NaN in the backward pass, in the gradient of input {input}, of shape {gx.Shape}.");
    }

    static bool HasNaN(Tensor t)
    {
        if (!t.DType.IsFloating() || !t.Device.HasData) return false;
        using var _ = new Pause();
        return t.IsNaN().Any().Item<bool>();
    }

    sealed class Scope : IDisposable
    {
        readonly bool before = IsEnabled;
        public Scope() => IsEnabled = true;
        public void Dispose() => IsEnabled = before;
    }

    /// <summary>Stops the checks until disposed; the default value does nothing.</summary>
    internal readonly ref struct Pause
    {
        readonly bool before;
        public Pause() => (before, IsEnabled) = (IsEnabled, false);
        public void Dispose() => IsEnabled |= before;
    }
}

/// <summary>A NaN was made while <see cref="Anomaly.Detect"/> was on; the message names the op.</summary>
public sealed class AnomalyException : ArithmeticException
{
    /// <summary>An error with the given message.</summary>
    public AnomalyException(string message) : base(message) { }
    /// <summary>An error with the given message and cause.</summary>
    public AnomalyException(string message, Exception inner) : base(message, inner) { }
    /// <summary>An error without a message.</summary>
    public AnomalyException() { }
}
