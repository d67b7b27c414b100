using Fathom.Data;
using Fathom.Formats;
using Fathom.Nn;
using Fathom.Optim;
using Fathom.Tests;

namespace Fathom.Training.Tests;

/// <summary>A run that was broken off and goes on ends with the bits of one that never was.</summary>
public sealed class ResumeTests : IDisposable
{
    const int Epochs = 3, Batches = 7;

    readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Everything that has state: dropout, batch normalisation, momentum, a schedule, a running average, early stopping, random transforms, steps of several batches.</summary>
    sealed class Net : Classifier
    {
        public Net() => Net = new Sequential(new Conv2d(4, 3), new BatchNorm2d(), new ReLU(), new Flatten(), new Dropout(0.3), new Linear(3));

        public override IOptimizer ConfigureOptimizers() => new Adam(Parameters, 0.01);
    }

    sealed class Noise : Transform
    {
        public override Tensor Apply(Tensor images, SampleStreams streams)
        {
            Tensor[] noisy = [.. Enumerable.Range(0, images.Shape[0]).Select(i => images.Slice(0, i, i + 1) + 0.1 * streams[i].Normal(new Shape(1, 1, 6, 6)))];
            return Tensor.Cat(noisy, 0);
        }
    }

    sealed class Data : DataModule
    {
        readonly TensorDataset samples;

        public Data()
        {
            RandomStream random = new(5);
            samples = new(random.Normal(new Shape(50, 1, 6, 6)), random.Integers(new Shape(50), 0, 3));
        }

        public override IDataLoader? GetDataLoader(bool train) => new DataLoader(samples, 8, shuffle: train, seed: 3, transform: train ? new Noise() : null, workers: train ? 2 : 0);
    }

    sealed class CancelAt(int step, CancellationTokenSource source) : TrainerCallback
    {
        public override void OnStepEnd(Trainer trainer, double loss)
        {
            if (trainer.TrainBatchIndex == step) source.Cancel();
        }
    }

    static (Net Model, Trainer Trainer) Run(CheckpointSaver? saver = null, Checkpoint? from = null, int? stopAt = null, int accumulate = 1)
    {
        using CancellationTokenSource source = new();
        Tensor.Seed(11);
        Net model = new();
        model.BuildFor((1, 1, 6, 6));
        Trainer trainer = new()
        {
            MaxEpochs = Epochs, GradientClipValue = 1, AccumulateBatches = accumulate, Checkpoints = saver, ResumeFrom = from, Cancellation = source.Token,
            SchedulerFactory = o => new Scheduler(o, Schedule.WarmUp(3).Then(3, Schedule.Cosine(20))),
            Callbacks = [new EarlyStopping(patience: 9), new WeightAverage(0.9)],
        };
        if (stopAt is { } step) trainer.Callbacks.Add(new CancelAt(step, source));
        trainer.Fit(model, new Data());
        return (model, trainer);
    }

    static void AssertSame(Net expected, Net actual)
    {
        foreach ((string name, Tensor value) in expected.StateDict()) Assert.True(value.ToRawArray().Data.AsSpan().SequenceEqual(actual.StateDict()[name].ToRawArray().Data), name);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Training_goes_on_bit_for_bit_from_any_step(int accumulate)
    {
        (Net whole, Trainer expected) = Run(accumulate: accumulate);
        for (int step = 1; step < Epochs * Batches; step++)
        {
            if (accumulate > 1 && step % Batches % accumulate != 0 && step % Batches != 0) continue;
            CheckpointSaver saver = new(folder[$"{accumulate}-{step}"]);
            Run(saver, stopAt: step, accumulate: accumulate);
            (Net resumed, Trainer trainer) = Run(from: Checkpoint.Read(folder[$"{accumulate}-{step}"]), accumulate: accumulate);
            AssertSame(whole, resumed);
            Assert.Equal(expected.History.SelectMany(e => e.Metrics), trainer.History.SelectMany(e => e.Metrics));
            Assert.Equal(expected.SamplesSeen, trainer.SamplesSeen);
            Assert.Equal(expected.ValBatchIndex, trainer.ValBatchIndex);
            Assert.Equal(whole.Board["train_loss"], resumed.Board["train_loss"]);
            Assert.Equal(whole.Board["val_loss"], resumed.Board["val_loss"]);
        }
    }

    [Fact]
    public void Accumulated_gradients_are_those_of_one_large_batch()
    {
        RandomStream random = new(1);
        TensorDataset samples = new(random.Normal(new Shape(22, 4)), random.Normal(new Shape(22, 1)));
        Tensor[] weights = [.. new[] { (Size: 4, Steps: 3), (Size: 12, Steps: 1) }.Select(way =>
        {
            Tensor.Seed(2);
            Models.LinearRegression model = new(0.1);
            new Trainer { MaxEpochs = 2, AccumulateBatches = way.Steps }.Fit(model, new Loaded(samples, way.Size));
            return model.Weight;
        })];
        Assert.Equal(weights[1].ToArray<float>(), weights[0].ToArray<float>(), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    sealed class Loaded(TensorDataset samples, int size) : DataModule
    {
        public override IDataLoader? GetDataLoader(bool train) => train ? new DataLoader(samples, size) : null;
    }

    [Fact]
    public void The_best_epoch_is_kept_and_the_state_belongs_to_the_last_weights()
    {
        string at = folder["run"];
        CheckpointSaver saver = new(at) { MinInterval = TimeSpan.Zero };
        (_, Trainer trainer) = Run(saver);
        Assert.Equal(1 + trainer.History.MinBy(e => e["val_loss"])!.Epoch - 1, saver.BestEpoch);
        Assert.Equal(["best.safetensors", "last-00000021.state.safetensors", "last.safetensors"], Directory.GetFiles(at).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(Epochs * Batches, Checkpoint.Read(at).Step);
        Checkpoint.Clear(at);
        Assert.Empty(Directory.GetFiles(at));
    }

    [Fact]
    public void Damage_is_found_when_a_checkpoint_is_read()
    {
        string at = folder["run"];
        Run(new CheckpointSaver(at));
        string weights = Path.Combine(at, Checkpoint.LastName), state = Directory.GetFiles(at, "*.state.safetensors").Single();
        foreach (string file in (string[])[weights, state])
        {
            byte[] sound = File.ReadAllBytes(file), damaged = [.. sound];
            damaged[^5] ^= 1;
            File.WriteAllBytes(file, damaged);
            Assert.Contains("SHA-256", Assert.Throws<DataFormatException>(() => Checkpoint.Read(at)).Message);
            File.WriteAllBytes(file, sound);
        }
        File.Delete(state);
        Assert.Contains("state that belongs to them", Assert.Throws<FileNotFoundException>(() => Checkpoint.Read(at)).Message);
        Assert.Contains("no checkpoint", Assert.Throws<FileNotFoundException>(() => Checkpoint.Read(folder[""])).Message);
    }

    sealed class Fewer : DataModule
    {
        public override IDataLoader? GetDataLoader(bool train) => new DataLoader(new TensorDataset(Tensor.Zeros(16, 1, 6, 6), Tensor.Zeros(new Shape(16), DType.Int64)), 8);
    }

    [Fact]
    public void Another_batch_count_is_refused()
    {
        Run(new CheckpointSaver(folder["run"]));
        Trainer trainer = new() { ResumeFrom = Checkpoint.Read(folder["run"]) };
        Assert.Contains("7 training batches", Assert.Throws<ArgumentException>(() => trainer.Fit(new Net(), new Fewer())).Message);
    }
}
