using Fathom.Training;

namespace Fathom.Cli;

/// <summary>Keeps what training brings in the run folder beside the weights: a line of metrics an epoch, points of the training curve as they come, and the picture of the curves.</summary>
internal sealed class RunKeeper(RunFolder folder, Curves curves) : TrainerCallback
{
    IReadOnlyList<EpochSummary> _history = [];
    int _batches = 1;

    public override void OnFitStart(Trainer trainer)
    {
        (_history, _batches) = (trainer.History, trainer.TrainBatchCount);
        curves.PointDrawn = point => folder.Append(RunFolder.StepsName, StepLine(point));
        curves.Thinned = WriteCurve;
    }

    /// <summary>After a break: lines that were written behind the checkpoint go, so that nothing stands there twice.</summary>
    public override void LoadState(TrainingState state)
    {
        folder.WriteText(RunFolder.MetricsName, string.Concat(_history.Select(e => Line(e, e.Epoch * _batches) + "\n")));
        WriteCurve();
    }

    void WriteCurve() => folder.WriteText(RunFolder.StepsName, string.Concat(curves.TrainingPoints.Select(p => StepLine(p) + "\n")));

    public override void OnEpochEnd(Trainer trainer, EpochSummary summary) => folder.Append(RunFolder.MetricsName, Line(summary, trainer.TrainBatchIndex));

    /// <summary>Saves the curves: as they are between checkpoints too, so that they show where a failure happened.</summary>
    public void SaveCurves() => folder.WriteText(RunFolder.CurvesName, curves.ToSvg());

    static string StepLine(Training.Plotting.DataPoint point) => Json.Object(w =>
    {
        Json.WriteMeasure(w, "epoch", point.X);
        Json.WriteMeasure(w, "train_loss", point.Y);
    });

    static string Line(EpochSummary summary, int step) => Json.Object(w =>
    {
        w.WriteNumber("epoch", summary.Epoch);
        w.WriteNumber("step", step);
        foreach ((string name, double value) in summary.Metrics) Json.WriteMeasure(w, name, value);
        Json.WriteMeasure(w, "seconds", summary.Time.TotalSeconds, 3);
        w.WriteBoolean("complete", summary.IsComplete);
    });
}
