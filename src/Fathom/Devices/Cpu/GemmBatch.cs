using System.Numerics;

namespace Fathom.Devices.Cpu;

/// <summary>Many products of one shape.</summary>
internal static unsafe class GemmBatch
{
    // From this size on, a single product keeps all threads busy by itself.
    private const double LargeFlops = 20_000_000;
    private const double MinFlopsPerJob = 500_000;

    public static void Run<T>(GemmArgs<T> args, int batch, nint aBatch, nint bBatch, nint cBatch, SimdWidth width) where T : unmanaged, INumber<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        if (args.M == 1) (args.ARow, args.CRow) = (aBatch, cBatch);
        if (batch > 1 && IsOneProduct(args, aBatch, bBatch, cBatch) && (long)batch * args.M <= int.MaxValue)
        {
            args.M *= batch;
            batch = 1;
        }
        double flops = 2.0 * args.M * args.N * args.K;
        int jobs = flops >= LargeFlops || batch < 2 ? 1 : (int)Math.Clamp(flops * batch / MinFlopsPerJob, 1, Math.Min(batch, 4 * Threads.Free));
        var job = new Job<T> { First = args, Batch = batch, Jobs = jobs, ABatch = aBatch, BBatch = bBatch, CBatch = cBatch, Width = width };
        Threads.For(jobs, ref job);     // with one job, each product divides itself over the threads
    }

    /// <summary>Whether the rows of all products lie as those of one taller product with the same right matrix.</summary>
    private static bool IsOneProduct<T>(in GemmArgs<T> args, nint aBatch, nint bBatch, nint cBatch) where T : unmanaged =>
        bBatch == 0 && aBatch == args.M * args.ARow && cBatch == args.M * args.CRow;

    private struct Job<T> : IJob where T : unmanaged, INumber<T>
    {
        public GemmArgs<T> First;
        public int Batch, Jobs;
        public nint ABatch, BBatch, CBatch;
        public SimdWidth Width;

        public readonly void Run(int index)
        {
            GemmArgs<T> args = First;
            for (long i = (long)Batch * index / Jobs; i < (long)Batch * (index + 1) / Jobs; i++)
            {
                args.A = First.A + (nint)i * ABatch;
                args.B = First.B + (nint)i * BBatch;
                args.C = First.C + (nint)i * CBatch;
                Gemm.Run(args, Width);
            }
        }
    }
}
