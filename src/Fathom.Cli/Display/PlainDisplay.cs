using Fathom.Training;
using Fathom.Training.Plotting;

namespace Fathom.Cli;

/// <summary>Training as lines for a file or a pipe: one an epoch, and a sign of life every few seconds.</summary>
internal sealed class PlainDisplay(Terminal terminal, TrainingProgress progress, string[] description) : TrainingDisplay
{
    const int SignOfLifeMilliseconds = 5000;

    long _next = Environment.TickCount64 + SignOfLifeMilliseconds;

    public override void OnFitStart(Trainer trainer) => terminal.Out.WriteLine(string.Join("; ", description));

    public override void OnStepEnd(Trainer trainer, double loss)
    {
        if (Environment.TickCount64 < _next) return;
        TrainingProgress.Snapshot now = progress.Now();
        string left = now.Left is { } t ? $", {Figures.Clock(t)} left" : "";
        Write($"  epoch {now.Epoch}/{progress.Epochs}, batch {now.Batch}/{progress.BatchCount}, loss {Figures.Short(now.Loss)}, {Figures.Count(now.Rate)} samples/s{left}");
    }

    public override void OnEpochEnd(Trainer trainer, EpochSummary summary)
    {
        string number = $"{summary.Epoch}".PadLeft($"{progress.Epochs}".Length);
        Write($"epoch {number}/{progress.Epochs}  {EpochLine.Metrics(summary)}  {summary.Time.TotalSeconds:0.0} s{(summary.IsComplete ? "" : "  (not complete)")}");
    }

    public override void Dispose() { }

    void Write(string line)
    {
        terminal.Out.WriteLine(line);
        terminal.Out.Flush();
        _next = Environment.TickCount64 + SignOfLifeMilliseconds;
    }
}
