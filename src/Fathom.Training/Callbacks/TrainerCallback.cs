namespace Fathom.Training;

/// <summary>Told how training goes. Override what is of interest; call <see cref="Trainer.Stop"/> to end training early.</summary>
public abstract class TrainerCallback
{
    /// <summary>Training is about to begin.</summary>
    public virtual void OnFitStart(Trainer trainer) { }
    /// <summary>An epoch is about to begin.</summary>
    public virtual void OnEpochStart(Trainer trainer) { }
    /// <summary>A training batch is done.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="loss">The batch's loss.</param>
    public virtual void OnStepEnd(Trainer trainer, double loss) { }
    /// <summary>Validation is about to begin; the model is in evaluation mode.</summary>
    public virtual void OnValidationStart(Trainer trainer) { }
    /// <summary>Validation is over, be it complete, cancelled or failed.</summary>
    public virtual void OnValidationEnd(Trainer trainer) { }
    /// <summary>An epoch, validation included, is done.</summary>
    public virtual void OnEpochEnd(Trainer trainer, EpochSummary summary) { }
    /// <summary>Training is over, be it complete, stopped, cancelled or failed.</summary>
    public virtual void OnFitEnd(Trainer trainer) { }

    /// <summary>Weights that are to be judged and kept in place of the model's own, such as their running average; null to leave that to others.</summary>
    public virtual IReadOnlyDictionary<string, Tensor>? WeightsToKeep => null;

    /// <summary>Writes what this callback must know to go on after a break, if anything.</summary>
    public virtual void SaveState(TrainingState state) { }
    /// <summary>Takes over what <see cref="SaveState"/> wrote; called after <see cref="OnFitStart"/>.</summary>
    public virtual void LoadState(TrainingState state) { }
}
