using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Fathom.Devices.Cpu;

/// <summary>
/// A fixed number of background threads that help one caller at a time. Correctness never rests on the workers: the caller takes jobs too,
/// so a worker that sleeps, is late, or was never started only costs speed.
/// </summary>
internal sealed unsafe class WorkerPool(int workers)
{
    // Kernels of one training step follow each other within microseconds: looking out for the next one that long is cheaper than
    // sleeping and being woken (5 to 50 microseconds). After that a thread parks and uses no processor time.
    private static readonly long SpinTicks = Stopwatch.Frequency / 1_000_000 * 40;

    private readonly object _work = new(), _finish = new();     // monitors that idle workers and a waiting caller sleep on
    private Counters _counters;
    private int _busy;                                          // 1 while a caller owns the pool
    private int _sleepers;                                      // workers parked in _work
    private bool _callerSleeps, _started;
    private volatile bool _retired;

    // The call being served: stable while any of its jobs is unfinished.
    private delegate*<void*, int, void> _run;
    private void* _job;
    private int _jobs;
    private Exception? _failure;

    /// <summary>Number of threads that help the caller.</summary>
    public int Workers => workers;

    /// <summary>Whether a caller has the pool.</summary>
    public bool IsBusy => Volatile.Read(ref _busy) != 0;

    /// <summary>How many workers sleep until there is work, and use no processor time.</summary>
    public int Parked => Volatile.Read(ref _sleepers);

    /// <summary>Takes the pool for one call, or says that it is taken.</summary>
    public bool TryEnter() => Volatile.Read(ref _busy) == 0 && Interlocked.CompareExchange(ref _busy, 1, 0) == 0;

    /// <summary>Runs all jobs, waits for them and frees the pool. Only after <see cref="TryEnter"/>.</summary>
    public void RunAndExit(int jobs, delegate*<void*, int, void> run, void* job)
    {
        Exception? failure;
        try
        {
            if (!_started) Start();
            Publish(jobs, run, job);
            bool interrupted = !TryWake(jobs - 1);
            while (TryRunOne()) { }
            interrupted |= !AwaitOthers();
            if (interrupted) Thread.CurrentThread.Interrupt();
        }
        finally
        {
            failure = _failure;
            _failure = null;
            Volatile.Write(ref _busy, 0);
        }
        if (failure != null) ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>Lets the workers end. A call that is running, or slips in, is still served.</summary>
    public void Retire()
    {
        _retired = true;
        lock (_work) Monitor.PulseAll(_work);
    }

    private void Start()
    {
        _started = true;
        for (int i = 0; i < workers; i++)
            new Thread(Work) { IsBackground = true, Name = $"Fathom worker {i + 1}" }.UnsafeStart();
    }

    /// <summary>
    /// Offers the jobs. <see cref="Counters.Ticket"/> holds a call number above and the jobs not yet taken below. A job is taken by
    /// decreasing it with compare-and-swap, which succeeds only if neither part changed since it was read: then the call was live all that
    /// time, and the fields read in between are its own. When nothing is left to take, the fields may be overwritten for the next call.
    /// </summary>
    private void Publish(int jobs, delegate*<void*, int, void> run, void* job)
    {
        _jobs = jobs;
        _run = run;
        _job = job;
        Volatile.Write(ref _counters.Unfinished, jobs);
        uint call = (uint)(_counters.Ticket >> 32) + 1;
        Interlocked.Exchange(ref _counters.Ticket, (long)((ulong)call << 32 | (uint)jobs));      // a full fence: sleepers are counted after it
    }

    // Workers hold a pointer into the caller's frame, so once jobs are offered the caller must not leave before the last one is done.
    // Thread.Interrupt, which makes any lock or wait of a thread throw, is therefore put off: the two methods below say that it came.

    private bool TryWake(int helpers)
    {
        if (Volatile.Read(ref _sleepers) == 0) return true;
        try
        {
            lock (_work)
                for (int i = Math.Min(helpers, _sleepers); i > 0; i--) Monitor.Pulse(_work);
            return true;
        }
        catch (ThreadInterruptedException)
        {
            return false;
        }
    }

    private bool AwaitOthers()
    {
        bool calm = true;
        for (long until = Stopwatch.GetTimestamp() + SpinTicks; !AllFinished;)
        {
            Thread.SpinWait(8);
            if (Stopwatch.GetTimestamp() > until) calm &= TryParkCaller();
        }
        return calm;
    }

    private bool TryParkCaller()
    {
        try
        {
            lock (_finish)
            {
                _callerSleeps = true;
                Interlocked.MemoryBarrier();        // the last worker either sees the flag, or has finished by the check below
                while (!AllFinished) Monitor.Wait(_finish);
                _callerSleeps = false;
            }
            return true;
        }
        catch (ThreadInterruptedException)
        {
            return false;
        }
    }

    private bool HasWork => (uint)Volatile.Read(ref _counters.Ticket) != 0;

    private bool TryRunOne()
    {
        while (true)
        {
            long ticket = Volatile.Read(ref _counters.Ticket);
            int left = (int)(uint)ticket;
            if (left == 0) return false;
            delegate*<void*, int, void> run = _run;
            void* job = _job;
            int index = _jobs - left;
            if (Interlocked.CompareExchange(ref _counters.Ticket, ticket - 1, ticket) != ticket) continue;
            RunOne(run, job, index);
            return true;
        }
    }

    private void RunOne(delegate*<void*, int, void> run, void* job, int index)
    {
        long begun = ThreadWatch.BeginJob();
        try
        {
            if (Volatile.Read(ref _failure) == null) run(job, index);
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, e, null);
        }
        ThreadWatch.EndJob(begun);
        if (Interlocked.Decrement(ref _counters.Unfinished) == 0 && Volatile.Read(ref _callerSleeps))
            lock (_finish) Monitor.PulseAll(_finish);
    }

    private bool AllFinished => Volatile.Read(ref _counters.Unfinished) == 0;

    private void Work()
    {
        while (true)
        {
            while (TryRunOne()) { }
            if (SpinForWork()) continue;
            if (_retired) return;
            Park();
        }
    }

    private bool SpinForWork()
    {
        for (long until = Stopwatch.GetTimestamp() + SpinTicks; Stopwatch.GetTimestamp() < until;)
        {
            if (HasWork) return true;
            Thread.SpinWait(8);
        }
        return HasWork;
    }

    private void Park()
    {
        lock (_work)
        {
            _sleepers++;
            Interlocked.MemoryBarrier();        // a publisher either sees the sleeper, or its jobs are seen by the check below
            while (!HasWork && !_retired) Monitor.Wait(_work);
            _sleepers--;
        }
    }

    /// <summary>The two words that all threads write, each on a cache line of its own (two lines: processors fetch them in pairs).</summary>
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct Counters
    {
        [FieldOffset(128)] public long Ticket;
        [FieldOffset(256)] public int Unfinished;
    }
}
