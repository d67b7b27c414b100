using Fathom.Training;

namespace Fathom.Cli;

/// <summary>Keeps what training brings in the run folder: a line of metrics an epoch, weights and curves now and then and at the end.</summary>
internal sealed class RunKeeper(RunFolder folder, Curves curves) : TrainerCallback
{
    /// <summary>Saving is cheap but not free: a crash costs at most so much work.</summary>
    static readonly TimeSpan Between = TimeSpan.FromSeconds(10);

    DateTime _saved = DateTime.UtcNow;

    public override void OnEpochEnd(Trainer trainer, EpochSummary summary)
    {
        folder.AppendMetrics(Line(trainer, summary));
        if (DateTime.UtcNow - _saved < Between) return;
        Save(trainer);
    }

    /// <summary>Saves weights and curves as they are now.</summary>
    public void Save(Trainer trainer)
    {
        folder.SaveWeights(trainer.Model);
        SaveCurves();
        _saved = DateTime.UtcNow;
    }

    /// <summary>Saves the curves alone, as after a failure: they show where it happened, and the weights of before stay.</summary>
    public void SaveCurves() => folder.WriteText(RunFolder.CurvesName, curves.ToSvg());

    static string Line(Trainer trainer, EpochSummary summary) => Json.Object(w =>
    {
        w.WriteNumber("epoch", summary.Epoch);
        w.WriteNumber("step", trainer.TrainBatchIndex);
        foreach ((string name, double value) in summary.Metrics) Json.WriteMeasure(w, name, value);
        Json.WriteMeasure(w, "seconds", summary.Time.TotalSeconds, 3);
        w.WriteBoolean("complete", summary.IsComplete);
    });
}
