using System.Runtime.InteropServices;
using Fathom.Tests.Ops;

namespace Fathom.Tests.Cpu;

/// <summary>Copies into another order of the axes, against reading element by element through the strides: around the side of a square, every element size.</summary>
public sealed class TransposeCopyTests
{
    static readonly int[][] Shapes = [[8, 8], [7, 40], [31, 33], [32, 64], [70, 9], [130, 257], [3, 33, 35], [9, 40, 5], [4, 8, 9, 33]];

    [Theory]
    [InlineData(DType.UInt8)]
    [InlineData(DType.Float16)]
    [InlineData(DType.Float32)]
    [InlineData(DType.Int32)]
    [InlineData(DType.Float64)]
    public void Every_order_of_axes(DType type)
    {
        foreach (int[] sizes in Shapes)
            foreach (int[] order in Orders(sizes.Length))
            {
                Tensor from = Tensor.Arange(1, sizes.Aggregate((a, b) => a * b) + 1).To(DType.Float32).Remainder(113).Reshape(sizes), x = from.To(type).Permute(order);
                Tensor y = x.Contiguous().To(DType.Float32), want = from.Permute(order);
                foreach (int[] i in Oracle.Indices(y.Shape))
                    if (Oracle.At(y, i) != Oracle.At(want, i)) Assert.Fail($"{type} ({string.Join(", ", sizes)}) in the order {string.Join(", ", order)} at ({string.Join(", ", i)}): {Oracle.At(y, i)}, not {Oracle.At(want, i)}");
            }
    }

    /// <summary>Bits that are no numbers are copied as they are, also where squares are transposed in registers.</summary>
    [Fact]
    public void Bits_are_kept()
    {
        int[] strange = [.. Enumerable.Repeat(0x7f800001, 1600)];           // signalling NaN, which as a value would be quietened on the way
        Tensor x = Tensor.From(MemoryMarshal.Cast<int, float>(strange).ToArray(), (40, 40)).T.Contiguous();
        Assert.True(MemoryMarshal.Cast<float, int>(x.ToArray<float>()).SequenceEqual(strange));
    }

    static IEnumerable<int[]> Orders(int rank) => rank == 1
        ? [[0]]
        : Orders(rank - 1).SelectMany(o => Enumerable.Range(0, rank).Select(at => (int[])[.. o[..at], rank - 1, .. o[at..]]));
}
