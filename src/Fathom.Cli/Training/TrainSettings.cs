using System.Text.Json;
using Fathom.Models;
using Fathom.Optim;
using Fathom.Training;

namespace Fathom.Cli;

/// <summary>All that decides which weights training ends with, but for the data itself. What config.json keeps, so that a run can be repeated or gone on with.</summary>
internal sealed record TrainSettings
{
    public required string Model { get; init; }
    public string? Activation { get; init; }

    /// <summary>A factor of all channels, for networks that can be made slimmer or wider.</summary>
    public double Width { get; init; } = 1;

    public required int Epochs { get; init; }
    public required int BatchSize { get; init; }
    public required double LearningRate { get; init; }
    public required string Optimizer { get; init; }

    /// <summary>How the learning rate changes, see <see cref="Schedules"/>.</summary>
    public string Schedule { get; init; } = Schedules[0];

    /// <summary>Steps in which the learning rate rises to what it is to be.</summary>
    public int WarmUp { get; init; }

    /// <summary>The largest norm of all gradients together; null for no limit.</summary>
    public double? Clip { get; init; }

    /// <summary>Batches in a step.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>The decay of the running average of the weights; null for none.</summary>
    public double? Average { get; init; }

    /// <summary>Epochs without progress after which training stops; null for never.</summary>
    public int? Patience { get; init; }

    public required long Seed { get; init; }
    public int? Limit { get; init; }
    public int? Resize { get; init; }

    public static IReadOnlyList<string> Schedules { get; } = ["constant", "cosine", "one-cycle"];

    /// <summary>The model's entry.</summary>
    public ModelEntry Entry => ModelRegistry.Find(Model) ?? throw new CliException($"This version of fathom knows no model called {Model}.");

    /// <summary>The metric that tells which epoch is best.</summary>
    public string Monitor => Entry.IsClassifier ? "val_accuracy" : "val_loss";

    /// <summary>The optimiser, where it is not the model's own choice.</summary>
    public Func<TrainableModule, IOptimizer>? OptimizerFactory =>
        Optimizer == Entry.DefaultsFor(Activation).Optimizer ? null : model => OptimizerRegistry.Find(Optimizer)!(model.Parameters, LearningRate);

    /// <summary>The schedule over so many steps; null where the rate is constant.</summary>
    public Func<Optimizer, Scheduler>? SchedulerFor(int steps) => (Schedule, WarmUp) switch
    {
        ("one-cycle", _) => o => new OneCycle(o, [LearningRate], Math.Max(2, steps)),
        ("cosine", 0) => o => new Scheduler(o, Optim.Schedule.Cosine(steps)),
        ("cosine", _) => o => new Scheduler(o, Rising.Then(WarmUp, Optim.Schedule.Cosine(Math.Max(1, steps - WarmUp)))),
        (_, 0) => null,
        _ => o => new Scheduler(o, Rising),
    };

    Schedule Rising => Optim.Schedule.WarmUp(WarmUp, start: 1.0 / (WarmUp + 1));

    public void Write(Utf8JsonWriter w)
    {
        w.WriteString("model", Model);
        w.WriteString("activation", Activation);
        w.WriteNumber("width", Width);
        w.WriteNumber("epochs", Epochs);
        w.WriteNumber("batch_size", BatchSize);
        w.WriteNumber("learning_rate", LearningRate);
        w.WriteString("optimizer", Optimizer);
        w.WriteString("schedule", Schedule);
        w.WriteNumber("warm_up", WarmUp);
        Json.WriteNumber(w, "clip", Clip);
        w.WriteNumber("accumulate", Accumulate);
        Json.WriteNumber(w, "average", Average);
        Json.WriteNumber(w, "patience", Patience);
        w.WriteNumber("seed", Seed);
        Json.WriteNumber(w, "limit", Limit);
        Json.WriteNumber(w, "resize", Resize);
    }

    public static TrainSettings Read(JsonElement json) => new()
    {
        Model = Json.Text(json, "model"), Activation = json.GetProperty("activation").GetString(),
        Width = json.TryGetProperty("width", out JsonElement width) ? width.GetDouble() : 1,                  // runs of earlier versions have none
        Epochs = json.GetProperty("epochs").GetInt32(), BatchSize = json.GetProperty("batch_size").GetInt32(),
        LearningRate = json.GetProperty("learning_rate").GetDouble(), Optimizer = Json.Text(json, "optimizer"),
        Schedule = Json.Text(json, "schedule"), WarmUp = json.GetProperty("warm_up").GetInt32(),
        Clip = Json.Number(json, "clip"), Accumulate = json.GetProperty("accumulate").GetInt32(), Average = Json.Number(json, "average"), Patience = Json.Integer(json, "patience"),
        Seed = json.GetProperty("seed").GetInt64(), Limit = Json.Integer(json, "limit"), Resize = Json.Integer(json, "resize"),
    };
}
