using System.CommandLine;
using Fathom.Devices;
using Fathom.Models;

namespace Fathom.Cli.Commands;

/// <summary>fathom train MODEL: reads the options; <see cref="TrainingRun"/> does the work.</summary>
internal static class TrainCommand
{
    static readonly Argument<string?> Model = new("MODEL")
    {
        Description = "The model: " + string.Join(", ", ModelRegistry.All.Select(m => m.Name)) + ".",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = r => Opt.Known(r, "Model", r.Tokens[0].Value, ModelNames),
    };

    static readonly Option<string?> Data = Opt.Choice("--data", "NAME", $"The data set: {string.Join(", ", DataNames.All)}.", () => DataNames.All);
    static readonly Option<string?> DataDir = Opt.Text("--data-dir", "DIR", "A folder of IDX files, read as it is.");
    static readonly Option<int?> Epochs = Opt.Int("--epochs", "N", "Passes over the training data.", 1);
    static readonly Option<int?> BatchSize = Opt.Int("--batch-size", "N", "Samples a step.", 1);
    static readonly Option<double?> LearningRate = Opt.Positive("--lr", "RATE", "The learning rate.");
    static readonly Option<string?> Optimizer = Opt.Choice("--optimizer", "NAME", $"The optimiser: {string.Join(", ", OptimizerRegistry.Names)}.", () => OptimizerRegistry.Names);
    static readonly Option<string?> Activation = Opt.Choice("--activation", "NAME", "The non-linearity, where the model leaves a choice. LeNet with relu takes max-pooling.", () => Activations);
    static readonly Option<int?> Resize = Opt.Int("--resize", "SIDE", "Resize images to SIDE x SIDE pixels. [default: 96 for residual networks, 224 for VGG]", 1, 4096);
    static readonly Option<long?> Seed = Opt.Long("--seed", "N", "Where all random numbers come from; the same seed gives the same weights. [default: 0]");
    static readonly Option<int?> Threads = Opt.Int("--threads", "N", "Threads to compute with; results do not depend on it.", 1, CpuSettings.MaxThreadCount);
    static readonly Option<int?> Limit = Opt.Int("--limit", "N", "Train on the first N samples only.", 1);
    static readonly Option<string?> Out = Opt.Text("--out", "DIR", "The run folder. [default: a new one below runs]");
    static readonly Option<string?> Schedule = Opt.Choice("--schedule", "NAME", $"How the learning rate changes: {string.Join(", ", TrainSettings.Schedules)}. [default: cosine for deep networks]", () => TrainSettings.Schedules);
    static readonly Option<int?> WarmUp = Opt.Int("--warm-up", "STEPS", "Steps in which the learning rate rises to what it is to be.", 1);
    static readonly Option<double?> Clip = Opt.Positive("--clip", "NORM", "The largest norm of all gradients together; larger ones are scaled down to it.");
    static readonly Option<int?> Accumulate = Opt.Int("--accumulate", "N", "Batches whose gradients are added up for a step.", 1);
    static readonly Option<double?> Average = Opt.Positive("--average", "DECAY", "Validate and keep a running average of the weights, such as 0.999.");
    static readonly Option<int?> Patience = Opt.Int("--patience", "N", "Stop after N epochs without a better validation.", 1);
    static readonly Option<string?> Resume = Opt.Text("--resume", "RUN", "Go on with a run that was broken off, bit for bit; every setting comes from the run.");
    static readonly Option<double?> SaveEvery = Opt.AtLeastZero("--save-every", "SECONDS", "Time between checkpoints at the least; 0 saves after every step. [default: 10]");
    static readonly Option<bool> TensorBoard = Opt.Flag("--tensorboard", "Write an event file for TensorBoard into the run folder too.");
    static readonly Option<bool> ShowBoard = Opt.Flag("--board", "Show the run in the browser while it trains; see 'fathom board'.");
    static readonly Option<string?> JsonFile = Opt.Text("--json", "FILE", "Write the result as one JSON object; - for standard output.");
    static readonly Option<bool> Quiet = Opt.Flag("--quiet", "Say nothing while training.");

    static string[] ModelNames => [.. ModelRegistry.All.Select(m => m.Name)];

    static string[] Activations => [.. ModelRegistry.All.SelectMany(m => m.Activations).Distinct()];

    public static Command Create(Terminal terminal)
    {
        var command = new Command("train", "Train a model, watch it learn, and keep its weights.")
        {
            Model, Data, DataDir, Epochs, BatchSize, LearningRate, Optimizer, Schedule, WarmUp, Clip, Accumulate, Average, Patience,
            Activation, Resize, Seed, Threads, Limit, Out, Resume, SaveEvery, ShowBoard, TensorBoard, JsonFile, Quiet,
        };
        command.SetAction((parse, stop) => new TrainingRun(parse.GetValue(Resume) is { } run ? ReadResumed(parse, run) : Read(parse), terminal).RunAsync(stop));
        Examples.AddTo(command,
            ("fathom train lenet", "LeNet on Fashion-MNIST, or on the built-in digits without a network"),
            ("fathom train lenet --activation relu --epochs 5", "rectifiers and maximum pooling"),
            ("fathom train --resume runs/20260131-142501-lenet-4f2a", "go on where a run was broken off"),
            ("fathom train mlp --data mnist --optimizer adam", "another data set, another optimiser"),
            ("fathom train softmax --data-dir my/idx --limit 1000", "the first thousand of your own images"));
        return command;
    }

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
                Epochs = parse.GetValue(Epochs) ?? defaults.Epochs, BatchSize = parse.GetValue(BatchSize) ?? defaults.BatchSize, Optimizer = optimizer,
                LearningRate = parse.GetValue(LearningRate) ?? (optimizer == defaults.Optimizer ? defaults.LearningRate : TrainOptions.UsualLearningRate(optimizer)),
                Schedule = parse.GetValue(Schedule) ?? defaults.Schedule, WarmUp = parse.GetValue(WarmUp) ?? 0, Clip = parse.GetValue(Clip),
                Accumulate = parse.GetValue(Accumulate) ?? 1, Average = parse.GetValue(Average), Patience = parse.GetValue(Patience),
                Seed = parse.GetValue(Seed) ?? 0, Limit = parse.GetValue(Limit), Resize = parse.GetValue(Resize) ?? defaults.Resize,
            },
            Data = new DataChoice(parse.GetValue(Data), parse.GetValue(DataDir), defaults.Data),
            Threads = parse.GetValue(Threads), Out = parse.GetValue(Out), Json = parse.GetValue(JsonFile), Quiet = parse.GetValue(Quiet),
            SaveEvery = Interval(parse), Board = parse.GetValue(ShowBoard), TensorBoard = parse.GetValue(TensorBoard), Command = Typed(parse),
        };
        RequireSense(options, model);
        return options;
    }

    /// <summary>Everything comes from the run, but for where its data lies now, how many epochs it is to have, and what does not touch its weights.</summary>
    static TrainOptions ReadResumed(ParseResult parse, string run)
    {
        Symbol[] allowed = [Resume, DataDir, Epochs, Threads, SaveEvery, ShowBoard, TensorBoard, JsonFile, Quiet];
        if (parse.CommandResult.Children.FirstOrDefault(c => !allowed.Contains(Of(c))) is { } other && Of(other) is { } symbol)
            throw CliException.Usage($"--resume takes every setting from the run, so {(symbol == Model ? "leave out the model" : $"leave out {symbol.Name}")}.");
        (string folder, RunConfig config) = RunConfig.Read(run);
        TrainSettings settings = config.Settings with { Epochs = parse.GetValue(Epochs) ?? config.Settings.Epochs };
        if (settings.Epochs != config.Settings.Epochs && settings.Schedule != TrainSettings.Schedules[0])
            throw CliException.Usage($"--epochs cannot change in a run whose learning rate follows a {settings.Schedule} schedule over {config.Settings.Epochs} epochs.");
        return new()
        {
            Settings = settings, Resumed = config, Out = folder, Threads = parse.GetValue(Threads), SaveEvery = Interval(parse), Board = parse.GetValue(ShowBoard), TensorBoard = parse.GetValue(TensorBoard), Command = config.Command,
            Data = !settings.Entry.IsClassifier || parse.GetValue(DataDir) is null ? config.DataChoice : new(DataNames.All.Contains(config.Data) ? config.Data : null, parse.GetValue(DataDir), config.Data),
            Json = parse.GetValue(JsonFile), Quiet = parse.GetValue(Quiet),
        };

        static Symbol? Of(System.CommandLine.Parsing.SymbolResult result) => result switch
        {
            System.CommandLine.Parsing.OptionResult o => o.Implicit ? Resume : o.Option,
            System.CommandLine.Parsing.ArgumentResult a => a.Tokens.Count == 0 ? Resume : a.Argument,
            _ => null,
        };
    }

    static TimeSpan Interval(ParseResult parse) => parse.GetValue(SaveEvery) is { } seconds ? TimeSpan.FromSeconds(Math.Min(seconds, 1e9)) : TimeSpan.FromSeconds(10);

    static string Typed(ParseResult parse) => "fathom " + string.Join(' ', parse.Tokens.Select(t => t.Value.Contains(' ', StringComparison.Ordinal) ? $"\"{t.Value}\"" : t.Value));

    /// <summary>Refuses options that contradict each other, rather than passing over one of them.</summary>
    static void RequireSense(TrainOptions o, ModelEntry model)
    {
        TrainSettings s = o.Settings;
        (string? name, string? folder, _) = o.Data;
        if (s.Average >= 1) throw CliException.Usage($"--average {s.Average}: the decay is below 1, such as 0.999.");
        if (s.Schedule == "one-cycle" && s.WarmUp > 0) throw CliException.Usage("--schedule one-cycle begins with a rise of its own: leave out --warm-up.");
        if (folder is not null && name is DataNames.Glyphs or DataNames.Synthetic) throw CliException.Usage($"--data {name} is made by the program: leave out --data-dir {folder}.");
        if (model.IsClassifier && name == DataNames.Synthetic) throw CliException.Usage($"{model.Name} tells images apart, but --data synthetic has none. Choose {string.Join(", ", DataNames.Images)}.");
        if (model.IsClassifier) return;
        if (name is not null and not DataNames.Synthetic || folder is not null) throw CliException.Usage($"{model.Name} fits numbers: it trains on --data synthetic, not on images.");
        if (s.Resize is not null) throw CliException.Usage($"--resize is for images, which {model.Name} does not see.");
    }
}
