using System.IO.Compression;

namespace Fathom.Formats;

/// <summary>
/// Unpacks gzip so that a file cut short is noticed, which <see cref="GZipStream"/> takes for a file that ends there. A second small gzip member, the end
/// mark, is appended to the compressed bytes: behind a whole file it unpacks to <see cref="EndMark"/>, behind a cut one it is swallowed as the missing part.
/// </summary>
static class Gzip
{
    static readonly byte[] PackedMark = Pack(EndMark);

    /// <summary>The bytes that follow the content of every whole file.</summary>
    public static ReadOnlySpan<byte> EndMark => [0xFA, 0x70, 0x4D, 0x1E, 0x9B, 0x03, 0xC6, 0x55, 0x2F, 0xA8, 0x61, 0xD7, 0x3C, 0x84, 0xEB, 0x12];

    /// <summary>Whether a stream begins as gzip does. Leaves it at its start.</summary>
    public static bool Begins(Stream stream)
    {
        bool gzip = stream.ReadByte() == 0x1F && stream.ReadByte() == 0x8B;
        stream.Position = 0;
        return gzip;
    }

    /// <summary>Unpacks a whole stream; the content is followed by <see cref="EndMark"/>, or the stream was not whole. Throws <see cref="InvalidDataException"/> while being read where it is damaged.</summary>
    public static Stream Unpack(Stream packed)
    {
        byte[] bytes = new byte[checked((int)packed.Length + PackedMark.Length)];
        packed.ReadExactly(bytes, 0, (int)packed.Length);
        PackedMark.CopyTo(bytes, packed.Length);
        return new GZipStream(new MemoryStream(bytes, writable: false), CompressionMode.Decompress);
    }

    static byte[] Pack(ReadOnlySpan<byte> content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.NoCompression)) gzip.Write(content);
        return packed.ToArray();
    }
}
