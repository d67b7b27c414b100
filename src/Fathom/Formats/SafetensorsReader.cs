using System.Buffers.Binary;

namespace Fathom.Formats;

/// <summary>Reads tensors of a safetensors file one by one. The header is checked when it opens: every byte of the data belongs to exactly one tensor.</summary>
public sealed class SafetensorsReader : IDisposable
{
    const int LengthBytes = 8;

    readonly string _path;
    readonly FileStream _file;
    readonly long _dataStart;
    readonly Dictionary<string, SafetensorsEntry> _byName;

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="DataFormatException">It is damaged, cut short, or no safetensors file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public SafetensorsReader(string path)
    {
        _path = path;
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        try
        {
            byte[] header = ReadHeader();
            _dataStart = LengthBytes + header.Length;
            (Entries, Metadata) = SafetensorsHeader.Parse(header, _file.Length - _dataStart, path);
            _byName = Entries.ToDictionary(e => e.Name);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>The tensors, in the order of the header.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries { get; }

    /// <summary>The text kept under "__metadata__"; empty if there is none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Finds a tensor by its name.</summary>
    /// <returns>The entry; null if the file has none of that name.</returns>
    public SafetensorsEntry? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Reads a tensor.</summary>
    /// <param name="entry">One of <see cref="Entries"/>.</param>
    /// <exception cref="DataFormatException">It has more bytes than an array can; read it into memory of your own.</exception>
    public RawArray Read(SafetensorsEntry entry)
    {
        if (entry.ByteCount > Array.MaxLength)
            throw new DataFormatException(_path, $"tensor '{entry.Name}' has {entry.ByteCount} bytes", $"at most {Array.MaxLength} to fit one array");
        byte[] data = new byte[entry.ByteCount];
        Read(entry, data);
        return new RawArray(entry.Type, entry.Shape, data);
    }

    /// <summary>Reads the bytes of a tensor, or a part of them, into memory of the caller's.</summary>
    /// <param name="entry">One of <see cref="Entries"/>.</param>
    /// <param name="target">Takes the bytes, little-endian.</param>
    /// <param name="from">The first byte of the tensor to read.</param>
    /// <exception cref="ArgumentException">The part goes beyond the tensor's end.</exception>
    public void Read(SafetensorsEntry entry, Span<byte> target, long from = 0)
    {
        if (from < 0 || from > entry.ByteCount - target.Length)
            throw new ArgumentException($"Bytes {from} to {from + target.Length} were asked of tensor '{entry.Name}', which has {entry.ByteCount}.");
        _file.Position = _dataStart + entry.Offset + from;
        _file.ReadExactly(target);
    }

    /// <summary>Reads a tensor; see <see cref="TensorBytes.ToTensor"/> for element types.</summary>
    /// <param name="entry">One of <see cref="Entries"/>.</param>
    /// <exception cref="NotSupportedException">No tensor type holds its elements.</exception>
    public Tensor Load(SafetensorsEntry entry)
    {
        if (TensorBytes.TypeOf(entry.Type) is not { } dtype) return Read(entry).ToTensor();
        Tensor tensor = Tensor.Empty(entry.Shape, dtype);
        TensorBytes.Read(tensor, (target, from) => Read(entry, target, from));
        return tensor;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    byte[] ReadHeader()
    {
        Span<byte> word = stackalloc byte[LengthBytes];
        if (_file.ReadAtLeast(word, LengthBytes, throwOnEndOfStream: false) < LengthBytes)
            throw new DataFormatException(_path, $"it has {_file.Length} bytes", "a safetensors file, which begins with 8 bytes giving the length of its header");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(word);
        ulong left = (ulong)_file.Length - LengthBytes;
        if (length > left)
            throw new DataFormatException(_path, $"its first 8 bytes promise a header of {length} bytes, {left} follow", "a whole safetensors file");
        if (length > Safetensors.MaxHeaderBytes)
            throw new DataFormatException(_path, $"the header has {length} bytes", $"at most {Safetensors.MaxHeaderBytes}");
        byte[] header = new byte[length];
        _file.ReadExactly(header);
        return header;
    }
}
