using Fathom.Data;
using Fathom.Optim;

namespace Fathom.Training;

public partial class Trainer
{
    TimeSpan timeBefore;             // spent on the epoch at hand before training was broken off
    long samplesBefore;

    /// <summary>This moment of training, to go on from there bit for bit. Taken between steps: in a callback, or when <see cref="Fit"/> is over.</summary>
    /// <exception cref="InvalidOperationException">Gradients of several batches are being added up; wait for the optimiser's step.</exception>
    public Checkpoint Capture()
    {
        EpochSummary[] done = [.. history.Where(e => e.IsComplete)];
        if (TrainBatchIndex - done.Length * TrainBatchCount is > 0 and int inEpoch && inEpoch % AccumulateBatches != 0 && inEpoch != TrainBatchCount)
            throw new InvalidOperationException($"Between the {AccumulateBatches} batches of a step the weights do not say all: take the checkpoint after the step.");
        TrainingState state = new();
        state.Put("trainer.position", TrainBatchIndex, done.Length * (long)ValBatchCount, SamplesSeen, TrainBatchCount, AccumulateBatches);
        SaveHistory(state.At("history"), done);
        if (TrainBatchIndex > done.Length * TrainBatchCount)
        {
            trainAverages.Save(state.At("averages"));
            EpochSummary? broken = history.Count > done.Length ? history[^1] : null;
            state.Put("trainer.epoch_so_far", (broken?.Time ?? timeBefore).Ticks, broken?.Samples ?? SamplesSeen - done.Sum(e => e.Samples));
        }
        RandomState random = RandomStream.Default.State;
        state.Put("random", unchecked((long)random.Key), unchecked((long)random.Stream), random.Position, random.Forks);
        SaveOptimizer(state.At("optimizer"));
        Model.Board.Save(state.At("board"));
        foreach ((TrainerCallback callback, string name) in NamedCallbacks()) callback.SaveState(state.At(name));
        Checkpoints?.SaveState(state.At("checkpoints"));
        return new(TrainBatchIndex, Model.StateDict(), state) { HyperParameters = Model.HyperParameters };
    }

    /// <summary>Goes back to a moment that <see cref="Capture"/> kept.</summary>
    void Restore(TrainingState state)
    {
        long[] position = state.Integers("trainer.position");
        if (position is not [long steps, long valBatches, long samples, long perEpoch, long accumulate])
            throw new ArgumentException("The checkpoint's position is not five numbers: it was made by another version of Fathom.");
        if (perEpoch != TrainBatchCount) throw new ArgumentException($"The checkpoint was made with {perEpoch} training batches an epoch, but now there are {TrainBatchCount}: data and batch size must be those of the run.");
        if (accumulate != AccumulateBatches) throw new ArgumentException($"The checkpoint was made with AccumulateBatches {accumulate}, not {AccumulateBatches}.");
        (TrainBatchIndex, ValBatchIndex, SamplesSeen) = ((int)steps, (int)valBatches, samples);
        LoadHistory(state.At("history"));
        Epoch = history.Count;
        if (TrainBatchIndex > Epoch * TrainBatchCount)
        {
            trainAverages.Load(state.At("averages"));
            if (state.Integers("trainer.epoch_so_far") is [long ticks, long seen]) (timeBefore, samplesBefore) = (TimeSpan.FromTicks(ticks), seen);
        }
        StartLoader(TrainLoader, Epoch, BatchesDoneIn(Epoch) % TrainBatchCount, BatchesDoneIn(Epoch) == TrainBatchCount ? 1 : 0);
        if (ValLoader is not null) StartLoader(ValLoader, Epoch, 0, 0);
        LoadOptimizer(state.At("optimizer"));
        Model.Board.Load(state.At("board"));
        foreach ((TrainerCallback callback, string name) in NamedCallbacks()) callback.LoadState(state.At(name));
        Checkpoints?.LoadState(state.At("checkpoints"));
        if (state.Integers("random") is [long key, long stream, long place, long forks]) RandomStream.Default.State = new(unchecked((ulong)key), unchecked((ulong)stream), place, forks);
    }

    static void StartLoader(IDataLoader loader, int epoch, int batch, int skipped)
    {
        if (loader is IResumableLoader resumable) resumable.StartAt(epoch + skipped, batch);
        else if (batch > 0) throw new InvalidOperationException($"{loader.GetType().Name} cannot begin in the middle of an epoch, at batch {batch + 1}: have it implement IResumableLoader, use DataLoader, or save at the ends of epochs only (CheckpointSaver.MinInterval).");
    }

    void SaveOptimizer(TrainingState state)
    {
        if (Optimizer is not Optimizer optimizer) return;              // one written by hand keeps its own state, if it has any
        state.Put("rates", [.. optimizer.Groups.Select(g => g.LearningRate)]);
        if (Scheduler is { } scheduler) state.Put("schedule", scheduler.StepCount);
        TrainingState own = state.At("state");
        foreach ((string name, Tensor value) in optimizer.StateDict()) own.Put(name, value);
    }

    void LoadOptimizer(TrainingState state)
    {
        if (Optimizer is not Optimizer optimizer) return;
        optimizer.LoadStateDict(state.At("state").Tensors.ToDictionary());
        if (Scheduler is { } scheduler) scheduler.StepCount = (int)state.Integers("schedule")[0];
        double[] rates = state.Numbers("rates");
        if (rates.Length != optimizer.Groups.Count) throw new ArgumentException($"The checkpoint has {rates.Length} parameter groups, the optimiser {optimizer.Groups.Count}.");
        for (int i = 0; i < rates.Length; i++) optimizer.Groups[i].LearningRate = rates[i];
    }

    static void SaveHistory(TrainingState state, EpochSummary[] done)
    {
        state.Put("time", [.. done.Select(e => e.Time.Ticks)]);
        state.Put("samples", [.. done.Select(e => e.Samples)]);
        foreach (string name in done.SelectMany(e => e.Metrics.Keys).Distinct()) state.At("metrics").Put(name, [.. done.Select(e => e[name])]);
    }

    void LoadHistory(TrainingState state)
    {
        long[] time = state.Integers("time"), samples = state.Integers("samples");
        (string Name, double[] Values)[] metrics = [.. state.At("metrics").Tensors.Select(t => (t.Key, t.Value.ToArray<double>()))];
        history.Clear();
        for (int i = 0; i < time.Length; i++)
            history.Add(new(i + 1, metrics.Where(m => !double.IsNaN(m.Values[i])).ToDictionary(m => m.Name, m => m.Values[i]), TimeSpan.FromTicks(time[i]), samples[i], IsComplete: true));
    }

    /// <summary>Callbacks by the names of their types, numbered where a type comes twice; so their order does not matter.</summary>
    IEnumerable<(TrainerCallback, string)> NamedCallbacks() =>
        Callbacks.GroupBy(c => c.GetType().Name).SelectMany(same => same.Select((c, i) => (c, $"callback.{same.Key}.{i}")));
}
