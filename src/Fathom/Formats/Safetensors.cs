namespace Fathom.Formats;

/// <summary>A tensor of a safetensors file: its name, element type, shape, and where its bytes lie.</summary>
/// <param name="Name">The name, unique in the file.</param>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The size along each dimension; empty for a scalar.</param>
/// <param name="Offset">Where its bytes begin, counted from the start of the data (behind the header).</param>
public sealed record SafetensorsEntry(string Name, ElementType Type, int[] Shape, long Offset)
{
    /// <summary>How many bytes it takes.</summary>
    public long ByteCount { get; } = RawArray.ByteCount(Type, Shape) ?? throw new ArgumentException($"Shape {RawArray.Describe(Shape)} of tensor '{Name}' is too large.");
}

/// <summary>
/// Safetensors, the format of weights: the length of a JSON header as a little-endian 64-bit integer, the header (name, element type, shape and place of
/// each tensor), then the bytes of the tensors without gaps. Nothing in it can run code.
/// </summary>
public static class Safetensors
{
    /// <summary>The longest header, in bytes, that is read or written.</summary>
    public const int MaxHeaderBytes = 100_000_000;

    /// <summary>Reads a whole file: tensors in the order of its header.</summary>
    /// <exception cref="DataFormatException">It is damaged, cut short, or no safetensors file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static OrderedDictionary<string, RawArray> Read(string path)
    {
        using var reader = new SafetensorsReader(path);
        var tensors = new OrderedDictionary<string, RawArray>(reader.Entries.Count);
        foreach (SafetensorsEntry entry in reader.Entries) tensors.Add(entry.Name, reader.Read(entry));
        return tensors;
    }

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="tensors">Names and values, in the order the header lists them.</param>
    /// <param name="metadata">Text to keep with them, under "__metadata__"; null for none.</param>
    /// <exception cref="ArgumentException">A name is "__metadata__" or comes twice.</exception>
    /// <exception cref="IOException">It cannot be written, as on a full disk; an old file of that name is untouched.</exception>
    public static void Write(string path, IEnumerable<KeyValuePair<string, RawArray>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var writer = new SafetensorsWriter(metadata);
        foreach ((string name, RawArray value) in tensors) writer.Add(name, value.Type, value.Shape, s => s.Write(value.Data));
        writer.Save(path);
    }

    /// <summary>Reads a whole file into tensors, in the order of its header; see <see cref="TensorBytes.ToTensor"/> for element types.</summary>
    /// <exception cref="DataFormatException">It is damaged, cut short, or no safetensors file.</exception>
    /// <exception cref="NotSupportedException">A tensor has elements that <see cref="Tensor"/> cannot hold.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static OrderedDictionary<string, Tensor> Load(string path)
    {
        using var reader = new SafetensorsReader(path);
        var state = new OrderedDictionary<string, Tensor>(reader.Entries.Count);
        foreach (SafetensorsEntry entry in reader.Entries) state.Add(entry.Name, reader.Load(entry));
        return state;
    }

    /// <summary>Writes named tensors, as a state dictionary has them, whole or not at all.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="state">Names and tensors, in the order the header lists them.</param>
    /// <param name="metadata">Text to keep with them, under "__metadata__"; null for none.</param>
    /// <exception cref="ArgumentException">A name is "__metadata__" or comes twice.</exception>
    /// <exception cref="IOException">It cannot be written, as on a full disk; an old file of that name is untouched.</exception>
    public static void Save(string path, IEnumerable<KeyValuePair<string, Tensor>> state, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var writer = new SafetensorsWriter(metadata);
        foreach ((string name, Tensor tensor) in state) writer.Add(name, tensor);
        writer.Save(path);
    }

    /// <summary>Names of element types as the format spells them.</summary>
    internal static readonly (string Name, ElementType Type)[] TypeNames =
    [
        ("F32", ElementType.Float32), ("F64", ElementType.Float64), ("F16", ElementType.Float16), ("BF16", ElementType.BFloat16),
        ("I64", ElementType.Int64), ("I32", ElementType.Int32), ("I16", ElementType.Int16), ("I8", ElementType.Int8),
        ("U64", ElementType.UInt64), ("U32", ElementType.UInt32), ("U16", ElementType.UInt16), ("U8", ElementType.UInt8), ("BOOL", ElementType.Bool),
        ("F8_E5M2", ElementType.Float8E5M2), ("F8_E4M3", ElementType.Float8E4M3), ("F8_E8M0", ElementType.Float8E8M0), ("C64", ElementType.Complex64),
    ];
}
