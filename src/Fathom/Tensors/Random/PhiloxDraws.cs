namespace Fathom;

/// <summary>Random numbers drawn one after the other from a stream of a seed. A sample that has a stream of its own comes out the same on any thread, in any order.</summary>
/// <param name="seed">The seed.</param>
/// <param name="stream">Which of the 2^64 streams of the seed.</param>
struct PhiloxDraws(long seed, ulong stream)
{
    readonly Philox _philox = new((ulong)seed);
    ulong _next;
    (uint A, uint B, uint C, uint D) _block;

    /// <summary>The stream as one that users draw from; the numbers it gives are others than these.</summary>
    public readonly RandomStream ToStream() => new(new RandomState(_philox.Key, stream, 0, 0));

    /// <summary>32 random bits.</summary>
    public uint Word()
    {
        if ((_next & 3) == 0) _block = _philox.Block(_next >> 2, stream);
        return (_next++ & 3) switch { 0 => _block.A, 1 => _block.B, 2 => _block.C, _ => _block.D };
    }

    /// <summary>Uniform in [0, 1), a multiple of 2^-24.</summary>
    public float Uniform() => (Word() >> 8) * (1f / (1 << 24));

    /// <summary>Uniform in [from, to).</summary>
    public float Uniform(float from, float to) => from + (to - from) * Uniform();

    /// <summary>A whole number from 0 to <paramref name="count"/> - 1. Its bias, under count / 2^32, is beyond notice.</summary>
    public int Index(int count) => (int)((ulong)Word() * (uint)count >> 32);

    /// <summary>True with the given probability.</summary>
    public bool Chance(float probability) => Uniform() < probability;

    /// <summary>Normal, mean 0 and variance 1 (Box and Muller 1958).</summary>
    public float Normal()
    {
        float radius = MathF.Sqrt(-2 * MathF.Log(1 - Uniform()));
        return radius * MathF.Cos(2 * MathF.PI * Uniform());
    }

    /// <summary>Nearly normal, mean 0 and variance 1, never beyond 3.46: the sum of the four bytes of one word. Quick, for noise on pixels.</summary>
    public float RoughNormal()
    {
        const float deviation = 147.8f;     // of the sum: sqrt(4 (256^2 - 1) / 12)
        uint w = Word();
        return ((w & 255) + (w >> 8 & 255) + (w >> 16 & 255) + (w >> 24) - 510f) / deviation;
    }
}
