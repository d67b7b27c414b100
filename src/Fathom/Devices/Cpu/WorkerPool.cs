using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Fathom.Devices.Cpu;

/// <summary>
/// A fixed number of background threads that help one caller at a time. Correctness never rests on the workers: the caller takes jobs too,
/// so a worker that sleeps, is late, or was never started only costs speed.
/// <para>
/// Each thread begins with a range of the jobs of its own, the same part of every call, and takes from others' only when its own is done. Jobs follow the order of
/// memory, so a thread finds in its own caches what it wrote in the call before: where two cores share no cache, reading what the other wrote takes more
/// than twice as long (measured: 41 against 93 to 130 GB/s), and a training step took 1.3 times as long with jobs handed out in turn.
/// </para>
/// </summary>
internal sealed unsafe class WorkerPool(int workers)
{
    // Kernels of one training step follow each other within microseconds: looking out for the next one that long is cheaper than
    // sleeping and being woken (5 to 50 microseconds). After that a thread parks and uses no processor time.
    private static readonly long SpinTicks = Stopwatch.Frequency / 1_000_000 * 40;

    private readonly object _work = new(), _finish = new();     // monitors that idle workers and a waiting caller sleep on
    private readonly Line[] _ranges = new Line[workers + 1];    // jobs not yet taken of each thread's range; the caller is thread 0
    private Line _unfinished;
    private uint _call;
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
            RunAll(0);
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
        for (int i = 1; i <= workers; i++)
        {
            int self = i;
            new Thread(() => Work(self)) { IsBackground = true, Name = $"Fathom worker {i}" }.UnsafeStart();
        }
    }

    /// <summary>
    /// Offers the jobs, to each thread its range: a word with the call's number above and the range's jobs not yet taken below. A job is taken by
    /// decreasing it with compare-and-swap, which succeeds only if neither part changed since it was read: then the call was live all that
    /// time, and the fields read in between are its own. When nothing is left to take, the fields may be overwritten for the next call.
    /// </summary>
    private void Publish(int jobs, delegate*<void*, int, void> run, void* job)
    {
        _jobs = jobs;
        _run = run;
        _job = job;
        Volatile.Write(ref _unfinished.Value, jobs);
        ulong call = (ulong)++_call << 32;
        for (int i = 0; i <= workers; i++) Volatile.Write(ref Range(i), (long)(call | (uint)(First(i + 1, jobs) - First(i, jobs))));
        Interlocked.MemoryBarrier();                // sleepers are counted after it
    }

    private ref long Range(int thread) => ref _ranges[thread].Value;

    /// <summary>The first job of a thread's range.</summary>
    private int First(int thread, int jobs) => (int)((long)jobs * thread / (workers + 1));

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

    private bool HasWork
    {
        get
        {
            for (int i = 0; i <= workers; i++)
                if ((uint)Volatile.Read(ref Range(i)) != 0) return true;
            return false;
        }
    }

    /// <summary>Runs the jobs of a thread's range, then what is left of the others', and says so once: the word that all threads write is dear where they share no cache.</summary>
    private void RunAll(int self)
    {
        int done = 0;
        for (int i = 0; i <= workers; i++)
        {
            int from = (self + i) % (workers + 1);
            while (TryRunOne(from)) done++;
        }
        if (done > 0 && Interlocked.Add(ref _unfinished.Value, -done) == 0 && Volatile.Read(ref _callerSleeps))
            lock (_finish) Monitor.PulseAll(_finish);
    }

    private bool TryRunOne(int range)
    {
        ref long word = ref Range(range);
        while (true)
        {
            long seen = Volatile.Read(ref word);
            int left = (int)(uint)seen;
            if (left == 0) return false;
            delegate*<void*, int, void> run = _run;
            void* job = _job;
            int index = First(range + 1, _jobs) - left;
            if (Interlocked.CompareExchange(ref word, seen - 1, seen) != seen) continue;
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
    }

    private bool AllFinished => Volatile.Read(ref _unfinished.Value) == 0;

    private void Work(int self)
    {
        while (true)
        {
            RunAll(self);
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

    /// <summary>A word that several threads write, two cache lines from any other: processors fetch lines in pairs.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Line
    {
        [FieldOffset(128)] public long Value;
    }
}
