using Fathom.Devices.Cpu;

namespace Fathom.Cli.Bench;

/// <summary>A matrix product to time: m x n x k; the left or right matrix may lie transposed, as weights (outputs x inputs) and gradients do.</summary>
internal readonly record struct GemmCase(int M, int N, int K, bool TransposedA = false, bool TransposedB = false)
{
    public override string ToString() => $"{M}x{N}x{K}{(TransposedA ? " tA" : "")}{(TransposedB ? " tB" : "")}";

    /// <summary>Multiplications and additions.</summary>
    public double Flops => 2.0 * M * N * K;

    /// <summary>Seconds that the product takes in single precision, see <see cref="Timing.Best"/>.</summary>
    public unsafe double Time(double budget = 1.0)
    {
        (int m, int n, int k) = (M, N, K);
        using Scratch<float> sa = RandomNumbers.Rent(m * k), sb = RandomNumbers.Rent(k * n), sc = RandomNumbers.Rent(m * n);
        float* a = sa.Pointer, b = sb.Pointer, y = sc.Pointer;
        (nint aRow, nint aCol) = TransposedA ? (1, m) : (k, 1);
        (nint bRow, nint bCol) = TransposedB ? (1, k) : (n, 1);
        return Timing.Best(() => Gemm.Run(m, n, k, a, aRow, aCol, b, bRow, bCol, y, n), budget);
    }
}
