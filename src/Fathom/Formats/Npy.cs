using System.Buffers.Binary;
using System.Text;

namespace Fathom.Formats;

/// <summary>NumPy's .npy: a magic string, a version, a header that is a Python dictionary in text, then the elements (NEP 1; versions 1, 2 and 3).</summary>
public static class Npy
{
    /// <summary>A longer header than this is taken to be damaged; NumPy's own take about 128 bytes.</summary>
    const int MaxHeaderBytes = 1 << 16;

    static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads a file. Arrays in Fortran order or big-endian come out row-major and little-endian like all others.</summary>
    /// <exception cref="DataFormatException">It is damaged, cut short, no .npy file, or holds elements that are no plain numbers.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static RawArray Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        return Read(file, file.Length, path);
    }

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="array">What to write; NumPy has no BFloat16 and no 8-bit floats.</param>
    /// <param name="fortranOrder">Whether to lay the elements out column-major.</param>
    /// <exception cref="ArgumentException">NumPy has no such element type.</exception>
    public static void Write(string path, RawArray array, bool fortranOrder = false) => AtomicFile.Write(path, s => Write(s, array, fortranOrder));

    /// <summary>Writes to a stream; see <see cref="Write(string, RawArray, bool)"/>.</summary>
    public static void Write(Stream stream, RawArray array, bool fortranOrder = false)
    {
        string order = fortranOrder ? "True" : "False";
        string header = $"{{'descr': '{NpyHeader.DescriptionOf(array.Type)}', 'fortran_order': {order}, 'shape': {RawArray.Describe(array.Shape)}, }}";
        bool wide = header.Length + Magic.Length + 4 + 64 > ushort.MaxValue;
        int prefix = Magic.Length + 2 + (wide ? 4 : 2);
        header = header.PadRight((prefix + header.Length + 1 + 63) / 64 * 64 - prefix - 1) + '\n';     // the data begin at a multiple of 64
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, header.Length);
        stream.Write(Magic);
        stream.Write([wide ? (byte)2 : (byte)1, 0]);
        stream.Write(length[..(wide ? 4 : 2)]);
        stream.Write(Encoding.ASCII.GetBytes(header));
        stream.Write(fortranOrder ? Reordered(array.Data, array.Shape, array.Type.Size(), toFortran: true) : array.Data);
    }

    /// <summary>Reads a file into a tensor; see <see cref="Read(string)"/>, and <see cref="TensorBytes.ToTensor"/> for element types.</summary>
    public static Tensor Load(string path) => Read(path).ToTensor();

    /// <summary>Writes a tensor; see <see cref="Write(string, RawArray, bool)"/>.</summary>
    /// <exception cref="ArgumentException">It is BFloat16, which NumPy lacks.</exception>
    public static void Save(string path, Tensor tensor) => Write(path, tensor.ToRawArray());

    /// <summary>Reads from a stream that holds one array and nothing else.</summary>
    /// <param name="stream">The stream, at the start of the array.</param>
    /// <param name="length">How many bytes it has.</param>
    /// <param name="name">What to call it in messages.</param>
    internal static RawArray Read(Stream stream, long length, string name)
    {
        (NpyHeader header, long dataStart) = ReadHeader(stream, name);
        if (RawArray.ByteCount(header.Type, header.Shape) is not { } bytes || bytes != length - dataStart)
            throw new DataFormatException(name, $"{length - dataStart} bytes of data follow the header", $"what {header.Type} {RawArray.Describe(header.Shape)} takes");
        if (bytes > Array.MaxLength) throw new DataFormatException(name, $"it holds {bytes} bytes of data", $"at most {Array.MaxLength}");
        byte[] data = new byte[bytes];
        if (stream.ReadAtLeast(data, data.Length, throwOnEndOfStream: false) < data.Length)
            throw new DataFormatException(name, "cut short: it ends inside the data", $"{bytes} bytes behind the header");
        if (header.BigEndian) ByteOrder.Reverse(data, header.Type.WordSize());
        if (header.FortranOrder) data = Reordered(data, header.Shape, header.Type.Size(), toFortran: false);
        return new RawArray(header.Type, header.Shape, data);
    }

    static (NpyHeader Header, long DataStart) ReadHeader(Stream stream, string name)
    {
        Span<byte> start = stackalloc byte[12];
        ReadExactly(stream, start[..8], name);
        if (!start.StartsWith(Magic)) throw new DataFormatException(name, $"no .npy file: it begins with {Convert.ToHexString(start[..6])}", "934E554D5059 (\\x93NUMPY)");
        int version = start[6];
        if (version is < 1 or > 3) throw new DataFormatException(name, $"it has version {version}.{start[7]} of the format", "1.0, 2.0 or 3.0");
        int lengthBytes = version == 1 ? 2 : 4;
        ReadExactly(stream, start[8..(8 + lengthBytes)], name);
        uint length = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(start[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
        if (length > MaxHeaderBytes) throw new DataFormatException(name, $"its header has {length} bytes", $"at most {MaxHeaderBytes}");
        byte[] text = new byte[length];
        ReadExactly(stream, text, name);
        return (NpyHeader.Parse(version == 3 ? Encoding.UTF8.GetString(text) : Encoding.Latin1.GetString(text), name), 8 + lengthBytes + length);
    }

    static void ReadExactly(Stream stream, Span<byte> target, string name)
    {
        if (stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) < target.Length)
            throw new DataFormatException(name, "cut short: it ends inside its header", "a .npy file");
    }

    /// <summary>Changes between row-major and column-major order: walks the array row-major while counting its place in the other order.</summary>
    static byte[] Reordered(byte[] data, int[] shape, int size, bool toFortran)
    {
        byte[] result = new byte[data.Length];
        int[] index = new int[shape.Length], stride = new int[shape.Length];
        for (int d = 0, step = size; d < shape.Length; step *= shape[d++]) stride[d] = step;
        for (int rowMajor = 0, fortran = 0; rowMajor < data.Length; rowMajor += size)
        {
            (int from, int to) = toFortran ? (rowMajor, fortran) : (fortran, rowMajor);
            data.AsSpan(from, size).CopyTo(result.AsSpan(to));
            for (int d = shape.Length - 1; d >= 0; d--)
            {
                fortran += stride[d];
                if (++index[d] < shape[d]) break;
                fortran -= stride[d] * shape[d];
                index[d] = 0;
            }
        }
        return result;
    }
}
