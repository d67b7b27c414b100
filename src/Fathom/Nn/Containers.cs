using System.Collections;

namespace Fathom.Nn;

/// <summary>Modules applied one after the other. Its parameters are named by place: <c>0.weight</c>.</summary>
/// <remarks>
/// Some neighbours run as one op, with the same result in fewer passes over memory: batch normalisation and ReLU (<see cref="BatchNorm.CallRelu"/>), ReLU and maximum
/// pooling (<see cref="MaxPool2d.CallAfterRelu"/>), and these two with a convolution before them whose result no cache would hold.
/// </remarks>
public sealed class Sequential : Module, IReadOnlyList<Module>
{
    readonly List<Module> modules = [];

    /// <summary>A chain of modules, first to last.</summary>
    public Sequential(params ReadOnlySpan<Module> modules)
    {
        foreach (Module m in modules) Add(m);
    }

    /// <summary>The module at a place; <c>net[^1]</c> is the last.</summary>
    public Module this[int index] => modules[index];

    /// <summary>The number of modules.</summary>
    public int Count => modules.Count;

    /// <summary>Adds a module at the end, under its place as key.</summary>
    public void Add(Module module) => Add(modules.Count.ToString(), module);

    /// <summary>Adds a module at the end, under a key of its own: its parameters are named <c>key.weight</c>.</summary>
    /// <exception cref="ArgumentException">The key is taken, empty, or contains a dot.</exception>
    public void Add(string key, Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (key.Contains('.')) throw new ArgumentException($"The key '{key}' contains a dot, which separates levels in names.", nameof(key));
        if (Children.Any(c => c.Key == key)) throw new ArgumentException($"There is a module '{key}' already.", nameof(key));
        RegisterAs(key, module);
        modules.Add(module);
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Run(modules, x);

    /// <summary>Applies modules one after the other, as a Sequential of them would; for modules that name the parts of their chain themselves.</summary>
    public static Tensor Run(IReadOnlyList<Module> modules, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(modules);
        return Chain.Run(modules, x);
    }

    /// <inheritdoc/>
    public IEnumerator<Module> GetEnumerator() => modules.GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>A list of modules for a module that calls them in its own way.</summary>
/// <typeparam name="T">What the list holds: <see cref="Module"/>, or one kind of it.</typeparam>
public class ModuleList<T> : Module, IReadOnlyList<T> where T : Module
{
    readonly List<T> modules = [];

    /// <summary>A list with these modules.</summary>
    public ModuleList(params IEnumerable<T> modules)
    {
        ArgumentNullException.ThrowIfNull(modules);
        foreach (T m in modules) Add(m);
    }

    /// <summary>The module at a place.</summary>
    public T this[int index] => modules[index];

    /// <summary>The number of modules.</summary>
    public int Count => modules.Count;

    /// <summary>Adds a module at the end.</summary>
    public void Add(T module)
    {
        ArgumentNullException.ThrowIfNull(module);
        RegisterAs(modules.Count.ToString(), module);
        modules.Add(module);
    }

    /// <summary>Not for use: a list does not say in which order its modules are to be called.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Forward(Tensor x) => throw new NotSupportedException("A ModuleList only holds modules; call them one by one, or use Sequential.");

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => modules.GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>A list of modules of any kind.</summary>
/// <param name="modules">What it holds at first.</param>
public sealed class ModuleList(params IEnumerable<Module> modules) : ModuleList<Module>(modules);
