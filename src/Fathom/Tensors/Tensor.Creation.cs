using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Fathom.Devices;

namespace Fathom;

public partial class Tensor
{
    /// <summary>A copy of some values: a vector.</summary>
    public static Tensor From<T>(params ReadOnlySpan<T> values) where T : unmanaged => From(values, new Shape([values.Length]));

    /// <summary>A copy of some values in row-major order.</summary>
    /// <exception cref="ShapeException">The number of values differs from the shape's.</exception>
    public static unsafe Tensor From<T>(ReadOnlySpan<T> values, Shape shape) where T : unmanaged
    {
        if (values.Length != shape.Count) throw ShapeException.For("from", $"{values.Length} values do not fill the shape {shape}, which has {shape.Count} elements");
        Tensor t = Empty(shape, DTypes.Of<T>());
        values.CopyTo(new Span<T>(t.Ptr<T>(), values.Length));
        GC.KeepAlive(t);
        return t;
    }

    /// <summary>A copy of some values in row-major order.</summary>
    /// <exception cref="ShapeException">The number of values differs from the shape's.</exception>
    public static Tensor From<T>(T[] values, Shape shape) where T : unmanaged => From((ReadOnlySpan<T>)values, shape);

    /// <summary>A copy of an array of any rank: <c>Tensor.From(new[,] { { 1f, 2 }, { 3, 4 } })</c>.</summary>
    public static Tensor From<T>(T[,] values) where T : unmanaged => FromArray<T>(values);

    /// <summary>A copy of an array of rank 3.</summary>
    public static Tensor From<T>(T[,,] values) where T : unmanaged => FromArray<T>(values);

    /// <summary>A copy of an array of rank 4.</summary>
    public static Tensor From<T>(T[,,,] values) where T : unmanaged => FromArray<T>(values);

    /// <summary>A copy of rows of equal length.</summary>
    /// <exception cref="ShapeException">The rows differ in length.</exception>
    public static Tensor From<T>(T[][] rows) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(rows);
        int width = rows.Length == 0 ? 0 : rows[0].Length;
        for (int i = 0; i < rows.Length; i++)
            if (rows[i].Length != width) throw ShapeException.For("from", $"row {i} has {rows[i].Length} values, row 0 has {width}; all must have the same number");
        return From<T>(rows.SelectMany(r => r).ToArray(), new Shape(rows.Length, width));
    }

    static Tensor FromArray<T>(Array values) where T : unmanaged
    {
        Span<int> sizes = stackalloc int[values.Rank];
        for (int i = 0; i < sizes.Length; i++) sizes[i] = values.GetLength(i);
        return From((ReadOnlySpan<T>)MemoryMarshal.CreateSpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(values)), values.Length), new Shape(sizes));
    }

    /// <summary>A scalar, a tensor of rank 0.</summary>
    public static Tensor Scalar<T>(T value) where T : unmanaged => From([value], Shape.Scalar);

    /// <summary>All elements one value.</summary>
    public static Tensor Full(Shape shape, double value, DType dtype = DType.Float32, Device? device = null)
    {
        Tensor t = Empty(shape, dtype, device);
        t.Device.Fill(t, value);
        return t;
    }

    /// <summary>All zeros, Float32: <c>Tensor.Zeros(2, 3)</c>.</summary>
    public static Tensor Zeros(params ReadOnlySpan<int> sizes) => Full(new Shape(sizes), 0);

    /// <summary>All zeros.</summary>
    public static Tensor Zeros(Shape shape, DType dtype = DType.Float32, Device? device = null) => Full(shape, 0, dtype, device);

    /// <summary>All ones, Float32: <c>Tensor.Ones(2, 3)</c>.</summary>
    public static Tensor Ones(params ReadOnlySpan<int> sizes) => Full(new Shape(sizes), 1);

    /// <summary>All ones.</summary>
    public static Tensor Ones(Shape shape, DType dtype = DType.Float32, Device? device = null) => Full(shape, 1, dtype, device);

    /// <summary>Zeros in the shape, memory order and on the device of another tensor.</summary>
    public static Tensor ZerosLike(Tensor like, DType? dtype = null) => FullLike(like, 0, dtype);

    /// <summary>Ones in the shape, memory order and on the device of another tensor.</summary>
    public static Tensor OnesLike(Tensor like, DType? dtype = null) => FullLike(like, 1, dtype);

    /// <summary>One value in the shape, memory order and on the device of another tensor.</summary>
    public static Tensor FullLike(Tensor like, double value, DType? dtype = null)
    {
        Tensor t = new(like.Layout.SameOrder(like.Shape), dtype ?? like.DType, like.Device);
        t.Device.Fill(t, value);
        return t;
    }

    /// <summary>0, 1, ... up to but without <paramref name="end"/>.</summary>
    public static Tensor Arange(long end, DType dtype = DType.Int64) => Arange(0, end, 1, dtype);

    /// <summary>0, 1, ... up to but without <paramref name="end"/>, Float32.</summary>
    public static Tensor Arange(double end) => Arange(0, end, 1, DType.Float32);

    /// <summary>start, start + step, ... up to but without <paramref name="end"/>.</summary>
    /// <exception cref="ArgumentException">The step is 0, or leads away from the end.</exception>
    public static Tensor Arange(double start, double end, double step = 1, DType dtype = DType.Float32)
    {
        if (step == 0 || !double.IsFinite(step) || (end - start) / step < 0)
            throw new ArgumentException($"[arange] a step of {step} does not lead from {start} to {end}.", nameof(step));
        int n = checked((int)Math.Ceiling((end - start) / step));
        double[] values = new double[n];
        for (int i = 0; i < n; i++) values[i] = start + i * step;
        return From(values).To(dtype);
    }

    /// <summary><paramref name="count"/> values evenly from <paramref name="start"/> to <paramref name="end"/>, both included.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public static Tensor Linspace(double start, double end, int count, DType dtype = DType.Float32)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        double[] values = new double[count];
        for (int i = 0; i < count; i++)                 // from both ends, so that both are met exactly
            values[i] = count == 1 ? start : i < count / 2 ? start + (end - start) / (count - 1) * i : end - (end - start) / (count - 1) * (count - 1 - i);
        return From(values).To(dtype);
    }

    // ---- C# numbers in expressions ----

    static Tensor Number(double value, DType dtype)
    {
        Tensor t = new(Layout.Scalar, dtype, Device.Cpu) { IsNumber = true };
        t.Device.Fill(t, value);
        return t;
    }

    Tensor NumberAs(DType dtype) => dtype == DType.Int64 && DType == DType.Int64 ? this : Number(Item<double>(), dtype);

    /// <summary>A number in an expression: takes the element type of the tensors beside it.</summary>
    public static implicit operator Tensor(double value) => Number(value, DType.Float64);
    /// <summary>A number in an expression: takes the element type of the tensors beside it.</summary>
    public static implicit operator Tensor(float value) => Number(value, DType.Float32);
    /// <summary>A number in an expression: takes the element type of the tensors beside it.</summary>
    public static implicit operator Tensor(int value) => Number(value, DType.Int64);
    /// <summary>A number in an expression: takes the element type of the tensors beside it.</summary>
    public static implicit operator Tensor(long value)
    {
        Tensor t = Scalar(value);
        return new(t.Storage, t.Layout, 0, DType.Int64, t.Device) { IsNumber = true };
    }
    /// <summary>A truth value in an expression.</summary>
    public static implicit operator Tensor(bool value) => Number(value ? 1 : 0, DType.Bool);
}
