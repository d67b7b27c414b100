using Fathom.Autograd;

namespace Fathom.Training;

/// <summary>
/// Keeps an exponential moving average of the weights, average = decay x average + (1 - decay) x weights after every step (Polyak and Juditsky 1992 average
/// uniformly; this form is usual since Tarvainen and Valpola 2017). Validation judges the average, <c>best.safetensors</c> holds it, and the model has it when training is over.
/// </summary>
public sealed class WeightAverage : TrainerCallback
{
    readonly double decay;
    readonly OrderedDictionary<string, Tensor> average = [];
    OrderedDictionary<string, Tensor>? own;
    long steps;

    /// <summary>Averages with a decay.</summary>
    /// <param name="decay">What is kept of the average at each step, at least 0 and below 1. In the first steps less is kept, (1 + n) / (10 + n) after n steps, so that the start is forgotten soon.</param>
    /// <exception cref="ArgumentOutOfRangeException">The decay is not in that range.</exception>
    public WeightAverage(double decay = 0.999) =>
        this.decay = decay is >= 0 and < 1 ? decay : throw new ArgumentOutOfRangeException(nameof(decay), decay, "The decay of a weight average is at least 0 and below 1.");

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Tensor>? WeightsToKeep => average.Count > 0 ? average : null;

    /// <inheritdoc/>
    public override void OnFitStart(Trainer trainer)
    {
        average.Clear();
        (own, steps) = (null, 0);
    }

    /// <inheritdoc/>
    public override void OnStepEnd(Trainer trainer, double loss)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        using var _ = GradMode.NoGrad();
        double keep = Math.Min(decay, (1.0 + steps) / (10 + steps));
        steps++;
        foreach ((string name, Tensor value) in trainer.Model.StateDict())
        {
            bool known = average.TryGetValue(name, out Tensor? mean) && value.DType.IsFloating();       // counters, such as those of batch normalisation, are copied
            average[name] = known ? mean! + (1 - keep) * (value - mean!) : value.Clone();
        }
    }

    /// <inheritdoc/>
    public override void OnValidationStart(Trainer trainer)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        if (average.Count == 0) return;
        own = [];
        foreach ((string name, Tensor value) in trainer.Model.StateDict()) own[name] = value.Clone();
        trainer.Model.LoadStateDict(average);
    }

    /// <inheritdoc/>
    public override void OnValidationEnd(Trainer trainer)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        if (own is not null) trainer.Model.LoadStateDict(own);
        own = null;
    }

    /// <inheritdoc/>
    public override void OnFitEnd(Trainer trainer)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        if (average.Count > 0 && !trainer.WasCancelled) trainer.Model.LoadStateDict(average);
    }

    /// <inheritdoc/>
    public override void SaveState(TrainingState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Put("steps", steps);
        foreach ((string name, Tensor value) in average) state.At("weights").Put(name, value);
    }

    /// <inheritdoc/>
    public override void LoadState(TrainingState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        steps = state.Integers("steps")[0];
        foreach ((string name, Tensor value) in state.At("weights").Tensors) average[name] = value.Clone();
    }
}
