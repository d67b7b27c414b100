using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Fathom;

public partial class Tensor
{
    /// <summary>A copy of a sequence: a vector.</summary>
    public static Tensor FromSequence<T>(IEnumerable<T> values) where T : unmanaged => From<T>((ReadOnlySpan<T>)values.ToArray());

    /// <summary>A copy of blocks of rows, all of one length.</summary>
    /// <exception cref="ShapeException">Blocks or rows differ in length.</exception>
    public static Tensor From<T>(T[][][] blocks) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(blocks);
        return blocks.Length == 0 ? Empty(new Shape(0, 0, 0), DTypes.Of<T>()) : Stack([.. blocks.Select(b => From(b))]);
    }

    /// <summary>A copy of a tensor of System.Numerics.</summary>
    public static Tensor From<T>(Tensor<T> values) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(values);
        int[] sizes = new int[values.Rank];
        for (int i = 0; i < sizes.Length; i++) sizes[i] = checked((int)values.Lengths[i]);
        T[] flat = new T[checked((int)values.FlattenedLength)];
        values.FlattenTo(flat);
        return From(flat, new Shape(sizes));
    }

    /// <summary>A copy of the elements as a tensor of System.Numerics, converted to <typeparamref name="T"/>. A scalar becomes one of shape (1,), since rank 0 means no elements there.</summary>
    public Tensor<T> ToNumericsTensor<T>() where T : unmanaged => System.Numerics.Tensors.Tensor.Create(ToArray<T>(), Lengths());

    /// <summary>
    /// The elements as a span with axes over this tensor's own memory, views with gaps or in another order included. It stays valid as long as it exists.
    /// Writing through it is not seen by automatic differentiation.
    /// </summary>
    /// <exception cref="InvalidOperationException">The element type is not <typeparamref name="T"/>.</exception>
    public TensorSpan<T> AsTensorSpan<T>() where T : unmanaged => new(Window<T>(), Lengths(), LongStrides());

    /// <summary>As <see cref="AsTensorSpan{T}"/>, to read only; repeated elements of an expanded tensor are allowed here.</summary>
    /// <exception cref="InvalidOperationException">The element type is not <typeparamref name="T"/>.</exception>
    public ReadOnlyTensorSpan<T> AsReadOnlyTensorSpan<T>() where T : unmanaged => new(Window<T>(), Lengths(), LongStrides());

    /// <summary>The memory from the first element to the last.</summary>
    Span<T> Window<T>() where T : unmanaged
    {
        if (DTypes.Of<T>() != DType) throw new InvalidOperationException($"[as_tensor_span] the elements are {DType.Name()}, not {DTypes.Of<T>().Name()}; convert first, as in x.To(DType.{DTypes.Of<T>()}).");
        Storage s = Storage ?? throw NoData();
        long last = Count == 0 ? -1 : 0;
        for (int i = 0; i < Rank && Count > 0; i++) last += (Shape.Span[i] - 1) * Strides[i];
        return MemoryMarshal.Cast<byte, T>(s.Expose()).Slice(checked((int)Offset), checked((int)(last + 1)));
    }

    nint[] Lengths() => Rank == 0 ? [1] : [.. Shape.Select(d => (nint)d)];

    nint[] LongStrides() => Rank == 0 ? [0] : [.. Strides.Select((s, i) => Shape[i] == 1 ? 0 : (nint)s)];       // System.Numerics wants 0 where there is one element
}
