namespace Fathom.Optim;

/// <summary>What a trainer asks of an optimiser; written by hand in the course's first chapters.</summary>
public interface IOptimizer
{
    /// <summary>Changes the parameters by their gradients.</summary>
    void Step();

    /// <summary>Forgets the gradients.</summary>
    void ZeroGrad();
}
