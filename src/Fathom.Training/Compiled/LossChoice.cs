using Fathom.Nn;

namespace Fathom.Training;

/// <summary>A loss by name, for <see cref="CompiledModules"/>: <c>"sparse_categorical_crossentropy"</c>.</summary>
/// <remarks>A network's closing <see cref="Softmax"/> or <see cref="Sigmoid"/> is taken into the cross-entropies, which are computed from what comes before it and so
/// never see a probability rounded to 0; a network without one gives logits.</remarks>
public sealed class LossChoice
{
    enum Closing { None, Softmax, Sigmoid }

    readonly Closing closing;

    LossChoice(Func<Tensor, Tensor, Tensor> function, Closing closing = Closing.None) => (Function, this.closing) = (function, closing);

    /// <summary>The loss of what the network gives before a closing layer that belongs to the loss, against targets: a scalar.</summary>
    internal Func<Tensor, Tensor, Tensor> Function { get; }

    /// <summary>Whether a layer is part of this loss, so that the loss takes what comes before it.</summary>
    internal bool Absorbs(Module last) => closing switch { Closing.Softmax => last is Softmax, Closing.Sigmoid => last is Sigmoid, _ => false };

    /// <summary>What metrics are given for what the loss is given: probabilities of two classes, where metrics compare with one half.</summary>
    internal Tensor Activate(Tensor scores) => closing == Closing.Sigmoid ? scores.Sigmoid() : scores;

    /// <summary>A loss of one's own: of the network's whole output and the targets, a scalar.</summary>
    public static LossChoice Of(Func<Tensor, Tensor, Tensor> function) => new(function);

    /// <summary>The loss of a name: sparse_categorical_crossentropy (targets are class indices), categorical_crossentropy (one-hot rows or probabilities), binary_crossentropy,
    /// mean_squared_error (mse), mean_absolute_error (mae), huber.</summary>
    /// <exception cref="ArgumentException">There is none of that name; the message lists them.</exception>
    public static LossChoice Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.ToLowerInvariant() switch
        {
            "sparse_categorical_crossentropy" => new((p, t) => Functional.CrossEntropy(p, Indices(p, t)), Closing.Softmax),
            "categorical_crossentropy" => new((p, t) => Functional.CrossEntropy(p, t.To(p.DType)), Closing.Softmax),
            "binary_crossentropy" => new((p, t) => Functional.BinaryCrossEntropyWithLogits(p, Numbers(p, t)), Closing.Sigmoid),
            "mean_squared_error" or "mse" => new((p, t) => Functional.MeanSquaredError(p, Numbers(p, t))),
            "mean_absolute_error" or "mae" => new((p, t) => Functional.AbsoluteError(p, Numbers(p, t))),
            "huber" => new((p, t) => Functional.Huber(p, Numbers(p, t))),
            _ => throw new ArgumentException($"There is no loss '{name}'; there are sparse_categorical_crossentropy, categorical_crossentropy, binary_crossentropy, mean_squared_error, mean_absolute_error, huber. "
                + "A function (prediction, target) => loss will do as well.", nameof(name)),
        };
    }

    /// <summary>By name; see <see cref="Of(string)"/>.</summary>
    public static implicit operator LossChoice(string name) => Of(name);

    static Tensor Indices(Tensor p, Tensor t) => (t.Rank == p.Rank && t.Shape[1] == 1 ? t.Squeeze(1) : t).To(DType.Int64);

    static Tensor Numbers(Tensor p, Tensor t) => Targets.Like(t, p).To(p.DType);
}
