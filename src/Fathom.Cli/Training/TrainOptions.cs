using Fathom.Models;

namespace Fathom.Cli;

/// <summary>What 'fathom train' was asked to do, defaults filled in.</summary>
internal sealed record TrainOptions
{
    public required ModelEntry Model { get; init; }
    public string? Activation { get; init; }
    public required DataChoice Data { get; init; }
    public required int Epochs { get; init; }
    public required int BatchSize { get; init; }
    public required double LearningRate { get; init; }
    public required string Optimizer { get; init; }

    /// <summary>Whether the optimiser is the model's own choice.</summary>
    public required bool OwnOptimizer { get; init; }

    public required long Seed { get; init; }
    public int? Threads { get; init; }
    public int? Limit { get; init; }
    public int? Resize { get; init; }
    public string? Out { get; init; }
    public string? Json { get; init; }
    public bool Quiet { get; init; }

    /// <summary>A step size to begin with for an optimiser that is not the model's own.</summary>
    public static double UsualLearningRate(string optimizer) => optimizer switch
    {
        "sgd" => 0.1, "momentum" or "nesterov" => 0.03, "adagrad" => 0.01, "adadelta" => 1, _ => 1e-3,
    };
}
