namespace Fathom.Autograd;

/// <summary>Whether ops on this thread record the graph for gradients.</summary>
public static class GradMode
{
    [ThreadStatic] static bool disabled;

    /// <summary>Whether the graph is recorded; true at first on every thread.</summary>
    public static bool IsEnabled => !disabled;

    /// <summary>Records no graph until the result is disposed: <c>using (GradMode.NoGrad()) { ... }</c>.</summary>
    public static Scope NoGrad() => new(false);

    /// <summary>Records the graph until the result is disposed, also inside <see cref="NoGrad"/>.</summary>
    public static Scope EnableGrad() => new(true);

    internal static Scope Set(bool enabled) => new(enabled);

    /// <summary>Restores the mode that was before.</summary>
    public readonly ref struct Scope
    {
        readonly bool before;
        internal Scope(bool enabled)
        {
            before = disabled;
            disabled = !enabled;
        }

        /// <summary>Restores the mode that was before.</summary>
        public void Dispose() => disabled = before;
    }
}
