using System.Runtime.InteropServices;

namespace Fathom.Formats;

/// <summary>An array as files know it: element type, sizes and little-endian bytes in row-major (C) order. What readers return and writers take.</summary>
public sealed class RawArray
{
    /// <summary>Wraps bytes.</summary>
    /// <param name="type">The element type.</param>
    /// <param name="shape">The size along each dimension; empty for a scalar.</param>
    /// <param name="data">The elements, row-major, little-endian; not copied.</param>
    /// <exception cref="ArgumentException">The bytes are not as many as type and shape need.</exception>
    public RawArray(ElementType type, int[] shape, byte[] data)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(data);
        long? needed = ByteCount(type, shape);
        if (needed != data.Length)
            throw new ArgumentException($"{type} of shape {Describe(shape)} takes {(needed is { } n ? n : "too many")} bytes, but {data.Length} were given.", nameof(data));
        (Type, Shape, Data) = (type, shape, data);
    }

    /// <summary>The element type.</summary>
    public ElementType Type { get; }

    /// <summary>The size along each dimension, outermost first; empty for a scalar.</summary>
    public int[] Shape { get; }

    /// <summary>The elements, row-major, little-endian.</summary>
    public byte[] Data { get; }

    /// <summary>How many elements there are.</summary>
    public int Count => Data.Length / Type.Size();

    /// <summary>Copies elements into an array of a file's making.</summary>
    /// <param name="values">The elements, row-major.</param>
    /// <param name="shape">The size along each dimension; left out, one dimension as long as <paramref name="values"/>.</param>
    /// <exception cref="ArgumentException">The values are not as many as the shape needs.</exception>
    public static RawArray From<T>(ReadOnlySpan<T> values, params int[] shape) where T : unmanaged
    {
        if (shape.Length == 0 && values.Length != 1) shape = [values.Length];
        return new RawArray(ElementTypes.Of<T>(), shape, MemoryMarshal.AsBytes(values).ToArray());
    }

    /// <summary>Copies elements into an array of a file's making; see <see cref="From{T}(ReadOnlySpan{T}, int[])"/>.</summary>
    public static RawArray From<T>(T[] values, params int[] shape) where T : unmanaged => From((ReadOnlySpan<T>)values, shape);

    /// <summary>The elements, without copying.</summary>
    /// <exception cref="InvalidOperationException">The elements are of another type.</exception>
    public Span<T> AsSpan<T>() where T : unmanaged
    {
        if (ElementTypes.Of<T>() != Type) throw new InvalidOperationException($"The array holds {Type}, not {ElementTypes.Of<T>()}.");
        return MemoryMarshal.Cast<byte, T>(Data.AsSpan());
    }

    /// <summary>Element type and shape, as "Float32 (2, 3)".</summary>
    public override string ToString() => $"{Type} {Describe(Shape)}";

    /// <summary>Bytes that an array takes; null where a size is negative or the product does not fit a long.</summary>
    internal static long? ByteCount(ElementType type, ReadOnlySpan<int> shape)
    {
        long bytes = type.Size();
        bool empty = false;
        foreach (int n in shape)
        {
            if (n < 0) return null;
            if (n == 0) { empty = true; continue; }     // (2^31, 2^31, 0) holds nothing and is no overflow
            if (bytes > long.MaxValue / n) return null;
            bytes *= n;
        }
        return empty ? 0 : bytes;
    }

    /// <summary>A shape as text: (2, 3), (4,) or ().</summary>
    internal static string Describe(ReadOnlySpan<int> shape) =>
        shape.Length == 1 ? $"({shape[0]},)" : $"({string.Join(", ", shape.ToArray())})";
}
