using Fathom.Data;
using Fathom.Optim;
using Fathom.Training;

namespace Fathom.Cli.Bench;

/// <summary>
/// The loop that is measured: a fresh batch from a pool of four, so that caches see real traffic, then clear the gradients, forward, cross-entropy,
/// backward, update.
/// </summary>
internal sealed class TrainingLoop
{
    const int PoolSize = 4;

    readonly Classifier _network;
    readonly IOptimizer _optimizer;
    readonly Batch[] _pool;
    int _step;

    /// <summary>A loop on random inputs.</summary>
    /// <exception cref="CliException">The network does not take such inputs.</exception>
    public TrainingLoop(Workload workload)
    {
        Tensor.Seed(0);
        _network = workload.Build();
        _optimizer = workload.MakeOptimizer(_network.Parameters);
        _pool = [.. Enumerable.Range(0, PoolSize).Select(_ => new Batch(Tensor.RandN(workload.Input), Tensor.RandInt(0, Workload.Classes, workload.Batch)))];
    }

    /// <summary>One training step.</summary>
    public void Step()
    {
        ZeroGrad();
        Tensor loss = Forward();
        Backward(loss);
        Update();
    }

    /// <summary>Forgets the gradients.</summary>
    public void ZeroGrad() => _optimizer.ZeroGrad();

    /// <summary>The loss of the next batch.</summary>
    public Tensor Forward()
    {
        Batch batch = _pool[_step++ % PoolSize];
        return _network.Loss(_network.Call(batch.Input), batch.Target);
    }

    /// <summary>The gradients.</summary>
    public void Backward(Tensor loss) => loss.Backward();

    /// <summary>Changes the parameters.</summary>
    public void Update() => _optimizer.Step();
}
