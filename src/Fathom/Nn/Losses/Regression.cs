namespace Fathom.Nn;

public static partial class Functional
{
    /// <summary>Squared error (x - y)^2.</summary>
    /// <param name="input">Predictions.</param>
    /// <param name="target">What they should be, of the same shape.</param>
    /// <param name="reduction">What becomes of the elements' losses.</param>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor MeanSquaredError(Tensor input, Tensor target, Reduction reduction = Reduction.Mean)
    {
        Reductions.CheckSameShape(input, target, "mean_squared_error");
        return Reductions.Of((input - target).Square(), reduction);
    }

    /// <summary>The root of the reduced squared error: of the mean, of the sum, or |x - y| without reduction. The gradient where all are equal is 0.</summary>
    /// <inheritdoc cref="MeanSquaredError"/>
    public static Tensor RootMeanSquaredError(Tensor input, Tensor target, Reduction reduction = Reduction.Mean)
    {
        Reductions.CheckSameShape(input, target, "root_mean_squared_error");
        Tensor difference = input - target;
        if (reduction == Reduction.None) return difference.Abs();
        Tensor square = Reductions.Of(difference.Square(), reduction), isZero = square.Eq(0);
        return Tensor.Where(isZero, 0, Tensor.Where(isZero, 1, square).Sqrt());        // the root of 0 has no slope: keep it out of the graph
    }

    /// <summary>Absolute error |x - y|.</summary>
    /// <inheritdoc cref="MeanSquaredError"/>
    public static Tensor AbsoluteError(Tensor input, Tensor target, Reduction reduction = Reduction.Mean)
    {
        Reductions.CheckSameShape(input, target, "absolute_error");
        return Reductions.Of((input - target).Abs(), reduction);
    }

    /// <summary>Huber's loss (1964): d^2 / 2 for an error d up to <paramref name="delta"/>, and delta (|d| - delta / 2) beyond, so that outliers pull less.</summary>
    /// <param name="input">Predictions.</param>
    /// <param name="target">What they should be, of the same shape.</param>
    /// <param name="delta">Where the square gives way to a line, above 0.</param>
    /// <param name="reduction">What becomes of the elements' losses.</param>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delta"/> is not above 0.</exception>
    public static Tensor Huber(Tensor input, Tensor target, double delta = 1, Reduction reduction = Reduction.Mean)
    {
        Reductions.CheckSameShape(input, target, "huber");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(delta);
        Tensor error = (input - target).Abs();
        return Reductions.Of(Tensor.Where(error <= delta, 0.5 * error.Square(), delta * (error - 0.5 * delta)), reduction);
    }
}
