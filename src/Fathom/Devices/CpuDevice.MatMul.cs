using System.Numerics;
using Fathom.Devices.Cpu;

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

    public override void Linear(Tensor x, Tensor w, Tensor? bias, Tensor y)
    {
        switch (y.DType)
        {
            case DType.Float32: Linear<float>(x, w, bias, y); break;
            case DType.Float64: Linear<double>(x, w, bias, y); break;
            default: throw new NotSupportedException($"[linear] {y.DType.Name()} matrices cannot be multiplied; convert with .To(DType.Float32) first.");
        }
    }

    internal override Tensor? ProductWhenRead(Tensor a, Tensor b)
    {
        if (ThinProduct.For(a, b) is not { } product) return null;
        Layout layout = Layout.Contiguous(new(product.Rows, product.Columns));
        return Tensor.Over(new Storage(layout.Count * a.DType.Size(), product), layout, a.DType, this);
    }

    static void Linear<T>(Tensor x, Tensor w, Tensor? bias, Tensor y) where T : unmanaged, INumber<T> =>
        Gemm.Run(x.Shape[0], w.Shape[0], x.Shape[1], x.Ptr<T>(), (nint)x.Strides[0], (nint)x.Strides[1], w.Ptr<T>(), (nint)w.Strides[1], (nint)w.Strides[0],
            y.Ptr<T>(), w.Shape[0], columnBias: bias is null ? null : bias.Ptr<T>());

    static void MatMul<T>(Tensor a, Tensor b, Tensor y) where T : unmanaged, INumber<T>
    {
        if (y.Count == 0) return;
        int m = y.Shape[^2], n = y.Shape[^1], k = a.Shape[^1];
        Shape batch = new(y.Shape.Span[..^2]);
        long[] sa = BatchStrides(a, batch), sb = BatchStrides(b, batch);
        T* pa = a.Ptr<T>(), pb = b.Ptr<T>(), py = y.Ptr<T>();
        nint ar = (nint)a.Strides[^2], ac = (nint)a.Strides[^1], br = (nint)b.Strides[^2], bc = (nint)b.Strides[^1];
        if (batch.Rank == 0 || batch.Count == 1) { Gemm.Run(m, n, k, pa, ar, ac, pb, br, bc, py, n); return; }
        if (Joined(batch, sa) is { } ja && Joined(batch, sb) is { } jb)
        {
            Gemm.RunBatch(checked((int)batch.Count), m, n, k, pa, (nint)ja, ar, ac, pb, (nint)jb, br, bc, py, (nint)m * n, n);
            return;
        }
        for (long i = 0; i < batch.Count; i++)
            Gemm.Run(m, n, k, pa + At(batch, sa, i), ar, ac, pb + At(batch, sb, i), br, bc, py + i * m * n, n);
    }

    static long[] BatchStrides(Tensor t, Shape batch) =>
        new Layout(new Shape(t.Shape.Span[..^2]), t.Strides[..^2]).BroadcastStrides(batch);

    /// <summary>One stride that walks all batch axes in row-major order, if there is one.</summary>
    static long? Joined(Shape batch, long[] strides)
    {
        long? step = null, next = null;
        for (int i = batch.Rank - 1; i >= 0; i--)
        {
            if (batch[i] == 1) continue;
            if (step is null) step = strides[i];
            else if (strides[i] != next) return null;
            next = strides[i] * batch[i];
        }
        return step ?? 0;
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
