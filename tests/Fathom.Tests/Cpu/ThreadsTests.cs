using Fathom.Devices.Cpu;

namespace Fathom.Tests.Cpu;

/// <summary>Tests that change the thread count, which is process-wide, or measure allocation run alone.</summary>
[CollectionDefinition(nameof(ThreadCount), DisableParallelization = true)]
public class ThreadCount;

[Collection(nameof(ThreadCount))]
public sealed class ThreadsTests : IDisposable
{
    private readonly int _before = Threads.Count;

    public void Dispose() => Threads.Count = _before;

    private struct Tally(int[] counts) : IJob
    {
        public void Run(int index) => Interlocked.Increment(ref counts[index]);
    }

    private struct Throwing(int at, int[] counts) : IJob
    {
        public void Run(int index)
        {
            if (index == at) throw new ArithmeticException($"job {index}");
            Interlocked.Increment(ref counts[index]);
        }
    }

    private struct Nested(int[,] counts) : IJob
    {
        public void Run(int index)
        {
            var inner = new Inner(counts, index);
            Threads.For(counts.GetLength(1), ref inner);
        }

        private struct Inner(int[,] counts, int row) : IJob
        {
            public void Run(int index) => Interlocked.Increment(ref counts[row, index]);
        }
    }

    private struct Meeting(Barrier barrier) : IJob
    {
        public void Run(int index) => Assert.True(barrier.SignalAndWait(TimeSpan.FromSeconds(60)), "the jobs never ran at the same time");
    }

    private struct InRounds(Barrier round, long[] rounds, int[] threads) : IJob
    {
        public void Run(int index)
        {
            rounds[index] = round.CurrentPhaseNumber;
            threads[index] = Environment.CurrentManagedThreadId;
            Assert.True(round.SignalAndWait(TimeSpan.FromSeconds(60)), "the jobs never ran at the same time");
        }
    }

    private struct Sleeping(int[] counts) : IJob
    {
        public void Run(int index)
        {
            Thread.Sleep(20);
            Interlocked.Increment(ref counts[index]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Every_job_runs_once(int threads)
    {
        Threads.Count = threads;
        foreach (int jobs in new[] { 0, 1, 2, 3, 7, 64, 1000 })
        {
            var counts = new int[jobs];
            var job = new Tally(counts);
            for (int repeat = 0; repeat < 50; repeat++) Threads.For(jobs, ref job);
            Assert.All(counts, c => Assert.Equal(50, c));
        }
    }

    [Fact]
    public void Jobs_run_at_the_same_time_on_as_many_threads_as_asked_for()
    {
        Threads.Count = 4;
        using var barrier = new Barrier(4);
        var job = new Meeting(barrier);
        for (int repeat = 0; repeat < 20; repeat++) Threads.For(4, ref job);
        Assert.Equal(20, barrier.CurrentPhaseNumber);
    }

    [Fact]
    public void Each_thread_begins_with_its_own_range_of_jobs_the_same_in_every_call()
    {
        Threads.Count = 3;
        long[] rounds = new long[6];
        int[] threads = new int[6], before = new int[6];
        for (int repeat = 0; repeat < 20; repeat++)
        {
            using var barrier = new Barrier(3);
            var job = new InRounds(barrier, rounds, threads);
            Threads.For(6, ref job);
            Assert.Equal([0, 1, 0, 1, 0, 1], rounds);
            Assert.Equal([Environment.CurrentManagedThreadId, Environment.CurrentManagedThreadId], threads[..2]);
            if (repeat > 0) Assert.Equal(before, threads);
            threads.CopyTo(before, 0);
        }
    }

    [Fact]
    public void Parked_workers_wake_up()
    {
        Threads.Count = 3;
        using var barrier = new Barrier(3);
        var job = new Meeting(barrier);
        for (int repeat = 0; repeat < 10; repeat++)
        {
            Thread.Sleep(5);                    // far beyond the spin
            Threads.For(3, ref job);
        }
        Assert.Equal(10, barrier.CurrentPhaseNumber);
    }

    [Fact]
    public void Idle_workers_park_rather_than_spin()
    {
        Threads.Count = 3;
        using var barrier = new Barrier(3);
        var job = new Meeting(barrier);
        Threads.For(3, ref job);                // all workers have been started and are awake
        Assert.True(SpinWait.SpinUntil(() => Threads.Parked == 2, TimeSpan.FromSeconds(60)), "workers without work did not go to sleep");
    }

    /// <summary>As in a server that is overrun: the workers are threads of their own and need none of .NET's pool.</summary>
    [Fact]
    public void Jobs_run_while_every_pool_thread_is_held_up()
    {
        Threads.Count = 3;
        int items = 20 * Environment.ProcessorCount;
        using var release = new ManualResetEventSlim();
        using var held = new SemaphoreSlim(0);
        using var done = new CountdownEvent(items);
        for (int i = 0; i < items; i++)
            ThreadPool.QueueUserWorkItem(_ =>
            {
                held.Release();
                release.Wait();
                done.Signal();
            });
        try
        {
            for (int i = 0; i < Environment.ProcessorCount; i++) Assert.True(held.Wait(TimeSpan.FromSeconds(60)));
            using var barrier = new Barrier(3);
            var job = new Meeting(barrier);
            for (int repeat = 0; repeat < 5; repeat++) Threads.For(3, ref job);
            Assert.Equal(5, barrier.CurrentPhaseNumber);
        }
        finally
        {
            release.Set();
            done.Wait();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void An_exception_reaches_the_caller_and_leaves_the_threads_usable(int threads)
    {
        Threads.Count = threads;
        for (int at = 0; at < 20; at++)
        {
            var counts = new int[20];
            var bad = new Throwing(at, counts);
            var e = Assert.Throws<ArithmeticException>(() => { var job = bad; Threads.For(20, ref job); });
            Assert.Equal($"job {at}", e.Message);
            Assert.Equal(0, counts[at]);
            Assert.All(counts, c => Assert.InRange(c, 0, 1));

            var good = new Tally(counts);
            Array.Clear(counts);
            Threads.For(20, ref good);
            Assert.All(counts, c => Assert.Equal(1, c));
        }
    }

    [Fact]
    public void Nested_calls_run_every_job()
    {
        Threads.Count = 4;
        var counts = new int[30, 17];
        var job = new Nested(counts);
        for (int repeat = 0; repeat < 20; repeat++) Threads.For(30, ref job);
        Assert.All(counts.Cast<int>(), c => Assert.Equal(20, c));
    }

    [Fact]
    public void Many_user_threads_at_once_while_the_count_changes()
    {
        var failures = new System.Collections.Concurrent.ConcurrentQueue<string>();
        int running = 8;
        Thread[] users = [.. Enumerable.Range(0, running).Select(u => new Thread(() =>
        {
            for (int repeat = 0; repeat < 500; repeat++)
            {
                var counts = new int[1 + (u * 7 + repeat) % 40];
                var job = new Tally(counts);
                Threads.For(counts.Length, ref job);
                if (counts.Any(c => c != 1)) failures.Enqueue($"user {u}, repeat {repeat}: {string.Join(' ', counts)}");
            }
            Interlocked.Decrement(ref running);
        }))];
        foreach (Thread user in users) user.Start();
        for (int i = 0; Volatile.Read(ref running) > 0; i++)
        {
            Threads.Count = 1 + i % 5;
            Thread.Sleep(1);
        }
        foreach (Thread user in users) user.Join();
        Assert.Empty(failures);
    }

    [Fact]
    public void An_interrupt_of_the_caller_waits_until_the_jobs_are_done()
    {
        Threads.Count = 3;
        var counts = new int[12];
        bool interrupted = false;
        var caller = new Thread(() =>
        {
            var job = new Tally(counts);
            var slow = new Sleeping(counts);
            try
            {
                Threads.For(12, ref slow);      // sleeping inside a job, or waiting for one, the caller is hit somewhere
                Thread.Sleep(Timeout.Infinite);
            }
            catch (ThreadInterruptedException)
            {
                interrupted = true;
            }
            Threads.For(12, ref job);
        });
        caller.Start();
        Thread.Sleep(30);
        caller.Interrupt();
        Assert.True(caller.Join(TimeSpan.FromSeconds(60)));
        Assert.True(interrupted);
        Assert.All(counts, c => Assert.InRange(c, 1, 2));
    }

    [Fact]
    public void A_call_allocates_nothing()
    {
        Threads.Count = 2;
        var job = new Tally(new int[8]);
        for (int i = 0; i < 100; i++) Threads.For(8, ref job);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) Threads.For(8, ref job);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Counts_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Threads.Count = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => Threads.Count = -3);
        Assert.Throws<ArgumentOutOfRangeException>(() => Threads.Count = Threads.MaxCount + 1);
        Assert.Equal(_before, Threads.Count);
    }

    [Fact]
    public void The_environment_sets_the_first_count()
    {
        Assert.Equal(5, Threads.CountFrom("5"));
        Assert.Equal(Environment.ProcessorCount, Threads.CountFrom(null));
        Assert.Equal(Environment.ProcessorCount, Threads.CountFrom(""));
        foreach (string bad in new[] { "0", "-1", "two", "1.5", "99999" })
            Assert.Contains($"FATHOM_THREADS={bad}", Assert.Throws<InvalidOperationException>(() => Threads.CountFrom(bad)).Message);
    }
}
