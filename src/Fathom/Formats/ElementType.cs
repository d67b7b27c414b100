namespace Fathom.Formats;

/// <summary>The element types that data files hold: those of tensors and the others that can be read and written as bytes.</summary>
public enum ElementType
{
    /// <summary>One byte, 0 or 1.</summary>
    Bool,
    /// <summary>Unsigned 8-bit integer.</summary>
    UInt8,
    /// <summary>Signed 8-bit integer.</summary>
    Int8,
    /// <summary>8-bit float, 5 exponent bits, 2 mantissa bits.</summary>
    Float8E5M2,
    /// <summary>8-bit float, 4 exponent bits, 3 mantissa bits.</summary>
    Float8E4M3,
    /// <summary>8-bit power of two, exponent bits only.</summary>
    Float8E8M0,
    /// <summary>Unsigned 16-bit integer.</summary>
    UInt16,
    /// <summary>Signed 16-bit integer.</summary>
    Int16,
    /// <summary>IEEE half precision.</summary>
    Float16,
    /// <summary>The upper half of an IEEE single.</summary>
    BFloat16,
    /// <summary>Unsigned 32-bit integer.</summary>
    UInt32,
    /// <summary>Signed 32-bit integer.</summary>
    Int32,
    /// <summary>IEEE single precision.</summary>
    Float32,
    /// <summary>Unsigned 64-bit integer.</summary>
    UInt64,
    /// <summary>Signed 64-bit integer.</summary>
    Int64,
    /// <summary>IEEE double precision.</summary>
    Float64,
    /// <summary>Two IEEE singles: real, imaginary.</summary>
    Complex64,
}

/// <summary>Sizes of element types and the .NET types that hold them.</summary>
public static class ElementTypes
{
    /// <summary>Bytes an element takes.</summary>
    public static int Size(this ElementType type) => type switch
    {
        <= ElementType.Float8E8M0 => 1,
        <= ElementType.BFloat16 => 2,
        <= ElementType.Float32 => 4,
        _ => 8,
    };

    /// <summary>Bytes of the unit that byte order applies to: the element, but half of it for complex numbers.</summary>
    internal static int WordSize(this ElementType type) => type == ElementType.Complex64 ? 4 : type.Size();

    /// <summary>The element type that holds <typeparamref name="T"/>.</summary>
    /// <exception cref="NotSupportedException">Files have no element type for it.</exception>
    public static ElementType Of<T>() where T : unmanaged =>
        typeof(T) == typeof(float) ? ElementType.Float32
        : typeof(T) == typeof(double) ? ElementType.Float64
        : typeof(T) == typeof(Half) ? ElementType.Float16
        : typeof(T) == typeof(byte) ? ElementType.UInt8
        : typeof(T) == typeof(sbyte) ? ElementType.Int8
        : typeof(T) == typeof(short) ? ElementType.Int16
        : typeof(T) == typeof(ushort) ? ElementType.UInt16
        : typeof(T) == typeof(int) ? ElementType.Int32
        : typeof(T) == typeof(uint) ? ElementType.UInt32
        : typeof(T) == typeof(long) ? ElementType.Int64
        : typeof(T) == typeof(ulong) ? ElementType.UInt64
        : typeof(T) == typeof(bool) ? ElementType.Bool
        : throw new NotSupportedException($"No file element type holds {typeof(T).Name}; use float, double, Half, bool or an integer of 8 to 64 bits.");
}
