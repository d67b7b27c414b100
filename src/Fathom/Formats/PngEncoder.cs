using System.Buffers.Binary;
using System.IO.Compression;

namespace Fathom.Formats;

/// <summary>Writes 8-bit PNGs: each row with the filter whose result has the smallest sum of absolute values, a rule of thumb of the specification (section 12.7).</summary>
static class PngEncoder
{
    public static byte[] Encode(Image image)
    {
        using var file = new MemoryStream();
        file.Write(Png.Signature);
        WriteChunk(file, "IHDR"u8, Header(image));
        WriteChunk(file, "IDAT"u8, PackedRows(image));
        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    static byte[] Header(Image image)
    {
        PngColour colour = image.Channels switch { 1 => PngColour.Grey, 2 => PngColour.GreyAlpha, 3 => PngColour.Rgb, _ => PngColour.Rgba };
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), image.Height);
        (header[8], header[9]) = (8, (byte)colour);
        return header;
    }

    static byte[] PackedRows(Image image)
    {
        int length = image.Width * image.Channels;
        byte[] best = new byte[length], tried = new byte[length];
        ReadOnlySpan<byte> above = new byte[length];
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            for (int y = 0; y < image.Height; y++)
            {
                ReadOnlySpan<byte> row = image.Pixels.AsSpan(y * length, length);
                (int filter, long least) = (0, long.MaxValue);
                for (int f = 0; f <= 4; f++)
                {
                    PngFilter.Apply(f, row, above, image.Channels, tried);
                    long cost = 0;
                    foreach (byte b in tried) cost += Math.Abs((int)(sbyte)b);
                    if (cost >= least) continue;
                    (filter, least) = (f, cost);
                    (best, tried) = (tried, best);
                }
                zlib.WriteByte((byte)filter);
                zlib.Write(best);
                above = row;
            }
        return packed.ToArray();
    }

    static void WriteChunk(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> body)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, body.Length);
        file.Write(word);
        file.Write(type);
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(word, Crc32.Of(body, Crc32.Of(type)));
        file.Write(word);
    }
}
