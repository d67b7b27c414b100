using System.Reflection;
using Fathom.Cli.Board;
using Fathom.Devices;
using Fathom.Training;
using Fathom.Training.Plotting;

namespace Fathom.Cli;

/// <summary>One run of training from options to results. What can fail is tried before the first step: the run folder, the JSON file, the data, the disk.</summary>
internal sealed class TrainingRun(TrainOptions options, Terminal terminal)
{
    /// <summary>Progress goes to the error stream where standard output is to carry JSON alone.</summary>
    readonly Terminal _progress = options.Json == "-" ? terminal.ResultsToError() : terminal;

    readonly TrainSettings _settings = options.Settings;

    public async Task<int> RunAsync(CancellationToken stop)
    {
        if (options.Json is { } json and not "-") RunFolder.RequireWritable(json);
        using RunFolder folder = RunFolder.Create(options.Out ?? RunFolder.NewPath("runs", _settings.Model));
        RunTask task = await options.LoadAsync(_progress, stop).ConfigureAwait(false);
        Tensor.Seed(_settings.Seed);
        TrainableModule model = task.Build(_settings);
        folder.RequireRoom(RunTask.WeightBytes(model));
        BoardServer? board = options.Board ? await BoardServer.StartAsync(folder.Path, null, null, stop).ConfigureAwait(false) : null;
        try
        {
            if (board is not null) Browser.Show(board.Address, _progress);
            return Train(task, model, folder, stop);
        }
        finally
        {
            if (board is not null) await board.DisposeAsync().ConfigureAwait(false);
        }
    }

    int Train(RunTask task, TrainableModule model, RunFolder folder, CancellationToken stop)
    {
        RunConfig config = Config(task, model);
        Checkpoint? checkpoint = options.Resumed is not null && Checkpoint.Exists(folder.Path) ? Checkpoint.Read(folder.Path) : null;
        bool concluded = File.Exists(folder.File(RunFolder.SummaryName));            // or it ended between the last checkpoint and the summary, which is then still to be written
        if (checkpoint?.EpochsDone >= _settings.Epochs && concluded) return NothingLeft(checkpoint.EpochsDone, folder);
        Begin(config, folder, isNew: checkpoint is null);
        var curves = new Curves($"{model.GetType().Name} on {task.Title}");
        var keeper = new RunKeeper(folder, curves);
        var progress = new TrainingProgress();
        Trainer trainer = MakeTrainer(task, checkpoint, folder, keeper, stop);
        trainer.Callbacks.Add(progress);
        trainer.Callbacks.Add(curves);
        trainer.Callbacks.Add(keeper);
        using var insight = new InsightRecorder(folder, task);
        trainer.Callbacks.Add(insight);
        if (_settings.Average is { } decay) trainer.Callbacks.Add(new WeightAverage(decay));
        if (_settings.Patience is { } patience) trainer.Callbacks.Add(new EarlyStopping(_settings.Monitor, patience));
        using TensorBoardReporter? events = options.TensorBoard ? new(folder.Path) : null;
        if (events is not null) trainer.Callbacks.Add(events);
        TrainingDisplay display = TrainingDisplay.For(options.Quiet ? null : _progress, progress, curves, Describe(task, model));
        trainer.Callbacks.Add(display);
        using (display) Fit(trainer, model, task, keeper);
        keeper.SaveCurves();
        var result = TrainingResult.Of(config, trainer, progress, folder.Path);
        folder.WriteText(RunFolder.SummaryName, result.ToJson() + "\n");
        if (options.Json is { } json) Json.Save(json, terminal.Out, result.ToJson());
        if (!options.Quiet) Conclude(result, task, model, trainer.WasCancelled);
        return trainer.WasCancelled ? ExitCode.Interrupted : ExitCode.Success;
    }

    /// <summary>Who watches sees at the end what the model takes for what; others are told how to ask.</summary>
    void Conclude(TrainingResult result, RunTask task, TrainableModule model, bool interrupted)
    {
        const int worst = 4;
        if (_progress.IsInteractive && !interrupted && task.Module is ImageDataModule { Data.Test: { Count: > 0 } images } module)
        {
            model.Eval();
            Evaluation found = Evaluation.Of(model, module.ValDataLoader()!, task.Classes, worst, CancellationToken.None);
            found.Confusion!.Print(_progress);
            found.PrintWorst(_progress, images, task.Classes);
        }
        result.Print(_progress);
    }

    int NothingLeft(int epochs, RunFolder folder)
    {
        if (options.Json is { } json) Json.Save(json, terminal.Out, File.ReadAllText(folder.File(RunFolder.SummaryName)).TrimEnd());
        _progress.Out.WriteLine($"The run is complete: it has had all of its {epochs} epochs. --epochs {2 * epochs} would train on.");
        return ExitCode.Success;
    }

    /// <summary>Makes the folder ready: for a new run, or to go on with one that was broken off.</summary>
    void Begin(RunConfig config, RunFolder folder, bool isNew)
    {
        if (options.Resumed is { } earlier)
        {
            if (config.DataDigest != earlier.DataDigest) throw new CliException($"The data is not what the run began with: its SHA-256 was {earlier.DataDigest}, and is {config.DataDigest} now. Point --data-dir at a folder with the same files.");
            Checkpoint.Tidy(folder.Path);
            File.Delete(folder.File(RunFolder.SummaryName));
            if (config.Machine != earlier.Machine && !options.Quiet) _progress.Out.WriteLine($"The run began on another machine ({earlier.Machine}): the last bits of its numbers may differ from here on.");
            if (isNew && !options.Quiet) _progress.Out.WriteLine("The run ended before its first checkpoint: beginning it again.");
            if (isNew) foreach (string name in (string[])[RunFolder.MetricsName, RunFolder.StepsName]) File.Delete(folder.File(name));
            config = config with { Started = earlier.Started, Command = earlier.Command };
        }
        else if (folder.ClearEarlierRun() && !options.Quiet) _progress.Out.WriteLine($"Replacing the earlier run in {options.Out}.");
        folder.WriteText(RunFolder.ConfigName, config.ToJson() + "\n");
    }

    Trainer MakeTrainer(RunTask task, Checkpoint? checkpoint, RunFolder folder, RunKeeper keeper, CancellationToken stop)
    {
        int batches = task.Module.TrainDataLoader().BatchCount, steps = _settings.Epochs * ((batches + _settings.Accumulate - 1) / _settings.Accumulate);
        return new()
        {
            MaxEpochs = _settings.Epochs, Cancellation = stop, OptimizerFactory = _settings.OptimizerFactory, SchedulerFactory = _settings.SchedulerFor(steps),
            GradientClipValue = _settings.Clip ?? 0, AccumulateBatches = _settings.Accumulate, ResumeFrom = checkpoint,
            Checkpoints = new(folder.Path, _settings.Monitor) { MinInterval = options.SaveEvery, Saved = _ => keeper.SaveCurves() },
        };
    }

    void Fit(Trainer trainer, TrainableModule model, RunTask task, RunKeeper keeper)
    {
        try { trainer.Fit(model, task.Module); }
        catch (TrainingDivergedException e)
        {
            keeper.SaveCurves();
            string where = e.Origin is null ? "" : $" {e.Origin.Describe()}", when = e.Epoch == 0 ? e.Message : $"The loss became {(double.IsNaN(e.Loss) ? "not a number" : "infinite")} in epoch {e.Epoch}, batch {e.Batch}: training diverged.";
            throw new CliException($"{when}{where} Try a smaller learning rate than --lr {_settings.LearningRate}, or --clip 1.", inner: e);
        }
    }

    RunConfig Config(RunTask task, TrainableModule model) => new()
    {
        Settings = _settings, Data = task.Name, DataDir = options.Data.Folder is { } dir ? Path.GetFullPath(dir) : null, DataDigest = task.Digest(),
        Input = [.. task.Input], Image = [.. task.Images?.ImageShape ?? new Shape()], Classes = task.Classes, Threads = CpuSettings.ThreadCount, Parameters = model.ParameterCount,
        Version = Version, Started = DateTimeOffset.Now, Command = options.Command, Machine = RunConfig.ThisMachine,
    };

    static string Version => typeof(TrainingRun).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    string[] Describe(RunTask task, TrainableModule model) =>
    [
        $"{_settings.Model}{(_settings.Activation is { } a ? $" ({a})" : "")} on {task.Title}",
        $"{Figures.Count(model.ParameterCount)} parameters",
        $"{_settings.Optimizer}, learning rate {_settings.LearningRate:0.#####}, batch {_settings.BatchSize}, {_settings.Epochs} {(_settings.Epochs == 1 ? "epoch" : "epochs")}, seed {_settings.Seed}",
    ];
}
