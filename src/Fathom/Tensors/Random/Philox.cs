namespace Fathom;

/// <summary>
/// Philox4x32-10, a counter-based generator (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011): the block of four random
/// words at any counter is a function of key and counter alone. So streams need no state, any thread can make any part, and forking is choosing a key.
/// </summary>
/// <param name="Key">The key: what a seed becomes.</param>
readonly record struct Philox(ulong Key)
{
    internal const uint MultiplierA = 0xD2511F53, MultiplierB = 0xCD9E8D57;
    internal const uint WeylA = 0x9E3779B9, WeylB = 0xBB67AE85;      // golden ratio and sqrt(3) - 1, which move the key on from round to round
    internal const int Rounds = 10;

    /// <summary>The four words at a 128-bit counter.</summary>
    /// <param name="low">The lower half of the counter.</param>
    /// <param name="high">The upper half.</param>
    public (uint A, uint B, uint C, uint D) Block(ulong low, ulong high = 0)
    {
        uint a = (uint)low, b = (uint)(low >> 32), c = (uint)high, d = (uint)(high >> 32);
        uint keyA = (uint)Key, keyB = (uint)(Key >> 32);
        for (int round = 0; round < Rounds; round++)
        {
            ulong productA = (ulong)MultiplierA * a, productB = (ulong)MultiplierB * c;
            (a, b, c, d) = ((uint)(productB >> 32) ^ b ^ keyA, (uint)productB, (uint)(productA >> 32) ^ d ^ keyB, (uint)productA);
            keyA += WeylA;
            keyB += WeylB;
        }
        return (a, b, c, d);
    }
}
