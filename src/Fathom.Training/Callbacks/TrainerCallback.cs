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
    /// <summary>An epoch, validation included, is done.</summary>
    public virtual void OnEpochEnd(Trainer trainer, EpochSummary summary) { }
    /// <summary>Training is over, be it complete, stopped, cancelled or failed.</summary>
    public virtual void OnFitEnd(Trainer trainer) { }
}
