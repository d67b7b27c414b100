using Fathom.Data;
using Fathom.Models;
using Fathom.Training;

namespace Fathom.Cli;

/// <summary>A run brought back from its folder: its configuration, and the model with the weights it ended with.</summary>
internal sealed record TrainedModel(string Folder, RunConfig Config, ModelEntry Entry, TrainableModule Model)
{
    /// <summary>Reads a run.</summary>
    /// <exception cref="CliException">It is no run, or its parts do not fit each other.</exception>
    /// <param name="run">The run's folder.</param>
    /// <param name="best">Whether to take the weights that did best in validation rather than the last ones.</param>
    public static TrainedModel Read(string run, bool best = false)
    {
        (string folder, RunConfig config) = RunConfig.Read(run);
        ModelEntry entry = ModelRegistry.Find(config.Settings.Model) ?? throw new CliException($"{folder} holds a model called {config.Settings.Model}, which this version of fathom ({config.Version} made it) does not know.");
        string name = best ? Checkpoint.BestName : Checkpoint.LastName, weights = Path.Combine(folder, name);
        if (!File.Exists(weights)) throw new CliException($"{folder} has no {name}: its training ended before anything was saved.");
        var task = new RunTask(config.Data, config.Data, null!, new Shape([.. config.Input]), config.Classes);
        TrainableModule model = task.Build(config.Settings);
        try { model.LoadStateDict(Formats.Safetensors.Load(weights)); }
        catch (ArgumentException e) { throw new CliException($"{weights} does not fit the model that {RunFolder.ConfigName} describes: {e.Message}", inner: e); }
        model.Eval();
        return new(folder, config, entry, model);
    }

    /// <summary>The probability of each class for one image (1, C, H, W).</summary>
    public double[] Probabilities(Tensor image) => ((Classifier)Model).Probabilities(Model.Call(image)).To(DType.Float64).ToArray<double>();

    /// <summary>The data that the run was made with, or other data of the same kind.</summary>
    /// <param name="choice">What the user said about data; its parts win over what the run says.</param>
    /// <param name="terminal">Told of downloads.</param>
    /// <param name="stop">Cancelled by Ctrl-C.</param>
    public async Task<RunTask> DataAsync((string? Name, string? Folder) choice, Terminal terminal, CancellationToken stop)
    {
        if (!Entry.IsClassifier) return RunTask.Synthetic(Config.Settings.BatchSize, Config.Settings.Limit, Config.Settings.Seed);
        ImageData data = await Choose(choice).LoadAsync(terminal, null, stop).ConfigureAwait(false);
        if (Config.Settings.Resize is null && !data.ImageShape.Equals(new Shape([.. Config.Input])))
            throw new CliException($"{Folder} was trained on images of shape {new Shape([.. Config.Input])}, but those of {data.Title} are {data.ImageShape}.");
        return RunTask.Of(data, Math.Max(Config.Settings.BatchSize, 256), Config.Settings.Resize, Config.Settings.Seed);
    }

    DataChoice Choose((string? Name, string? Folder) choice) =>
        choice.Name is not null || choice.Folder is not null ? new(choice.Name, choice.Folder, Config.Data) : Config.DataChoice;
}
