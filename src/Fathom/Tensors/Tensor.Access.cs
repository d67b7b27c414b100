using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;

namespace Fathom;

public partial class Tensor
{
    /// <summary>The value of a tensor with one element, converted to <typeparamref name="T"/>.</summary>
    /// <exception cref="ShapeException">The tensor does not have exactly one element.</exception>
    public T Item<T>() where T : unmanaged
    {
        if (Count != 1) throw ShapeException.For("item", $"a tensor of shape {Shape} has {Count} elements; Item reads tensors of exactly one. Index or reduce it first, or use ToArray");
        return ReadAs<T>(0);
    }

    /// <summary>The value of a tensor with one element as a double.</summary>
    /// <exception cref="ShapeException">The tensor does not have exactly one element.</exception>
    public double Item() => Item<double>();

    /// <summary>The element at an offset in memory, converted.</summary>
    unsafe T ReadAs<T>(long offset) where T : unmanaged
    {
        byte* p = Bytes() + offset * DType.Size();
        T value = DType switch
        {
            DType.Float32 => Convert<float, T>(*(float*)p),
            DType.Float64 => Convert<double, T>(*(double*)p),
            DType.Int64 => Convert<long, T>(*(long*)p),
            DType.Int32 => Convert<int, T>(*(int*)p),
            DType.UInt8 => Convert<byte, T>(*p),
            DType.Bool => Convert<bool, T>(*p != 0),
            DType.Float16 => Convert<Half, T>(*(Half*)p),
            _ => Convert<BFloat16, T>(*(BFloat16*)p),
        };
        GC.KeepAlive(this);
        return value;
    }

    static B Convert<A, B>(A x) where A : unmanaged where B : unmanaged =>
        typeof(A) == typeof(B) ? Unsafe.BitCast<A, B>(x) : Number<B>.From(Number<A>.ToDouble(x));

    /// <summary>The elements in row-major order as a new array, converted to <typeparamref name="T"/>.</summary>
    public unsafe T[] ToArray<T>() where T : unmanaged
    {
        DType type = DTypes.Of<T>();
        using var mode = Autograd.GradMode.NoGrad();
        Tensor x = To(type).Contiguous();
        T[] array = new T[x.Count];
        new ReadOnlySpan<T>(x.Ptr<T>(), array.Length).CopyTo(array);
        GC.KeepAlive(x);
        return array;
    }

    /// <summary>The elements of a matrix as a new two-dimensional array.</summary>
    /// <exception cref="ShapeException">The rank is not 2.</exception>
    public T[,] ToArray2D<T>() where T : unmanaged
    {
        if (Rank != 2) throw ShapeException.For("to_array_2d", $"needs a matrix; this tensor has shape {Shape}");
        T[,] array = new T[Shape[0], Shape[1]];
        ToArray<T>().AsSpan().CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference((Array)array)), array.Length));
        return array;
    }

    /// <summary>
    /// The elements as a span over the tensor's own memory, to read or write. The span stays valid as long as it exists, even when the
    /// tensor is gone. Writing through it is not seen by automatic differentiation.
    /// </summary>
    /// <exception cref="InvalidOperationException">The element type is not <typeparamref name="T"/>, or the tensor is not contiguous.</exception>
    public Span<T> AsSpan<T>() where T : unmanaged
    {
        if (DTypes.Of<T>() != DType) throw new InvalidOperationException($"[as_span] the elements are {DType.Name()}, not {DTypes.Of<T>().Name()}; use ToArray<{typeof(T).Name}>() to convert.");
        if (!IsContiguous) throw new InvalidOperationException($"[as_span] a tensor of shape {Shape} with strides ({string.Join(", ", Strides)}) is not contiguous; use Contiguous() first.");
        Storage s = Storage ?? throw NoData();
        return MemoryMarshal.Cast<byte, T>(s.Expose()).Slice(checked((int)Offset), checked((int)Count));
    }

    /// <summary>Copies from a tensor that broadcasts to this shape, converting its elements, keeping identity and memory; not recorded for gradients.</summary>
    internal void CopyFrom(Tensor x)
    {
        Device.Copy(x, this);
        if (Storage is { } s) s.Version++;
        GC.KeepAlive(x);
        GC.KeepAlive(this);
    }
}
