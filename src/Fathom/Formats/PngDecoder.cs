using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Fathom.Formats;

/// <summary>Reads one PNG: chunks, then rows, then pixels.</summary>
sealed class PngDecoder(byte[] file, string name)
{
    /// <summary>No deflate stream unpacks to more than this many times its own length.</summary>
    const long MaxInflation = 1032;

    PngHeader _header;
    byte[] _palette = [];           // R, G, B of each entry
    byte[]? _transparency;          // the tRNS chunk as it is
    readonly List<byte> _packed = [];

    public Image Decode()
    {
        CheckSignature();
        ReadChunks();
        long unpacked = _header.UnpackedBytes();
        if (unpacked > _packed.Count * MaxInflation)
            throw new DataFormatException(name, $"the header gives {_header.Width} x {_header.Height} pixels, but the {_packed.Count} bytes of compressed data cannot hold them", "data for all of them");
        using var rows = new ZLibStream(new MemoryStream([.. _packed]), CompressionMode.Decompress);
        try { return ReadPixels(rows); }
        catch (InvalidDataException e) { throw new DataFormatException(name, "the compressed picture data is damaged", inner: e); }
    }

    void CheckSignature()
    {
        if (file.AsSpan().StartsWith(Png.Signature)) return;
        ReadOnlySpan<byte> start = file.AsSpan(0, Math.Min(8, file.Length));
        string kind = start switch
        {
            [] => "empty",
            [0xFF, 0xD8, 0xFF, ..] => "a JPEG picture",
            [(byte)'G', (byte)'I', (byte)'F', ..] => "a GIF picture",
            [(byte)'B', (byte)'M', ..] => "a BMP picture",
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', ..] => "a RIFF file, perhaps a WebP picture",
            _ => $"no PNG, as it begins with {Convert.ToHexString(start)}",
        };
        throw new DataFormatException(name, $"it is {kind}", "a PNG picture, which begins with 89504E470D0A1A0A");
    }

    void ReadChunks()
    {
        bool dataEnded = false;
        for (int at = Png.Signature.Length, index = 0; ; index++)
        {
            (string type, ReadOnlyMemory<byte> body) = ReadChunk(ref at);
            if ((index == 0) != (type == "IHDR")) throw new DataFormatException(name, $"chunk {index} is {type}", "IHDR once, at the start");
            if (type == "IEND") break;
            if (type == "IDAT")
            {
                if (dataEnded) throw new DataFormatException(name, "other chunks lie between the chunks of picture data (IDAT)", "them to follow each other");
                _packed.AddRange(body.Span);
                continue;
            }
            dataEnded = _packed.Count > 0;
            Keep(type, body.Span);
        }
        if (_packed.Count == 0) throw new DataFormatException(name, "it has no picture data (IDAT)");
        if (_header.Colour == PngColour.Palette && _palette.Length == 0) throw new DataFormatException(name, "its pixels are palette entries, but it has no palette (PLTE)");
    }

    void Keep(string type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case "IHDR": _header = PngHeader.Parse(body, name); break;
            case "PLTE" when body.Length is 0 or > 768 || body.Length % 3 != 0:
                throw new DataFormatException(name, $"the palette has {body.Length} bytes", "3 for each of 1 to 256 entries");
            case "PLTE": _palette = body.ToArray(); break;
            case "tRNS": _transparency = body.ToArray(); CheckTransparency(); break;
            default:
                if (char.IsAsciiLetterUpper(type[0])) throw new DataFormatException(name, $"it has a critical chunk {type} of unknown meaning", "IHDR, PLTE, IDAT and IEND");
                break;
        }
    }

    void CheckTransparency()
    {
        int length = _transparency!.Length;
        bool fits = _header.Colour switch
        {
            PngColour.Grey => length == 2,
            PngColour.Rgb => length == 6,
            PngColour.Palette => length <= _palette.Length / 3,
            _ => false,
        };
        if (!fits) throw new DataFormatException(name, $"the transparency chunk (tRNS) of {length} bytes does not fit colour type {(int)_header.Colour}");
    }

    (string Type, ReadOnlyMemory<byte> Body) ReadChunk(ref int at)
    {
        if (file.Length - at < 12) throw new DataFormatException(name, "cut short: it ends before its end chunk (IEND)", "a whole PNG");
        uint length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
        ReadOnlySpan<byte> type = file.AsSpan(at + 4, 4);
        if (type.ContainsAnyExcept(Letters)) throw new DataFormatException(name, $"a chunk at byte {at} has the type {Convert.ToHexString(type)}", "four letters: the file is damaged");
        string text = Encoding.ASCII.GetString(type);
        if (length > file.Length - at - 12) throw new DataFormatException(name, $"cut short: chunk {text} at byte {at} promises {length} bytes, {file.Length - at - 12} are left", "a whole PNG");
        var body = file.AsMemory(at + 8, (int)length);
        if (Crc32.Of(file.AsSpan(at + 4, (int)length + 4)) != BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + (int)length)))
            throw new DataFormatException(name, $"the checksum of chunk {text} at byte {at} is wrong", "an undamaged file");
        at += 12 + (int)length;
        return (text, body);
    }

    static readonly System.Buffers.SearchValues<byte> Letters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    Image ReadPixels(Stream rows)
    {
        int channels = _header.Colour switch
        {
            PngColour.Grey => 1,
            PngColour.GreyAlpha => 2,
            PngColour.Rgb or PngColour.Palette => 3,
            _ => 4,
        };
        if (_transparency is not null) channels++;
        byte[] pixels = new byte[checked(_header.Width * _header.Height * channels)];
        foreach (PngPass pass in _header.Passes()) ReadPass(rows, pass, pixels, channels);
        rows.ReadByte();        // reaching the end has the checksum of the zlib data checked
        return new Image(_header.Width, _header.Height, channels, pixels);
    }

    void ReadPass(Stream rows, PngPass pass, byte[] pixels, int channels)
    {
        int width = pass.Width(_header.Width), height = pass.Height(_header.Height), length = (int)_header.RowBytes(width);
        int pixelBytes = Math.Max(1, _header.BitsPerPixel / 8);
        byte[] row = new byte[length], above = new byte[length];
        for (int y = 0; y < height; y++)
        {
            int filter = rows.ReadByte();
            if (filter < 0 || rows.ReadAtLeast(row, length, throwOnEndOfStream: false) < length)
                throw new DataFormatException(name, $"cut short: the picture data ends in row {y} of {height}", "all rows");
            if (filter > 4) throw new DataFormatException(name, $"row {y} has filter {filter}", "0 to 4");
            PngFilter.Undo(filter, row, above, pixelBytes);
            int target = ((pass.Y + y * pass.StepY) * _header.Width + pass.X) * channels;
            for (int x = 0; x < width; x++, target += pass.StepX * channels) Expand(row, x, pixels.AsSpan(target, channels));
            (row, above) = (above, row);
        }
    }

    /// <summary>Turns pixel <paramref name="x"/> of a row into 8-bit samples.</summary>
    void Expand(byte[] row, int x, Span<byte> pixel)
    {
        int samples = _header.Samples, depth = _header.BitDepth;
        if (_header.Colour == PngColour.Palette)
        {
            int entry = Sample(row, x, depth);
            if (entry * 3 >= _palette.Length) throw new DataFormatException(name, $"a pixel has palette entry {entry}", $"0 to {_palette.Length / 3 - 1}");
            _palette.AsSpan(entry * 3, 3).CopyTo(pixel);
            if (_transparency is not null) pixel[3] = entry < _transparency.Length ? _transparency[entry] : (byte)255;
            return;
        }
        bool transparent = true;
        for (int c = 0; c < samples; c++)
        {
            int value = Sample(row, x * samples + c, depth);
            pixel[c] = depth == 16 ? (byte)((value * 255 + 32767) / 65535) : (byte)(value * 255 / ((1 << depth) - 1));
            transparent &= _transparency is not null && value == BinaryPrimitives.ReadUInt16BigEndian(_transparency.AsSpan(2 * c));
        }
        if (_transparency is not null) pixel[samples] = transparent ? (byte)0 : (byte)255;
    }

    static int Sample(byte[] row, int index, int depth) => depth switch
    {
        8 => row[index],
        16 => BinaryPrimitives.ReadUInt16BigEndian(row.AsSpan(2 * index)),
        _ => row[index * depth / 8] >> (8 - depth - index * depth % 8) & ((1 << depth) - 1),
    };
}
