using System.Text;
using Fathom.Devices;

namespace Fathom;

/// <summary>All there is to know about a <see cref="RandomStream"/>: put back, it goes on with the same numbers. For checkpoints.</summary>
/// <param name="Key">The key, at first the seed.</param>
/// <param name="Stream">The stream among those of one key.</param>
/// <param name="Position">How many groups of 64 words were drawn.</param>
/// <param name="Forks">How many unnamed forks were taken.</param>
public readonly record struct RandomState(ulong Key, ulong Stream, long Position, long Forks);

/// <summary>
/// Random numbers by counting (Philox4x32-10): the n-th number of a draw is a function of seed, stream and place, so that it does not depend on how many
/// threads fill a tensor. Each draw begins a new group of 64 words. A stream may be used from several threads; which thread gets which numbers is then up to their
/// timing, so give each its own <see cref="Fork()"/>.
/// </summary>
public sealed class RandomStream
{
    // The top two bits of a counter say what it is for; draws stay below 2^62.
    const ulong UnnamedFork = 1UL << 62, NumberedFork = 2UL << 62, NamedFork = 3UL << 62, Mask = UnnamedFork - 1;

    readonly Lock gate = new();
    RandomState state;

    /// <summary>A stream from a seed.</summary>
    public RandomStream(long seed) : this(new RandomState((ulong)seed, 0, 0, 0)) { }

    /// <summary>A stream that goes on where another stood.</summary>
    public RandomStream(RandomState state) => this.state = state;

    /// <summary>The stream behind <see cref="Tensor.RandN(ReadOnlySpan{int})"/> and its kin. Starts from seed 0 in every process; see <see cref="Tensor.Seed"/>.</summary>
    public static RandomStream Default { get; } = new(0);

    /// <summary>Where the stream stands; settable.</summary>
    public RandomState State
    {
        get { lock (gate) return state; }
        set { lock (gate) state = value; }
    }

    /// <summary>A new stream, independent of this one and of all earlier forks. Draws from this stream are not moved on by it.</summary>
    public RandomStream Fork()
    {
        lock (gate)
        {
            RandomStream fork = Fork(UnnamedFork | (ulong)state.Forks);
            state = state with { Forks = state.Forks + 1 };
            return fork;
        }
    }

    /// <summary>The stream of this number: the same at every call, independent of this one and of other numbers. So sample i or worker i gets its own.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative or 2^62 and above.</exception>
    public RandomStream Fork(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, (long)Mask);
        return Fork(NumberedFork | (ulong)index);
    }

    /// <summary>The stream of this name: the same at every call, independent of this one and of other names.</summary>
    public RandomStream Fork(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Fork(NamedFork | (Hash(name) & Mask));
    }

    RandomStream Fork(ulong counter)
    {
        RandomState s = State;
        (uint a, uint b, uint c, uint d) = new Philox(s.Key).Block(counter, s.Stream);
        return new(new RandomState((ulong)b << 32 | a, (ulong)d << 32 | c, 0, 0));
    }

    /// <summary>FNV-1a of the name in UTF-8.</summary>
    static ulong Hash(string name)
    {
        ulong h = 0xCBF29CE484222325;
        foreach (byte b in Encoding.UTF8.GetBytes(name)) h = (h ^ b) * 0x100000001B3;
        return h ^ (h >> 32);
    }

    /// <summary>A stream that will give the same numbers as this one from here on.</summary>
    public RandomStream Copy() => new(State);

    // ---- tensors ----

    /// <summary>Numbers uniform in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    /// <exception cref="ArgumentException">A bound is not finite, or low is above high, or the type is not a float.</exception>
    public Tensor Uniform(Shape shape, double low = 0, double high = 1, DType dtype = DType.Float32, Device? device = null)
    {
        if (!(low <= high) || !double.IsFinite(high - low)) throw new ArgumentException($"[uniform] bounds {low} and {high} do not make a range.", nameof(low));
        return Draw(shape, Floating("uniform", dtype), device, 64, (t, at) => t.Device.Uniform(t, at, low, high));
    }

    /// <summary>Normal numbers.</summary>
    /// <exception cref="ArgumentException">The deviation is negative or not finite, or the type is not a float.</exception>
    public Tensor Normal(Shape shape, double mean = 0, double deviation = 1, DType dtype = DType.Float32, Device? device = null)
    {
        if (!(deviation >= 0) || !double.IsFinite(deviation)) throw new ArgumentException($"[normal] a deviation of {deviation} is not 0 or more.", nameof(deviation));
        return Draw(shape, Floating("normal", dtype), device, 64, (t, at) => t.Device.Normal(t, at, mean, deviation));
    }

    /// <summary>Whole numbers from <paramref name="low"/> up to but without <paramref name="high"/>.</summary>
    /// <exception cref="ArgumentException">There is no number in the range.</exception>
    public Tensor Integers(Shape shape, long low, long high, DType dtype = DType.Int64, Device? device = null)
    {
        if (low >= high) throw new ArgumentException($"[integers] no whole number lies from {low} up to but without {high}.", nameof(high));
        return Draw(shape, DType.Int64, device, 32, (t, at) => t.Device.Integers(t, at, low, high)).To(dtype);
    }

    /// <summary>True (1) with the given probability, else false (0).</summary>
    /// <exception cref="ArgumentException">The probability lies outside 0 to 1.</exception>
    public Tensor Bernoulli(Shape shape, double probability, DType dtype = DType.Bool, Device? device = null)
    {
        if (!(probability >= 0 && probability <= 1)) throw new ArgumentException($"[bernoulli] a probability lies from 0 to 1; got {probability}.", nameof(probability));
        return Draw(shape, DType.Bool, device, 64, (t, at) => t.Device.Bernoulli(t, at, probability)).To(dtype);
    }

    /// <summary>The numbers 0 to <paramref name="count"/> - 1 in random order, Int64.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public Tensor Permutation(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        long[] order = new long[count];
        for (int i = 0; i < count; i++) order[i] = i;
        Shuffle<long>(order);
        return Tensor.From(order);
    }

    /// <summary>Puts the items in random order (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        RandomPlace at = Take(Math.Max(items.Length - 1, 0), 32);
        Philox philox = new(at.Key);
        for (int i = items.Length - 1; i > 0; i--)
        {
            ulong word = (ulong)(items.Length - 1 - i);
            (uint a, uint b, uint c, uint d) = philox.Block(at.Group * Devices.Cpu.PhiloxGroup.Blocks + word / 2, at.Stream);
            int j = (int)Math.BigMul((word & 1) == 0 ? (ulong)b << 32 | a : (ulong)d << 32 | c, (ulong)(i + 1), out _);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>One number uniform in [0, 1), a multiple of 2^-53.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1L << 53));

    /// <summary>One whole number from <paramref name="low"/> up to but without <paramref name="high"/>.</summary>
    /// <exception cref="ArgumentException">There is no number in the range.</exception>
    public long NextInt64(long low, long high)
    {
        if (low >= high) throw new ArgumentException($"[integers] no whole number lies from {low} up to but without {high}.", nameof(high));
        return low + (long)Math.BigMul(Next(), (ulong)(high - low), out _);
    }

    ulong Next()
    {
        RandomPlace at = Take(1, 32);
        (uint a, uint b, _, _) = new Philox(at.Key).Block(at.Group * Devices.Cpu.PhiloxGroup.Blocks, at.Stream);
        return (ulong)b << 32 | a;
    }

    // ---- in place ----

    /// <summary>Fills a floating-point tensor with numbers uniform in [low, high), in row-major order whatever its memory order.</summary>
    /// <inheritdoc cref="Uniform"/>
    public void FillUniform(Tensor target, double low = 0, double high = 1) => Put(target, Uniform(target.Shape, low, high, target.DType, target.Device));

    /// <summary>Fills a floating-point tensor with normal numbers, in row-major order whatever its memory order.</summary>
    /// <inheritdoc cref="Normal"/>
    public void FillNormal(Tensor target, double mean = 0, double deviation = 1) => Put(target, Normal(target.Shape, mean, deviation, target.DType, target.Device));

    static void Put(Tensor target, Tensor values)
    {
        if (target.Device.HasData) target.CopyFrom(values);
    }

    static DType Floating(string op, DType dtype) => dtype.IsFloating() ? dtype
        : throw new ArgumentException($"[{op}] numbers with fractions do not fit {dtype.Name()}; draw floats, or use Integers.", nameof(dtype));

    /// <summary>Takes the groups that <paramref name="count"/> numbers use up.</summary>
    RandomPlace Take(long count, int perGroup)
    {
        lock (gate)
        {
            RandomPlace at = new(state.Key, state.Stream, (ulong)state.Position);
            state = state with { Position = state.Position + (count + perGroup - 1) / perGroup };
            return at;
        }
    }

    Tensor Draw(Shape shape, DType dtype, Device? device, int perGroup, Action<Tensor, RandomPlace> fill)
    {
        DType native = dtype is DType.Float16 or DType.BFloat16 ? DType.Float32 : dtype;
        Tensor t = Tensor.Empty(shape, native, device);
        if (t.Device.HasData)
        {
            fill(t, Take(t.Count, native == DType.Float64 ? 32 : perGroup));
            GC.KeepAlive(t);
        }
        return t.To(dtype);
    }
}
