using System.CommandLine;
using Fathom.Devices;
using Fathom.Models;

namespace Fathom.Cli.Commands;

/// <summary>fathom train MODEL: its options; <see cref="TrainingRun"/> or <see cref="RateSearch"/> does the work.</summary>
internal static partial class TrainCommand
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
    static readonly Option<double?> Width = Opt.Positive("--width", "FACTOR", "A factor of all channels, for convolutional networks: 0.25 makes a slim one. [default: 1]");
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
    static readonly Option<bool> FindRate = Opt.Flag("--find-lr", "Try learning rates from 1e-6 to 10, show the loss at each, and suggest one; nothing that was trained is kept.");
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
            Activation, Width, Resize, Seed, Threads, Limit, Out, FindRate, Resume, SaveEvery, ShowBoard, TensorBoard, JsonFile, Quiet,
        };
        command.SetAction((parse, stop) => RunAsync(parse.GetValue(Resume) is { } run ? ReadResumed(parse, run) : Read(parse), terminal, stop));
        Examples.AddTo(command,
            ("fathom train lenet", "LeNet on Fashion-MNIST, or on the built-in digits without a network"),
            ("fathom train lenet --activation relu --epochs 5", "rectifiers and maximum pooling"),
            ("fathom train lenet --find-lr", "which learning rate suits it, before training for long"),
            ("fathom train --resume runs/20260131-142501-lenet-4f2a", "go on where a run was broken off"),
            ("fathom train mlp --data mnist --optimizer adam", "another data set, another optimiser"),
            ("fathom train softmax --data-dir my/idx --limit 1000", "the first thousand of your own images"));
        return command;
    }

    static Task<int> RunAsync(TrainOptions options, Terminal terminal, CancellationToken stop)
    {
        if ((options.Threads ?? options.Resumed?.Threads) is { } threads) CpuSettings.ThreadCount = threads;
        return options.FindRate ? new RateSearch(options, terminal).RunAsync(stop) : new TrainingRun(options, terminal).RunAsync(stop);
    }
}
