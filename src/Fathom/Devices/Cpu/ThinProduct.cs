using System.Numerics;

namespace Fathom.Devices.Cpu;

/// <summary>
/// a^T b for matrices of few rows, kept as these two until somebody reads the result: the gradient of a large dense weight on a small batch. The result is many times as
/// large as both, and an optimiser makes it block by block in a cache (<see cref="UpdateLoop"/>), so that mostly it is never written to memory.
/// </summary>
internal sealed unsafe class ThinProduct
{
    // More rows take so many multiply-adds that memory does not count. And with that many the general product adds an element up in one chain, as a block does.
    const int MaxDepth = 64;

    // Narrower results have kernels of their own, whose sums are in another order.
    const int MinSide = 64;

    /// <summary>Results of at least this size are left as products; tests set it.</summary>
    internal static long FromBytes { get; set; } = 16 << 20;

    readonly Matrix left, right;

    ThinProduct(Tensor a, Tensor b) => (left, right) = (new(a), new(b));

    /// <summary>The product of two matrices (n, rows) and (n, columns), which are copied; null where waiting does not pay.</summary>
    public static ThinProduct? For(Tensor a, Tensor b)
    {
        int rows = a.Shape[1], columns = b.Shape[1], depth = a.Shape[0];
        if (a.DType != b.DType || a.DType is not (DType.Float32 or DType.Float64) || depth is 0 or > MaxDepth) return null;
        return Math.Min(rows, columns) >= MinSide && (long)rows * columns * a.DType.Size() >= FromBytes ? new(a, b) : null;
    }

    public int Rows => left.Tensor.Shape[1];

    public int Columns => right.Tensor.Shape[1];

    /// <summary>What blocks are made from. The caller keeps this object alive meanwhile.</summary>
    public ThinFactors<T> Factors<T>() where T : unmanaged => new()
    {
        Rows = Rows, Columns = Columns, Depth = left.Tensor.Shape[0], A = left.Tensor.Ptr<T>(), ARow = left.Row, B = right.Tensor.Ptr<T>(), BRow = right.Row,
    };

    /// <summary>Computes all of it into row-major memory.</summary>
    public void Write(byte* to)
    {
        if (left.Tensor.DType == DType.Float32) Write((float*)to);
        else Write((double*)to);
        GC.KeepAlive(this);
    }

    void Write<T>(T* to) where T : unmanaged, INumber<T>
    {
        ThinFactors<T> f = Factors<T>();
        Gemm.Run(f.Rows, f.Columns, f.Depth, f.A, 1, f.ARow, f.B, f.BRow, 1, to, f.Columns);
    }

    /// <summary>Gives the copies back at once. Only where nobody else can be reading them.</summary>
    public void Release()
    {
        left.Tensor.Storage!.Release();
        right.Tensor.Storage!.Release();
    }

    /// <summary>A copy whose rows begin an odd number of cache lines apart, so that a column does not crowd one set of a cache, and end with room for a whole vector.</summary>
    readonly struct Matrix
    {
        const int LineBytes = 64;

        public readonly Tensor Tensor;
        public readonly nint Row;

        public Matrix(Tensor x)
        {
            int line = LineBytes / x.DType.Size();
            Row = ((x.Shape[1] + line - 1) / line | 1) * line;
            Storage memory = new(x.Shape[0] * Row * x.DType.Size()) { Private = false };        // outlives the op of the backward pass that makes it
            Tensor = Tensor.Over(memory, new Layout(x.Shape, [Row, 1]), x.DType, x.Device);
            Tensor.CopyFrom(x);
        }
    }
}

/// <summary>The factors of a <see cref="ThinProduct"/>: result[i, j] = sum over p of A[p, i] B[p, j], p below Depth.</summary>
internal unsafe struct ThinFactors<T> where T : unmanaged
{
    public int Rows, Columns, Depth;
    public T* A, B;
    public nint ARow, BRow;
}
