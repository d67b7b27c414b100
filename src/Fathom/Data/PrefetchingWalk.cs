using System.Collections;

namespace Fathom.Data;

/// <summary>
/// Batches made ahead on the thread pool and handed out in order. Worker w makes batches w, w + workers, ... one after the other. Whoever drops a walk without
/// disposing it leaves nothing behind: no thread waits for a consumer, the tasks just end.
/// </summary>
sealed class PrefetchingWalk : IEnumerator<Batch>
{
    readonly Func<int, Batch> _make;
    readonly int _count;
    readonly Task[] _workers;               // the last task of each
    readonly Queue<Task<Batch>> _ahead = new();
    readonly int _mostAhead;
    readonly CancellationTokenSource _stop = new();
    int _started;
    Batch? _current;

    public PrefetchingWalk(Func<int, Batch> make, int count, int workers, int prefetch)
    {
        (_make, _count, _mostAhead) = (make, count, checked(workers * prefetch));
        _workers = new Task[workers];
        Array.Fill(_workers, Task.CompletedTask);
        StartMore();
    }

    public Batch Current => _current ?? throw new InvalidOperationException("There is no batch: call MoveNext first, and stop when it returns false.");

    object IEnumerator.Current => Current;

    public bool MoveNext()
    {
        _current = null;
        if (!_ahead.TryDequeue(out Task<Batch>? next)) return false;
        StartMore();
        _current = next.GetAwaiter().GetResult();       // throws what the worker threw
        return true;
    }

    public void Reset() => throw new NotSupportedException("A walk cannot go back; begin a new one.");

    public void Dispose()
    {
        _stop.Cancel();
        foreach (Task<Batch> task in _ahead)
            try { task.GetAwaiter().GetResult(); }
            catch (Exception) { }                       // nobody wants this batch any more, nor to hear why it failed
        _ahead.Clear();
    }

    void StartMore()
    {
        for (; _ahead.Count < _mostAhead && _started < _count && !_stop.IsCancellationRequested; _started++)
        {
            int index = _started, worker = index % _workers.Length;
            Task<Batch> task = _workers[worker].ContinueWith(
                _ => { _stop.Token.ThrowIfCancellationRequested(); return _make(index); }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            _ahead.Enqueue(task);
            _workers[worker] = task;
        }
    }
}
