namespace Fathom.Numerics;

/// <summary>Why an iteration ended. Only <see cref="Converged"/> means that what was asked for was reached; the result so far is returned with each of them.</summary>
public enum StopReason
{
    /// <summary>The asked tolerance was reached.</summary>
    Converged,

    /// <summary>Rounding stands in the way of the asked tolerance: nothing moves any more.</summary>
    NoProgress,

    /// <summary>The allowed number of iterations was used up.</summary>
    MaxIterations,

    /// <summary>The allowed number of function evaluations was used up.</summary>
    MaxEvaluations,

    /// <summary>The caller cancelled.</summary>
    Cancelled,

    /// <summary>The function, or a derivative of it, became infinite or not a number and no shorter step avoided that.</summary>
    NotFinite,

    /// <summary>A system of equations that gives the next step has no unique solution.</summary>
    Singular,

    /// <summary>What was to be made small falls without bound.</summary>
    Unbounded,

    /// <summary>No point was found that keeps the constraints.</summary>
    Infeasible,
}
