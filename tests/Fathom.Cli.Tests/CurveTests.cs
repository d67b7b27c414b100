using Fathom.Tests;
using Fathom.Training;
using Fathom.Training.Plotting;

namespace Fathom.Cli.Tests;

/// <summary>The training curve shows something from the first step on, and stays short however long training goes on.</summary>
public sealed class CurveTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static Trainer Trainer(int epochs, params TrainerCallback[] callbacks) => new() { MaxEpochs = epochs, Callbacks = [.. callbacks] };

    static RegressionDataModule Data() => new(new(Tensor.From(2f, -3.4f), 4.2, trainCount: 320));       // 10 batches

    [Fact]
    public void The_first_steps_of_a_very_long_run_are_points()
    {
        var curves = new Curves("");
        List<DataPoint> told = [];
        curves.PointDrawn = told.Add;
        using var stop = new CancellationTokenSource();
        var trainer = new Trainer { MaxEpochs = 1_000_000, Callbacks = [curves, new After(7, stop)], Cancellation = stop.Token };
        trainer.Fit(new Models.LinearRegression(), Data());
        Assert.Equal([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7], told.Select(p => Math.Round(p.X, 6)));
    }

    [Fact]
    public void A_long_run_has_no_more_points_than_can_be_seen_and_each_is_the_mean_of_as_many_steps()
    {
        var curves = new Curves("");
        List<double> losses = [];
        Trainer(200, curves, new Losses(losses)).Fit(new Models.LinearRegression(), Data());
        Assert.Equal(2000, losses.Count);
        IReadOnlyList<DataPoint> points = curves.TrainingPoints;
        Assert.InRange(points.Count, Curves.MostPoints / 2, Curves.MostPoints);
        double[][] groups = [.. losses.Chunk(8)];
        Assert.Equal(groups.Select(g => g.Average()), points.Select(p => p.Y), (a, b) => Math.Abs(a - b) < 1e-9);
    }

    [Fact]
    public void What_stands_in_the_run_folder_is_the_curve_however_often_it_was_thinned()
    {
        string run = _folder["run"];
        (int code, _, string error) = Shell.Run("train", "softmax", "--data", "glyphs", "--limit", "64", "--batch-size", "4", "--epochs", "60", "--out", run, "--quiet");
        Assert.Equal((0, ""), (code, error));
        var steps = new GrowingLines(Path.Combine(run, RunFolder.StepsName));
        steps.Look();
        Assert.InRange(steps.Lines.Count, Curves.MostPoints / 2 - 1, Curves.MostPoints);          // 960 steps, four a point
        double[] places = [.. steps.Lines.Select(l => l["epoch"])];
        Assert.Equal(places.Order(), places);
        Assert.All(places.Zip(places.Skip(1)), p => Assert.Equal(0.25, p.Second - p.First, 5));
    }

    sealed class After(int steps, CancellationTokenSource stop) : TrainerCallback
    {
        public override void OnStepEnd(Trainer trainer, double loss)
        {
            if (trainer.TrainBatchIndex == steps) stop.Cancel();
        }
    }

    sealed class Losses(List<double> losses) : TrainerCallback
    {
        public override void OnStepEnd(Trainer trainer, double loss) => losses.Add(loss);
    }
}
