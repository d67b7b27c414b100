using Fathom.Models;

namespace Fathom.Training.Tests;

public class TrainerTests
{
    public TrainerTests() => Tensor.Seed(7);

    [Fact]
    public void Linear_regression_finds_the_plane()
    {
        LinearRegression concise = new(learningRate: 0.03);
        new Trainer { MaxEpochs = 3 }.Fit(concise, Samples.Plane());
        AssertPlane(concise.Weight, concise.Bias);

        LinearRegressionScratch scratch = new(2, learningRate: 0.03);
        new Trainer { MaxEpochs = 5 }.Fit(scratch, Samples.Plane());
        AssertPlane(scratch.Weight, scratch.Bias);

        static void AssertPlane(Tensor w, Tensor b)
        {
            float[] found = w.ToArray<float>();
            Assert.InRange(found[0], 1.95, 2.05);
            Assert.InRange(found[1], -3.45, -3.35);
            Assert.InRange(b.Item(), 4.15, 4.25);
        }
    }

    [Fact]
    public void Curves_have_the_points_that_were_asked_for()
    {
        LinearRegression model = new() { PlotTrainPerEpoch = 4, PlotValPerEpoch = 1 };
        Trainer trainer = new() { MaxEpochs = 3 };
        trainer.Fit(model, Samples.Plane(train: 320, val: 64));
        Assert.Equal(["train_loss", "val_loss"], model.Board.Labels);
        Assert.Equal(15, model.Board["train_loss"].Count);      // a point each 2 of 10 batches
        Assert.Equal([1d, 2, 3], model.Board["val_loss"].Select(p => p.X));
        Assert.Equal(3, trainer.History.Count);
        Assert.Equal(30, trainer.TrainBatchIndex);
        Assert.Equal(6, trainer.ValBatchIndex);
        Assert.Equal(960, trainer.SamplesSeen);
        Assert.True(trainer.History[2]["val_loss"] < trainer.History[0]["val_loss"]);
    }

    [Fact]
    public void Callbacks_are_told_everything_in_order()
    {
        Recorder recorder = new();
        new Trainer { MaxEpochs = 2, Callbacks = [recorder] }.Fit(new LinearRegression(), Samples.Plane(train: 64, val: 32));
        Assert.Equal("start epoch step step end epoch step step end over", string.Join(' ', recorder.Events));
    }

    [Fact]
    public void Early_stopping_waits_as_long_as_asked_and_no_longer()
    {
        EarlyStopping stopping = new("val_loss", patience: 2, minDelta: 1e9);       // nothing after the first epoch counts as progress
        Trainer trainer = new() { MaxEpochs = 50, Callbacks = [stopping] };
        trainer.Fit(new LinearRegression(), Samples.Plane(train: 64, val: 32));
        Assert.Equal(3, trainer.History.Count);
        Assert.Equal(1, stopping.BestEpoch);
        Assert.Contains("no epoch measures", Assert.Throws<InvalidOperationException>(() =>
            new Trainer { Callbacks = [new EarlyStopping("val_bliss")] }.Fit(new LinearRegression(), Samples.Plane(64, 32))).Message);
    }

    [Fact]
    public void Cancelling_ends_after_the_batch_at_hand()
    {
        using CancellationTokenSource source = new();
        Recorder recorder = new() { AfterStep = source.Cancel };
        Trainer trainer = new() { MaxEpochs = 5, Callbacks = [recorder], Cancellation = source.Token };
        trainer.Fit(new LinearRegression(), Samples.Plane(train: 320, val: 32));
        Assert.True(trainer.WasCancelled);
        Assert.Equal(1, trainer.TrainBatchIndex);
        Assert.False(Assert.Single(trainer.History).IsComplete);
        Assert.Equal("over", recorder.Events[^1]);
    }

    [Fact]
    public void A_loss_that_explodes_is_an_error_that_says_when()
    {
        var error = Assert.Throws<TrainingDivergedException>(() => new Trainer { MaxEpochs = 100 }.Fit(new LinearRegression(1e9), Samples.Plane(train: 320)));
        Assert.Equal(1, error.Epoch);
        Assert.True(error.Batch > 1);
        Assert.Contains("learning rate", error.Message);
    }

    [Fact]
    public void Clipping_bounds_the_step()
    {
        LinearRegressionScratch model = new(2, learningRate: 1, sigma: 0);
        new Trainer { MaxEpochs = 1, GradientClipValue = 0.5 }.Fit(model, Samples.Plane(train: 32, val: 32));      // one batch
        double norm = Math.Sqrt(model.Weight.Square().Sum().Item() + model.Bias.Square().Sum().Item());
        Assert.Equal(0.5, norm, 1e-4);
    }

    [Fact]
    public void Parts_of_the_loop_can_be_overridden()
    {
        Halving trainer = new() { MaxEpochs = 1 };
        trainer.Fit(new LinearRegression(), Samples.Plane(train: 64, val: 32));
        Assert.Equal(32, trainer.SamplesSeen);
    }

    [Fact]
    public void Every_classifier_learns_what_is_easy()
    {
        foreach (ModelEntry entry in ModelRegistry.All.Where(m => m.IsClassifier && m.Defaults.Resize is null))      // the others: DeepModelTests
        {
            Trainer trainer = new() { MaxEpochs = 8 };
            string? activation = entry.Activations.Contains("relu") ? "relu" : null;         // sigmoids take their time
            trainer.Fit(entry.Create(new(3, entry.DefaultsFor(activation).LearningRate, activation)), Samples.Stripes());
            Assert.True(trainer.History[^1]["val_accuracy"] > 0.9, $"{entry.Name}: {trainer.History[^1]["val_accuracy"]}");
        }
    }

    sealed class Halving : Trainer
    {
        protected override Fathom.Data.Batch PrepareBatch(Fathom.Data.Batch batch) => new(batch.Tensors.Select(t => t.Slice(0, 0, batch.Count / 2)).ToArray());
    }

    sealed class Recorder : TrainerCallback
    {
        public List<string> Events { get; } = [];
        public Action? AfterStep { get; init; }
        public override void OnFitStart(Trainer trainer) => Events.Add("start");
        public override void OnEpochStart(Trainer trainer) => Events.Add("epoch");
        public override void OnStepEnd(Trainer trainer, double loss)
        {
            Events.Add("step");
            AfterStep?.Invoke();
        }
        public override void OnEpochEnd(Trainer trainer, EpochSummary summary) => Events.Add("end");
        public override void OnFitEnd(Trainer trainer) => Events.Add("over");
    }
}
