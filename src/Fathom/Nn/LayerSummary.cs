using System.Text;

namespace Fathom.Nn;

/// <summary>One call of a module during a summary.</summary>
/// <param name="Name">The module's name in the model, such as <c>net.0</c>; empty for the model itself.</param>
/// <param name="Type">Its class.</param>
/// <param name="Depth">How many modules it lies within.</param>
/// <param name="Output">The shape of its output.</param>
/// <param name="Parameters">Parameters of its own, without those of modules inside it; a shared one counts where it is met first.</param>
/// <param name="Trainable">How many of them are not frozen.</param>
public sealed record LayerRow(string Name, string Type, int Depth, Shape Output, long Parameters, long Trainable);

/// <summary>
/// What a model makes of an input, layer by layer, by shapes alone: nothing is computed, and no memory is taken for activations or for parameters
/// that do not exist yet. A lazy model knows its shapes afterwards.
/// </summary>
public sealed class LayerSummary
{
    LayerSummary(string model, Shape input, IReadOnlyList<LayerRow> layers) => (Model, Input, Layers) = (model, input, layers);

    /// <summary>The model's class.</summary>
    public string Model { get; }

    /// <summary>The shape of the input.</summary>
    public Shape Input { get; }

    /// <summary>The shape of the output.</summary>
    public Shape Output => Layers[0].Output;

    /// <summary>All modules that were called, outer ones before inner ones; one that is called twice stands twice, with its parameters only the first time.</summary>
    public IReadOnlyList<LayerRow> Layers { get; }

    /// <summary>All parameters.</summary>
    public long Parameters => Layers.Sum(l => l.Parameters);

    /// <summary>Parameters that are not frozen.</summary>
    public long Trainable => Layers.Sum(l => l.Trainable);

    /// <summary>Runs a model for its shapes.</summary>
    /// <param name="model">The model; lazy layers take their shapes from this input.</param>
    /// <param name="input">The whole shape of an input, batch axis included: (1, 1, 28, 28).</param>
    /// <param name="dtype">The input's element type: Int64 for models that begin with an embedding.</param>
    /// <exception cref="ShapeException">The input does not fit the model.</exception>
    public static LayerSummary Of(Module model, Shape input, DType dtype = DType.Float32)
    {
        ArgumentNullException.ThrowIfNull(model);
        IReadOnlyList<ModuleCall> calls = ShapeTrace.Run(model, input, dtype);
        Dictionary<Module, string> names = new(ReferenceEqualityComparer.Instance);
        foreach ((string name, Module m) in model.NamedModules()) names[m] = name;
        HashSet<object> counted = new(ReferenceEqualityComparer.Instance);
        LayerRow[] rows = [.. calls.Select(c => Row(c, names.GetValueOrDefault(c.Module, "?"), counted))];
        return new(model.TypeName, input, rows);
    }

    static LayerRow Row(ModuleCall call, string name, HashSet<object> counted)
    {
        Parameter[] own = [.. call.Module.OwnParameters.Where(counted.Add)];
        return new(name, call.Module.TypeName, call.Depth, call.Output, own.Sum(p => p.Count), own.Where(p => p.RequiresGrad).Sum(p => p.Count));
    }

    /// <summary>The summary as a table.</summary>
    public override string ToString()
    {
        string[][] cells = [["layer", "output", "parameters"], .. Layers.Select(l => (string[])[Label(l), l.Output.ToString(), l.Parameters == 0 ? "" : $"{l.Parameters:N0}"])];
        int[] widths = [.. Enumerable.Range(0, 3).Select(i => cells.Max(row => row[i].Length))];
        StringBuilder text = new();
        foreach (string[] row in cells)
            text.Append($"{row[0].PadRight(widths[0])}  {row[1].PadRight(widths[1])}  {row[2].PadLeft(widths[2])}".TrimEnd()).Append('\n');
        text.Append($"{Parameters:N0} parameters");
        if (Trainable != Parameters) text.Append($", {Trainable:N0} of them trainable");
        return text.Append($", input {Input}").ToString();
    }

    static string Label(LayerRow l) => new string(' ', 2 * l.Depth) + (l.Name.Length == 0 ? l.Type : $"{l.Name.Split('.')[^1]}: {l.Type}");
}
