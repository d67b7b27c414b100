using System.Buffers.Binary;
using System.IO.Compression;

namespace Fathom.Formats;

/// <summary>
/// IDX, the format of MNIST: two zero bytes, a type code, the number of dimensions, each size as a big-endian 32-bit integer, then the elements, big-endian.
/// Plain or inside gzip; which of the two is seen from the content, not from the name.
/// </summary>
public static class IdxFile
{
    /// <summary>No deflate stream unpacks to more than this many times its own length.</summary>
    const long MaxInflation = 1032;

    /// <summary>Reads a file.</summary>
    /// <exception cref="DataFormatException">It is damaged, cut short, longer than its header says, or no IDX file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static RawArray Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        return Read(file, path);
    }

    /// <summary>Reads a stream from its start to its end.</summary>
    /// <param name="stream">A stream that can seek, plain IDX or gzip.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="DataFormatException">It is damaged, cut short, longer than its header says, or no IDX file.</exception>
    public static RawArray Read(Stream stream, string name)
    {
        if (!Gzip.Begins(stream)) return ReadContent(stream, name, stream.Length, endMark: []);
        try
        {
            using Stream content = Gzip.Unpack(stream);
            return ReadContent(content, name, stream.Length * MaxInflation, Gzip.EndMark);
        }
        catch (InvalidDataException e)
        {
            throw new DataFormatException(name, "the gzip data is damaged or cut short", "a whole gzip file; fetch it again", e);
        }
    }

    /// <summary>Writes a file, whole or not at all; compressed if its name ends in ".gz".</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="array">What to write: <see cref="ElementType.UInt8"/>, Int8, Int16, Int32, Float32 or Float64, with 1 to 255 dimensions, none of size 0.</param>
    /// <exception cref="ArgumentException">IDX cannot hold the array.</exception>
    public static void Write(string path, RawArray array) => AtomicFile.Write(path, file =>
    {
        if (!path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) { Write(file, array); return; }
        using var gzip = new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true);
        Write(gzip, array);
    });

    /// <summary>Writes to a stream, uncompressed; see <see cref="Write(string, RawArray)"/>.</summary>
    public static void Write(Stream stream, RawArray array)
    {
        if (array.Shape.Length is 0 or > 255 || array.Count == 0)
            throw new ArgumentException($"IDX cannot hold {array}: it needs 1 to 255 dimensions, none of size 0.", nameof(array));
        Span<byte> word = [0, 0, CodeOf(array.Type), (byte)array.Shape.Length];
        stream.Write(word);
        foreach (int n in array.Shape)
        {
            BinaryPrimitives.WriteInt32BigEndian(word, n);
            stream.Write(word);
        }
        byte[] data = array.Data;
        if (array.Type.WordSize() > 1) ByteOrder.Reverse(data = [.. data], array.Type.WordSize());
        stream.Write(data);
    }

    static RawArray ReadContent(Stream stream, string name, long mostBytes, ReadOnlySpan<byte> endMark)
    {
        Span<byte> word = stackalloc byte[4];
        ReadWord(stream, word, name, "magic number");
        if (word[0] != 0 || word[1] != 0 || TypeOf(word[2]) is not { } type)
            throw new DataFormatException(name, $"no IDX file: it begins with {Convert.ToHexString(word)}",
                "the magic number 00 00 TT NN, TT being 08 (bytes), 09, 0B, 0C, 0D or 0E, and NN the number of dimensions");
        if (word[3] == 0) throw new DataFormatException(name, "the header gives 0 dimensions", "1 or more, as 3 for images and 1 for labels");
        int[] shape = ReadShape(stream, name, word[3]);
        byte[] data = new byte[CheckedSize(name, type, shape, mostBytes)];
        int got = stream.ReadAtLeast(data, data.Length, throwOnEndOfStream: false);
        if (got < data.Length)
            throw new DataFormatException(name, "cut short: it ends inside the data", $"{data.Length} bytes after the header, for {type} {RawArray.Describe(shape)}");
        ExpectEnd(stream, name, endMark, $"the end after {data.Length} bytes of data, for {type} {RawArray.Describe(shape)}");
        ByteOrder.Reverse(data, type.WordSize());
        return new RawArray(type, shape, data);
    }

    static void ExpectEnd(Stream stream, string name, ReadOnlySpan<byte> endMark, string expected)
    {
        Span<byte> rest = stackalloc byte[endMark.Length + 1];
        rest = rest[..stream.ReadAtLeast(rest, rest.Length, throwOnEndOfStream: false)];
        if (rest.Length > endMark.Length) throw new DataFormatException(name, "more bytes follow the data", expected);
        if (!rest.SequenceEqual(endMark)) throw new DataFormatException(name, "the gzip data is damaged or cut short", "a whole gzip file; fetch it again");
    }

    static int[] ReadShape(Stream stream, string name, int rank)
    {
        Span<byte> word = stackalloc byte[4];
        int[] shape = new int[rank];
        for (int i = 0; i < rank; i++)
        {
            ReadWord(stream, word, name, $"size of dimension {i}");
            uint n = BinaryPrimitives.ReadUInt32BigEndian(word);
            if (n is 0 or > int.MaxValue) throw new DataFormatException(name, $"the header gives dimension {i} the size {n}", $"1 to {int.MaxValue}");
            shape[i] = (int)n;
        }
        return shape;
    }

    /// <summary>Bytes of data by the header, refused before anything of that size is allocated if the file cannot hold them.</summary>
    static int CheckedSize(string name, ElementType type, int[] shape, long mostBytes)
    {
        long? bytes = RawArray.ByteCount(type, shape);
        if (bytes is null || bytes > mostBytes)
            throw new DataFormatException(name, $"the header promises {type} {RawArray.Describe(shape)}, {(bytes is { } n ? $"{n} bytes" : "more than can be counted")}",
                "sizes that the file is long enough to hold: it is cut short, or its header is damaged");
        if (bytes > Array.MaxLength) throw new DataFormatException(name, $"it holds {bytes} bytes of data", $"at most {Array.MaxLength}");
        return (int)bytes;
    }

    static void ReadWord(Stream stream, Span<byte> word, string name, string what)
    {
        if (stream.ReadAtLeast(word, 4, throwOnEndOfStream: false) < 4)
            throw new DataFormatException(name, $"cut short: it ends inside the header, before the {what}", "an IDX file, or one inside gzip");
    }

    static ElementType? TypeOf(byte code) => code switch
    {
        0x08 => ElementType.UInt8,
        0x09 => ElementType.Int8,
        0x0B => ElementType.Int16,
        0x0C => ElementType.Int32,
        0x0D => ElementType.Float32,
        0x0E => ElementType.Float64,
        _ => null,
    };

    static byte CodeOf(ElementType type) => type switch
    {
        ElementType.UInt8 => 0x08,
        ElementType.Int8 => 0x09,
        ElementType.Int16 => 0x0B,
        ElementType.Int32 => 0x0C,
        ElementType.Float32 => 0x0D,
        ElementType.Float64 => 0x0E,
        _ => throw new ArgumentException($"IDX has no element type {type}; it has UInt8, Int8, Int16, Int32, Float32 and Float64."),
    };
}
