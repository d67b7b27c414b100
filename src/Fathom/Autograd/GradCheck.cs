namespace Fathom.Autograd;

/// <summary>Compares gradients with central differences, in Float64.</summary>
public static class GradCheck
{
    /// <summary>
    /// Checks the gradients of <paramref name="f"/> at some inputs: for each element x, (f(x + e) - f(x - e)) / 2e weighted by a fixed random vector against
    /// the backward pass.
    /// </summary>
    /// <param name="f">A function of the inputs, of any shape.</param>
    /// <param name="inputs">Float64 tensors; those with <see cref="Tensor.RequiresGrad"/> are checked, or all if none has it.</param>
    /// <param name="step">The distance e.</param>
    /// <param name="tolerance">Largest accepted error, relative to the larger of the gradient and 1.</param>
    /// <exception cref="GradCheckException">A gradient differs; the message says where and by how much.</exception>
    /// <exception cref="ArgumentException">An input is not Float64, or none is differentiable.</exception>
    public static void Check(Func<Tensor[], Tensor> f, IReadOnlyList<Tensor> inputs, double step = 1e-6, double tolerance = 1e-6)
    {
        ArgumentNullException.ThrowIfNull(f);
        Tensor[] x = Prepare(inputs);
        Tensor y = f(x);
        Tensor weights = Weights(y);
        Tensor[] wanted = [.. x.Where(t => t.RequiresGrad)];
        Tensor?[] gradients = y.RequiresGrad ? Differentiate.Grad(y, wanted, weights) : new Tensor?[wanted.Length];
        for (int i = 0; i < wanted.Length; i++)
        {
            double[] got = gradients[i]?.ToArray<double>() ?? new double[wanted[i].Count];
            if (gradients[i] is { } g && g.Shape != wanted[i].Shape) throw new GradCheckException($"The gradient of input {i} has shape {g.Shape}, the input {wanted[i].Shape}.");
            Compare(f, x, wanted[i], i, got, weights, step, tolerance);
        }
    }

    /// <summary>Checks first and second order: the function itself, and the gradient as a function of inputs and weights.</summary>
    /// <inheritdoc cref="Check"/>
    public static void CheckTwice(Func<Tensor[], Tensor> f, IReadOnlyList<Tensor> inputs, double step = 1e-6, double tolerance = 1e-6)
    {
        ArgumentNullException.ThrowIfNull(f);
        Check(f, inputs, step, tolerance);
        Tensor[] x = Prepare(inputs);
        Tensor weights = Weights(f(x));
        int differentiable = x.Count(t => t.RequiresGrad);
        Check(z =>
        {
            Tensor y = f(z[..^1]);
            Tensor?[] g = Differentiate.Grad(y, [.. z[..^1].Where(t => t.RequiresGrad)], z[^1], createGraph: true);
            Tensor[] flat = [.. g.Where(t => t is not null).Select(t => t!.Reshape(-1))];
            return flat.Length == 0 ? Tensor.Zeros(0) : Tensor.Cat(flat);
        }, [.. x, weights.WithGrad(differentiable > 0)], step, tolerance);
    }

    static Tensor[] Prepare(IReadOnlyList<Tensor> inputs)
    {
        bool all = !inputs.Any(t => t.RequiresGrad);
        var x = new Tensor[inputs.Count];
        for (int i = 0; i < x.Length; i++)
        {
            bool wanted = inputs[i].RequiresGrad || (all && inputs[i].DType.IsFloating());
            if (wanted && inputs[i].DType != DType.Float64)
                throw new ArgumentException($"Input {i} is {inputs[i].DType.Name()}; central differences need float64: use .To(DType.Float64).", nameof(inputs));
            x[i] = inputs[i].Detach().Clone().WithGrad(wanted);
        }
        if (!x.Any(t => t.RequiresGrad)) throw new ArgumentException("No input is a floating-point tensor, so there is no gradient to check.", nameof(inputs));
        return x;
    }

    /// <summary>One element by its number in row-major order.</summary>
    static AxisSlice[] Place(Shape shape, long number)
    {
        var place = new AxisSlice[shape.Rank];
        for (int i = place.Length - 1; i >= 0; number /= shape.Span[i--]) place[i] = new((int)(number % shape.Span[i]), 1, 1);
        return place;
    }

    /// <summary>Fixed irregular weights, so that no two errors cancel.</summary>
    static Tensor Weights(Tensor y)
    {
        double[] w = new double[y.Count];
        for (int i = 0; i < w.Length; i++) w[i] = 0.5 + (i * 0.6180339887498949 % 1);
        return Tensor.From(w, y.Shape);
    }

    static void Compare(Func<Tensor[], Tensor> f, Tensor[] x, Tensor input, int index, double[] got, Tensor weights, double step, double tolerance)
    {
        for (int e = 0; e < got.Length; e++)
        {
            double want = (Shifted(step) - Shifted(-step)) / (2 * step);
            if (!(Math.Abs(got[e] - want) <= tolerance * Math.Max(1, Math.Abs(want))))
                throw new GradCheckException($"The gradient of input {index} (shape {input.Shape}) at element {e} is {got[e]:G9}, but central differences give {want:G9}.");

            double Shifted(double by)
            {
                Tensor one = input.SliceMemory(Place(input.Shape, e));
                double before = one.Item();
                one.FillInPlace(before + by);
                double value = (f(x).Detach() * weights).Sum().Item();
                one.FillInPlace(before);
                return value;
            }
        }
    }
}

/// <summary>A gradient differs from central differences.</summary>
public sealed class GradCheckException : Exception
{
    /// <summary>An error with the given message.</summary>
    public GradCheckException(string message) : base(message) { }
    /// <summary>An error with the given message and cause.</summary>
    public GradCheckException(string message, Exception inner) : base(message, inner) { }
    /// <summary>An error without a message.</summary>
    public GradCheckException() { }
}
