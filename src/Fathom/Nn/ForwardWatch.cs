namespace Fathom.Nn;

/// <summary>
/// Shows every call of a module on this thread to an observer: what came in and what went out. For pictures of activations, and to find the layer where something
/// went wrong. Modules are shown when they return, so inner ones come before those that hold them.
/// </summary>
/// <example><code>using (ForwardWatch.Start((module, x, y) => Console.WriteLine($"{module.GetType().Name}: {y.Shape}"))) net.Call(x);</code></example>
public static class ForwardWatch
{
    [ThreadStatic] static Action<Module, Tensor, Tensor>? observer;

    /// <summary>Observes until the result is disposed. Observers inside each other are all told.</summary>
    /// <param name="seen">Told of the module, its input and its output.</param>
    public static IDisposable Start(Action<Module, Tensor, Tensor> seen)
    {
        ArgumentNullException.ThrowIfNull(seen);
        Scope scope = new(observer);
        observer += seen;
        return scope;
    }

    /// <summary>Whether anybody observes this thread, who wants to see every module by itself.</summary>
    internal static bool IsActive => observer is not null;

    internal static Tensor Forward(Module module, Tensor x)
    {
        Tensor y = module.Forward(x);
        observer?.Invoke(module, x, y);
        return y;
    }

    sealed class Scope(Action<Module, Tensor, Tensor>? before) : IDisposable
    {
        public void Dispose() => observer = before;
    }
}
