using Fathom.Models;
using Fathom.Nn;
using Microsoft.Extensions.Logging;

namespace Fathom.Training.Tests;

public class CallbackTests
{
    public CallbackTests() => Tensor.Seed(3);

    sealed class Reports : List<TrainingReport>, IProgress<TrainingReport>
    {
        public void Report(TrainingReport value) => Add(value);
    }

    sealed class Lines : ILogger
    {
        public List<string> Texts { get; } = [];
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
        public bool IsEnabled(LogLevel logLevel) => true;
        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Texts.Add(formatter(state, exception));
    }

    [Fact]
    public void Progress_is_told_of_every_batch_and_ends_at_all()
    {
        Reports reports = [];
        new Trainer { MaxEpochs = 2, Callbacks = [new ProgressReporter(reports)] }.Fit(new LinearRegression(), Samples.Plane(64, 32));
        Assert.Equal([0.25, 0.5, 0.5, 0.75, 1, 1], reports.Select(r => r.Done));
        Assert.Equal(2, reports[^1].LastEpoch!.Epoch);
    }

    [Fact]
    public void A_logger_gets_a_line_an_epoch()
    {
        Lines log = new();
        new Trainer { MaxEpochs = 2, Callbacks = [new LogReporter(log)] }.Fit(new LinearRegression(), Samples.Plane(64, 32));
        Assert.Equal(4, log.Texts.Count);
        Assert.StartsWith("Training LinearRegression (", log.Texts[0], StringComparison.Ordinal);
        Assert.Matches(@"Epoch 2/2: train_loss \S+, val_loss \S+; ", log.Texts[2]);
        Assert.Equal("Training ended after 4 steps", log.Texts[3]);
    }

    [Fact]
    public void The_best_weights_come_back()
    {
        Snapshots seen = new();
        LinearRegression model = new(learningRate: 0.03);
        EarlyStopping stopping = new("val_loss", patience: 2, minDelta: 1e9) { RestoreBest = true };       // the first epoch counts as best
        new Trainer { MaxEpochs = 20, Callbacks = [seen, stopping] }.Fit(model, Samples.Plane(64, 32));
        Assert.Equal(3, seen.Count);
        Assert.Equal(seen[0], model.Weight.ToArray<float>());
    }

    sealed class Snapshots : TrainerCallback
    {
        readonly List<float[]> weights = [];
        public int Count => weights.Count;
        public float[] this[int i] => weights[i];
        public override void OnEpochEnd(Trainer trainer, EpochSummary summary) => weights.Add(((LinearRegression)trainer.Model).Weight.ToArray<float>());
    }

    /// <summary>By the formula: the decay is min(d, (1 + n) / (10 + n)) at step n.</summary>
    [Fact]
    public void The_average_of_weights_follows_its_formula()
    {
        Steps steps = new();
        LinearRegression model = new(learningRate: 0.03);
        new Trainer { MaxEpochs = 1, Callbacks = [steps, new WeightAverage(0.5)] }.Fit(model, Samples.Plane(320, 32));
        double mean = steps.Values[0];
        for (int n = 1; n < steps.Values.Count; n++)
        {
            double keep = Math.Min(0.5, (1.0 + n) / (10 + n));
            mean = keep * mean + (1 - keep) * steps.Values[n];
        }
        Assert.Equal(mean, model.Weight.ToArray<float>()[0], 1e-5);
        Assert.NotEqual(steps.Values[^1], model.Weight.ToArray<float>()[0], 1e-4);
    }

    sealed class Steps : TrainerCallback
    {
        public List<double> Values { get; } = [];
        public override void OnStepEnd(Trainer trainer, double loss) => Values.Add(((LinearRegression)trainer.Model).Weight.ToArray<float>()[0]);
    }

    [Fact]
    public void A_learning_rate_is_found_and_nothing_has_changed()
    {
        SoftmaxRegression model = new(3);
        model.BuildFor((1, 1, 28, 28));
        float[] before = model.StateDict().Values.First().ToArray<float>();
        RandomState random = RandomStream.Default.State;
        LearningRateSweep sweep = LearningRateFinder.Find(model, Samples.Stripes(), steps: 60);
        Assert.InRange(sweep.Suggestion, 1e-3, 5);
        Assert.True(sweep.Losses.Min() < 0.7 * sweep.Losses[0]);
        Assert.Equal(before, model.StateDict().Values.First().ToArray<float>());
        Assert.Equal(random, RandomStream.Default.State);
    }

    [Fact]
    public void The_rate_that_is_suggested_is_where_the_loss_falls_and_not_where_it_trembles()
    {
        double[] rates = [.. Enumerable.Range(0, 100).Select(i => Math.Pow(10, -6 + 7.0 * i / 99))];
        Random noise = new(1);
        double[] losses = [.. rates.Select((r, i) => (i < 3 ? 3 - 0.2 * i : 2) - 1.5 / (1 + Math.Pow(0.03 / r, 2)) + (r > 1 ? r : 0) + 0.02 * noise.NextDouble())];     // falls around 0.03
        LearningRateSweep sweep = new(rates, losses);
        Assert.InRange(sweep.Suggestion, 0.015, 0.06);
        Assert.InRange(sweep.Fall, 0.7, 0.8);
        Assert.True(double.IsNaN(new LearningRateSweep(rates, [.. rates.Select((_, i) => 1.0 + i)]).Suggestion));
        Assert.True(double.IsNaN(new LearningRateSweep([], []).Suggestion));
    }

    [Fact]
    public void A_loss_that_explodes_leaves_the_picture()
    {
        var plot = new LearningRateSweep([0.1, 0.2, 0.3, 0.4, 0.5], [2, 1.5, 1, 1.8, 50]).ToPlot();
        Assert.Equal([2, 1.5, 1, 1.8], plot.Series[0].Points.Select(p => p.Y));
        Assert.Equal((0.9, 2.1), plot.YLimits);
        Assert.Empty(new LearningRateSweep([], []).ToPlot().Series[0].Points);
    }

    [Fact]
    public void A_search_tells_how_far_it_is_and_can_be_cancelled()
    {
        SoftmaxRegression model = new(3);
        model.BuildFor((1, 1, 28, 28));
        float[] before = model.StateDict().Values.First().ToArray<float>();
        using CancellationTokenSource stop = new();
        List<RateTried> tried = [];
        Assert.Throws<OperationCanceledException>(() => LearningRateFinder.Find(model, Samples.Stripes(), 1e-4, 1, 10, progress: new Told(t =>
        {
            tried.Add(t);
            if (t.Step == 4) stop.Cancel();
        }), cancellation: stop.Token));
        Assert.Equal([1, 2, 3, 4], tried.Select(t => t.Step));
        Assert.All(tried, t => Assert.Equal((10, 1e-4 * Math.Pow(1e4, (t.Step - 1) / 9.0)), (t.Steps, t.Rate)));
        Assert.Equal(before, model.StateDict().Values.First().ToArray<float>());
    }

    sealed class Told(Action<RateTried> tell) : IProgress<RateTried>
    {
        public void Report(RateTried value) => tell(value);
    }

    sealed class Roots : Module
    {
        public override Tensor Forward(Tensor x) => (x - 100).Sqrt();
    }

    sealed class Spoiled : Classifier
    {
        public Spoiled() => Net = new Sequential(new Flatten(), new Linear(4), new Roots(), new Linear(3));
        public override Optim.IOptimizer ConfigureOptimizers() => new Optim.Sgd(Parameters, 0.1);
    }

    [Fact]
    public void A_loss_that_is_not_a_number_names_the_layer_and_the_op_where_it_began()
    {
        var error = Assert.Throws<TrainingDivergedException>(() => new Trainer().Fit(new Spoiled(), Samples.Stripes()));
        Assert.Equal(("net.2", "Roots", "sqrt"), (error.Origin!.Layer, error.Origin.LayerType, error.Origin.Op));
        Assert.Contains("It began in the layer net.2 (Roots), in the op sqrt.", error.Message);
        Assert.Equal((1, 1), (error.Epoch, error.Batch));
    }

    [Fact]
    public void Weights_that_an_update_spoiled_are_named_and_not_saved()
    {
        string folder = Directory.CreateTempSubdirectory("fathom-test-").FullName;
        try
        {
            Trainer trainer = new() { MaxEpochs = 50, Checkpoints = new(folder) { MinInterval = TimeSpan.Zero } };
            Mlp model = new(3, learningRate: 1e30);
            var error = Assert.Throws<TrainingDivergedException>(() => trainer.Fit(model, Samples.Stripes()));
            Assert.True(error.Origin!.Parameters.Count > 0 || error.Origin.Layer is not null, error.Message);
            if (Checkpoint.Exists(folder)) Assert.All(Checkpoint.Read(folder).Weights.Values, w => Assert.True(w.IsFinite().All().Item<bool>()));
        }
        finally { Directory.Delete(folder, recursive: true); }
    }
}
