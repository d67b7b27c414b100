using System.CommandLine;
using Fathom.Models;

namespace Fathom.Cli.Commands;

internal static partial class TrainCommand
{
    static TrainOptions Read(ParseResult parse)
    {
        ModelEntry model = ModelRegistry.Find(parse.GetValue(Model) ?? throw CliException.Usage("Name a model, such as lenet, or a run to go on with by --resume."))!;
        string? activation = parse.GetValue(Activation);
        if (activation is not null && !model.Activations.Contains(activation))
            throw CliException.Usage(model.Activations.Count == 0
                ? $"--activation {activation}: {model.Name} leaves no choice of activation."
                : $"--activation {activation}: {model.Name} has {string.Join(" and ", model.Activations)}.");
        TrainingDefaults defaults = model.DefaultsFor(activation);
        string optimizer = parse.GetValue(Optimizer) ?? defaults.Optimizer;
        var options = new TrainOptions
        {
            Settings = new()
            {
                Model = model.Name, Activation = activation ?? (model.Activations.Count > 0 ? model.Activations[0] : null),
                Width = parse.GetValue(Width) ?? 1,
                Epochs = parse.GetValue(Epochs) ?? defaults.Epochs, BatchSize = parse.GetValue(BatchSize) ?? defaults.BatchSize, Optimizer = optimizer,
                LearningRate = parse.GetValue(LearningRate) ?? (optimizer == defaults.Optimizer ? defaults.LearningRate : TrainOptions.UsualLearningRate(optimizer)),
                Schedule = parse.GetValue(Schedule) ?? defaults.Schedule, WarmUp = parse.GetValue(WarmUp) ?? 0, Clip = parse.GetValue(Clip),
                Accumulate = parse.GetValue(Accumulate) ?? 1, Average = parse.GetValue(Average), Patience = parse.GetValue(Patience),
                Seed = parse.GetValue(Seed) ?? 0, Limit = parse.GetValue(Limit), Resize = parse.GetValue(Resize) ?? defaults.Resize,
            },
            Data = new DataChoice(parse.GetValue(Data), parse.GetValue(DataDir), defaults.Data),
            Threads = parse.GetValue(Threads), Out = parse.GetValue(Out), Json = parse.GetValue(JsonFile), Quiet = parse.GetValue(Quiet),
            SaveEvery = Interval(parse), Board = parse.GetValue(ShowBoard), TensorBoard = parse.GetValue(TensorBoard), Typed = Words(parse), FindRate = parse.GetValue(FindRate),
        };
        RequireSense(options, model);
        if (options.FindRate) RequireSearch(parse);
        return options;
    }

    /// <summary>Everything comes from the run, but for where its data lies now, how many epochs it is to have, and what does not touch its weights.</summary>
    static TrainOptions ReadResumed(ParseResult parse, string run)
    {
        Symbol[] allowed = [Resume, DataDir, Epochs, Threads, SaveEvery, ShowBoard, TensorBoard, JsonFile, Quiet];
        if (OtherThan(allowed, parse) is { } other) throw CliException.Usage($"--resume takes every setting from the run, so {(other == Model ? "leave out the model" : $"leave out {other.Name}")}.");
        (string folder, RunConfig config) = RunConfig.Read(run);
        TrainSettings settings = config.Settings with { Epochs = parse.GetValue(Epochs) ?? config.Settings.Epochs };
        if (settings.Epochs != config.Settings.Epochs && settings.Schedule != TrainSettings.Schedules[0])
            throw CliException.Usage($"--epochs cannot change in a run whose learning rate follows a {settings.Schedule} schedule over {config.Settings.Epochs} epochs.");
        return new()
        {
            Settings = settings, Resumed = config, Out = folder, Threads = parse.GetValue(Threads), SaveEvery = Interval(parse), Board = parse.GetValue(ShowBoard), TensorBoard = parse.GetValue(TensorBoard), Typed = Words(parse),
            Data = !settings.Entry.IsClassifier || parse.GetValue(DataDir) is null ? config.DataChoice : new(DataNames.All.Contains(config.Data) ? config.Data : null, parse.GetValue(DataDir), config.Data),
            Json = parse.GetValue(JsonFile), Quiet = parse.GetValue(Quiet),
        };
    }

    /// <summary>The first option or argument that was given and is none of those allowed.</summary>
    static Symbol? OtherThan(Symbol[] allowed, ParseResult parse) =>
        parse.CommandResult.Children.Select(Of).FirstOrDefault(s => s is not null && !allowed.Contains(s));

    static Symbol? Of(System.CommandLine.Parsing.SymbolResult result) => result switch
    {
        System.CommandLine.Parsing.OptionResult o => o.Implicit ? null : o.Option,
        System.CommandLine.Parsing.ArgumentResult a => a.Tokens.Count == 0 ? null : a.Argument,
        _ => null,
    };

    /// <summary>A search has no epochs, no schedule and no run: options about those are refused rather than passed over.</summary>
    static void RequireSearch(ParseResult parse)
    {
        Symbol[] allowed = [Model, FindRate, Data, DataDir, BatchSize, Optimizer, Activation, Width, Resize, Seed, Threads, Limit, Out, JsonFile, Quiet];
        if (OtherThan(allowed, parse) is { } other) throw CliException.Usage($"--find-lr only tries learning rates, so leave out {other.Name}.");
    }

    static TimeSpan Interval(ParseResult parse) => parse.GetValue(SaveEvery) is { } seconds ? TimeSpan.FromSeconds(Math.Min(seconds, 1e9)) : TimeSpan.FromSeconds(10);

    static string[] Words(ParseResult parse) => [.. parse.Tokens.Select(t => t.Value)];

    /// <summary>Refuses options that contradict each other, rather than passing over one of them.</summary>
    static void RequireSense(TrainOptions o, ModelEntry model)
    {
        TrainSettings s = o.Settings;
        (string? name, string? folder, _) = o.Data;
        if (s.Width != 1 && !model.HasWidth) throw CliException.Usage($"--width {s.Width}: {model.Name} has no channels to scale.");
        if (s.Average >= 1) throw CliException.Usage($"--average {s.Average}: the decay is below 1, such as 0.999.");
        if (s.Schedule == "one-cycle" && s.WarmUp > 0) throw CliException.Usage("--schedule one-cycle begins with a rise of its own: leave out --warm-up.");
        if (folder is not null && name is DataNames.Glyphs or DataNames.Synthetic) throw CliException.Usage($"--data {name} is made by the program: leave out --data-dir {folder}.");
        if (model.IsClassifier && name == DataNames.Synthetic) throw CliException.Usage($"{model.Name} tells images apart, but --data synthetic has none. Choose {string.Join(", ", DataNames.Images)}.");
        if (model.IsClassifier) return;
        if (name is not null and not DataNames.Synthetic || folder is not null) throw CliException.Usage($"{model.Name} fits numbers: it trains on --data synthetic, not on images.");
        if (s.Resize is not null) throw CliException.Usage($"--resize is for images, which {model.Name} does not see.");
    }
}
