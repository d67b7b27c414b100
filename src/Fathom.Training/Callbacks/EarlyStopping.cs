namespace Fathom.Training;

/// <summary>Stops training when a metric has not become better for some epochs.</summary>
public sealed class EarlyStopping : TrainerCallback
{
    readonly string metric;
    readonly int patience;
    readonly double minDelta;
    readonly bool higherIsBetter;
    int waited;
    Dictionary<string, Tensor>? best;

    /// <summary>Watches one metric of <see cref="EpochSummary.Metrics"/>.</summary>
    /// <param name="metric">Its name.</param>
    /// <param name="patience">Epochs without progress after which to stop, 1 or more.</param>
    /// <param name="minDelta">By how much a value must be better to count as progress.</param>
    /// <param name="higherIsBetter">Whether larger values are better; null decides by the name: losses fall, everything else rises.</param>
    /// <exception cref="ArgumentOutOfRangeException">The patience is below 1 or the delta negative.</exception>
    public EarlyStopping(string metric = "val_loss", int patience = 3, double minDelta = 0, bool? higherIsBetter = null)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentOutOfRangeException.ThrowIfLessThan(patience, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(minDelta);
        (this.metric, this.patience, this.minDelta) = (metric, patience, minDelta);
        this.higherIsBetter = higherIsBetter ?? RisesByName(metric);
    }

    /// <summary>Whether larger values of a metric are better, as its name says: losses and errors fall, everything else rises.</summary>
    /// <param name="metric">Its name, such as val_loss.</param>
    public static bool RisesByName(string metric) => !metric.EndsWith("loss", StringComparison.OrdinalIgnoreCase) && !metric.EndsWith("error", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the model gets back the weights of the best epoch when training is over, be it stopped early or not.</summary>
    public bool RestoreBest { get; init; }

    /// <summary>The best value so far, NaN before the first.</summary>
    public double Best { get; private set; } = double.NaN;

    /// <summary>The epoch of the best value, from 1; 0 before the first.</summary>
    public int BestEpoch { get; private set; }

    /// <inheritdoc/>
    public override void OnFitStart(Trainer trainer) => (Best, BestEpoch, waited, best) = (double.NaN, 0, 0, null);

    /// <inheritdoc/>
    public override void OnEpochEnd(Trainer trainer, EpochSummary summary)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(summary);
        if (!summary.IsComplete) return;
        double value = summary.Metrics.TryGetValue(metric, out double v) ? v
            : throw new InvalidOperationException($"Early stopping watches '{metric}', which no epoch measures; there are {string.Join(", ", summary.Metrics.Keys)}.");
        bool better = double.IsNaN(Best) || (higherIsBetter ? value > Best + minDelta : value < Best - minDelta);
        if (better)
        {
            (Best, BestEpoch, waited) = (value, summary.Epoch, 0);
            if (RestoreBest) best = trainer.WeightsToKeep.ToDictionary(w => w.Key, w => w.Value.Clone());
        }
        else if (++waited >= patience) trainer.Stop();
    }

    /// <inheritdoc/>
    public override void OnFitEnd(Trainer trainer)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        if (best is not null && !trainer.WasCancelled) trainer.Model.LoadStateDict(best);       // who cancelled wants to go on later
    }

    /// <inheritdoc/>
    public override void SaveState(TrainingState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Put("best", Best);
        state.Put("waited", BestEpoch, waited);
        foreach ((string name, Tensor value) in best ?? []) state.At("weights").Put(name, value);
    }

    /// <inheritdoc/>
    public override void LoadState(TrainingState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Best = state.Numbers("best")[0];
        (BestEpoch, waited) = state.Integers("waited") is [long epoch, long epochs] ? ((int)epoch, (int)epochs) : throw new ArgumentException("'waited' is not two numbers.");
        best = RestoreBest && BestEpoch > 0 ? state.At("weights").Tensors.ToDictionary() : null;
    }
}
