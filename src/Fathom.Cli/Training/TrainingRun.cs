using System.Reflection;
using Fathom.Devices;
using Fathom.Models;
using Fathom.Training;
using Fathom.Training.Plotting;

namespace Fathom.Cli;

/// <summary>One run of training from options to results. What can fail is tried before the first step: the run folder, the JSON file, the data, the disk.</summary>
internal sealed class TrainingRun(TrainOptions options, Terminal terminal)
{
    /// <summary>Progress goes to the error stream where standard output is to carry JSON alone.</summary>
    readonly Terminal _progress = options.Json == "-" ? terminal.ResultsToError() : terminal;

    public async Task<int> RunAsync(CancellationToken stop)
    {
        if (options.Threads is { } threads) CpuSettings.ThreadCount = threads;
        if (options.Json is { } json and not "-") RunFolder.RequireWritable(json);
        using RunFolder folder = RunFolder.Create(options.Out ?? RunFolder.NewPath("runs", options.Model.Name));
        RunTask task = await LoadAsync(stop).ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
        Tensor.Seed(options.Seed);
        TrainableModule model = task.Build(options.Model, options.LearningRate, options.Activation);
        folder.RequireRoom(RunTask.WeightBytes(model));
        return Train(task, model, folder, stop);
    }

    async Task<RunTask> LoadAsync(CancellationToken stop)
    {
        if (!options.Model.IsClassifier) return RunTask.Synthetic(options.BatchSize, options.Limit, options.Seed);
        return RunTask.Of(await options.Data.LoadAsync(options.Quiet ? _progress.Silent() : _progress, options.Limit, stop).ConfigureAwait(false), options.BatchSize, options.Resize, options.Seed);
    }

    int Train(RunTask task, TrainableModule model, RunFolder folder, CancellationToken stop)
    {
        if (folder.ClearEarlierRun() && !options.Quiet) _progress.Out.WriteLine($"Replacing the earlier run in {options.Out}.");
        RunConfig config = Config(task);
        folder.WriteText(RunFolder.ConfigName, config.ToJson() + "\n");
        string heading = $"{model.GetType().Name} on {task.Title}";
        var curves = new Curves(heading);
        var keeper = new RunKeeper(folder, curves);
        var progress = new TrainingProgress();
        var trainer = new Trainer
        {
            MaxEpochs = options.Epochs, Cancellation = stop, OptimizerFactory = options.OwnOptimizer ? null : MakeOptimizer,
            Callbacks = [progress, curves, keeper],
        };
        TrainingDisplay display = TrainingDisplay.For(options.Quiet ? null : _progress, progress, curves, Describe(config, task, model));
        trainer.Callbacks.Add(display);
        using (display) Fit(trainer, model, task, keeper);
        keeper.Save(trainer);
        var result = TrainingResult.Of(config, trainer, progress, folder.Path);
        if (options.Json is { } json) Json.Save(json, terminal.Out, result.ToJson());
        if (!options.Quiet) result.Print(_progress, trainer.WasCancelled);
        return trainer.WasCancelled ? ExitCode.Interrupted : ExitCode.Success;
    }

    void Fit(Trainer trainer, TrainableModule model, RunTask task, RunKeeper keeper)
    {
        try { trainer.Fit(model, task.Module); }
        catch (TrainingDivergedException e)
        {
            keeper.SaveCurves();
            throw new CliException($"The loss became not a number in epoch {e.Epoch}, batch {e.Batch}: training diverged. Try a smaller learning rate than --lr {options.LearningRate}.", inner: e);
        }
    }

    Optim.IOptimizer MakeOptimizer(TrainableModule model) => OptimizerRegistry.Find(options.Optimizer)!(model.Parameters, options.LearningRate);

    RunConfig Config(RunTask task) => new()
    {
        Model = options.Model.Name, Activation = options.Activation, Data = task.Name,
        DataDir = options.Data.Folder is { } dir ? Path.GetFullPath(dir) : null,
        Epochs = options.Epochs, BatchSize = options.BatchSize, LearningRate = options.LearningRate, Optimizer = options.Optimizer,
        Seed = options.Seed, Threads = CpuSettings.ThreadCount, Limit = options.Limit, Resize = options.Resize,
        Input = [.. task.Input], Classes = task.Classes, Version = Version, Started = DateTimeOffset.Now,
    };

    static string Version => typeof(TrainingRun).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    string[] Describe(RunConfig config, RunTask task, TrainableModule model) =>
    [
        $"{options.Model.Name}{(config.Activation is { } a ? $" ({a})" : "")} on {task.Title}",
        $"{Figures.Count(model.ParameterCount)} parameters",
        $"{config.Optimizer}, learning rate {config.LearningRate:0.#####}, batch {config.BatchSize}, {config.Epochs} {(config.Epochs == 1 ? "epoch" : "epochs")}, seed {config.Seed}",
    ];
}
