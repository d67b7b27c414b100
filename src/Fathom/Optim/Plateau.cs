namespace Fathom.Optim;

/// <summary>Lowers the learning rate when a quantity, such as the validation loss, has stopped improving. Call <see cref="Step"/> with it after each epoch.</summary>
public sealed class Plateau
{
    readonly Optimizer optimizer;
    int cooldownLeft;

    /// <summary>Watches a quantity for the given optimiser.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="factor"/> is not between 0 and 1.</exception>
    public Plateau(Optimizer optimizer, double factor = 0.1, int patience = 10)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        if (factor is not (>= 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(factor), factor, "The factor that lowers the rate lies between 0 and 1.");
        (this.optimizer, Factor, Patience) = (optimizer, factor, patience);
    }

    /// <summary>What the rate is multiplied by.</summary>
    public double Factor { get; }

    /// <summary>How many epochs without improvement are put up with; the next one lowers the rate.</summary>
    public int Patience { get; }

    /// <summary>Whether larger is better, as for accuracy; otherwise smaller is.</summary>
    public bool Maximize { get; init; }

    /// <summary>By how much a value must beat the best to count as an improvement: a part of the best, or an amount if <see cref="AbsoluteThreshold"/>.</summary>
    public double Threshold { get; init; } = 1e-4;

    /// <summary>Whether <see cref="Threshold"/> is an amount rather than a part of the best value.</summary>
    public bool AbsoluteThreshold { get; init; }

    /// <summary>Epochs after a lowering in which nothing is counted.</summary>
    public int Cooldown { get; init; }

    /// <summary>The rate is never lowered below this.</summary>
    public double MinRate { get; init; }

    /// <summary>A lowering smaller than this is not made.</summary>
    public double MinChange { get; init; } = 1e-8;

    /// <summary>The best value so far; NaN before the first.</summary>
    public double Best { get; private set; } = double.NaN;

    /// <summary>Epochs since the last improvement or lowering.</summary>
    public int BadEpochs { get; private set; }

    /// <summary>Takes note of an epoch's value and lowers the rates when it is time.</summary>
    /// <param name="metric">The watched quantity.</param>
    public void Step(double metric)
    {
        if (Improves(metric)) (Best, BadEpochs) = (metric, 0);
        else BadEpochs++;
        if (cooldownLeft > 0)
        {
            cooldownLeft--;
            BadEpochs = 0;
        }
        if (BadEpochs <= Patience) return;
        Lower();
        (cooldownLeft, BadEpochs) = (Cooldown, 0);
    }

    bool Improves(double metric)
    {
        if (double.IsNaN(Best)) return true;
        double margin = AbsoluteThreshold ? Threshold : Threshold * Best;
        return Maximize ? metric > Best + margin : metric < Best - margin;
    }

    void Lower()
    {
        foreach (ParameterGroup group in optimizer.Groups)
        {
            double rate = Math.Max(group.LearningRate * Factor, MinRate);
            if (group.LearningRate - rate > MinChange) group.LearningRate = rate;
        }
    }
}
