using Fathom.Data;
using Fathom.Nn;

namespace Fathom.Training;

/// <summary>A model that gives a score for each class, trained by cross-entropy and judged by accuracy (Dive into Deep Learning, 4.3).</summary>
public abstract class Classifier : TrainableModule
{
    /// <summary>Mean cross-entropy of scores (N, classes) against class indices (N).</summary>
    public override Tensor Loss(Tensor prediction, Tensor target) => Functional.CrossEntropy(prediction, target);

    /// <summary>The share of samples whose highest score is at the right class, a scalar.</summary>
    public virtual Tensor Accuracy(Tensor prediction, Tensor target) => Measures.Accuracy(prediction, target);

    /// <summary>What <see cref="Nn.Module.Forward"/> gives, as probabilities (N, classes): the softmax of scores.</summary>
    public virtual Tensor Probabilities(Tensor prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        return prediction.Softmax(1);
    }

    /// <inheritdoc/>
    public override void ValidationStep(Batch batch)
    {
        Tensor prediction = Call(batch.Input);
        Plot("loss", Loss(prediction, batch.Target), train: false);
        Plot("accuracy", Accuracy(prediction, batch.Target), train: false);
        Measure(prediction, batch.Target, train: false);
    }
}
