using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;

namespace Fathom.Formats;

/// <summary>Collects tensors and writes them as one safetensors file. The bytes are asked for only when it is saved.</summary>
public sealed class SafetensorsWriter
{
    const string MetadataKey = "__metadata__";

    readonly List<(string Name, ElementType Type, int[] Shape, long Bytes, Action<Stream> Write)> _tensors = [];
    readonly HashSet<string> _names = [];
    readonly IReadOnlyDictionary<string, string>? _metadata;

    /// <summary>Begins an empty file.</summary>
    /// <param name="metadata">Text to keep under "__metadata__"; null for none.</param>
    public SafetensorsWriter(IReadOnlyDictionary<string, string>? metadata = null) => _metadata = metadata;

    /// <summary>Adds a tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">Its element type.</param>
    /// <param name="shape">Its size along each dimension.</param>
    /// <param name="write">Writes its bytes, row-major and little-endian, when the file is saved.</param>
    /// <exception cref="ArgumentException">The name is taken or reserved, or the shape too large.</exception>
    public void Add(string name, ElementType type, int[] shape, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name == MetadataKey) throw new ArgumentException($"A tensor cannot be called {MetadataKey}: the format keeps that name for itself.", nameof(name));
        if (!_names.Add(name)) throw new ArgumentException($"There is a tensor called '{name}' already.", nameof(name));
        long bytes = RawArray.ByteCount(type, shape) ?? throw new ArgumentException($"Shape {RawArray.Describe(shape)} of tensor '{name}' is too large.", nameof(shape));
        _tensors.Add((name, type, shape, bytes, write));
    }

    /// <summary>Adds a tensor. Its elements are read when the file is saved.</summary>
    /// <exception cref="ArgumentException">The name is taken or reserved.</exception>
    public void Add(string name, Tensor tensor) => Add(name, TensorBytes.TypeOf(tensor.DType), tensor.Shape.ToArray(), s => TensorBytes.Write(tensor, s));

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <exception cref="IOException">It cannot be written, as on a full disk; an old file of that name is untouched.</exception>
    public void Save(string path) => AtomicFile.Write(path, Save);

    /// <summary>Writes to a stream.</summary>
    public void Save(Stream stream)
    {
        // Wider elements first, so that each tensor lies aligned; the header keeps the order of adding.
        int[] order = [.. Enumerable.Range(0, _tensors.Count).OrderByDescending(i => _tensors[i].Type.Size())];
        long[] offsets = new long[_tensors.Count];
        long end = 0;
        foreach (int i in order) (offsets[i], end) = (end, end + _tensors[i].Bytes);

        byte[] header = Header(offsets);
        Span<byte> word = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(word, header.Length);
        stream.Write(word);
        stream.Write(header);
        foreach (int i in order) WriteTensor(stream, i);
    }

    void WriteTensor(Stream stream, int i)
    {
        (string name, _, _, long bytes, Action<Stream> write) = _tensors[i];
        var counted = new CountingStream(stream);
        write(counted);
        if (counted.Count != bytes) throw new InvalidOperationException($"Tensor '{name}' takes {bytes} bytes, but {counted.Count} were written for it.");
    }

    /// <summary>The JSON text, with spaces behind it up to a multiple of 8 bytes as the format advises.</summary>
    byte[] Header(long[] offsets)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WriteMetadata(json);
            for (int i = 0; i < _tensors.Count; i++) WriteEntry(json, i, offsets[i]);
            json.WriteEndObject();
        }
        int padding = -buffer.WrittenCount & 7;
        buffer.GetSpan(padding)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        if (buffer.WrittenCount > Safetensors.MaxHeaderBytes)
            throw new InvalidOperationException($"The header would take {buffer.WrittenCount} bytes, more than the {Safetensors.MaxHeaderBytes} that readers accept; use fewer tensors or less metadata.");
        return buffer.WrittenSpan.ToArray();
    }

    void WriteMetadata(Utf8JsonWriter json)
    {
        if (_metadata is null) return;
        json.WriteStartObject(MetadataKey);
        foreach ((string key, string value) in _metadata) json.WriteString(key, value);
        json.WriteEndObject();
    }

    void WriteEntry(Utf8JsonWriter json, int i, long offset)
    {
        json.WriteStartObject(_tensors[i].Name);
        json.WriteString("dtype", Array.Find(Safetensors.TypeNames, t => t.Type == _tensors[i].Type).Name);
        json.WriteStartArray("shape");
        foreach (int n in _tensors[i].Shape) json.WriteNumberValue(n);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(offset);
        json.WriteNumberValue(offset + _tensors[i].Bytes);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Passes bytes on and counts them.</summary>
    sealed class CountingStream(Stream inner) : Stream
    {
        public long Count { get; private set; }
        public override void Write(ReadOnlySpan<byte> buffer) { inner.Write(buffer); Count += buffer.Length; }
        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => Count;
        public override long Position { get => Count; set => throw new NotSupportedException(); }
        public override void Flush() => inner.Flush();
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
