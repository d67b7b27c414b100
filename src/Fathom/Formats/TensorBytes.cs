namespace Fathom.Formats;

/// <summary>Between the element types of files and those of tensors.</summary>
public static class TensorBytes
{
    /// <summary>Bytes moved at once between a file and a tensor, which may be larger than a span can be.</summary>
    const int Piece = 1 << 26;

    /// <summary>Copies an array into a tensor. Element types that tensors lack are widened: Int8, Int16 and UInt16 to Int32, UInt32 to Int64.</summary>
    /// <exception cref="NotSupportedException">No tensor type holds the elements.</exception>
    public static Tensor ToTensor(this RawArray array)
    {
        ArgumentNullException.ThrowIfNull(array);
        if (TypeOf(array.Type) is { } dtype)
        {
            Tensor tensor = Tensor.Empty(array.Shape, dtype);
            Read(tensor, (target, from) => array.Data.AsSpan((int)from, target.Length).CopyTo(target));
            return tensor;
        }
        return array.Type switch
        {
            ElementType.Int8 => Tensor.From(Array.ConvertAll(array.AsSpan<sbyte>().ToArray(), v => (int)v), array.Shape),
            ElementType.Int16 => Tensor.From(Array.ConvertAll(array.AsSpan<short>().ToArray(), v => (int)v), array.Shape),
            ElementType.UInt16 => Tensor.From(Array.ConvertAll(array.AsSpan<ushort>().ToArray(), v => (int)v), array.Shape),
            ElementType.UInt32 => Tensor.From(Array.ConvertAll(array.AsSpan<uint>().ToArray(), v => (long)v), array.Shape),
            _ => throw new NotSupportedException($"No tensor holds {array.Type} elements; convert the file to a float or integer type first."),
        };
    }

    /// <summary>Copies a tensor into an array, row-major whatever its memory order.</summary>
    /// <exception cref="OverflowException">It has more bytes than an array can.</exception>
    public static RawArray ToRawArray(this Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        byte[] data = new byte[checked((int)(tensor.Count * tensor.DType.Size()))];
        Write(tensor, new MemoryStream(data));
        return new RawArray(TypeOf(tensor.DType), tensor.Shape.ToArray(), data);
    }

    /// <summary>Fills a row-major tensor piece by piece.</summary>
    internal static unsafe void Read(Tensor tensor, ReadPiece read)
    {
        long bytes = tensor.Count * tensor.DType.Size();
        byte* start = bytes > 0 ? tensor.Bytes() : null;
        for (long at = 0; at < bytes; at += Piece) read(new Span<byte>(start + at, (int)Math.Min(Piece, bytes - at)), at);
        if (tensor.DType == DType.Bool)     // a file may hold any byte; kernels count on 0 and 1
            for (long i = 0; i < bytes; i++) start[i] = start[i] != 0 ? (byte)1 : (byte)0;
        GC.KeepAlive(tensor);
    }

    /// <summary>Reads the bytes that begin at <paramref name="from"/> into <paramref name="target"/>.</summary>
    internal delegate void ReadPiece(Span<byte> target, long from);

    /// <summary>Writes a tensor's elements to a stream as bytes, row-major whatever its memory order.</summary>
    /// <exception cref="IOException">The stream takes no more.</exception>
    public static unsafe void Write(Tensor tensor, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentNullException.ThrowIfNull(stream);
        using var mode = Autograd.GradMode.NoGrad();
        Tensor dense = tensor.Contiguous();
        long bytes = dense.Count * dense.DType.Size();
        for (long at = 0; at < bytes; at += Piece) stream.Write(new ReadOnlySpan<byte>(dense.Bytes() + at, (int)Math.Min(Piece, bytes - at)));
        GC.KeepAlive(dense);
    }

    /// <summary>The file type of a tensor's elements.</summary>
    internal static ElementType TypeOf(DType dtype) => dtype switch
    {
        DType.Bool => ElementType.Bool,
        DType.UInt8 => ElementType.UInt8,
        DType.Int32 => ElementType.Int32,
        DType.Int64 => ElementType.Int64,
        DType.Float16 => ElementType.Float16,
        DType.BFloat16 => ElementType.BFloat16,
        DType.Float32 => ElementType.Float32,
        _ => ElementType.Float64,
    };

    /// <summary>The tensor type that holds elements as they are; null if none does.</summary>
    internal static DType? TypeOf(ElementType type)
    {
        foreach (DType dtype in Enum.GetValues<DType>())
            if (TypeOf(dtype) == type) return dtype;
        return null;
    }
}
