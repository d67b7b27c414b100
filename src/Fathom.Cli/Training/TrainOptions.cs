namespace Fathom.Cli;

/// <summary>What 'fathom train' was asked to do, defaults filled in.</summary>
internal sealed record TrainOptions
{
    public required TrainSettings Settings { get; init; }
    public required DataChoice Data { get; init; }
    public int? Threads { get; init; }
    public string? Out { get; init; }
    public string? Json { get; init; }
    public bool Quiet { get; init; }

    /// <summary>Time between two checkpoints at the least.</summary>
    public TimeSpan SaveEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether to serve the board beside training.</summary>
    public bool Board { get; init; }

    /// <summary>Whether to write an event file for TensorBoard.</summary>
    public bool TensorBoard { get; init; }

    /// <summary>The words of the command line, as they were typed.</summary>
    public required IReadOnlyList<string> Typed { get; init; }

    /// <summary>The command line, as it was typed.</summary>
    public string Command => "fathom " + string.Join(' ', Typed.Select(Quoted));

    /// <summary>Whether to try learning rates rather than to train.</summary>
    public bool FindRate { get; init; }

    /// <summary>The run to go on with; null to begin one.</summary>
    public RunConfig? Resumed { get; init; }

    /// <summary>A step size to begin with for an optimiser that is not the model's own.</summary>
    public static double UsualLearningRate(string optimizer) => optimizer switch
    {
        "sgd" => 0.1, "momentum" or "nesterov" => 0.03, "adagrad" => 0.01, "adadelta" => 1, _ => 1e-3,
    };

    /// <summary>A word as a shell takes it for one.</summary>
    public static string Quoted(string word) => word.Contains(' ', StringComparison.Ordinal) ? $"\"{word}\"" : word;

    /// <summary>Loads what is to be trained on.</summary>
    /// <param name="told">Told of downloads and of a substitute, unless all is to be quiet.</param>
    /// <param name="stop">Cancelled by Ctrl-C.</param>
    public async Task<RunTask> LoadAsync(Terminal told, CancellationToken stop)
    {
        if (!Settings.Entry.IsClassifier) return RunTask.Synthetic(Settings.BatchSize, Settings.Limit, Settings.Seed);
        Fathom.Data.ImageData data = await Data.LoadAsync(Quiet ? told.Silent() : told, Settings.Limit, stop).ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
        return RunTask.Of(data, Settings.BatchSize, Settings.Resize, Settings.Seed);
    }
}
