namespace Fathom.Numerics;

/// <summary>Counts the evaluations of a function and ends the computation when they are used up or the caller cancels.</summary>
internal sealed class Work(int maxEvaluations, CancellationToken cancellation)
{
    public int Evaluations { get; private set; }

    /// <summary>Books one evaluation.</summary>
    /// <exception cref="WorkStoppedException">There is none left, or the caller cancelled; each public method turns this into its stop reason.</exception>
    public void Spend()
    {
        if (cancellation.IsCancellationRequested) throw new WorkStoppedException(StopReason.Cancelled);
        if (Evaluations >= maxEvaluations) throw new WorkStoppedException(StopReason.MaxEvaluations);
        Evaluations++;
    }
}

/// <summary>Unwinds to the public method that started the work; never seen by a caller.</summary>
internal sealed class WorkStoppedException(StopReason reason) : Exception
{
    public StopReason Reason => reason;
}
