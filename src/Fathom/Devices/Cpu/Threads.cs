using System.Globalization;
using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>One parallel piece of work, split into numbered jobs. Implemented by structs that hold the kernel's arguments.</summary>
internal interface IJob
{
    /// <summary>
    /// Does job <paramref name="index"/>. Jobs run in any order, on any thread, at the same time: each must write only what is its own, and
    /// what it computes may depend on its index alone, so that results have the same bits for any thread count.
    /// </summary>
    void Run(int index);
}

/// <summary>The threads that CPU kernels share.</summary>
internal static unsafe class Threads
{
    /// <summary>Name of the environment variable with the thread count to start with.</summary>
    public const string Variable = "FATHOM_THREADS";

    /// <summary>More than any machine has, and few enough to start.</summary>
    public const int MaxCount = 1024;

    private static readonly Lock Gate = new();
    private static volatile WorkerPool? s_pool;

    /// <summary>
    /// Number of threads that work on one kernel, the calling one included. Starts as <c>FATHOM_THREADS</c> or else the number of processors
    /// that this process may use. May be changed at any time; kernels that are running finish with the count they started with.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The new value is below 1 or above <see cref="MaxCount"/>.</exception>
    /// <exception cref="InvalidOperationException"><c>FATHOM_THREADS</c> holds no valid count.</exception>
    public static int Count
    {
        get => Pool.Workers + 1;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Count));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxCount, nameof(Count));
            lock (Gate)
            {
                if (s_pool?.Workers == value - 1) return;
                s_pool?.Retire();
                s_pool = new WorkerPool(value - 1);
            }
        }
    }

    /// <summary>
    /// How many threads a call made now would get: <see cref="Count"/>, or 1 while the workers are busy (as they are inside a job). A hint for
    /// how finely to divide work, never for what to compute.
    /// </summary>
    public static int Free => Pool is { IsBusy: false } pool ? pool.Workers + 1 : 1;

    /// <summary>How many workers sleep until there is work; for tests.</summary>
    internal static int Parked => Pool.Parked;

    private static WorkerPool Pool => s_pool ?? Create();

    /// <summary>
    /// Runs jobs 0 to <paramref name="jobs"/> - 1 and returns when all are done. The caller takes part. Where there is one job or one thread,
    /// or the workers are busy with another call (a nested one, or another user thread's), the caller does all jobs itself, in order.
    /// Allocates nothing.
    /// </summary>
    /// <exception cref="Exception">What a job threw. Jobs not begun by then are dropped; those begun are waited for.</exception>
    public static void For<TJob>(int jobs, ref TJob job) where TJob : struct, IJob
    {
        long begun = 0;
        if (jobs > 1)
        {
            begun = ThreadWatch.BeginCall();
            WorkerPool pool = Pool;
            if (pool.Workers > 0 && pool.TryEnter())
            {
#pragma warning disable CS8500 // Pointer to a type that may hold references: pinned here, and used only until RunAndExit returns.
                fixed (TJob* pinned = &job) pool.RunAndExit(jobs, &Invoke<TJob>, pinned);
#pragma warning restore CS8500
                ThreadWatch.EndCall(begun);
                return;
            }
        }
        long alone = begun == 0 ? 0 : ThreadWatch.BeginJob();
        for (int i = 0; i < jobs; i++) job.Run(i);
        if (begun != 0) ThreadWatch.EndJob(alone);
        ThreadWatch.EndCall(begun);
    }

    /// <summary>The count that a value of <c>FATHOM_THREADS</c> asks for; null or empty asks for every processor.</summary>
    internal static int CountFrom(string? setting)
    {
        if (string.IsNullOrWhiteSpace(setting)) return Math.Min(Environment.ProcessorCount, MaxCount);
        if (int.TryParse(setting, NumberStyles.Integer, CultureInfo.InvariantCulture, out int count) && count is >= 1 and <= MaxCount) return count;
        throw new InvalidOperationException($"{Variable}={setting} is not a thread count. Use a whole number from 1 to {MaxCount}, or unset it to use every processor.");
    }

    private static void Invoke<TJob>(void* job, int index) where TJob : struct, IJob => Unsafe.AsRef<TJob>(job).Run(index);

    private static WorkerPool Create()
    {
        lock (Gate) return s_pool ??= new WorkerPool(CountFrom(Environment.GetEnvironmentVariable(Variable)) - 1);
    }
}
