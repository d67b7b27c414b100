using System.Numerics;

namespace Fathom.Devices.Cpu;

/// <summary>Matrix products of integers: the formula as a loop. Sums wrap around as integer arithmetic does.</summary>
internal static unsafe class GemmPlain
{
    private const long MinWorkPerJob = 100_000;

    public static void Run<T>(in GemmArgs<T> args) where T : unmanaged, INumber<T>
    {
        long work = (long)args.M * args.N * args.K;
        int jobs = (int)Math.Clamp(work / MinWorkPerJob, 1, args.M);
        var job = new Job<T>(args, jobs);
        Threads.For(jobs, ref job);
        Gemm.AddBias(args, 0, args.M, 0, args.N);
    }

    private readonly struct Job<T>(GemmArgs<T> args, int jobs) : IJob where T : unmanaged, INumber<T>
    {
        public void Run(int index)
        {
            for (int i = (int)((long)args.M * index / jobs); i < (int)((long)args.M * (index + 1) / jobs); i++) Row(i);
        }

        private void Row(int i)
        {
            T* c = args.C + i * args.CRow;
            if (!args.Accumulate) new Span<T>(c, args.N).Clear();
            for (int p = 0; p < args.K; p++)
            {
                T a = args.A[i * args.ARow + p * args.ACol];
                T* b = args.B + p * args.BRow;
                for (int j = 0; j < args.N; j++) c[j] += a * b[j * args.BCol];
            }
        }
    }
}
