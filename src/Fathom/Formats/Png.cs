namespace Fathom.Formats;

/// <summary>PNG pictures (W3C PNG specification, third edition): reads every colour type, bit depth and interlacing, writes 8-bit ones.</summary>
public static class Png
{
    /// <summary>The most pixels a picture may have; beyond that a header is taken to be damaged or hostile.</summary>
    public const int MaxPixels = 1 << 27;

    internal static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Reads a file. 16-bit samples are rounded to 8; palettes are looked up; a transparent colour becomes an alpha channel.</summary>
    /// <exception cref="DataFormatException">It is no PNG, damaged, cut short, or larger than <see cref="MaxPixels"/>.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static Image Read(string path) => Decode(File.ReadAllBytes(path), path);

    /// <summary>Reads a picture from bytes; see <see cref="Read"/>.</summary>
    /// <param name="file">The bytes of a PNG file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="DataFormatException">It is no PNG, damaged, cut short, or larger than <see cref="MaxPixels"/>.</exception>
    public static Image Decode(byte[] file, string name = "PNG data") => new PngDecoder(file, name).Decode();

    /// <summary>Writes a file, whole or not at all, with 8 bits a sample.</summary>
    /// <exception cref="IOException">It cannot be written; an old file of that name is untouched.</exception>
    public static void Write(string path, Image image) => AtomicFile.WriteAllBytes(path, PngEncoder.Encode(image));

    /// <summary>The bytes of a PNG file with 8 bits a sample.</summary>
    public static byte[] Encode(Image image) => PngEncoder.Encode(image);
}
