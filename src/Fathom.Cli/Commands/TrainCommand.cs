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
    static readonly Option<string?> JsonFile = Opt.Text("--json", "FILE", "Write the result as one JSON object; - for standard output.");
    static readonly Option<bool> Quiet = Opt.Flag("--quiet", "Say nothing while training.");

    static string[] ModelNames => [.. ModelRegistry.All.Select(m => m.Name)];

    static string[] Activations => [.. ModelRegistry.All.SelectMany(m => m.Activations).Distinct()];

    public static Command Create(Terminal terminal)
    {
        var command = new Command("train", "Train a model, watch it learn, and keep its weights.")
        {
            Model, Data, DataDir, Epochs, BatchSize, LearningRate, Optimizer, Activation, Resize, Seed, Threads, Limit, Out, JsonFile, Quiet,
        };
        command.SetAction((parse, stop) => new TrainingRun(Read(parse), terminal).RunAsync(stop));
        Examples.AddTo(command,
            ("fathom train lenet", "LeNet on Fashion-MNIST, or on the built-in digits without a network"),
            ("fathom train lenet --activation relu --epochs 5", "rectifiers and maximum pooling"),
            ("fathom train mlp --data mnist --optimizer adam", "another data set, another optimiser"),
            ("fathom train softmax --data-dir my/idx --limit 1000", "the first thousand of your own images"));
        return command;
    }

    static TrainOptions Read(ParseResult parse)
    {
        ModelEntry model = ModelRegistry.Find(parse.GetRequiredValue(Model)!)!;
        string? activation = parse.GetValue(Activation);
        if (activation is not null && !model.Activations.Contains(activation))
            throw CliException.Usage(model.Activations.Count == 0
                ? $"--activation {activation}: {model.Name} leaves no choice of activation."
                : $"--activation {activation}: {model.Name} has {string.Join(" and ", model.Activations)}.");
        TrainingDefaults defaults = model.DefaultsFor(activation);
        string optimizer = parse.GetValue(Optimizer) ?? defaults.Optimizer;
        bool own = optimizer == defaults.Optimizer;
        var options = new TrainOptions
        {
            Model = model, Activation = activation ?? (model.Activations.Count > 0 ? model.Activations[0] : null),
            Data = new DataChoice(parse.GetValue(Data), parse.GetValue(DataDir), defaults.Data),
            Epochs = parse.GetValue(Epochs) ?? defaults.Epochs, BatchSize = parse.GetValue(BatchSize) ?? defaults.BatchSize,
            LearningRate = parse.GetValue(LearningRate) ?? (own ? defaults.LearningRate : TrainOptions.UsualLearningRate(optimizer)),
            Optimizer = optimizer, OwnOptimizer = own,
            Seed = parse.GetValue(Seed) ?? 0, Threads = parse.GetValue(Threads), Limit = parse.GetValue(Limit), Resize = parse.GetValue(Resize) ?? defaults.Resize,
            Out = parse.GetValue(Out), Json = parse.GetValue(JsonFile), Quiet = parse.GetValue(Quiet),
        };
        RequireSense(options);
        return options;
    }

    /// <summary>Refuses options that contradict each other, rather than passing over one of them.</summary>
    static void RequireSense(TrainOptions o)
    {
        (string? name, string? folder, _) = o.Data;
        if (folder is not null && name is DataNames.Glyphs or DataNames.Synthetic) throw CliException.Usage($"--data {name} is made by the program: leave out --data-dir {folder}.");
        if (o.Model.IsClassifier && name == DataNames.Synthetic) throw CliException.Usage($"{o.Model.Name} tells images apart, but --data synthetic has none. Choose {string.Join(", ", DataNames.Images)}.");
        if (o.Model.IsClassifier) return;
        if (name is not null and not DataNames.Synthetic || folder is not null) throw CliException.Usage($"{o.Model.Name} fits numbers: it trains on --data synthetic, not on images.");
        if (o.Resize is not null) throw CliException.Usage($"--resize is for images, which {o.Model.Name} does not see.");
    }
}
