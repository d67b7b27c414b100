namespace Fathom.Formats;

/// <summary>The CRC-32 of PNG chunks and ZIP entries (polynomial 0x04C11DB7, bits reflected).</summary>
static class Crc32
{
    static readonly uint[] Table = MakeTable();

    /// <summary>The checksum of <paramref name="data"/>.</summary>
    /// <param name="data">The bytes to sum.</param>
    /// <param name="before">The checksum of the bytes before them, to go on from; 0 at the start.</param>
    public static uint Of(ReadOnlySpan<byte> data, uint before = 0)
    {
        uint crc = ~before;
        foreach (byte b in data) crc = Table[(byte)crc ^ b] ^ (crc >> 8);
        return ~crc;
    }

    static uint[] MakeTable()
    {
        var table = new uint[256];
        for (uint n = 0; n < 256; n++)
        {
            uint c = n;
            for (int bit = 0; bit < 8; bit++) c = (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
            table[n] = c;
        }
        return table;
    }
}
