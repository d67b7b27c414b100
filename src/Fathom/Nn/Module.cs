using System.Runtime.CompilerServices;
using System.Text;
using Fathom.Devices;

namespace Fathom.Nn;

/// <summary>
/// A part of a model: parameters, buffers and other modules, and a way from input to output. What is assigned to a property whose setter calls
/// <see cref="Register"/> belongs to the module from then on; no list is kept by hand.
/// </summary>
/// <example><code>
/// sealed class Mlp : Module
/// {
///     public Linear Hidden { get; set => field = Register(value); }
///     public Linear Output { get; set => field = Register(value); }
///     public Mlp() => (Hidden, Output) = (new Linear(256), new Linear(10));
///     public override Tensor Forward(Tensor x) => Output.Call(Hidden.Call(x).Relu());
/// }
/// </code>Assign in the constructor: a property initialiser writes the field without calling the setter.</example>
public abstract partial class Module
{
    readonly OrderedDictionary<string, object> members = [];     // key -> Parameter, ModuleBuffer or Module
    bool built;

    /// <summary>Whether the module is in training mode, where dropout drops and batch normalisation uses the batch; true at first.</summary>
    public bool IsTraining { get; private set; } = true;

    /// <summary>From input to output. Call <see cref="Call"/>, which also gives lazy layers their shapes.</summary>
    public abstract Tensor Forward(Tensor x);

    /// <summary>Applies the module: makes its lazy parameters if need be, then goes <see cref="Forward"/>.</summary>
    public Tensor Call(Tensor x)
    {
        EnsureBuilt(x);
        return ShapeTrace.Forward(this, x);
    }

    /// <summary>Makes lazy parameters as the first input asks for; for layers with another way forward beside <see cref="Forward"/>.</summary>
    private protected void EnsureBuilt(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (built) return;
        Build(x.Shape);
        built = !ShapeTrace.IsActive;
    }

    /// <summary>Gives the module's own parameters and buffers their shapes by <see cref="ModuleTensor.Materialize"/>; called before the first forward pass.</summary>
    /// <param name="input">The shape of the first input.</param>
    protected virtual void Build(Shape input) { }

    /// <summary>Makes all lazy parameters as an input of this shape asks for, without computing anything else.</summary>
    /// <param name="input">The whole shape, batch axis included: (1, 1, 28, 28).</param>
    /// <param name="dtype">The input's element type: Int64 for models that begin with an embedding.</param>
    /// <returns>The shape of the output.</returns>
    /// <exception cref="ShapeException">The input does not fit the model.</exception>
    public Shape BuildFor(Shape input, DType dtype = DType.Float32)
    {
        Shape output = ShapeTrace.Run(this, input, dtype)[0].Output;
        foreach (ModuleTensor t in State()) t.Fill();
        return output;
    }

    /// <summary>Puts this module and all inside it into training mode, or out of it.</summary>
    /// <returns>This module.</returns>
    public Module Train(bool training = true)
    {
        foreach ((_, Module m) in NamedModules()) m.SetTraining(training);
        return this;
    }

    internal void SetTraining(bool training) => IsTraining = training;

    /// <summary>Puts this module and all inside it into evaluation mode.</summary>
    /// <returns>This module.</returns>
    public Module Eval() => Train(false);

    /// <summary>Calls <paramref name="action"/> with every module inside this one, children before parents, and then with this one.</summary>
    /// <returns>This module.</returns>
    public Module Apply(Action<Module> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        foreach (Module m in NamedModules().Select(m => m.Module).Reverse()) action(m);
        return this;
    }

    /// <summary>Excludes all parameters from training, or takes them in again. Optimisers pass over parameters without gradients.</summary>
    /// <returns>This module.</returns>
    public Module Freeze(bool frozen = true)
    {
        foreach (Parameter p in Parameters)
        {
            p.RequiresGrad = !frozen;
            if (frozen) p.ZeroGrad();
        }
        return this;
    }

    /// <summary>Moves parameters and buffers to a device, in place: tensors that optimisers hold stay the same objects.</summary>
    /// <returns>This module.</returns>
    public Module To(Device device)
    {
        foreach (ModuleTensor t in State()) t.Move(device, null);
        return this;
    }

    /// <summary>Converts floating-point parameters and buffers, in place.</summary>
    /// <returns>This module.</returns>
    /// <exception cref="ArgumentException">The type is not a floating-point one.</exception>
    public Module To(DType dtype)
    {
        if (!dtype.IsFloating()) throw new ArgumentException($"A module's parameters are floating-point numbers; they cannot become {dtype.Name()}.", nameof(dtype));
        foreach (ModuleTensor t in State()) t.Move(null, dtype);
        return this;
    }

    /// <summary>Forgets all gradients.</summary>
    public void ZeroGrad()
    {
        foreach (Parameter p in Parameters) p.ZeroGrad();
    }

    // ---- registration ----

    /// <summary>
    /// Makes a parameter, buffer or module part of this one, under the property's name in snake_case; a former value is replaced, null takes it out.
    /// Use it in setters: <c>public Parameter Weight { get; set => field = Register(value); }</c>
    /// </summary>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException">The value is something else, or this module itself.</exception>
    protected T Register<T>(T value, [CallerMemberName] string name = "") where T : class?
    {
        RegisterAs(Key(name), value);
        return value;
    }

    /// <summary>Registers under a key as it is; for containers, whose keys are "0", "1", ...</summary>
    private protected void RegisterAs(string key, object? value)
    {
        switch (value)
        {
            case null:
                members.Remove(key);
                return;
            case Module m when m.NamedModules().Any(inner => ReferenceEquals(inner.Module, this)):
                throw new ArgumentException($"A {GetType().Name} cannot contain itself (as '{key}').", nameof(value));
            case ModuleTensor t:
                t.Key = key;
                break;
            case Module:
                break;
            default:
                throw new ArgumentException($"'{key}' is a {value.GetType().Name}; only Parameter, ModuleBuffer and Module can be registered. Wrap a tensor: new Parameter(tensor), or new ModuleBuffer(tensor).", nameof(value));
        }
        members[key] = value;
    }

    /// <summary>The key of a property: WeightMean becomes weight_mean, so that files of other libraries fit by name.</summary>
    internal static string Key(string property)
    {
        StringBuilder key = new(property.Length + 4);
        for (int i = 0; i < property.Length; i++)
        {
            char c = property[i];
            bool newWord = i > 0 && char.IsUpper(c) && (!char.IsUpper(property[i - 1]) || (i + 1 < property.Length && char.IsLower(property[i + 1])));
            if (newWord && property[i - 1] != '_') key.Append('_');
            key.Append(char.ToLowerInvariant(c));
        }
        return key.ToString();
    }

    // ---- what is inside ----

    /// <summary>The modules registered with this one, by key.</summary>
    public IEnumerable<(string Key, Module Module)> Children => Members<Module>();

    /// <summary>This module, under the name "", and all inside it, parents before children, each once: "net.0" is the child "0" of the child "net".</summary>
    public IEnumerable<(string Name, Module Module)> NamedModules() => Walk("", new(ReferenceEqualityComparer.Instance));

    /// <summary>All parameters with their names, such as <c>net.0.weight</c>, in order of registration; one that is shared comes once, under its first name.</summary>
    public IEnumerable<(string Name, Parameter Parameter)> NamedParameters() => Named<Parameter>().DistinctBy(p => p.Tensor, ReferenceEqualityComparer.Instance).Select(p => (p.Name, p.Tensor));

    /// <summary>All buffers with their names, in order of registration; one that is shared comes once.</summary>
    public IEnumerable<(string Name, ModuleBuffer Buffer)> NamedBuffers() => Named<ModuleBuffer>().DistinctBy(b => b.Tensor, ReferenceEqualityComparer.Instance).Select(b => (b.Name, b.Tensor));

    /// <summary>All parameters, each once, in order of registration; what an optimiser is given.</summary>
    public IEnumerable<Parameter> Parameters => NamedParameters().Select(p => p.Parameter);

    /// <summary>The number of trainable and frozen numbers; lazy parameters count once their shape is known.</summary>
    public long ParameterCount => Parameters.Sum(p => p.HasShape ? p.Count : 0);

    /// <summary>The parameters registered with this very module.</summary>
    internal IEnumerable<Parameter> OwnParameters => Members<Parameter>().Select(p => p.Member);

    /// <summary>All parameters and buffers, each once.</summary>
    internal IEnumerable<ModuleTensor> State() => Named<ModuleTensor>().Select(t => t.Tensor).Distinct(ReferenceEqualityComparer.Instance).Cast<ModuleTensor>();

    /// <summary>Every place where a tensor of that kind is registered, shared ones at each of their names.</summary>
    private protected IEnumerable<(string Name, T Tensor)> Named<T>() where T : ModuleTensor
    {
        foreach ((string path, Module m) in WalkPlaces(""))
            foreach ((string key, T tensor) in m.Members<T>())
                yield return (Join(path, key), tensor);
    }

    IEnumerable<(string Key, T Member)> Members<T>() where T : class
    {
        foreach ((string key, object member) in members)
            if (member is T t) yield return (key, t);
    }

    IEnumerable<(string Name, Module Module)> Walk(string path, HashSet<object> seen)
    {
        if (!seen.Add(this)) yield break;
        yield return (path, this);
        foreach ((string key, Module child) in Children)
            foreach (var inner in child.Walk(Join(path, key), seen))
                yield return inner;
    }

    IEnumerable<(string Name, Module Module)> WalkPlaces(string path)
    {
        yield return (path, this);
        foreach ((string key, Module child) in Children)
            foreach (var inner in child.WalkPlaces(Join(path, key)))
                yield return inner;
    }

    static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    // ---- printing ----

    /// <summary>What stands between the brackets when the module prints itself: <c>20 -> 256</c>.</summary>
    protected virtual string Details => "";

    /// <summary>The module and all inside it as a tree.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        Print(text, 0);
        return text.ToString();
    }

    /// <summary>The class name, without the mark of generic classes.</summary>
    internal string TypeName => GetType().Name.Split('`')[0];

    void Print(StringBuilder text, int depth)
    {
        text.Append(TypeName).Append('(').Append(Details);
        bool any = false;
        foreach ((string key, Module child) in Children)
        {
            any = true;
            text.Append('\n').Append(' ', 2 * depth + 2).Append('(').Append(key).Append("): ");
            child.Print(text, depth + 1);
        }
        if (any) text.Append('\n').Append(' ', 2 * depth);
        text.Append(')');
    }
}
