using System.Numerics;

namespace Fathom;

/// <summary>The type of a tensor's elements.</summary>
public enum DType
{
    /// <summary>Boolean, one byte: 0 or 1.</summary>
    Bool,
    /// <summary>Unsigned 8-bit integer.</summary>
    UInt8,
    /// <summary>Signed 32-bit integer.</summary>
    Int32,
    /// <summary>Signed 64-bit integer, the type of indices and class labels.</summary>
    Int64,
    /// <summary>IEEE 754 half precision: for storage and conversion, not for arithmetic.</summary>
    Float16,
    /// <summary>Brain floating point, the upper half of a float: for storage and conversion, not for arithmetic.</summary>
    BFloat16,
    /// <summary>IEEE 754 single precision, the default.</summary>
    Float32,
    /// <summary>IEEE 754 double precision.</summary>
    Float64,
}

/// <summary>Facts about element types and the rules that join them.</summary>
public static class DTypes
{
    /// <summary>Bytes of one element.</summary>
    public static int Size(this DType dtype) => dtype switch
    {
        DType.Bool or DType.UInt8 => 1,
        DType.Float16 or DType.BFloat16 => 2,
        DType.Int32 or DType.Float32 => 4,
        _ => 8,
    };

    /// <summary>Whether the type is a floating-point one, so that gradients can flow through it.</summary>
    public static bool IsFloating(this DType dtype) => dtype >= DType.Float16;

    /// <summary>Whether the type is Bool or an integer.</summary>
    public static bool IsIntegral(this DType dtype) => dtype < DType.Float16;

    /// <summary>The element type that stands for the C# type <typeparamref name="T"/>.</summary>
    /// <exception cref="NotSupportedException">No element type stands for it.</exception>
    public static DType Of<T>() where T : unmanaged =>
        typeof(T) == typeof(float) ? DType.Float32
        : typeof(T) == typeof(double) ? DType.Float64
        : typeof(T) == typeof(long) ? DType.Int64
        : typeof(T) == typeof(int) ? DType.Int32
        : typeof(T) == typeof(byte) ? DType.UInt8
        : typeof(T) == typeof(bool) ? DType.Bool
        : typeof(T) == typeof(Half) ? DType.Float16
        : typeof(T) == typeof(BFloat16) ? DType.BFloat16
        : throw new NotSupportedException($"No tensor element type stands for {typeof(T)}; use float, double, long, int, byte, bool, Half or BFloat16.");

    /// <summary>The smallest type that both convert to without changing category, as in PyTorch: floats beat integers beat Bool.</summary>
    public static DType Promote(DType a, DType b)
    {
        if (a == b) return a;
        if ((a, b) is (DType.Float16, DType.BFloat16) or (DType.BFloat16, DType.Float16)) return DType.Float32;
        return a > b ? a : b;
    }

    /// <summary>0 for Bool, 1 for integers, 2 for floats.</summary>
    internal static int Category(this DType dtype) => dtype.IsFloating() ? 2 : dtype == DType.Bool ? 0 : 1;

    /// <summary>The type in which functions such as exp work: the type itself for floats, Float32 for integers.</summary>
    internal static DType ToFloating(this DType dtype) => dtype.IsFloating() ? dtype : DType.Float32;

    /// <summary>The name as the course prints it: <c>float32</c>.</summary>
    public static string Name(this DType dtype) => dtype switch
    {
        DType.Bool => "bool", DType.UInt8 => "uint8", DType.Int32 => "int32", DType.Int64 => "int64",
        DType.Float16 => "float16", DType.BFloat16 => "bfloat16", DType.Float32 => "float32", _ => "float64",
    };
}
