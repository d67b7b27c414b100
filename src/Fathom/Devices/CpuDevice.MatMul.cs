using System.Numerics;

namespace Fathom.Devices;

internal sealed unsafe partial class CpuDevice
{
    public override void MatMul(Tensor a, Tensor b, Tensor y)
    {
        switch (y.DType)
        {
            case DType.Float32: MatMul<float>(a, b, y); break;
            case DType.Float64: MatMul<double>(a, b, y); break;
            case DType.Int64: MatMul<long>(a, b, y); break;
            case DType.Int32: MatMul<int>(a, b, y); break;
            default: throw new NotSupportedException($"[matmul] {y.DType.Name()} matrices cannot be multiplied; convert with .To(DType.Float32) first.");
        }
    }

    static void MatMul<T>(Tensor a, Tensor b, Tensor y) where T : unmanaged, INumber<T>
    {
        if (y.Count == 0) return;
        int m = y.Shape[^2], n = y.Shape[^1], k = a.Shape[^1];
        Shape batch = new(y.Shape.Span[..^2]);
        long[] sa = BatchStrides(a, batch), sb = BatchStrides(b, batch);
        T* pa = a.Ptr<T>(), pb = b.Ptr<T>(), py = y.Ptr<T>();
        nint ar = (nint)a.Strides[^2], ac = (nint)a.Strides[^1], br = (nint)b.Strides[^2], bc = (nint)b.Strides[^1];
        for (long i = 0; i < batch.Count; i++)
            Product(m, n, k, pa + At(batch, sa, i), ar, ac, pb + At(batch, sb, i), br, bc, py + i * m * n);
    }

    static long[] BatchStrides(Tensor t, Shape batch) =>
        new Layout(new Shape(t.Shape.Span[..^2]), t.Strides[..^2]).BroadcastStrides(batch);

    static void Product<T>(int m, int n, int k, T* a, nint ar, nint ac, T* b, nint br, nint bc, T* y) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < m; i++)
        {
            new Span<T>(y + (long)i * n, n).Clear();
            for (int p = 0; p < k; p++)
                for (int j = 0; j < n; j++) y[(long)i * n + j] += a[i * ar + p * ac] * b[p * br + j * bc];
        }
    }

    static long At(Shape batch, long[] strides, long index)
    {
        long at = 0;
        for (int i = batch.Rank - 1; i >= 0; i--)
        {
            at += index % batch[i] * strides[i];
            index /= batch[i];
        }
        return at;
    }
}
