using Fathom.Data;

namespace Fathom.Training;

/// <summary>Synthetic samples of a linear model as a task (Dive into Deep Learning, 3.3).</summary>
/// <param name="data">The samples.</param>
public sealed class RegressionDataModule(SyntheticRegressionData data) : DataModule
{
    /// <summary>The samples, with the true weights and bias.</summary>
    public SyntheticRegressionData Data => data;

    /// <inheritdoc/>
    public override IDataLoader? GetDataLoader(bool train) => data.GetDataLoader(train);
}
