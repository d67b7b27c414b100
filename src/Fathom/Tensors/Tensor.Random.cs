using Fathom.Devices;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Starts <see cref="RandomStream.Default"/> anew: the same seed gives the same numbers, whatever the number of threads.</summary>
    public static void Seed(long seed) => RandomStream.Default.State = new((ulong)seed, 0, 0, 0);

    /// <summary>Numbers uniform in [0, 1), Float32: <c>Tensor.Rand(2, 3)</c>.</summary>
    public static Tensor Rand(params ReadOnlySpan<int> sizes) => Rand(new Shape(sizes));

    /// <summary>Numbers uniform in [0, 1).</summary>
    public static Tensor Rand(Shape shape, DType dtype = DType.Float32, Device? device = null) => RandomStream.Default.Uniform(shape, 0, 1, dtype, device);

    /// <summary>Normal numbers of mean 0 and deviation 1, Float32: <c>Tensor.RandN(2, 3)</c>.</summary>
    public static Tensor RandN(params ReadOnlySpan<int> sizes) => RandN(new Shape(sizes));

    /// <summary>Normal numbers of mean 0 and deviation 1.</summary>
    public static Tensor RandN(Shape shape, DType dtype = DType.Float32, Device? device = null) => RandomStream.Default.Normal(shape, 0, 1, dtype, device);

    /// <summary>Normal numbers.</summary>
    /// <exception cref="ArgumentException">The deviation is negative or not finite.</exception>
    public static Tensor Normal(double mean, double deviation, Shape shape, DType dtype = DType.Float32, Device? device = null) =>
        RandomStream.Default.Normal(shape, mean, deviation, dtype, device);

    /// <summary>Numbers uniform in [low, high).</summary>
    /// <exception cref="ArgumentException">The bounds do not make a range.</exception>
    public static Tensor Uniform(double low, double high, Shape shape, DType dtype = DType.Float32, Device? device = null) =>
        RandomStream.Default.Uniform(shape, low, high, dtype, device);

    /// <summary>Whole numbers from <paramref name="low"/> up to but without <paramref name="high"/>.</summary>
    /// <exception cref="ArgumentException">There is no number in the range.</exception>
    public static Tensor RandInt(long low, long high, Shape shape, DType dtype = DType.Int64, Device? device = null) =>
        RandomStream.Default.Integers(shape, low, high, dtype, device);

    /// <summary>The numbers 0 to <paramref name="count"/> - 1 in random order, Int64.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public static Tensor Permutation(int count) => RandomStream.Default.Permutation(count);

    /// <summary>1 with the given probability, else 0.</summary>
    /// <exception cref="ArgumentException">The probability lies outside 0 to 1.</exception>
    public static Tensor Bernoulli(double probability, Shape shape, DType dtype = DType.Float32, Device? device = null) =>
        RandomStream.Default.Bernoulli(shape, probability, dtype, device);

    /// <summary>1 with a probability for each element, else 0; not differentiable.</summary>
    /// <param name="probabilities">Floats from 0 to 1.</param>
    /// <exception cref="ArgumentException">The probabilities are not floats.</exception>
    public static Tensor Bernoulli(Tensor probabilities)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        if (!probabilities.DType.IsFloating()) throw new ArgumentException($"[bernoulli] probabilities must be floats, not {probabilities.DType.Name()}.", nameof(probabilities));
        using var mode = Autograd.GradMode.NoGrad();
        DType type = probabilities.DType == DType.Float64 ? DType.Float64 : DType.Float32;
        return (RandomStream.Default.Uniform(probabilities.Shape, 0, 1, type, probabilities.Device) < probabilities.To(type)).To(probabilities.DType);
    }

    /// <summary>As <see cref="Rand(Shape, DType, Device?)"/>, in the shape, type and on the device of another tensor.</summary>
    public static Tensor RandLike(Tensor like, DType? dtype = null) => Rand(like.Shape, dtype ?? like.DType, like.Device);

    /// <summary>As <see cref="RandN(Shape, DType, Device?)"/>, in the shape, type and on the device of another tensor.</summary>
    public static Tensor RandNLike(Tensor like, DType? dtype = null) => RandN(like.Shape, dtype ?? like.DType, like.Device);

    /// <summary>As <see cref="RandInt"/>, in the shape, type and on the device of another tensor.</summary>
    public static Tensor RandIntLike(Tensor like, long low, long high, DType? dtype = null) => RandInt(low, high, like.Shape, dtype ?? like.DType, like.Device);

    /// <summary>Fills with numbers uniform in [low, high), in place.</summary>
    /// <param name="low">Lower bound, included.</param>
    /// <param name="high">Upper bound, left out.</param>
    /// <param name="random">The stream to draw from; <see cref="RandomStream.Default"/> if null.</param>
    /// <exception cref="InvalidOperationException">The change would make a gradient silently wrong.</exception>
    public Tensor UniformInPlace(double low = 0, double high = 1, RandomStream? random = null) =>
        FillWith("uniform", r => r.FillUniform(this, low, high), random);

    /// <summary>Fills with normal numbers, in place.</summary>
    /// <param name="mean">Mean.</param>
    /// <param name="deviation">Standard deviation.</param>
    /// <param name="random">The stream to draw from; <see cref="RandomStream.Default"/> if null.</param>
    /// <exception cref="InvalidOperationException">The change would make a gradient silently wrong.</exception>
    public Tensor NormalInPlace(double mean = 0, double deviation = 1, RandomStream? random = null) =>
        FillWith("normal", r => r.FillNormal(this, mean, deviation), random);

    /// <summary>Fills with 1 at the given probability and 0 else, in place.</summary>
    /// <param name="probability">Probability of a 1.</param>
    /// <param name="random">The stream to draw from; <see cref="RandomStream.Default"/> if null.</param>
    /// <exception cref="InvalidOperationException">The change would make a gradient silently wrong.</exception>
    public Tensor BernoulliInPlace(double probability, RandomStream? random = null) =>
        FillWith("bernoulli", r => { if (Device.HasData) CopyFrom(r.Bernoulli(Shape, probability, DType)); }, random);

    Tensor FillWith(string name, Action<RandomStream> fill, RandomStream? random)
    {
        CheckInPlace(name, records: Autograd.GradMode.IsEnabled && RequiresGrad);
        fill(random ?? RandomStream.Default);
        GradFn = null;
        return this;
    }
}
