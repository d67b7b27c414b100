using System.Numerics;

namespace Fathom.Devices.Cpu;

/// <summary>
/// Sixteen blocks of <see cref="Philox"/> at once, several in a vector. Number n of a draw comes from group n / 64 and, inside it, from word (n % 64) / 16 of
/// block n % 16: an order that needs no shuffling at any vector width.
/// </summary>
internal static unsafe class PhiloxGroup
{
    public const int Blocks = 16, Words = 4 * Blocks;

    /// <summary>The words of the blocks at counters 16 group to 16 group + 15: first the first word of all blocks, then the second, ...</summary>
    public static void Fill(ulong key, ulong stream, ulong group, uint* words)
    {
        int w = Vector<ulong>.Count;
        Vector<ulong> lane = Vector<ulong>.Indices;
        for (int i = 0; i < Blocks; i += 2 * w)
        {
            Vector<ulong> low = new(group * Blocks + (ulong)i);
            var x = Rounds(key, stream, low + lane);
            var y = Rounds(key, stream, low + lane + new Vector<ulong>((ulong)w));
            Vector.Narrow(x.A, y.A).Store(words + i);
            Vector.Narrow(x.B, y.B).Store(words + Blocks + i);
            Vector.Narrow(x.C, y.C).Store(words + 2 * Blocks + i);
            Vector.Narrow(x.D, y.D).Store(words + 3 * Blocks + i);
        }
    }

    /// <summary><see cref="Philox.Block"/>, each 32-bit word in a lane of 64 bits, so that the products fit.</summary>
    static (Vector<ulong> A, Vector<ulong> B, Vector<ulong> C, Vector<ulong> D) Rounds(ulong key, ulong stream, Vector<ulong> low)
    {
        Vector<ulong> mask = new(uint.MaxValue), ma = new(Philox.MultiplierA), mb = new(Philox.MultiplierB);
        Vector<ulong> a = low & mask, b = low >>> 32, c = new((uint)stream), d = new(stream >> 32);
        uint keyA = (uint)key, keyB = (uint)(key >> 32);
        for (int round = 0; round < Philox.Rounds; round++)
        {
            Vector<ulong> pa = ma * a, pb = mb * c;
            (a, b, c, d) = ((pb >>> 32) ^ b ^ new Vector<ulong>(keyA), pb & mask, (pa >>> 32) ^ d ^ new Vector<ulong>(keyB), pa & mask);
            keyA += Philox.WeylA;
            keyB += Philox.WeylB;
        }
        return (a, b, c, d);
    }
}
