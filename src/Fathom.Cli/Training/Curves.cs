using Fathom.Training;
using Fathom.Training.Plotting;

namespace Fathom.Cli;

/// <summary>
/// The curves of a run: losses on one board, accuracy on another. The training curve begins with a point a step and is thinned to half whenever it has become too
/// long, so that something shows from the first moment on, however many epochs are to come.
/// </summary>
internal sealed class Curves(string heading) : TrainerCallback
{
    /// <summary>Enough points for a smooth curve when they have just been halved, few enough to draw at once when they are about to be.</summary>
    internal const int MostPoints = 300;

    const string Training = "training", Validation = "validation";

    readonly ProgressBoard _loss = new() { XLabel = "epoch", YLabel = "loss" }, _accuracy = new() { XLabel = "epoch", YLabel = "accuracy" };
    int _every = 1;

    public override void OnFitStart(Trainer trainer) => _loss.XLimits = _accuracy.XLimits = (0, Math.Max(1, trainer.MaxEpochs));

    /// <summary>Told of each point of the training curve.</summary>
    public Action<DataPoint>? PointDrawn { get; set; }

    /// <summary>Told when the training curve has been thinned: all its points are others then.</summary>
    public Action? Thinned { get; set; }

    /// <summary>The training curve.</summary>
    public IReadOnlyList<DataPoint> TrainingPoints => _loss[Training];

    public override void OnStepEnd(Trainer trainer, double loss)
    {
        if (!_loss.Draw((double)trainer.TrainBatchIndex / trainer.TrainBatchCount, loss, Training, _every)) return;
        IReadOnlyList<DataPoint> points = TrainingPoints;
        if (points.Count < MostPoints)
        {
            PointDrawn?.Invoke(points[^1]);
            return;
        }
        _loss.Halve(Training);
        _every *= 2;
        Thinned?.Invoke();
    }

    public override void OnEpochEnd(Trainer trainer, EpochSummary summary)
    {
        if (!summary.IsComplete) return;
        if (summary.Metrics.TryGetValue("val_loss", out double loss)) _loss.Draw(summary.Epoch, loss, Validation);
        if (summary.Metrics.TryGetValue("val_accuracy", out double accuracy)) _accuracy.Draw(summary.Epoch, accuracy, Validation);
    }

    public override void OnFitEnd(Trainer trainer) => _loss.Flush();

    public override void SaveState(TrainingState state)
    {
        _loss.Save(state.At("loss"));
        _accuracy.Save(state.At("accuracy"));
        state.Put("every", _every);
    }

    public override void LoadState(TrainingState state)
    {
        _loss.Load(state.At("loss"));
        _accuracy.Load(state.At("accuracy"));
        _every = (int)state.Integers("every")[0];
    }

    /// <summary>Loss, and accuracy once there is one. A curve looks the same in both.</summary>
    public IReadOnlyList<LinePlot> Plots => [.. new[] { _loss, _accuracy }.Where(b => b == _loss || b.Labels.Count > 0).Select(Plot)];

    static LinePlot Plot(ProgressBoard board)
    {
        LinePlot plot = board.ToPlot();
        return plot with { ShowLast = true, Series = [.. plot.Series.Select(s => s with { Place = s.Name == Training ? 0 : 1 })] };
    }

    /// <summary>The curves side by side.</summary>
    public string ToSvg() => SvgPlot.Render(heading, Plots, 440, 300);
}
