using System.Diagnostics;
using Fathom.Training;

namespace Fathom.Cli;

/// <summary>How far training has come. Written by the training thread after each step, read by displays on another.</summary>
internal sealed class TrainingProgress : TrainerCallback
{
    /// <summary>The rate is that of the last second or two of training, validation left out.</summary>
    const double RateSeconds = 1.5;

    readonly Lock _gate = new();
    readonly Stopwatch _clock = new();
    long _stepBegan, _rateBegan, _rateSamples, _samples, _trainingTicks;
    double _lossSum, _rate;
    int _lossCount, _firstStep = -1;
    long _firstSamples;

    public int Epochs { get; private set; }
    public int BatchCount { get; private set; } = 1;
    public int Steps { get; private set; }
    public EpochSummary? LastEpoch { get; private set; }
    public bool IsOver { get; private set; }

    /// <summary>Since training began.</summary>
    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>Time spent on training batches alone, validation left out.</summary>
    public TimeSpan TrainingTime => TimeSpan.FromSeconds(Seconds(_trainingTicks));

    /// <summary>Training samples a second over the whole run, validation left out; 0 before the first epoch's end.</summary>
    public double MeanRate => _trainingTicks == 0 ? 0 : _samples / TrainingTime.TotalSeconds;

    /// <summary>From the start of the process to the end of the first step; zero before.</summary>
    public TimeSpan FirstStep { get; private set; }

    public override void OnFitStart(Trainer trainer)
    {
        (Epochs, BatchCount) = (trainer.MaxEpochs, trainer.TrainBatchCount);
        _clock.Start();
    }

    public override void OnEpochStart(Trainer trainer)
    {
        lock (_gate)
        {
            if (_firstStep < 0) (_firstStep, _firstSamples) = (trainer.TrainBatchIndex, trainer.SamplesSeen);     // more than none after a break
            (_lossSum, _lossCount) = (0, 0);
            _stepBegan = _clock.ElapsedTicks;
        }
    }

    public override void OnStepEnd(Trainer trainer, double loss)
    {
        long now = _clock.ElapsedTicks;
        if (FirstStep == TimeSpan.Zero) FirstStep = SinceProcessStart();
        lock (_gate)
        {
            (Steps, _samples) = (trainer.TrainBatchIndex, trainer.SamplesSeen - _firstSamples);
            _lossSum += loss;
            _lossCount++;
            _trainingTicks += now - _stepBegan;
            _stepBegan = now;
            double seconds = Seconds(_trainingTicks - _rateBegan);
            if (seconds >= RateSeconds) (_rate, _rateBegan, _rateSamples) = ((_samples - _rateSamples) / seconds, _trainingTicks, _samples);
            else if (_rateBegan == 0) _rate = _samples / Math.Max(seconds, 1e-9);
        }
    }

    public override void OnEpochEnd(Trainer trainer, EpochSummary summary) => LastEpoch = summary;

    public override void OnFitEnd(Trainer trainer)
    {
        _clock.Stop();
        IsOver = true;
    }

    /// <summary>How things stand at this moment.</summary>
    public Snapshot Now()
    {
        lock (_gate)
        {
            int epoch = Math.Clamp((Steps - 1) / BatchCount + 1, 1, Math.Max(1, Epochs));
            double done = Epochs == 0 ? 1 : (double)Steps / ((long)BatchCount * Epochs);
            double before = Epochs == 0 ? 0 : (double)Math.Max(0, _firstStep) / ((long)BatchCount * Epochs);      // in an earlier process
            TimeSpan? left = done > before && Elapsed.TotalSeconds > 0.5 ? Elapsed * ((1 - done) / (done - before)) : null;
            return new(epoch, Steps - (epoch - 1) * BatchCount, done, _lossCount == 0 ? double.NaN : _lossSum / _lossCount, _rate, left);
        }
    }

    static TimeSpan SinceProcessStart()
    {
        using var process = Process.GetCurrentProcess();
        return DateTime.Now - process.StartTime;
    }

    static double Seconds(long ticks) => (double)ticks / Stopwatch.Frequency;

    /// <summary>How things stand.</summary>
    /// <param name="Epoch">The epoch at hand, from 1.</param>
    /// <param name="Batch">Batches of it that are done.</param>
    /// <param name="Done">The share of all steps that is done.</param>
    /// <param name="Loss">The mean training loss of the epoch so far.</param>
    /// <param name="Rate">Training samples a second, lately.</param>
    /// <param name="Left">How long it will still take; null while that cannot be told.</param>
    public readonly record struct Snapshot(int Epoch, int Batch, double Done, double Loss, double Rate, TimeSpan? Left);
}
