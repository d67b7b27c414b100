using Fathom.Data;

namespace Fathom.Training;

/// <summary>The data of a task: a loader for training and, where there is one, a loader for validation (Dive into Deep Learning, 3.2.3).</summary>
public abstract class DataModule
{
    /// <summary>The loader of the training samples, or of the validation samples; null where there are none.</summary>
    public abstract IDataLoader? GetDataLoader(bool train);

    /// <summary>The loader of the training samples.</summary>
    public virtual IDataLoader TrainDataLoader() => GetDataLoader(true) ?? throw new InvalidOperationException($"{GetType().Name} has no training samples.");

    /// <summary>The loader of the validation samples; null where there are none.</summary>
    public virtual IDataLoader? ValDataLoader() => GetDataLoader(false);
}
