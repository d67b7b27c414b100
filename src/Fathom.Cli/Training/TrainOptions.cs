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

    /// <summary>The command line, as it was typed.</summary>
    public required string Command { get; init; }

    /// <summary>The run to go on with; null to begin one.</summary>
    public RunConfig? Resumed { get; init; }

    /// <summary>A step size to begin with for an optimiser that is not the model's own.</summary>
    public static double UsualLearningRate(string optimizer) => optimizer switch
    {
        "sgd" => 0.1, "momentum" or "nesterov" => 0.03, "adagrad" => 0.01, "adadelta" => 1, _ => 1e-3,
    };
}
