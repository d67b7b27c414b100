using System.CommandLine;
using Fathom.Models;
using Fathom.Nn;

namespace Fathom.Cli.Commands;

/// <summary>fathom summary MODEL: the layers of a model, their outputs and parameters, by shapes alone.</summary>
internal static class SummaryCommand
{
    static readonly Argument<string?> Model = new("MODEL")
    {
        Description = "The model: " + string.Join(", ", ModelRegistry.All.Select(m => m.Name)) + ".",
        CustomParser = r => Opt.Known(r, "Model", r.Tokens[0].Value, [.. ModelRegistry.All.Select(m => m.Name)]),
    };

    static readonly Option<int[]?> Input = Opt.ImageShape("--input", "The shape of one input: channels, height and width. [default: 1x28x28, larger for deep networks; 2 features for regression]", orFeatures: true);

    static readonly Option<int?> Classes = Opt.Int("--classes", "N", "How many classes it tells apart. [default: 10]", 1);
    static readonly Option<string?> Activation = Opt.Choice("--activation", "NAME", "The non-linearity, where the model leaves a choice.", () => [.. ModelRegistry.All.SelectMany(m => m.Activations).Distinct()]);
    static readonly Option<string?> JsonFile = Opt.Text("--json", "FILE", "Write it as one JSON object; - for standard output.");

    public static Command Create(Terminal terminal)
    {
        var command = new Command("summary", "Show the layers of a model, what comes out of each, and how many parameters it has.") { Model, Input, Classes, Activation, JsonFile };
        command.SetAction(parse => Summarise(parse, terminal));
        Examples.AddTo(command,
            ("fathom summary lenet --input 1x28x28", "LeNet for grey images of 28 x 28 pixels"),
            ("fathom summary lenet --input 3x64x64 --classes 100", "for colour images and a hundred classes"),
            ("fathom summary mlp --input 1x28x28 --json -", "the same as JSON"));
        return command;
    }

    static int Summarise(ParseResult parse, Terminal terminal)
    {
        ModelEntry entry = ModelRegistry.Find(parse.GetRequiredValue(Model)!)!;
        int side = entry.Defaults.Resize ?? 28;
        int[] input = parse.GetValue(Input) is { Length: > 0 } given ? given : entry.IsClassifier ? [1, side, side] : [2];
        string? activation = parse.GetValue(Activation);
        if (activation is not null && !entry.Activations.Contains(activation)) throw CliException.Usage($"--activation {activation}: {entry.Name} leaves no such choice.");
        Module model = entry.Create(new ModelOptions(parse.GetValue(Classes) ?? 10, entry.DefaultsFor(activation).LearningRate, activation, input.Aggregate((a, b) => a * b)));
        LayerSummary summary = Of(entry, model, input);
        string? json = parse.GetValue(JsonFile);
        if (json is not null) Json.Save(json, terminal.Out, ToJson(entry, summary, input));
        if (json != "-") terminal.Out.WriteLine(summary);
        return ExitCode.Success;
    }

    static LayerSummary Of(ModelEntry entry, Module model, int[] input)
    {
        try { return LayerSummary.Of(model, new Shape([1, .. input])); }
        catch (Exception e) when (e is ShapeException or ArgumentException) { throw new CliException($"{entry.Name} does not take inputs of {string.Join('x', input)}: {e.Message}", inner: e); }
    }

    static string ToJson(ModelEntry entry, LayerSummary summary, int[] input) => Json.Object(w =>
    {
        w.WriteString("model", entry.Name);
        Json.WriteArray(w, "input", input);
        Json.WriteArray(w, "output", summary.Output.Skip(1));
        LayerJson.Write(w, summary);
    }, indented: true);
}
