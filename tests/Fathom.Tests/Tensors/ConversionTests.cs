using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Fathom.Devices;

namespace Fathom.Tests.Tensors;

public class ConversionTests
{
    [Fact]
    public void Nested_and_jagged_arrays_and_sequences_become_tensors()
    {
        Assert.Equal(new Shape(2, 1, 3), Tensor.From(new[,,] { { { 1, 2, 3 } }, { { 4, 5, 6 } } }).Shape);
        Tensor jagged = Tensor.From(new float[][][] { [[1, 2], [3, 4]], [[5, 6], [7, 8]] });
        Assert.Equal(new Shape(2, 2, 2), jagged.Shape);
        Assert.Equal([1f, 2, 3, 4, 5, 6, 7, 8], jagged.ToArray<float>());
        Assert.Contains("row 1", Assert.Throws<ShapeException>(() => Tensor.From(new float[][] { [1], [2, 3] })).Message);
        Assert.Throws<ShapeException>(() => Tensor.From(new float[][][] { [[1]], [[1, 2]] }));
        Assert.Equal([0L, 1, 4], Tensor.FromSequence(Enumerable.Range(0, 3).Select(i => (long)i * i)).ToArray<long>());
        Assert.Equal(new Shape(0, 0, 0), Tensor.From(Array.Empty<float[][]>()).Shape);
    }

    [Fact]
    public void Tensors_of_System_Numerics_go_both_ways()
    {
        Tensor x = Tensor.Arange(24.0).Reshape(2, 3, 4).Permute(2, 0, 1);
        Tensor<double> n = x.ToNumericsTensor<double>();
        Assert.Equal([4, 2, 3], n.Lengths.ToArray());
        Assert.Equal(x[3, 1, 2].Item(), n[3, 1, 2]);
        Tensor back = Tensor.From(n);
        Assert.Equal(DType.Float64, back.DType);
        Assert.Equal(x.ToArray<double>(), back.ToArray<double>());
        Assert.Equal(7, Tensor.From(Tensor.Full(Shape.Scalar, 7).ToNumericsTensor<int>()).Item());
    }

    [Fact]
    public void Strides_say_how_a_view_walks_through_memory()
    {
        Tensor x = Tensor.Arange(24.0).Reshape(2, 3, 4);
        Assert.Equal([12, 4, 1], new[] { x.Stride(0), x.Stride(1), x.Stride(-1) });
        Assert.Equal([1, 12], new[] { x.Permute(2, 1, 0).Stride(0), x.Permute(2, 1, 0).Stride(2) });
        Assert.Equal(8, x[.., TensorIndex.Step(.., 2)].Stride(1));
        Assert.Equal(0, Tensor.Ones(1, 4).Expand(5, 4).Stride(0));
        Assert.Contains("axis 3", Assert.Throws<ShapeException>(() => x.Stride(3)).Message);
    }

    [Fact]
    public void Tensor_spans_show_and_change_the_same_memory()
    {
        Tensor x = Tensor.Arange(12.0).Reshape(3, 4), t = x.T, part = x[1.., TensorIndex.Step(.., 2)];
        t.AsTensorSpan<float>()[3, 2] = 100;
        Assert.Equal(100, x[2, 3].Item());
        part.AsTensorSpan<float>()[0, 1] = -1;
        Assert.Equal(-1, x[1, 2].Item());
        Assert.Equal(10, part.AsReadOnlyTensorSpan<float>()[1, 1]);
        Assert.Equal(5, Tensor.Full(Shape.Scalar, 5).Expand(2, 3).AsReadOnlyTensorSpan<float>()[1, 2]);
        Assert.Contains("float32, not int32", Assert.Throws<InvalidOperationException>(() => { x.AsTensorSpan<int>(); }).Message);
    }

    [Fact]
    public void A_span_is_the_tensor_s_own_memory()
    {
        Tensor x = Tensor.Zeros(4);
        x.AsSpan<float>()[2] = 5;
        Assert.Equal([0f, 0, 5, 0], x.ToArray<float>());
        x[0] = 1;
        Assert.Equal(1, x.AsSpan<float>()[0]);
        Assert.Equal([0f, 5, 0], x[1..].AsSpan<float>());
        Assert.Contains("Contiguous()", Assert.Throws<InvalidOperationException>(() => { Tensor.Zeros(2, 3).T.AsSpan<float>(); }).Message);
    }

    [Fact]
    public void A_span_outlives_its_tensor()
    {
        bool before = BufferPool.Poison;
        BufferPool.Poison = true;
        try
        {
            Span<float> span = Orphan();
            for (int i = 0; i < 200; i++)
            {
                Tensor.Full(5000, i).Sum();
                if (i % 50 == 0) GC.Collect();
            }
            for (int i = 0; i < span.Length; i++) Assert.Equal(i, span[i]);
        }
        finally
        {
            BufferPool.Poison = before;
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        static Span<float> Orphan() => Tensor.Arange(5000.0).AsSpan<float>();
    }
}
